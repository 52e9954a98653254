"""Read a document of the test material once, and extract from it once: several tests ask of the same reports.

What was read is kept in `var/documents`, under a digest of the code that reads and of the file, so that a change in
either reads anew; what was extracted of it, below that, under the extractor's version. What the OCR engine says of the
scans kept here is kept too (`recognised.py`).
"""

import fcntl
import hashlib
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from jixiao import EXTRACTOR_VERSION
from jixiao.extract import extract
from jixiao.extract.stored import EXTRACTION
from jixiao.files import write_bytes
from jixiao.model import Document, Extraction
from jixiao.read import read_document
from jixiao.version import digest_of

from tests.recognised import ALL_ANEW, remembered

PROJECT = Path(__file__).resolve().parents[1]
KEPT = PROJECT / "var" / "documents"
SCAN = PROJECT / "demo" / "samples" / "files" / "zengcheng-2021.pdf"


@cache
def _reader() -> str:
    more = ("every scan recognised anew",) if ALL_ANEW else ()
    return digest_of(PROJECT / "plugins" / "jixiao", ("model.py", "magic.py", "data", "read"), more)


@contextmanager
def _alone(kept: Path) -> Iterator[None]:
    """Hold what is kept at a place: both workers of pytest may want it at once, and one of them makes it."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def read_once(path: Path) -> Document:
    """Return a document of the test material, read now or by a test before; `UnreadableDocument` as the reader says."""
    kept = KEPT / _reader() / hashlib.sha256(path.read_bytes()).hexdigest()
    if not kept.exists():
        with _alone(kept):
            if not kept.exists():
                with remembered():
                    document = read_document(path)
                write_bytes(kept, pickle.dumps(document))
    found: Document = pickle.loads(kept.read_bytes())
    return found


def extract_once(path: Path) -> Extraction:
    """Return what the extractor of this version says of a document of the test material, now or in a test before."""
    kept = KEPT / _reader() / EXTRACTOR_VERSION / hashlib.sha256(path.read_bytes()).hexdigest()
    if not kept.exists():
        with _alone(kept):
            if not kept.exists():
                write_bytes(kept, pickle.dumps(extract(read_once(path))))
    found: Extraction = pickle.loads(kept.read_bytes())
    return found


def place_scan(extractions: Path) -> None:
    """Put what the extractor says of the scanned sample where a run keeps it: of 20 s a run, 15 went into its OCR.

    It is what the extracting process would answer; a run whose extractor is of another version does it anew.
    """
    sha256 = hashlib.sha256(SCAN.read_bytes()).hexdigest()
    kept = KEPT / EXTRACTOR_VERSION / f"{sha256}.json"
    if not kept.exists():
        with _alone(kept):
            if not kept.exists():
                write_bytes(kept, EXTRACTION.dump_json(extract(read_once(SCAN)), indent=1))
    target = extractions / EXTRACTOR_VERSION / sha256[:2] / kept.name
    target.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(target, kept.read_bytes())
