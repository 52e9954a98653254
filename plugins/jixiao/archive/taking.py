"""What a file that came is: a document, an archive with reports in it, or nothing to read; what is kept of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from jixiao import magic
from jixiao.archive.members import members
from jixiao.archive.sighting import FetchFailure, Sighting, sighting_of
from jixiao.archive.store import Store, sha256_of
from jixiao.discover.posts import Candidate
from jixiao.discover.titles import fiscal_year_of, is_project, is_report, names_nothing
from jixiao.model import JixiaoError

_SAVED_AS: Final = (".doc", ".xls", ".wps", ".et")
"""Endings of office files that may hold HTML inside, as office systems export it."""


class NoDocument(JixiaoError):  # noqa: N818
    """What the address gave is no document; asked again only whether it changed."""


@dataclass(frozen=True, slots=True)
class Taker:
    """Keeps files in a store.

    `witness` hears of each archive (zip, RAR …) that was kept and of the members that were left, `remark` of what is
    odd.
    """

    store: Store
    witness: Callable[[Sighting, tuple[str, ...]], object]
    remark: Callable[[str], object]

    def kept(self, candidate: Candidate, file: Path) -> Iterator[Sighting | FetchFailure]:
        """Keep a file and yield what there is to read of it: itself, or the reports in it.

        Raises:
            NoDocument: there is nothing to read.
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
        elif kind == magic.ZIP:
            left: list[str] = []
            try:
                yield from self._members(candidate, file, sha256, left)
            finally:
                self.witness(whole, tuple(left))
        else:
            self.witness(whole, ())
            raise NoDocument(f"a {magic.CLOSED[kind]} archive is not supported: kept as {sha256}, not unpacked")

    def _members(
        self, candidate: Candidate, file: Path, container: str, left: list[str]
    ) -> Iterator[Sighting | FetchFailure]:
        """Yield the reports in a zip, and what must not or cannot be opened; `left` gets the names of the rest."""
        found = 0
        post_ours = is_report(candidate.post_title)[0] or is_report(candidate.attachment_name)[0]
        what = f"{candidate.attachment_name}: its member"
        try:
            for member in members(file):
                url = f"{candidate.url}#{member.number}"
                if member.refused:
                    reason = f"{what} {member.refused!r} has a name that leads out of the zip: refused"
                    yield FetchFailure(url, candidate.fiscal_year, reason)
                    continue
                stated = is_report(member.name)[0]
                unnamed = post_ours and names_nothing(member.name) and not is_project(member.name)
                inner = file.with_name("member")
                inner.write_bytes(member.data)
                kind = magic.media_type_of(inner) if member.data else None
                if kind == magic.ZIP or kind in magic.CLOSED:
                    found += 1
                    reason = f"{what} {member.name} is an archive itself, which is not supported: kept in {container}"
                    yield FetchFailure(url, candidate.fiscal_year, reason)
                    continue
                if not (stated or unnamed) or kind not in magic.DOCUMENTS or kind is None:
                    left.append(member.name)
                    continue
                sha256 = sha256_of(inner)
                self.store.keep(inner, sha256)
                found += 1
                sighting = sighting_of(
                    candidate, sha256, kind, len(member.data), (member.number, member.name, container)
                )
                year = fiscal_year_of(member.name)
                yield sighting if year in (None, candidate.fiscal_year) else replace(sighting, fiscal_year=year)
        except JixiaoError as error:
            raise NoDocument(str(error)) from None
        if not found:
            words = f"none of the zip's {len(left)} members is a report: {'、'.join(left[:5])}"
            if post_ours:
                raise NoDocument(words)
            self.remark(f"{candidate.url}: {words}")
