"""What a source must yield, and what it does: expectations of the contracts held against walks and archive."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from jixiao.discover.client import Client
from jixiao.discover.gkmlpt import columns_of, read_directory
from jixiao.discover.posts import Candidate
from jixiao.discover.source import Source
from jixiao.discover.walking import walk
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

    `failed` is how many of the addresses gave no document.
    """
    expected = source.expected
    taken = [c for c in candidates if c.taken and c.source_id == source.id and c.fiscal_year in (fiscal_year, None)]
    days = sorted(c.published_on for c in taken if c.published_on is not None)
    due = date(fiscal_year + 1, *(int(part) for part in expected.by.split("-")))
    known = {url.split("#")[0] for url in archived_urls}  # members of a zip stand for the zip
    newest = days[-1] if days else None
    verdict: Verdict = "ok"
    words = f"{source.id}: {len(taken)} reports of {fiscal_year}"
    if len(taken) < expected.least_reports:
        due_now = expected.due(fiscal_year, today)
        verdict = "few" if due_now else "not_due"
        words += f", at least {expected.least_reports} expected by {due}"
    elif expected.most_reports is not None and len(taken) > expected.most_reports:
        verdict = "many"
        words += f", at most {expected.most_reports} expected"
    elif newest and fiscal_year == today.year - 1 and (today - newest).days > expected.days_without_new:
        verdict = "stale"
        words += f", nothing new since {newest}"
    return CoverageRow(
        source.id, fiscal_year, expected.least_reports, expected.most_reports, due, len(taken),
        sum(1 for c in taken if c.url in known), failed,
        sum(1 for day in days if day > due), newest, verdict, words,
    )  # fmt: skip


def cli_sources_check(sources: Sequence[Source], state: Path, contact: str | None) -> tuple[list[str], bool]:
    """Try every contract; return the lines of a table (reachable, robots, platform, columns, reports) and all-good."""
    lines = [f"{'source':14}{'reachable':12}{'robots':10}{'platform':11}{'columns':>8}{'reports':>8}  remarks"]
    good = True
    for source in sources:
        cells, remarks = _checked(source, state, contact)
        good = good and not remarks
        lines.append(
            f"{source.id:14}{cells[0]:12}{cells[1]:10}{cells[2]:11}{cells[3]:>8}{cells[4]:>8}  {'; '.join(remarks)}"
        )
    return lines, good


def _checked(source: Source, state: Path, contact: str | None) -> tuple[tuple[str, ...], list[str]]:
    try:
        client = Client(source, state / "http" / source.id, contact)
    except JixiaoError as error:
        return ("not asked", "-", "-", "-", "-"), [str(error)]
    try:
        robots = client.robots_verdict(source.base)
        platform, columns = source.adapter, "-"
        if source.adapter == "gkmlpt":
            directory = read_directory(source, source.departments[0].prefix or "", client)
            platform, columns = "gkmlpt", str(sum(1 for _ in columns_of(directory.tree, source.column_pattern)))
        found = walk(source, client)
    except JixiaoError as error:
        reached = "blocked" if "blocked" in str(error) else "no"
        return (reached, "-", "not found", "-", "-"), [str(error)]
    finally:
        client.close()
    taken = str(sum(1 for c in found.candidates if c.taken))
    return ("yes", robots, platform, columns, taken), found.problems
