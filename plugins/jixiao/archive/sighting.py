"""What the archive says of an address: an original was seen there, or why there was none."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final, Self, get_args, get_type_hints

from jixiao.discover.posts import Candidate, published_from


@cache
def _kinds() -> dict[str, tuple[type, ...]]:
    """Return what each field of a sighting may be."""
    return {name: get_args(hint) or (hint,) for name, hint in get_type_hints(Sighting).items()}


_TIMES: Final = ("published_on", "published_at")
_SHA256: Final = re.compile("[0-9a-f]{64}")
_SHA256S: Final = re.compile("(?:[0-9a-f]{64}\n)*")


def are_sha256(values: Sequence[Any]) -> bool:
    """Tell of many values at once whether each is a SHA-256 in lower-case hex."""
    if not {*map(type, values)} <= {str}:
        return False
    text = "\n".join([*values, ""])
    return len(text) == 65 * len(values) and _SHA256S.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Sighting:
    """An original at an address; `sha256` leads to its bytes.

    A member of a zip has the zip's address with its number as the fragment, and the zip as `container_sha256`.
    """

    sha256: str
    media_type: str
    byte_size: int
    url: str
    source_id: str
    post_url: str
    post_title: str
    attachment_name: str
    publisher: str
    published_on: date | None
    fiscal_year: int | None
    organization: str = ""
    region_code: str = ""
    container_sha256: str | None = None
    published_at: datetime | None = None

    @classmethod
    def from_record(cls, said: dict[str, Any]) -> Self:
        """Read a sighting that was written as JSON; `ValueError`, `TypeError` or `KeyError` for what is none."""
        sighting = cls(**{**said, **published_from(said)})
        for name, kinds in _kinds().items():
            if type(getattr(sighting, name)) not in kinds:  # a bool is no number here
                raise ValueError(f"{name} is {getattr(sighting, name)!r}")
        if not (sighting.url and _SHA256.fullmatch(sighting.sha256)):
            raise ValueError("no address, or no SHA-256")
        if not _SHA256.fullmatch(sighting.container_sha256 or sighting.sha256):
            raise ValueError("the container's SHA-256 is none")
        if sighting.fiscal_year is not None and not 1900 <= sighting.fiscal_year <= 2200:
            raise ValueError(f"fiscal year {sighting.fiscal_year}")
        if not 0 <= sighting.byte_size < 2**63:
            raise ValueError(f"{sighting.byte_size} bytes")
        return sighting

    @classmethod
    def all_sound(cls, said: Sequence[Any]) -> bool:
        """Tell of many records at once whether `from_record` would read each; a tenth of what each by itself takes."""
        if not said:
            return True
        if {type(one) for one in said} != {dict} or len(names := {tuple(one) for one in said}) > 1:
            return False
        (order,) = names
        columns = dict(zip(order, zip(*(one.values() for one in said), strict=True), strict=True))
        try:
            cls.from_record(said[0])  # has the names that it must have, and no other
            for name in _TIMES:
                for value in set(columns.get(name, ())):  # few
                    published_from({"published_on": None, name: value})
            for name, values in columns.items():
                kinds = (str, type(None)) if name in _TIMES else _kinds()[name]
                if not {type(value) for value in values} <= set(kinds):
                    return False
            hashes = [*columns["sha256"], *(one for one in columns.get("container_sha256", ()) if one)]
            years = [year for year in columns["fiscal_year"] if year is not None]
            sizes = columns["byte_size"]
        except (KeyError, TypeError, ValueError):
            return False
        whole = all(columns["url"]) and are_sha256(hashes)
        return whole and all(1900 <= year <= 2200 for year in set(years)) and all(0 <= n < 2**63 for n in sizes)

    @property
    def address(self) -> str:
        """Return the address that was asked: for a member of a zip that of the zip."""
        return self.url if self.container_sha256 is None else self.url.rsplit("#", 1)[0]


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """An address that gave no document, and why."""

    url: str
    fiscal_year: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A sidecar: a sighting, when it was first made and what the site's headers said; never part of marts.

    `via` names the fallback of the contract by which it came, empty for none; `remarks` say what was odd about it.
    `sequence` counts on whatever the clock does: what was seen later has the greater number.
    """

    sighting: Sighting
    seen_at: str
    headers: dict[str, str]
    via: str = ""
    remarks: tuple[str, ...] = ()
    sequence: int = 0

    def as_record(self) -> dict[str, Any]:
        """Return the sidecar as JSON-able data."""
        return asdict(self)

    @classmethod
    def from_record(cls, said: dict[str, Any]) -> "Seen":
        """Read a sidecar; `ValueError`, `TypeError` or `KeyError` for what is none."""
        sighting = Sighting.from_record(said["sighting"])
        seen_at = datetime.fromisoformat(said["seen_at"])
        sequence = said.get("sequence") or microseconds(seen_at)
        remarks = tuple(str(one) for one in said.get("remarks", ()))
        headers = {str(name): str(value) for name, value in said["headers"].items()}
        return cls(sighting, said["seen_at"], headers, str(said.get("via", "")), remarks, int(sequence))


def microseconds(moment: datetime) -> int:
    """Return a time as a sequence number: what sidecars stand for that were written before there was one."""
    return int(moment.timestamp() * 1_000_000)


def sighting_of(
    candidate: Candidate, sha256: str, media_type: str, size: int, member: tuple[str, str, str] | None = None
) -> Sighting:
    """Return the sighting of a candidate's file, or of a member of it: (number, name, SHA-256 of the zip)."""
    return Sighting(
        sha256,
        media_type,
        size,
        candidate.url if member is None else f"{candidate.url}#{member[0]}",
        candidate.source_id,
        candidate.post_url,
        candidate.post_title,
        candidate.attachment_name if member is None else member[1],
        candidate.publisher,
        candidate.published_on,
        candidate.fiscal_year,
        candidate.organization,
        candidate.region_code,
        None if member is None else member[2],
        candidate.published_at,
    )
