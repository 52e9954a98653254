"""What a zip holds: names as Chinese systems write them, and nothing taken that a zip should not hold.

Names are for people only, never paths: a member is kept under its SHA-256 like every other original.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jixiao.discover.posts import file_name
from jixiao.magic import ZIP, media_type_of, zip_name
from jixiao.model import JixiaoError

_MOST_MEMBERS: Final = 2000
_MEMBER_BYTES: Final = 100 * 1024 * 1024
_ALL_BYTES: Final = 300 * 1024 * 1024
_DEEPEST: Final = 2
_ENCRYPTED: Final = 0x1


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a zip: its number there (1.0: the first of the second, a zip), its name for people, its bytes.

    `refused` is the name of one that leads out of the zip: such a member is not opened.
    """

    number: str
    name: str
    data: bytes
    refused: str = ""


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or (len(parts[0]) == 2 and parts[0][1] == ":") or "\0" in name


def members(path: Path) -> Iterator[Member]:
    """Yield the files of a zip, and of the zips in it; of one that lies deeper than `_DEEPEST` the zip itself.

    All of them share one bound of how many they are and how much they unpack to. Raises `JixiaoError` for a zip that
    is damaged, locked, or grows beyond all bounds.
    """
    yield from _members(path, "", 0, _Room(_MOST_MEMBERS, _ALL_BYTES))


@dataclass(slots=True)
class _Room:
    """What may still come out of a zip and the zips in it."""

    members: int
    octets: int


def _members(path: Path, above: str, depth: int, room: _Room) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(path) as opened:
            infos = opened.infolist()
            room.members -= len(infos)
            if room.members < 0:
                raise JixiaoError(f"the zip has more than {_MOST_MEMBERS} members")
            for place, info in enumerate(infos):
                if info.is_dir():
                    continue
                number, said = f"{above}{place}", zip_name(info)
                name = file_name(said, "").strip()
                if _leads_out(said):
                    yield Member(number, name, b"", said)
                    continue
                if info.flag_bits & _ENCRYPTED:
                    raise JixiaoError(f"the zip's member {name} is encrypted")
                with opened.open(info) as handle:
                    data = handle.read(min(_MEMBER_BYTES, room.octets) + 1)
                room.octets -= len(data)
                if len(data) > _MEMBER_BYTES or room.octets < 0:
                    raise JixiaoError(f"the zip's member {name} unpacks to more than is taken")
                inner = path.with_name(f"inside-{number}")
                inner.write_bytes(data)
                try:
                    if depth < _DEEPEST and media_type_of(inner) == ZIP and zipfile.is_zipfile(inner):
                        yield from _members(inner, f"{number}.", depth + 1, room)
                    else:
                        yield Member(number, name, data)
                finally:
                    inner.unlink()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise JixiaoError(f"the zip is damaged or of an unknown kind: {error}") from None
