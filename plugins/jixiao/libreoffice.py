"""Where LibreOffice is, and which: it is optional, and opens what `read.office` has it turn."""

import re
from pathlib import Path
from typing import Final

from jixiao.settings import Settings

OFF: Final = "off"
_USUAL: Final = ("usr/lib/libreoffice/program", "usr/lib64/libreoffice/program", "opt/libreoffice*/program")
_ABOUT: Final = re.compile(rb'"ooSetupVersionAboutBox">\s*<value>([\w.]+)')


def program() -> Path | None:
    """Return the folder of LibreOffice's program: the one that JIXIAO_LIBREOFFICE names, or a usual one; else None."""
    said = Settings.load().libreoffice
    if said == OFF:
        return None
    found = [Path(said)] if said else [path for pattern in _USUAL for path in sorted(Path("/").glob(pattern))[::-1]]
    return next((path for path in found if library_of(path) is not None), None)


def installed() -> str:
    """Return which LibreOffice opens what is not ours to open: its name with its version, or that there is none."""
    folder = program()
    if folder is None:
        return "no LibreOffice"
    said = [_ABOUT.search(path.read_bytes()) for path in version_files() if path.is_file()]
    return f"LibreOffice {said[0][1].decode() if said and said[0] else 'of unknown version'}"


def version_files() -> list[Path]:
    """Return what `installed` reads: a process in a box must be let to, wherever LibreOffice lies."""
    folder = program()
    return [] if folder is None else [folder.parent / "share" / "registry" / "main.xcd"]


def library_of(folder: Path) -> Path | None:
    """Return the library in its program's folder that holds LibreOfficeKit, as its own header looks for it; or None."""
    found = (folder / name for name in ("libsofficeapp.so", "libmergedlo.so"))
    return next((path for path in found if path.is_file()), None)
