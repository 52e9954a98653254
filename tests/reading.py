"""Read a document of the test material once: several tests ask of the same reports what is extracted from them.

What was read is kept in `var/documents`, under a digest of the code that reads and of the file, so that a change in
either reads anew.
"""

import hashlib
import pickle
from functools import cache
from pathlib import Path

from jixiao.files import write_bytes
from jixiao.model import Document
from jixiao.read import read_document
from jixiao.version import digest_of

PROJECT = Path(__file__).resolve().parents[1]
KEPT = PROJECT / "var" / "documents"


@cache
def _reader() -> str:
    return digest_of(PROJECT / "plugins" / "jixiao", ("model.py", "magic.py", "data", "read"))


def read_once(path: Path) -> Document:
    """Return a document of the test material, read now or by a test before; `UnreadableDocument` as the reader says."""
    kept = KEPT / _reader() / hashlib.sha256(path.read_bytes()).hexdigest()
    if kept.exists():
        found: Document = pickle.loads(kept.read_bytes())
        return found
    document = read_document(path)
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(kept, pickle.dumps(document))
    return document
