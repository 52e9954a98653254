"""What a person asks of the published marts, down to the page that a figure stands on; nothing here writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb

from jixiao.archive import Archive, magic
from jixiao.model import Box, JixiaoError
from jixiao.publish import current_database
from jixiao.read.show import Picture, render_box
from jixiao.settings import Settings

ROWS_A_PAGE: Final = 100
_UNITS: Final = {"yuan": " 元", "pct": "%", "points": " 分"}
# Everything that is stated or found in one report, in one shape: what a person reads, follows and checks.
_FIGURES: Final = """
SELECT 'finding' AS kind, finding_id AS id, message_zh AS label, concat_ws(' · ', code, severity, message_en) AS detail,
    unit, stated AS value, computed AS beside, page, box, evidence_text AS words
FROM mart.findings WHERE document_sha256 = $sha256
UNION ALL
SELECT 'total', 'total', '自评总分', coalesce(grade, ''),
    'points', total_score, full_marks, total_score_page, total_score_box, total_score_text
FROM mart.department_year WHERE document_sha256 = $sha256
UNION ALL
SELECT 'amount', fact_id, label, concat_ws(' · ', fiscal_year, flow, stage, scheme, item),
    'yuan', yuan, NULL, page, box, evidence_text
FROM mart.amounts WHERE document_sha256 = $sha256
UNION ALL
SELECT 'score', fact_id, indicator_path, '', 'points', score, full_marks, page, box, evidence_text
FROM mart.indicator_scores WHERE document_sha256 = $sha256
UNION ALL
SELECT 'ratio', fact_id, label, concat_ws(' · ', rate_fiscal_year, name),
    'pct', rate_pct, NULL, page, box, evidence_text
FROM mart.ratios WHERE document_sha256 = $sha256
ORDER BY kind, id
"""


def shown(value: Decimal | None, unit: str) -> str:
    """Return a value as a person writes it: grouped thousands, no idle zeros, its unit."""
    return "—" if value is None else f"{value.normalize():,f}{_UNITS[unit]}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a report: `beside` is what it is out of (full marks) or what it should be (a finding).

    `page` and `box` are None in formats without pages, where `words` say where it stands.
    """

    kind: str
    id: str
    label: str
    detail: str
    unit: str
    value: Decimal | None
    beside: Decimal | None
    page: int | None
    box: Box | None
    words: str | None

    @property
    def shown(self) -> str:
        """Return the value as a person writes it, with its unit."""
        return shown(self.value, self.unit)


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report: its row of `mart.department_year` and its figures."""

    row: dict[str, Any]
    figures: tuple[Figure, ...]

    def figure(self, name: str) -> Figure:
        """Return the figure with this id; `JixiaoError` where there is none."""
        for figure in self.figures:
            if figure.id == name:
                return figure
        raise JixiaoError(f"the report {self.row['document_sha256']} has no figure {name}")


class Marts:
    """The current version of the published marts."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Ask through `connection`; see `reading`."""
        self._connection = connection

    def _rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        answer = self._connection.execute(query, values)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def years(self) -> list[dict[str, Any]]:
        """Return each fiscal year, the newest first, with its reports, outturn and findings."""
        return self._rows(
            "SELECT fiscal_year, count(*) AS reports, sum(final_yuan) AS final_yuan, "
            "CAST(sum(finding_count) AS BIGINT) AS findings "
            "FROM mart.department_year GROUP BY fiscal_year ORDER BY fiscal_year DESC"
        )

    def departments(self, year: int | None = None, words: str = "", page: int = 1) -> list[dict[str, Any]]:
        """Return a page of `mart.department_year` and one row more, where there is a next page."""
        return self._rows(
            "SELECT * FROM mart.department_year WHERE ($year IS NULL OR fiscal_year = $year) "
            "AND (contains(organization, $words) OR contains(coalesce(region_name, ''), $words)) "
            "ORDER BY fiscal_year DESC, region_code, organization LIMIT $limit OFFSET $start",
            year=year,
            words=words,
            limit=ROWS_A_PAGE + 1,
            start=(page - 1) * ROWS_A_PAGE,
        )

    def report(self, sha256: str) -> ReportView:
        """Return a report by its original's SHA-256; `JixiaoError` where none of the current ones has it."""
        found = self._rows("SELECT * FROM mart.department_year WHERE document_sha256 = $sha256", sha256=sha256)
        if not found:
            raise JixiaoError(f"no published report has the original {sha256}")
        figures = self._rows(_FIGURES, sha256=sha256)
        return ReportView(
            found[0], tuple(Figure(**{**row, "box": Box(*row["box"]) if row["box"] else None}) for row in figures)
        )


@contextmanager
def reading(root: str | Path) -> Iterator[Marts]:
    """Open the current version: read-only, by its resolved path (so one whole version), and no other file.

    One on an object store is copied first, once a version.
    """
    database = current_database(root, Settings.load().var / "copies")
    if database is None:
        raise JixiaoError("nothing is published yet")
    with duckdb.connect(
        str(database),
        read_only=True,
        config={"enable_external_access": "false", "lock_configuration": "true"},
    ) as connection:
        yield Marts(connection)


def original(settings: Settings, sha256: str) -> Path:
    """Return a local path of an archived original."""
    return Archive(settings.archive_url).local_copy(sha256, settings.var / "copies")


def picture(settings: Settings, sha256: str, figure: Figure) -> Picture | None:
    """Return the original's page with the figure framed, or None where the format has no pages."""
    if figure.page is None or figure.box is None:
        return None
    path = original(settings, sha256)
    return render_box(path, figure.page, figure.box) if magic.media_type_of(path) == magic.PDF else None
