"""Read a file into a `Document`: positioned lines, tables with spans, flowing passages, whatever the format.

Who asks for one module alone (the limits of a document, what LibreOffice turns) does not import all that reads.
"""

from typing import TYPE_CHECKING

from jixiao.later import later

if TYPE_CHECKING:
    from jixiao.read.document import read_document
    from jixiao.read.limits import Limits

__all__ = ["Limits", "read_document"]

__getattr__ = later(__name__, {"document": "read_document", "limits": "Limits"})
