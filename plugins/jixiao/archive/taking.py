"""What a file that came is: a document, an archive with reports in it, or nothing to read; what is kept of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from jixiao import magic
from jixiao.archive.members import NOT_NOW, Member, members
from jixiao.archive.sighting import FetchFailure, Sighting, sighting_of
from jixiao.archive.store import Store, sha256_of
from jixiao.discover.posts import Candidate
from jixiao.discover.titles import fiscal_year_of, is_project, is_report, may_hold_chapter, names_nothing
from jixiao.model import JixiaoError

_SAVED_AS: Final = (".doc", ".xls", ".wps", ".et")
"""Endings of office files that may hold HTML inside, as office systems export it."""


class NoDocument(JixiaoError):  # noqa: N818
    """What the address gave is no document; asked again only whether it changed."""


@dataclass(slots=True)
class Taker:
    """Keeps files in a store.

    `witness` hears of each archive (zip, RAR …) that was kept and of the members that were left, `remark` of what is
    odd. `again` tells that something was not opened that another machine, or this one another time, may open.
    """

    store: Store
    witness: Callable[[Sighting, tuple[str, ...]], object]
    remark: Callable[[str], object]
    again: bool = False

    def kept(self, candidate: Candidate, file: Path) -> Iterator[Sighting | FetchFailure]:
        """Keep a file and yield what there is to read of it: itself, or the reports in it.

        Raises:
            NoDocument: there is nothing to read, or no more than was yielded.
        """
        size = file.stat().st_size
        if size == 0:
            raise NoDocument("the file is empty")
        kind = magic.media_type_of(file)
        named = (candidate.attachment_name or "").lower().endswith(_SAVED_AS)
        if kind == magic.HTML and not candidate.is_page and not (named and magic.is_saved_by_office(file)):
            raise NoDocument("the site sent an HTML page in place of the file")
        if kind is None:
            raise NoDocument("not a document of a known type")
        sha256 = sha256_of(file)
        self.store.keep(file, sha256)
        whole = sighting_of(candidate, sha256, kind, size)
        if kind in magic.DOCUMENTS or kind == magic.HTML:
            yield whole
        elif kind in magic.ARCHIVES:
            left: list[str] = []
            try:
                yield from self._reports(candidate, file, whole, left)
            finally:
                self.witness(whole, tuple(left))
        else:
            self.witness(whole, ())
            raise NoDocument(f"a {magic.CLOSED[kind]} archive is not supported: kept as {sha256}, not unpacked")

    def _reports(
        self, candidate: Candidate, file: Path, whole: Sighting, left: list[str]
    ) -> Iterator[Sighting | FetchFailure]:
        """Yield the reports in an archive, and what must not or cannot be opened; `left` gets the names of the rest.

        Where no member is a report by its name, final accounts and members whose names say nothing are taken as those
        of a post are: each tells itself what it is.
        """
        post_ours = is_report(candidate.post_title)[0] or is_report(candidate.attachment_name)[0]
        reports = failures = 0
        unsure: list[tuple[Member, Path]] = []
        stopped: NoDocument | None = None
        try:
            for member in members(file):
                inner = file.with_name(f"member-{member.number}")
                inner.write_bytes(member.data)
                reason = self._refusal(member, inner, whole)
                if reason is not None:
                    failures += not member.refused
                    words = f"{candidate.attachment_name}: its member {reason}"
                    yield FetchFailure(f"{candidate.url}#{member.number}", candidate.fiscal_year, words)
                elif _kind(inner) is None:
                    left.append(member.name)
                elif is_report(member.name)[0] or (post_ours and _says_nothing(member.name)):
                    reports += 1
                    yield self._sighted(candidate, member, inner, whole)
                elif _says_nothing(member.name) or may_hold_chapter(member.name):
                    unsure.append((member, inner.rename(inner.with_name(f"unsure-{member.number}"))))
                else:
                    left.append(member.name)
                inner.unlink(missing_ok=True)
        except NOT_NOW as error:
            stopped, self.again = NoDocument(f"{error}: kept as {whole.sha256}"), True
        except JixiaoError as error:
            stopped = NoDocument(f"{error}: kept as {whole.sha256}")
        for member, inner in unsure if not reports else ():
            yield self._sighted(candidate, member, inner, whole)
        left += [member.name for member, _ in unsure if reports]
        if stopped is not None:
            raise stopped
        if not (reports or failures or unsure):
            what = magic.ARCHIVES[whole.media_type]
            words = f"none of the {what}'s {len(left)} members is a report: {'、'.join(left[:5])}"
            if post_ours:
                raise NoDocument(words)
            self.remark(f"{candidate.url}: {words}")

    def _refusal(self, member: Member, inner: Path, whole: Sighting) -> str | None:
        """Return in words why a member must not or cannot be opened, behind what it is in; None where it can be."""
        if member.refused:
            what = magic.ARCHIVES[whole.media_type]
            return f"{member.refused!r} has a name that leads out of the {what}: refused"
        closed = member.closed
        if not closed and magic.media_type_of(inner) in magic.CLOSED:
            closed = "is not supported"
        self.again |= member.not_now
        return f"{member.name} is an archive itself: {closed}: kept in {whole.sha256}" if closed else None

    def _sighted(self, candidate: Candidate, member: Member, inner: Path, whole: Sighting) -> Sighting:
        """Keep a member's bytes; return that they were seen, in the year that its name tells, else the post's."""
        sha256, kind = sha256_of(inner), _kind(inner) or ""
        self.store.keep(inner, sha256)
        of_it = (member.number, member.name, whole.sha256)
        sighting = sighting_of(candidate, sha256, kind, inner.stat().st_size, of_it)
        year = fiscal_year_of(member.name)
        return sighting if year in (None, candidate.fiscal_year) else replace(sighting, fiscal_year=year)


def _says_nothing(name: str) -> bool:
    return names_nothing(name) and not is_project(name)


def _kind(file: Path) -> str | None:
    """Return the media type of a member that may be a document."""
    kind = magic.media_type_of(file)
    return kind if kind in magic.DOCUMENTS else None
