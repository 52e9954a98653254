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
from jixiao.magic import zip_name
from jixiao.model import JixiaoError

_MOST_MEMBERS: Final = 2000
_MEMBER_BYTES: Final = 100 * 1024 * 1024
_ALL_BYTES: Final = 300 * 1024 * 1024
_ENCRYPTED: Final = 0x1


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a zip: its number there, its name for people, its bytes.

    `refused` is the name of one that leads out of the zip: such a member is not opened.
    """

    number: int
    name: str
    data: bytes
    refused: str = ""


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or (len(parts[0]) == 2 and parts[0][1] == ":") or "\0" in name


def members(path: Path) -> Iterator[Member]:
    """Yield the files of a zip; raise `JixiaoError` for one that is damaged, locked, or grows beyond all bounds."""
    try:
        with zipfile.ZipFile(path) as opened:
            infos = opened.infolist()
            if len(infos) > _MOST_MEMBERS:
                raise JixiaoError(f"the zip has {len(infos)} members, more than {_MOST_MEMBERS}")
            total = 0
            for number, info in enumerate(infos):
                if info.is_dir():
                    continue
                said = zip_name(info)
                name = file_name(said, "").strip()
                if _leads_out(said):
                    yield Member(number, name, b"", said)
                    continue
                if info.flag_bits & _ENCRYPTED:
                    raise JixiaoError(f"the zip's member {name} is encrypted")
                with opened.open(info) as handle:
                    data = handle.read(min(_MEMBER_BYTES, _ALL_BYTES - total) + 1)
                total += len(data)
                if len(data) > _MEMBER_BYTES or total > _ALL_BYTES:
                    raise JixiaoError(f"the zip's member {name} unpacks to more than is taken")
                yield Member(number, name, data)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise JixiaoError(f"the zip is damaged or of an unknown kind: {error}") from None
