"""What the archive says of an address: an original was seen there, or why there was none."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from jixiao.discover.posts import Candidate, published_from


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
        """Read a sidecar."""
        sighting = Sighting(**{**said["sighting"], **published_from(said["sighting"])})
        if not (isinstance(sighting.url, str) and isinstance(sighting.sha256, str) and len(sighting.sha256) == 64):
            raise ValueError("no address, or no SHA-256")
        remarks = tuple(said.get("remarks", ()))
        sequence = said.get("sequence") or microseconds(datetime.fromisoformat(said["seen_at"]))
        return cls(sighting, str(said["seen_at"]), said["headers"], said.get("via", ""), remarks, int(sequence))


def microseconds(moment: datetime) -> int:
    """Return a time as a sequence number: what sidecars stand for that were written before there was one."""
    return int(moment.timestamp() * 1_000_000)


def sighting_of(
    candidate: Candidate, sha256: str, media_type: str, size: int, member: tuple[int, str, str] | None = None
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
