"""What all sidecars of an archive told, in one SQLite file: a load reads that, and no sidecar.

    index/sightings.sqlite

Whoever writes a sidecar says so before (`expect`) and after (`note`); an index whose newest number is not the
archive's, that was half made or is damaged is made anew from the sidecars. An archive on an object store has none: its
sidecars are read. Nothing rests on it that the sidecars do not say.
"""

import json
import secrets
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, suppress
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from jixiao.archive.addresses import last_seen_in
from jixiao.archive.sighting import Seen
from jixiao.archive.store import Store
from jixiao.discover.posts import is_web

SEQUENCE: Final = "index/sequence.json"
_NAME: Final = "index/sightings.sqlite"
_FORMAT: Final = 2
_AT_ONCE: Final = 1000
_WAIT_SECONDS: Final = 60.0
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS seen (
    name TEXT PRIMARY KEY, family TEXT NOT NULL, url TEXT NOT NULL, address TEXT NOT NULL, sha256 TEXT NOT NULL,
    record TEXT NOT NULL, number INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_family ON seen (family);
CREATE INDEX IF NOT EXISTS by_number ON seen (number);
CREATE INDEX IF NOT EXISTS by_document ON seen (sha256, family);
CREATE INDEX IF NOT EXISTS by_address ON seen (address, family);
CREATE INDEX IF NOT EXISTS by_url ON seen (url, family);
CREATE TABLE IF NOT EXISTS last_seen (address TEXT, sha256 TEXT, at TEXT, PRIMARY KEY (address, sha256)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS expected (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS damaged (name TEXT PRIMARY KEY, why TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;
"""
Family = tuple[list[Seen], dict[tuple[str, str], str]]
"""Sightings that may be of common chains, and when each address gave which bytes last."""


class Index:
    """The index of one archive; a process opens it for each use."""

    def __init__(self, store: Store) -> None:
        """Make nothing yet."""
        self._store = store
        self._path = Path((store.root / _NAME).path) if store.local else None

    # ---------------------------------------------------------------------------------------- writing

    def expect(self, name: str | None, sequence: int) -> None:
        """Note, under the lock of the sequence, that a number is given, and to which sidecar of ours, if to one."""
        with suppress(sqlite3.Error, ValueError), closing(self._opened(make=False)) as index, index:
            if name is not None:
                index.execute("INSERT OR IGNORE INTO expected VALUES (?)", [name])
            index.execute("INSERT OR REPLACE INTO state VALUES ('sequence', ?)", [sequence])

    def note(self, name: str, seen: Seen) -> None:
        """Note a sidecar that was written; what fails here leaves it expected, and the next reader looks for it."""
        with suppress(sqlite3.Error, ValueError), closing(self._opened(make=False)) as index, index:
            _insert(index, name, seen)
            index.execute("DELETE FROM expected WHERE name = ?", [name])
            index.execute("DELETE FROM damaged WHERE name = ?", [name])

    def note_last_seen(self, name: str, address: str, times: Mapping[str, str]) -> None:
        """Note when an address gave which bytes last, by SHA-256; `name` is that of its record."""
        with suppress(sqlite3.Error, ValueError), closing(self._opened(make=False)) as index, index:
            rows = [(address, sha256, at) for sha256, at in times.items()]
            index.executemany("INSERT OR REPLACE INTO last_seen VALUES (?, ?, ?)", rows)
            index.execute("DELETE FROM damaged WHERE name = ?", [name])

    def make(self) -> int:
        """Make the index anew from the sidecars; return how many there are. Writers go on meanwhile."""
        with self._store.locked("index/making.lock"):
            return self._made()

    # ---------------------------------------------------------------------------------------- reading

    def families(self, of: Collection[str] | None = None) -> Iterator[Family] | None:
        """Return the sightings by family, or of some, one in memory at a time; None where this archive has no index.

        The sightings of an address are in one family, and those of a department. Damaged sidecars are noted in the
        store, as if all were read.
        """
        try:
            return self._families(of) if self._made_if_need_be() else None
        except (sqlite3.Error, OSError):  # no place to write, say: the sidecars are there all the same
            return None

    def _made_if_need_be(self) -> bool:
        if self._path is None:
            return False
        if not self._is_sound():
            with self._store.locked("index/making.lock"):
                if not self._is_sound():
                    self._made()
        self._store.damaged |= self._damage()
        return True

    def point(self) -> tuple[int, int] | None:
        """Return which index this is and the number of the last sidecar noted; None where this archive has none."""
        try:
            if not self._made_if_need_be():
                return None
            with closing(self._opened(make=False)) as index:
                (number,) = index.execute("SELECT coalesce(max(number), 0) FROM seen").fetchone()
                (made,) = index.execute("SELECT value FROM state WHERE key = 'made'").fetchone()
                return int(made), int(number)
        except (sqlite3.Error, OSError, TypeError):
            return None

    def concerned(self, number: int, documents: Collection[str], addresses: Collection[str]) -> set[str]:
        """Return the families of sidecars noted after `number`, of some documents and addresses; and those joined."""
        with closing(self._opened(make=False)) as index:
            found = {name for (name,) in index.execute("SELECT family FROM seen WHERE number > ?", [number])}
            for column, values in (("sha256", documents), ("address", addresses)):
                for value in values:
                    rows = index.execute(f"SELECT DISTINCT family FROM seen WHERE {column} = ?", [value])  # noqa: S608
                    found.update(name for (name,) in rows)
            fresh = set(found)
            while fresh:
                beside = {
                    name
                    for family in fresh
                    for (name,) in index.execute(
                        "SELECT DISTINCT other.family FROM seen AS one INNER JOIN seen AS other ON one.url = other.url "
                        "WHERE one.family = ?",
                        [family],
                    )
                }
                fresh = beside - found
                found |= fresh
            return found

    def _families(self, of: Collection[str] | None) -> Iterator[Family]:
        with closing(self._opened(make=False)) as index:
            index.execute("CREATE TEMP TABLE wanted (name TEXT PRIMARY KEY)")
            index.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", [[name] for name in of or ()])
            where = "" if of is None else "WHERE family IN (SELECT name FROM wanted)"
            # An address whose department another contract calls otherwise joins the two.
            joined: dict[str, str] = {}
            several = index.execute(
                f"SELECT group_concat(DISTINCT hex(family)) FROM seen {where} GROUP BY url "  # noqa: S608 - our own
                "HAVING count(DISTINCT family) > 1"
            )
            for (names,) in several:
                families = [bytes.fromhex(name).decode() for name in names.split(",")]
                heads = {_head(joined, name) for name in families}
                joined |= dict.fromkeys(heads, min(heads))
                joined |= {name: min(heads) for name in families}
            together: dict[str, Family] = {}
            rows = index.execute(
                "SELECT family, record, address, sha256, at FROM seen LEFT JOIN last_seen USING (address, sha256) "  # noqa: S608
                f"{where} ORDER BY family, name"
            )
            for family, some in groupby(rows, key=lambda row: str(row[0])):
                found: Family = together.setdefault(_head(joined, family), ([], {})) if family in joined else ([], {})
                for _, record, address, sha256, at in some:
                    found[0].append(Seen.from_record(json.loads(record)))
                    if at is not None:
                        found[1][(address, sha256)] = at
                if family not in joined:
                    yield found
            yield from together.values()

    def state(self) -> str | None:
        """Return what tells one set of sidecars from another; None where there is no index, or any is damaged."""
        if self._path is None or not self._is_sound():
            return None
        try:
            with closing(self._opened(make=False)) as index:
                (count,) = index.execute("SELECT count(*) FROM seen").fetchone()
                (damaged,) = index.execute("SELECT count(*) FROM damaged").fetchone()
                said = sorted(index.execute("SELECT key, value FROM state").fetchall())
                return None if damaged else repr((said, count))
        except sqlite3.Error:
            return None

    # ---------------------------------------------------------------------------------------- making

    def _opened(self, make: bool) -> sqlite3.Connection:
        """Return a connection; `sqlite3.Error` where there is no index and none is to be made."""
        if self._path is None:
            raise sqlite3.OperationalError("an object store has no index")
        if make:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        index = sqlite3.connect(f"{self._path.as_uri()}?mode=rw{'c' * make}", timeout=_WAIT_SECONDS, uri=True)
        index.execute("PRAGMA synchronous = OFF")  # what a power cut loses is missed by number, and made anew
        return index

    def _is_sound(self) -> bool:
        """Tell whether the index is whole and of the archive's newest number; what was expected is looked for now."""
        newest = (self._store.read(SEQUENCE) or {}).get("sequence")
        try:
            with closing(self._opened(make=False)) as index, index:
                state = dict(index.execute("SELECT key, value FROM state"))
                if (state.get("format"), state.get("whole"), state.get("sequence")) != (_FORMAT, 1, newest):
                    return False
                for (name,) in index.execute("SELECT name FROM expected").fetchall():
                    said = self._store.read(name)
                    if said is not None:
                        _insert(index, name, Seen.from_record(said))
                        index.execute("DELETE FROM expected WHERE name = ?", [name])
                return True
        except (sqlite3.Error, KeyError, TypeError, ValueError, AttributeError):
            return False

    def _made(self) -> int:
        if self._path is None:
            return 0
        with self._store.locked("index/sequence.lock"):
            self._path.unlink(missing_ok=True)
            newest = (self._store.read(SEQUENCE) or {}).get("sequence")
            with closing(self._opened(make=True)) as index, index:
                index.executescript(_TABLES)
                state = {"format": _FORMAT, "whole": 0, "sequence": newest if isinstance(newest, int) else None}
                state["made"] = secrets.randbits(62)  # numbers of another index say nothing of this one's
                index.executemany("INSERT INTO state VALUES (?, ?)", state.items())
        # From here on writers note what they write; what both note is the same.
        count = 0
        with closing(self._opened(make=False)) as index:
            for name, said in self._store.named_records("sightings"):
                try:
                    _insert(index, name, Seen.from_record(said))
                except (KeyError, TypeError, ValueError, AttributeError) as error:
                    self._store.damaged[name] = f"not a sidecar: {error}"
                count += 1
                if count % _AT_ONCE == 0:
                    index.commit()
            for said in self._store.records("addresses"):
                rows = [(str(said.get("url")), sha256, at) for sha256, at in last_seen_in(said).items()]
                index.executemany("INSERT OR IGNORE INTO last_seen VALUES (?, ?, ?)", rows)
            damaged = [(n, why) for n, why in self._store.damaged.items() if n.startswith(("sightings/", "addresses/"))]
            index.executemany("INSERT OR REPLACE INTO damaged VALUES (?, ?)", damaged)
            index.execute("UPDATE state SET value = 1 WHERE key = 'whole'")
            index.commit()
        return count

    def _damage(self) -> dict[str, str]:
        with closing(self._opened(make=False)) as index:
            return dict(index.execute("SELECT name, why FROM damaged"))


def _insert(index: sqlite3.Connection, name: str, seen: Seen) -> None:
    found = seen.sighting
    # Of files in a folder only the path holds a chain together (`revisions`).
    family = found.organization if is_web(found.url) else found.url
    record: dict[str, Any] = seen.as_record()
    index.execute(
        "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?, ?, (SELECT coalesce(max(number), 0) + 1 FROM seen))",
        [name, family, found.url, found.address, found.sha256, json.dumps(record, default=str)],
    )


def _head(joined: Mapping[str, str], name: str) -> str:
    """Return the name that a family's joined ones go by."""
    while joined.get(name, name) != name:
        name = joined[name]
    return name
