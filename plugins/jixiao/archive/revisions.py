"""Chains of revisions: the same report of a department and year, published again with other bytes."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from jixiao.archive.sighting import Seen
from jixiao.discover.posts import is_web
from jixiao.magic import EXTENSIONS

_ONE_WALK = 24 * 3600 * 1_000_000  # microseconds, as sequences count: a walk is taken up for a day
_EXTENSION = re.compile(r"\.\w{2,5}$")
_NOISE = re.compile(r"附件|修订|更正|更新|最新|重新|版|稿|[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Told:
    """What a document says of itself."""

    organization: str | None
    fiscal_year: int | None


_NOTHING = Told(None, None)
Telling = Callable[[Collection[str]], Mapping[str, Told]]
"""What tells, of documents, what they say of themselves."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One link of a chain; `revision` counts from 1 in the order in which the bytes came.

    A file that an address gives again after another one (A, B, A) is a link anew. `published_on` is the day that the
    site states, the earliest of all addresses; `first_seen_at` and `last_seen_at` (UTC) are when an address gave these
    bytes. `gone` tells that no address of it is published any more.
    """

    organization: str
    fiscal_year: int
    name: str
    revision: int
    document_sha256: str
    replaces_sha256: str | None
    published_on: date | None
    first_seen_at: str
    last_seen_at: str
    gone: bool

    @property
    def seen_on(self) -> date:
        """The day (UTC) on which an address first gave these bytes, or gave them again."""
        return date.fromisoformat(self.first_seen_at[:10])


@dataclass(frozen=True, slots=True)
class Chains:
    """Links of chains: all of them, or all that departments have (`of`; a file in a folder goes by its address).

    `point` is what to ask the archive by next time for what came since; None: only for all.
    """

    links: list[Revision]
    of: frozenset[str] | None = None
    point: str | None = None


def revisions(
    seen: Iterable[Seen],
    last_seen: Mapping[tuple[str, str], str],
    gone: Set[str],
    told: Mapping[str, Told] = MappingProxyType({}),
) -> list[Revision]:
    """Return every chain, by organization, year and name; a document whose year nobody tells is in none.

    `told` tells, by SHA-256, whose and of which year a document is where its title does not.

    `seen` tells of each time that an address turned to other bytes, `last_seen` is by address and SHA-256, `gone` holds
    the addresses that are not published any more.

    Files are of one chain when an address showed both, or when department, year and name (without numbers and words
    like 修订) are the same: a report and its score table of one year are two chains. In a folder of files only the path
    holds a chain together: the same report lies there as PDF and Word. What a post shows side by side in two formats
    is no revision either, nor are files whose names say nothing (附件1.pdf, 附件2.pdf).
    """
    chains: dict[tuple[str, int, str], list[Seen]] = {}
    named: dict[str, str] = {}
    formats: dict[tuple[str, int, str, str], dict[str, int]] = {}  # of each name in a post, when each came first
    for item in sorted(seen, key=lambda s: (s.sequence, s.sighting.url, s.sighting.sha256)):
        found = item.sighting
        said = told.get(found.sha256, _NOTHING)
        year = found.fiscal_year if found.fiscal_year is not None else said.fiscal_year
        if year is None:
            continue
        name = _folded(found.attachment_name) or _folded(found.post_title) if is_web(found.url) else found.url
        if found.url not in named:
            beside = formats.setdefault((found.organization, year, name, found.post_url), {})
            first = min(beside.values(), default=item.sequence)
            if is_web(found.url) and item.sequence - first <= _ONE_WALK:
                if found.media_type not in beside:
                    name += EXTENSIONS.get(found.media_type, f" {found.media_type}") if beside else ""
                    beside[found.media_type] = item.sequence
                elif not _folded(found.attachment_name):
                    name += f" {found.attachment_name} {found.url}"
        name = named.setdefault(found.url, name)
        chains.setdefault((found.organization or said.organization or "", year, name), []).append(item)
    out = []
    for (organization, year, name), items in sorted(chains.items(), key=lambda pair: pair[0]):
        links = _links(items)
        for number, (sha256, here) in enumerate(links, 1):
            before = links[number - 2][0] if number > 1 else None
            same = [item for item in items if item.sighting.sha256 == sha256]
            days = [item.sighting.published_on for item in same if item.sighting.published_on is not None]
            times = [item.seen_at for item in here]
            if sha256 not in (later for later, _ in links[number:]):
                times += [last_seen.get((item.sighting.address, sha256), item.seen_at) for item in same]
            left = all(item.sighting.address in gone for item in same)
            out.append(
                Revision(
                    organization, year, name, number, sha256, before,
                    min(days, default=None), here[0].seen_at, max(times), left,
                )
            )  # fmt: skip
    return out


def _links(items: Iterable[Seen]) -> list[tuple[str, list[Seen]]]:
    """Return the documents of a chain in the order in which they came, each with what told of it.

    A new address of an older document says nothing new, unless its day of publication is later than that of what
    replaced the document; an address that turns to one does.
    """
    links: list[tuple[str, list[Seen]]] = []
    given: dict[str, str] = {}
    for item in items:
        sha256, url = item.sighting.sha256, item.sighting.url
        at = [link for link in links if link[0] == sha256]
        turned = given.get(url, sha256) != sha256 and links[-1][0] != sha256
        put_back = bool(at) and at[-1] is not links[-1] and url not in given and _is_later(item, links[-1][1])
        if turned or put_back or not at:
            links.append((sha256, [item]))
        else:
            at[-1][1].append(item)
        given[url] = sha256
    return links


def _is_later(item: Seen, newest: Iterable[Seen]) -> bool:
    """Tell whether a sighting was published after all of the newest document's."""
    day = item.sighting.published_on
    days = [one.sighting.published_on for one in newest if one.sighting.published_on is not None]
    return day is not None and bool(days) and day > max(days)


def _folded(name: str) -> str:
    return _NOISE.sub("", _EXTENSION.sub("", name))
