"""What a document states as one digest, by which a report is known again in another format (`core.twins`)."""

import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import duckdb

from jixiao.model import Extraction
from jixiao.warehouse.rows import as_arrow, replace


def facts_digest(extraction: Extraction) -> str | None:
    """Return a digest of the facts of a document, wherever and however often each stands in it; None for no fact."""
    report = extraction.report
    facts: set[tuple[Any, ...]] = {
        ("amount", a.fiscal_year, a.flow, a.stage, a.scheme, a.item, a.parent, _plain(a.yuan))
        for a in extraction.amounts
    }
    facts |= {("score", s.path, _plain(s.full_marks), _plain(s.score)) for s in extraction.scores}
    facts |= {("ratio", r.fiscal_year, r.name, r.subject, _plain(r.percent)) for r in extraction.ratios}
    facts |= {("change", c.fiscal_year, c.subject, _plain(c.yuan), _plain(c.percent)) for c in extraction.changes}
    facts |= {("deduction", d.indicator, _plain(d.points)) for d in extraction.deductions}
    facts |= {("total", _plain(report.total_score), report.grade)} if report.total_score is not None else set()
    return hashlib.sha256("\n".join(sorted(map(repr, facts))).encode()).hexdigest() if facts else None


def replace_digests(
    native: duckdb.DuckDBPyConnection, digests: Mapping[str, str | None], documents: Iterable[str]
) -> None:
    """Put these digests in the place of those of the documents, inside the caller's transaction."""
    wanted = sorted(documents)
    rows = [{"document_sha256": sha, "digest": digests[sha]} for sha in wanted if digests.get(sha) is not None]
    replace(native, "core.fact_digests", as_arrow("fact_digests", rows), "document_sha256", wanted)


def _plain(value: Decimal | None) -> str | None:
    """Return a figure as a number: 88.50 and 88.5 are one."""
    return None if value is None else f"{value.normalize():f}"
