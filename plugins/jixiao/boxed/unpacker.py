"""RAR and 7z archives, turned into zips by libarchive: C code over a stranger's bytes, so it runs in the box.

The zip that comes out is trusted no more than any other: `archive.members` opens it by the rules of all zips.
"""

import logging
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from jixiao.boxed.child import Child
from jixiao.boxed.inside import made_file
from jixiao.boxed.serving import serve
from jixiao.errors import JixiaoError

MISSING: Final = "no libarchive is installed here that opens it (Debian: apt-get install libarchive13)"
_MEMORY_BYTES: Final = 1024**3
_PIECE_BYTES: Final = 1 << 18
_RAR5: Final = b"Rar!\x1a\x07\x01\x00"
_RAR: Final = b"Rar!\x1a\x07\x00"


class NoLibrary(JixiaoError):  # noqa: N818 - what there is
    """The system has no libarchive: another machine, or this one later, may open the archive."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many members may come out of an archive, and how many bytes of one and of all."""

    members: int
    member_bytes: int
    all_bytes: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Why the members end before the archive does, in words behind its name; `full`: a bound was reached."""

    words: str
    full: bool = False


class Unpacker:
    """One unpacking process, started when it is needed and again after it was lost."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._child = Child("jixiao.boxed.unpacker", _MEMORY_BYTES)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._child.close()

    def turned(self, path: Path, made: Path, bounds: Bounds, seconds: float) -> Stop | None:
        """Write a zip of an archive's members to `made`; return why it holds not all of them, None if it does.

        Raises:
            NoLibrary: nothing here opens it.
            ChildLate, ChildLost: it took longer than `seconds`, or libarchive fell over.
        """
        said = self._child.ask(path, seconds, made=made, bounds=asdict(bounds))
        if said["missing"]:
            raise NoLibrary(MISSING)
        return Stop(**said["stop"]) if said["stop"] else None


def _library() -> Any:
    """Return the binding to the system's libarchive; None where there is none."""
    try:
        import libarchive
    except (ImportError, OSError, AttributeError):  # of no library at all it asks the program itself for its functions
        return None
    logging.getLogger("libarchive").setLevel(logging.CRITICAL)
    return libarchive


def _answer(library: Any, path: Path, request: dict[str, Any]) -> dict[str, Any]:
    if library is None:
        return {"missing": True}
    stop = _zipped(library, path, made_file(), Bounds(**request["bounds"]))
    return {"missing": False, "stop": asdict(stop) if stop else None}


def _zipped(library: Any, path: Path, made: Path, bounds: Bounds) -> Stop | None:
    """Write a zip of the members that can be read within the bounds, in their order; folders are left out."""
    left = bounds.all_bytes
    with zipfile.ZipFile(made, "w") as out, library.file_reader(str(path), _format_of(path), "none") as archive:
        try:
            for count, entry in enumerate(archive, 1):
                if count > bounds.members:
                    return Stop(f"has more than {bounds.members} members", full=True)
                if entry.isdir:
                    continue
                name, data = _name(entry.pathname), bytearray()
                # What is no file (a link) stands as an empty one, so that it is named.
                for piece in entry.get_blocks(_PIECE_BYTES) if entry.isreg or not entry.filetype else ():
                    data += piece
                    if len(data) > min(bounds.member_bytes, left):
                        return Stop(f"has a member {name} that unpacks to more than is taken", full=True)
                left -= len(data)
                out.writestr(zipfile.ZipInfo(name), bytes(data))
        except library.ArchiveError as error:
            said = error.msg if isinstance(error.msg, str) else "libarchive does not say why"
            if _is_locked(library, archive) or "crypt" in said.lower():  # of RAR it says so in words alone
                return Stop("is encrypted")
            return Stop(f"is damaged, one of several volumes or of an unknown kind: {said}")
    return None


def _format_of(path: Path) -> str:
    """Return the one format that libarchive is to read a file as: it is not asked to guess among all it knows."""
    with path.open("rb") as handle:
        head = handle.read(len(_RAR5))
    return "rar5" if head == _RAR5 else "rar" if head.startswith(_RAR) else "7zip"


def _is_locked(library: Any, archive: Any) -> bool:
    """Tell whether libarchive met an encrypted member; it says -1 where it cannot know yet."""
    ask = library.ffi.ffi("read_has_encrypted_entries", [library.ffi.c_archive_p], library.ffi.c_int)
    return int(ask(archive._pointer)) > 0


def _name(said: str | bytes | None) -> str:
    """Return a member's name as text: bytes that the archive does not call Unicode are Chinese Windows' GBK."""
    text = said.decode("gb18030", "replace") if isinstance(said, bytes) else said or ""
    return text.encode("utf-8", "replace").decode().replace("\0", "�") or "?"


def main() -> None:
    """Serve as a process in a box."""
    library = _library()  # looks for the file with programs that the box refuses
    serve(lambda path, request: _answer(library, path, request))
