"""Which extractor this is: a digest of all that decides what the same bytes are read as.

It is taken from the contents of the code and data (no compiled file, time or place counts, and line ends are those of
any clone) and from the versions of the libraries that read and recognise, and of LibreOffice, or that there is none.
"""

import hashlib
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from io import FileIO
from pathlib import Path
from typing import Final

_HOME: Final = Path(__file__).resolve().parent
_EXTRACTOR: Final = ("model.py", "magic.py", "data", "read", "extract")
_CHECK: Final = ("check",)
_CONTENT: Final = frozenset({".py", ".yaml", ".yml", ".csv", ".json", ".txt", ".sql"})
_LIBRARIES: Final = (
    "lxml",
    "numpy",
    "onnxruntime",
    "opencv-python-headless",
    "openpyxl",
    "openvino",
    "pdfminer.six",
    "pdfplumber",
    "pillow",
    "pylopdf-fonts-zh-cn",
    "pypdfium2",
    "rapidocr",
    "xlrd",
)
_DIGITS: Final = 16
_VERSION: Final = re.compile(r"^Version: (\S+)", re.MULTILINE)


def _files(part: Path) -> Iterator[str]:
    if part.is_file():
        yield str(part)
    elif part.is_dir():
        yield from _files_in(str(part))


def _files_in(folder: str) -> Iterator[str]:
    """Give the paths of code and data in a folder, in order; `pathlib` would take as long as reading them."""
    with os.scandir(folder) as entries:
        inside = sorted(entries, key=lambda entry: entry.name)
    for entry in inside:
        if not entry.is_dir():
            if entry.name[max(1, entry.name.rfind(".")) :] in _CONTENT:
                yield entry.path
        elif entry.name != "__pycache__" and not entry.name.startswith("."):
            yield from _files_in(entry.path)


def digest_of(home: Path, parts: tuple[str, ...], more: tuple[str, ...] = ()) -> str:
    """Return a digest (16 hex digits) of the code and data of some parts of a package folder, and of more words."""
    found = hashlib.sha256()
    for part in parts:
        for path in _files(home / part):
            with FileIO(path) as file:
                content = hashlib.sha256(file.readall().replace(b"\r\n", b"\n")).hexdigest()
            found.update(f"{path[len(str(home)) + 1 :]}\0{content}\n".encode())
    found.update("\n".join(more).encode())
    return found.hexdigest()[:_DIGITS]


def _installed(name: str) -> str:
    return f"{name}=={version_of(name)}" if _plain(name) in _about() else f"{name} is not installed"


def version_of(name: str) -> str:
    """Return an installed package's version, or that it is unknown, without importlib.metadata."""
    about = _about().get(_plain(name))
    said = _VERSION.search(about.read_text("utf-8")) if about is not None and about.is_file() else None
    return said[1] if said else "unknown"


@cache
def _about() -> dict[str, Path]:
    """Return where each installed package is described, as importlib.metadata finds it, which takes long to import."""
    found: dict[str, Path] = {}
    for folder in (Path(entry) for entry in sys.path):
        for path in folder.glob("*.dist-info") if folder.is_dir() else ():
            found.setdefault(_plain(path.name.partition("-")[0]), path / "METADATA")
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


@cache
def extractor_version() -> str:
    """Return the version of the extractor, in some milliseconds."""
    from jixiao.libreoffice import installed

    return digest_of(_HOME, _EXTRACTOR, (*map(_installed, _LIBRARIES), installed()))


@cache
def judge_version() -> str:
    """Return the version of the code that runs the rules; each rule has a digest of its own beside it."""
    return digest_of(_HOME, _CHECK)


@cache
def library_version() -> str:
    """Return the version of all of the library's own code and data."""
    return digest_of(_HOME, ("",))
