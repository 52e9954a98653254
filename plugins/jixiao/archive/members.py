"""What an archive (zip, RAR, 7z) holds: names as Chinese systems write them, and nothing taken that it should not hold.

Names are for people only, never paths: a member is kept under its SHA-256 like every other original.
"""

import errno
import lzma
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jixiao.boxed.child import ChildLate, ChildLost
from jixiao.boxed.unpacker import Bounds, NoLibrary, Unpacker
from jixiao.discover.posts import file_name
from jixiao.magic import ARCHIVES, ZIP, media_type_of, zip_name
from jixiao.model import JixiaoError, UnreadableDocument

_MOST_MEMBERS: Final = 2000
_MEMBER_BYTES: Final = 100 * 1024 * 1024
_ALL_BYTES: Final = 300 * 1024 * 1024
_MOST_TIMES: Final = 100
_ANYWAY_BYTES: Final = 20 * 1024 * 1024
_SECONDS: Final = 300
_DEEPEST: Final = 2
_ENCRYPTED: Final = 0x1
NOT_NOW: Final = (NoLibrary, ChildLate, ChildLost)
"""What says nothing of the archive for good: another machine, or this one at another time, may open it."""
_DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError, OSError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its number there (1.0: the first of the second, an archive), its name, its bytes.

    `refused` is the name of one that leads out of the archive: such a member is not opened. `closed` says why one that
    is an archive itself was not opened, or not to its end; `not_now` that it may be another time.
    """

    number: str
    name: str
    data: bytes
    refused: str = ""
    closed: str = ""
    not_now: bool = False


class _Full(JixiaoError):  # noqa: N818
    """What may come out of the whole archive came out."""


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or (len(parts[0]) == 2 and parts[0][1] == ":") or "\0" in name


def members(path: Path) -> Iterator[Member]:
    """Yield the files of an archive, and of the archives in it down to the third.

    All of them share one bound of how many they are, of what they unpack to (`_ALL_BYTES`, and beyond `_ANYWAY_BYTES`
    no more than `_MOST_TIMES` what came) and of seconds. Raises `JixiaoError` for an archive that is damaged, locked,
    or grows beyond all bounds, and one of `NOT_NOW`.
    """
    most = min(_ALL_BYTES, max(_ANYWAY_BYTES, _MOST_TIMES * path.stat().st_size))
    with Unpacker() as unpacker:
        opening = _Opening(unpacker, _MOST_MEMBERS, most, time.monotonic() + _SECONDS)
        yield from opening.of(path, media_type_of(path) or ZIP, "", 0)


@dataclass(slots=True)
class _Opening:
    """What may still come out of an archive and the archives in it, and until when."""

    unpacker: Unpacker
    members: int
    octets: int
    until: float

    def of(self, path: Path, kind: str, above: str, depth: int) -> Iterator[Member]:
        """Yield the members of an archive of a kind; their numbers stand behind `above`."""
        if kind == ZIP:
            yield from self._of_zip(path, "zip", above, depth)
            return
        what, made = ARCHIVES[kind], path.with_name(f"{path.name}.zip")
        try:
            bounds = Bounds(self.members, _MEMBER_BYTES, self.octets)
            stop = self.unpacker.turned(path, made, bounds, self._seconds())
            yield from self._of_zip(made, what, above, depth)
        except NoLibrary as error:
            raise NoLibrary(f"the {what} is not opened: {error}") from None
        except ChildLate:
            raise ChildLate(f"the {what} took longer than {_SECONDS} s to unpack") from None
        except (ChildLost, UnreadableDocument):
            raise ChildLost(f"the {what} brought libarchive down: damage, or too much memory needed") from None
        finally:
            made.unlink(missing_ok=True)
        if stop is not None:
            raise (_Full if stop.full else JixiaoError)(f"the {what} {stop.words}")

    def _of_zip(self, path: Path, what: str, above: str, depth: int) -> Iterator[Member]:
        try:
            with zipfile.ZipFile(path) as opened:
                infos = opened.infolist()
                self.members -= len(infos)
                if self.members < 0:
                    raise _Full(f"the {what} has more than {_MOST_MEMBERS} members")
                for place, info in enumerate(infos):
                    if not info.is_dir():
                        yield from self._of_info(opened, info, path.with_name(f"inside-{above}{place}"), what, depth)
        except _DAMAGE as error:
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                raise
            raise JixiaoError(f"the {what} is damaged or of an unknown kind: {error}") from None

    def _of_info(
        self, opened: zipfile.ZipFile, info: zipfile.ZipInfo, inner: Path, what: str, depth: int
    ) -> Iterator[Member]:
        """Yield a member, or if it is an archive its members."""
        number, said = inner.name.removeprefix("inside-"), zip_name(info)
        name = file_name(said, "").strip()
        self._seconds()
        if _leads_out(said):
            yield Member(number, name, b"", said)
            return
        if info.flag_bits & _ENCRYPTED:
            raise JixiaoError(f"the {what}'s member {name} is encrypted")
        with opened.open(info) as handle:
            data = handle.read(min(_MEMBER_BYTES, self.octets) + 1)
        self.octets -= len(data)
        if len(data) > _MEMBER_BYTES or self.octets < 0:
            raise _Full(f"the {what}'s member {name} unpacks to more than is taken")
        inner.write_bytes(data)
        try:
            kind = media_type_of(inner) if data else None
            if kind not in ARCHIVES or kind is None:
                yield Member(number, name, data)
            elif depth >= _DEEPEST:
                yield Member(number, name, b"", closed="lies deeper in archives than is looked")
            else:
                yield from self.of(inner, kind, f"{number}.", depth + 1)
        except _Full:
            raise
        except JixiaoError as error:
            yield Member(number, name, b"", closed=str(error), not_now=isinstance(error, NOT_NOW))
        finally:
            inner.unlink()

    def _seconds(self) -> float:
        """Return how many seconds are left."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise _Full(f"it takes longer than {_SECONDS} s to unpack")
        return left
