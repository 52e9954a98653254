"""What an archive keeps beside originals and sidecars: accounts of walks, what persons settled, and what is gone."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from jixiao.archive.store import Store


class Records:
    """The smaller records of an archive at a URL."""

    def __init__(self, url: str) -> None:
        """Open the archive at `url`; nothing is created before something is kept."""
        self._store = Store(url)

    def keep_account(self, source_id: str, year: int | None, said: dict[str, Any]) -> None:
        """Keep what a source's walk for a fiscal year, or for all, came to; the next one takes its place."""
        self._store.write(f"accounts/{source_id}/{year or 'all'}.json", {"source_id": source_id, "year": year, **said})

    def accounts(self) -> list[dict[str, Any]]:
        """Return what every source's last walk for each year came to."""
        return list(self._store.records("accounts"))

    def keep_resolution(self, item_id: str, said: dict[str, Any]) -> None:
        """Keep what a person settled of a quarantined item."""
        self._store.write(f"resolutions/{hash_of(item_id)}.json", {"item_id": item_id, **said})

    def resolutions(self) -> list[dict[str, Any]]:
        """Return what persons settled."""
        return list(self._store.records("resolutions"))

    def mark_gone(self, urls: Iterable[str]) -> list[str]:
        """Mark addresses that are no longer published; originals and sidecars stay. Return those marked now."""
        marked = []
        for url in sorted(set(urls)):
            name = f"gone/{hash_of(url)}.json"
            if self._store.read(self.address_of(url)) is not None and self._store.read(name) is None:
                self._store.write(name, {"url": url, "noticed_at": now()})
                marked.append(url)
        return marked

    def gone(self) -> list[str]:
        """Return the addresses that are marked as gone."""
        return sorted(str(said["url"]) for said in self._store.records("gone") if "url" in said)

    def address_of(self, url: str) -> str:
        """Return the name of the record of an address."""
        return f"addresses/{hash_of(url)}.json"


def hash_of(url: str) -> str:
    """Return what an address goes by in names of records."""
    return hashlib.sha256(url.encode()).hexdigest()


def now() -> str:
    """Return the time (UTC), as records tell it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
