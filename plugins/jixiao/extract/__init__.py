"""Extract every fact of a document; what is not understood becomes a `Doubt`, never a guess.

Who asks for one module alone (the identities, the names of departments) does not import all that reads.
"""

from typing import TYPE_CHECKING

from jixiao.later import later

if TYPE_CHECKING:
    from jixiao.extract.whole import extract

__all__ = ["extract"]

__getattr__ = later(__name__, {"whole": "extract"})
