"""What a source must yield, and what it does: expectations of the contracts held against walks and archive."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from jixiao.discover.posts import Candidate, is_web
from jixiao.discover.roster import Names
from jixiao.discover.source import Source
from jixiao.discover.titles import is_report
from jixiao.discover.walking import client_for, walk
from jixiao.model import JixiaoError

Verdict = Literal["ok", "not_due", "few", "many", "stale"]


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One source and fiscal year, in the shape of `sql/core/coverage_expectations/schema.yaml`.

    `few` is fatal; `many` and `stale` (nothing new for too long) are warnings.
    """

    source_id: str
    fiscal_year: int
    least_reports: int
    most_reports: int | None
    due_on: date
    published: int
    archived: int
    failed: int
    late: int
    newest_on: date | None
    verdict: Verdict
    words: str

    @property
    def fatal(self) -> bool:
        """Tell whether the run must fail."""
        return self.verdict == "few"


def coverage(
    source: Source,
    fiscal_year: int,
    candidates: Iterable[Candidate],
    archived_urls: Iterable[str],
    today: date,
    failed: int = 0,
) -> CoverageRow:
    """Judge one source and year; `today` is only compared with days, it reaches no mart.

    `failed` is how many of the addresses gave no document. Files of one post that may each be the report are one.
    """
    expected = source.expected
    least = expected.least(fiscal_year)
    known = {url.split("#")[0] for url in archived_urls}  # members of a zip stand for the zip
    posts: dict[str, bool] = {}  # of final accounts: whether one of its files, whose documents tell, was archived
    published = archived = late = 0
    newest: date | None = None
    due = date(fiscal_year + 1, *(int(part) for part in expected.by.split("-")))
    for candidate in candidates:
        if not candidate.taken or candidate.source_id != source.id or candidate.fiscal_year not in (fiscal_year, None):
            continue
        if _only_may_be_one(candidate):
            posts[candidate.post_url] = posts.get(candidate.post_url, False) or candidate.url in known
        else:
            published += 1
            archived += candidate.url in known
        if candidate.published_on is not None:
            late += candidate.published_on > due
            newest = max(newest or candidate.published_on, candidate.published_on)
    published += len(posts)
    archived += sum(posts.values())
    verdict: Verdict = "ok"
    words = f"{source.id}: {published} reports of {fiscal_year}"
    if published < least:
        due_now = expected.due(fiscal_year, today)
        verdict = "few" if due_now else "not_due"
        words += f", at least {least} expected by {due}"
    elif expected.most_reports is not None and published > expected.most_reports:
        verdict = "many"
        words += f", at most {expected.most_reports} expected"
    elif newest and fiscal_year == today.year - 1 and (today - newest).days > expected.days_without_new:
        verdict = "stale"
        words += f", nothing new since {newest}"
    return CoverageRow(
        source.id, fiscal_year, least, expected.most_reports, due, published, archived, failed, late,
        newest, verdict, words,
    )  # fmt: skip


def _only_may_be_one(candidate: Candidate) -> bool:
    """Tell whether no title says that a file of a site is a report: it is one of those of a post that may be."""
    titles = (candidate.attachment_name, candidate.post_title)
    return is_web(candidate.url) and not any(is_report(title)[0] for title in titles)


def cli_sources_check(
    sources: Sequence[Source], state: Path, contact: str | None, names_for: Callable[[Source], Names | None]
) -> tuple[list[str], bool]:
    """Try every contract; return the lines of a table (reachable, robots, platform, columns, reports) and all-good.

    `names_for` gives what tells the departments of a site of many.
    """
    lines = [f"{'source':14}{'reachable':12}{'robots':10}{'platform':11}{'columns':>8}{'reports':>8}  remarks"]
    good = True
    for source in sources:
        cells, remarks = _checked(source, state, contact, names_for)
        good = good and not remarks
        lines.append(
            f"{source.id:14}{cells[0]:12}{cells[1]:10}{cells[2]:11}{cells[3]:>8}{cells[4]:>8}  {'; '.join(remarks)}"
        )
    return lines, good


def _checked(
    source: Source, state: Path, contact: str | None, names_for: Callable[[Source], Names | None]
) -> tuple[tuple[str, ...], list[str]]:
    try:
        client = client_for(source, state, contact)
    except JixiaoError as error:
        return ("not asked", "-", "-", "-", "-"), [str(error)]
    try:
        robots = client.robots_verdict(source.base)
        found = walk(source, client, names=names_for(source))
    except JixiaoError as error:
        reached = "blocked" if "blocked" in str(error) else "no"
        return (reached, "-", "not found", "-", "-"), [str(error)]
    finally:
        client.close()
    columns = len(found.site_map.get("columns", {}))
    words = " ".join(found.problems)
    reached = "blocked" if "blocked" in words else "yes"
    platform = source.adapter if columns or found.taken or source.adapter == "files" else "not found"
    return (reached, robots, platform, str(columns or "-"), str(found.taken)), found.problems
