"""Archive: originals unchanged under their SHA-256, a sidecar for each sighting; any fsspec URL.

    objects/ab/abcd…            the bytes
    sightings/<address>/<sha>.json    that they were seen there: post, title, publisher, headers, time; never changed;
                                      <sha>.2.json when the address gave them again after others
    containers/<address>/<sha>.json   the same of an archive (zip, RAR …) that was kept, and which members were left
    addresses/<address>.json    what the address gave the last time, so that it is only asked whether it changed
    gone/<address>.json         three full walks did not meet it any more
    index/sequence.json         the number of the newest sidecar: what was seen later has a greater one
    index/sightings.sqlite      what all sidecars told, for loads (`index.py`); can be made anew from them
    accounts/<source>/<year>.json     what a source's last walk came to: its coverage, and the addresses that failed
    resolutions/<item>.json     what a person settled in the quarantine: who, when, why
    damaged/<sha>               bytes that were found under a name that is not theirs

The object is written before its sidecar, the sidecar before the address: a crash leaves nothing half, and the next run
takes up where this one was.
"""

import json
import sqlite3
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from jixiao.archive.addresses import Known, documents_in, last_seen_in, listed
from jixiao.archive.index import SEQUENCE, Index
from jixiao.archive.records import Records, hash_of, now
from jixiao.archive.revisions import Chains, Revision, Telling, Told, revisions
from jixiao.archive.sighting import FetchFailure, Seen, Sighting, microseconds
from jixiao.archive.store import DamagedOriginal
from jixiao.archive.taking import NoDocument, Taker
from jixiao.discover.posts import Candidate, is_web
from jixiao.model import JixiaoError

if TYPE_CHECKING:  # what asks sites takes a third of the start, and most of what opens an archive asks none
    from jixiao.discover.client import Answer, Client

__all__ = ["Archive", "Chains", "DamagedOriginal", "FetchFailure", "Revision", "Sighting", "Telling", "Told"]

_FEW: Final = 1000  # documents of which each is looked for; more, and all chains are worked out
_FAMILIES_AT_ONCE: Final = 1000
_RETURNS: Final = 9  # how often an address may turn back to the same bytes; one that goes on so tells nothing new


class Archive(Records):
    """Content-addressed files at a URL (`file`, `s3`, `memory` …)."""

    def __init__(self, url: str) -> None:
        """Open the archive at `url`; nothing is created before something is kept."""
        super().__init__(url)
        self._index = Index(self._store)
        self.remarks: list[str] = []  # what was odd about the files of this run
        self.nothing_in: set[str] = set()  # addresses of zips that might have held a report, and hold none

    # ----------------------------------------------------------------------------------------- reading

    def sightings(self) -> Iterator[Sighting]:
        """Yield every sighting that was ever made, once, as its first sidecar tells it, by address and document.

        Of a file in a folder of ours the last sidecar tells: a manifest may be mended.
        """
        told: dict[tuple[str, str], Seen] = {}
        for seen in self._sidecars():
            key = (seen.sighting.url, seen.sighting.sha256)
            if key not in told or (seen.sequence < told[key].sequence) == is_web(seen.sighting.url):
                told[key] = seen
        return (told[key].sighting for key in sorted(told))

    def revisions(self, told: Mapping[str, Told] | None = None) -> list[Revision]:
        """Return the chains of revisions: the same report of a year, with other bytes, when seen, and what is gone.

        `told` is what documents say of themselves, by SHA-256, for those that no title gives to a department or year.
        """
        return self._revisions(lambda _: told or {}, self.gone())

    def chains(self, telling: Telling, point: str | None, documents: Collection[str]) -> Chains:
        """Return the chains that may be others than they were at a `point`, or all where nobody knows which may be.

        Those of sidecars that came since, of addresses that went or came back, and of `documents`, which may say
        something else of themselves.
        """
        gone, now_at = self.gone(), self._index.point()
        here = None if now_at is None else json.dumps([*now_at, gone])
        of = self._since(point, now_at, documents, gone)
        return Chains(self._revisions(telling, gone, of), None if of is None else frozenset(of), here)

    def _since(
        self, point: str | None, now_at: tuple[int, int] | None, documents: Collection[str], gone: Sequence[str]
    ) -> set[str] | None:
        """Return the families whose chains may be others than at a point; None: any."""
        try:
            made, number, gone_then = json.loads(point or "")
            if now_at is None or made != now_at[0] or len(documents) > _FEW:
                return None
            of = self._index.concerned(number, documents, set(gone).symmetric_difference(gone_then))
        except (ValueError, TypeError, sqlite3.Error):
            return None
        return None if "" in of else of  # whose chains nobody but the documents tells

    def _revisions(self, telling: Telling, gone: Sequence[str], of: Collection[str] | None = None) -> list[Revision]:
        families, left = self._index.families(of), frozenset(gone)
        if families is not None:
            found = []
            while some := list(islice(families, _FAMILIES_AT_ONCE)):
                told = telling({one.sighting.sha256 for seen, _ in some for one in seen})
                found += [one for family in some for one in revisions(*family, left, told)]
            return sorted(found, key=lambda one: (one.organization, one.fiscal_year, one.name, one.revision))
        told = telling({one.sighting.sha256 for one in self._sidecars()})
        last_seen = {
            (str(said.get("url")), sha256): at
            for said in self._store.records("addresses")
            for sha256, at in last_seen_in(said).items()
        }
        return revisions(self._sidecars(), last_seen, left, told)

    def state(self) -> str | None:
        """Return what decides the chains of revisions, in words for machines; None where only all sidecars tell it."""
        index = self._index.state()
        return None if index is None else repr((index, self.gone()))

    def make_index(self) -> int:
        """Make what a load reads in place of all sidecars anew; return how many sidecars there are."""
        return self._index.make()

    def local_copy(self, sha256: str, folder: Path) -> Path:
        """Return a local path of an original; one on an object store is copied into `folder` first."""
        return self._store.local_copy(sha256, folder)

    def state_of(self, sha256: str) -> Literal["whole", "damaged", "missing"]:
        """Hash an original; return what is to be said of it."""
        found = self._store.hash_of(sha256)
        return "missing" if found is None else "whole" if found == sha256 else "damaged"

    def originals(self, prefix: str) -> list[str]:
        """Return the names of the originals that begin with two hex digits."""
        return self._store.originals(prefix)

    def set_aside(self, sha256: str) -> None:
        """Move bytes away from a name that is not theirs; they are kept under `damaged/`."""
        self._store.set_aside(sha256)

    def containers(self) -> Iterator[Sighting]:
        """Yield the sighting of each archive (zip, RAR …) that was kept."""
        return (seen.sighting for seen in self._sidecars("containers"))

    def unwitnessed(self) -> list[tuple[str, str]]:
        """Read every record, for `damaged`; return the addresses and documents of which the sidecar is missing."""
        for place in ("gone", "index", "accounts", "resolutions"):
            for _ in self._store.named_records(place):
                pass
        known = {(seen.sighting.url, seen.sighting.sha256) for seen in self._sidecars()}
        named = {pair for said in self._store.records("addresses") for pair in documents_in(said)}
        return sorted(named - known)

    def damaged(self) -> list[str]:
        """Return the records that could not be read so far, each with the reason: they count as not there."""
        return [f"{name}: {why}" for name, why in sorted(self._store.damaged.items())]

    def _sidecars(self, place: str = "sightings") -> Iterator[Seen]:
        for name, said in self._store.named_records(place):
            try:
                yield Seen.from_record(said)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                self._store.damaged[name] = f"not a sidecar: {error}"

    # ---------------------------------------------------------------------------------------- fetching

    def fetch_all(self, candidates: Iterable[Candidate], client: "Client") -> list[Sighting | FetchFailure]:
        """Fetch each address once, in order; a zip gives a sighting for each report in it."""
        return [result for one in {c.url: c for c in candidates}.values() for result in self.fetch(one, client)]

    def fetch(self, candidate: Candidate, client: "Client") -> list[Sighting | FetchFailure]:
        """Return what an address gives: asked once in a walk, and then only whether it changed.

        Nothing is what a zip of other papers gives, in a post that might have held a report.
        """
        results = self._fetched(candidate, client)
        if not results:
            self.nothing_in.add(candidate.url)
        return results

    def _fetched(self, candidate: Candidate, client: "Client") -> list[Sighting | FetchFailure]:
        known = self._known(candidate.url)
        if known is not None and not self._to_be_asked(known, candidate):
            return self._said_before(known, candidate)
        with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
            file = Path(folder) / "file"
            try:
                answer = self._download(candidate, client, file, known.headers if known is not None else None)
                if answer.unchanged and known is not None:
                    self._remember(candidate, known.headers, known.documents, known.failures)
                    return self._said_before(known, candidate)
                if answer.status != 200:
                    raise JixiaoError(f"the site answered {answer.status}")
            except JixiaoError as error:
                # It may pass: nothing is remembered, and what was archived before is still the document.
                failure = FetchFailure(candidate.url, candidate.fiscal_year, f"{candidate.attachment_name}: {error}")
                before = self._said_before(known, candidate) if known is not None else []
                return [*(said for said in before if isinstance(said, Sighting)), failure]
            return self._taken(candidate, file, answer)

    def _known(self, url: str) -> Known | None:
        """Return what an address gave last; None where a record of it is damaged or missing: it is asked anew."""
        known = Known.from_record(self._store.read(self.address_of(url)) or {})
        return known if known and known.url == url and all(self._first(*pair) for pair in known.documents) else None

    def _first(self, url: str, sha256: str) -> Seen | None:
        """Return the sidecar that counts of an address and its bytes: the first, in a folder of ours the last."""
        same = [one for one in self._sidecars(f"sightings/{hash_of(url)}") if one.sighting.sha256 == sha256]
        return (min if is_web(url) else max)(same, key=lambda one: one.sequence, default=None)

    def _download(self, candidate: Candidate, client: "Client", file: Path, headers: dict[str, str] | None) -> "Answer":
        """Write what an address gives to `file`; a post's own page was asked already when the post was opened."""
        if not candidate.is_page or not is_web(candidate.url):
            return client.download(candidate.url, file, headers)
        answer = client.get(candidate.url, walk=candidate.walk)
        file.write_bytes(answer.content)
        return replace(answer, unchanged=False)

    def forget(self, url: str) -> None:
        """Forget what an address gave, so that it is asked for its whole file again; originals and sidecars stay."""
        self._store.remove(self.address_of(url))

    def _to_be_asked(self, known: Known, candidate: Candidate) -> bool:
        if candidate.walk and known.walk == candidate.walk:
            return False
        if known.headers.get("etag") or known.headers.get("last-modified"):
            return True
        # The site cannot tell whether the file changed: it is asked again when the list says something else of it.
        return known.listed != listed(candidate)

    def _taken(self, candidate: Candidate, file: Path, answer: "Answer") -> list[Sighting | FetchFailure]:
        def told_of(container: Sighting, left: tuple[str, ...]) -> None:
            self._witness("containers", Seen(container, now(), answer.headers, answer.via, left))

        results: list[Sighting | FetchFailure] = []
        remarks: tuple[str, ...] = ()
        size = file.stat().st_size
        if candidate.declared_size not in (None, size):
            remarks = (f"the site declares {candidate.declared_size} bytes, {size} came",)
            self.remarks += [f"{candidate.url}: {remark}" for remark in remarks]
        taker = Taker(self._store, told_of, self.remarks.append)
        try:
            for found in taker.kept(candidate, file):
                result = found
                if isinstance(result, Sighting):
                    result = self._witness("sightings", Seen(result, now(), answer.headers, answer.via, remarks))
                results.append(result)
        except NoDocument as error:
            results.append(FetchFailure(candidate.url, candidate.fiscal_year, f"{candidate.attachment_name}: {error}"))
        documents = [(r.url, r.sha256) for r in results if isinstance(r, Sighting)]
        failures = [(r.url, r.reason) for r in results if isinstance(r, FetchFailure)]
        self._remember(candidate, answer.headers, documents, failures, taker.again)
        return results

    def _witness(self, folder: str, seen: Seen) -> Sighting:
        """Write a sidecar each time that an address turns to these bytes; return what the first of them tells."""
        place, sha256 = f"{folder}/{hash_of(seen.sighting.url)}", seen.sighting.sha256
        told = sorted(self._sidecars(place), key=lambda one: one.sequence)
        same = [one.sighting for one in told if one.sighting.sha256 == sha256]
        mended = not is_web(seen.sighting.url)  # a manifest may say something else of the same bytes
        if told and told[-1].sighting.sha256 == sha256 and not (mended and told[-1].sighting != seen.sighting):
            return same[-1] if mended else same[0]
        if len(same) >= _RETURNS:
            self.remarks.append(f"{seen.sighting.url}: turns to and fro between files, {len(told)} times so far")
            return same[0]
        name = f"{place}/{sha256}{f'.{len(same) + 1}' if same else ''}.json"
        indexed = folder == "sightings"
        made = replace(seen, sequence=self._next(told, name if indexed else None))
        self._store.write(name, made.as_record())
        if indexed:
            self._index.note(name, made)
        return same[0] if same and not mended else seen.sighting

    def _next(self, told: Sequence[Seen], name: str | None) -> int:
        """Return the number of a new sidecar: the time in microseconds, but greater than every number before.

        That of each in `told`, too: an index from an older backup does not know of them.
        """
        with self._store.locked("index/sequence.lock"):
            before = (self._store.read(SEQUENCE) or {}).get("sequence")
            if not isinstance(before, int):  # an archive that is older than the index, or whose index was damaged
                before = max((one.sequence for one in self._sidecars()), default=0)
            number = max([before + 1, microseconds(datetime.now(UTC)), *(one.sequence + 1 for one in told)])
            self._store.write(SEQUENCE, {"sequence": number})
            self._index.expect(name, number)
        return number

    # ---------------------------------------------------------------------------------------- memory

    def _remember(
        self, candidate: Candidate, headers: dict[str, str], documents: Iterable[Any], failures: Iterable[Any],
        again: bool = False,
    ) -> None:  # fmt: skip
        """Remember what an address gave; `again`: the next walk asks for the whole file, changed or not."""
        name = self.address_of(candidate.url)
        pairs = [list(pair) for pair in documents]
        before = self._store.read(name) or {}
        last_seen = {**last_seen_in(before), **{sha256: now() for _, sha256 in pairs}}
        said = {
            "url": candidate.url,
            "walk": candidate.walk,
            "headers": {} if again else headers,
            "listed": [] if again else listed(candidate),
            "documents": pairs,
            "last_seen": last_seen,
            "failures": [list(pair) for pair in failures],
        }
        self._store.write(name, said)
        self._index.note_last_seen(name, candidate.url, last_seen)
        self._store.remove(f"gone/{hash_of(candidate.url)}.json")

    def _said_before(self, known: Known, candidate: Candidate) -> list[Sighting | FetchFailure]:
        told = (self._first(*pair) for pair in known.documents)
        results: list[Sighting | FetchFailure] = [one.sighting for one in told if one is not None]
        return results + [FetchFailure(url, candidate.fiscal_year, reason) for url, reason in known.failures]
