"""What an address gave last (`addresses/<address>.json`): by it an address is only asked whether it changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from jixiao.discover.posts import Candidate


@dataclass(frozen=True, slots=True)
class Known:
    """What an address gave in its last walk.

    `documents` and `failures` are pairs of an address (its own, or of a member of a zip) and a SHA-256 or a reason;
    `last_seen` tells by SHA-256 when it gave those bytes last; `listed` is what the list said of it (`listed`).
    """

    url: str
    walk: str
    headers: dict[str, str]
    listed: list[str]
    documents: list[tuple[str, str]]
    last_seen: dict[str, str]
    failures: list[tuple[str, str]]

    @classmethod
    def from_record(cls, said: Mapping[str, Any]) -> Self | None:
        """Return what a record tells; None for a damaged one."""
        documents, url = documents_in(said), said.get("url")
        walk, headers, named = said.get("walk"), said.get("headers"), said.get("documents")
        # Older records hold the reason of a failure only.
        failures = [(url, one) if isinstance(one, str) else one for one in _list(said.get("failures"))]
        told = _pairs(failures)
        sound = (
            isinstance(url, str)
            and isinstance(walk, str)
            and isinstance(headers, dict)
            and isinstance(said.get("listed"), list)
            and len(documents) == len(_list(named)) == len(named or ())
            and len(told) == len(failures)
        )
        if not sound:
            return None
        texts = {str(name): str(value) for name, value in headers.items()}  # type: ignore[union-attr]
        return cls(str(url), str(walk), texts, said["listed"], documents, last_seen_in(said), told)


def listed(candidate: Candidate) -> list[str]:
    """Return what a list says of a file that changes when the file does."""
    return [str(candidate.declared_size or ""), str(candidate.published_on or "")]


def documents_in(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the pairs of address and SHA-256 that a record names, as far as it is sound."""
    return _pairs(_list(said.get("documents")))


def last_seen_in(said: Mapping[str, Any]) -> dict[str, str]:
    """Return when an address gave which bytes last, by SHA-256, as far as its record is sound."""
    times = said.get("last_seen")
    sound = times if isinstance(times, dict) else {}
    return {sha256: at for sha256, at in sound.items() if isinstance(at, str)}


def _list(said: Any) -> list[Any]:
    return said if isinstance(said, list) else []


def _pairs(said: Iterable[Any]) -> list[tuple[str, str]]:
    pairs = (one for one in said if isinstance(one, list | tuple) and len(one) == 2)
    return [(one, other) for one, other in pairs if isinstance(one, str) and isinstance(other, str)]
