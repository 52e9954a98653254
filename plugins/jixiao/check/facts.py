"""Facts as rows in the shape of `sql/core/<table>/schema.yaml`, and as Arrow tables of them.

The single-file check and the warehouse both load these rows, so a rule sees the same columns in both.
"""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jixiao.model import FACT_LETTERS, Evidence, Extraction, Money, fact_id
from jixiao.schema import schemas

if TYPE_CHECKING:
    import pyarrow as pa

FACT_TABLES = ("reports", "amounts", "scores", "ratios", "changes", "deductions", "sections", "doubts", "ledger")

_PLACED = ("amounts", "ratios", "changes")
"""The tables whose facts rules hold against each other by where they stand."""

Row = dict[str, Any]


_FINEST = Decimal("0.0001")
"""The tables keep four decimals; a figure with more (a spreadsheet's 99.18367) is kept rounded, its unit likewise."""


def ulp(printed: Decimal | None) -> Decimal | None:
    """Return one unit in the last digit kept: 1.98 gives 0.01, 66 gives 1."""
    if printed is None:
        return None
    exponent = printed.as_tuple().exponent
    return max(Decimal(1).scaleb(min(0, int(exponent))), _FINEST)


def _fitted(value: Any) -> Any:
    """Return a value as the tables can hold it."""
    if isinstance(value, Decimal) and int(value.as_tuple().exponent) < -4:
        return value.quantize(_FINEST)
    return value


def _place(evidence: Evidence | None) -> Row:
    at = evidence or Evidence()
    box = at.box or (None, None, None, None)
    x0, top, x1, bottom = (None if edge is None else round(edge, 2) for edge in box)
    return {
        "page": at.page,
        "x0": x0,
        "top": top,
        "x1": x1,
        "bottom": bottom,
        "evidence_text": at.text or None,
        "ocr_confidence": None if at.confidence is None else round(at.confidence, 4),
    }


def _money(prefix: str, money: Money | None) -> Row:
    return {
        f"{prefix}_yuan": money.yuan if money else None,
        f"{prefix}_ulp_yuan": max(money.ulp_yuan, _FINEST) if money else None,
    }


def fact_rows(extraction: Extraction) -> dict[str, list[Row]]:
    """Return the rows of each fact table, by table name, in the document's order."""
    document, report = extraction.document, extraction.report
    rows: dict[str, list[Row]] = {table: [] for table in FACT_TABLES}
    blocks = _blocks(extraction)

    def add(table: str, evidence: Evidence | None, **values: Any) -> None:
        row: Row = {"document_sha256": document.sha256}
        if table != "reports":
            row["fact_id"] = fact_id(table, len(rows[table]))
        if table in _PLACED:
            row["block"] = blocks.get(row["fact_id"])
        kept = {name: _fitted(value) for name, value in values.items()}
        rows[table].append({**row, **kept, **_place(evidence), "extractor_version": extraction.extractor_version})

    add(
        "reports",
        report.total_score_evidence,
        organization=report.organization,
        region_code=report.region_code,
        fiscal_year=report.fiscal_year,
        kind=report.kind,
        form=report.form,
        total_score=report.total_score,
        total_score_ulp=ulp(report.total_score),
        full_marks=report.full_marks,
        total_rate_pct=report.total_rate_pct,
        total_rate_ulp_pct=ulp(report.total_rate_pct),
        grade=report.grade,
        media_type=document.media_type,
        page_count=document.page_count,
        text_source=document.text_source,
    )
    for amount in extraction.amounts:
        add(
            "amounts",
            amount.evidence,
            fiscal_year=amount.fiscal_year,
            flow=amount.flow,
            stage=amount.stage,
            scheme=amount.scheme,
            item=amount.item,
            parent_item=amount.parent,
            label=amount.label,
            confidence=amount.confidence,
            yuan=amount.yuan,
            ulp_yuan=max(amount.ulp_yuan, _FINEST),
        )
    for score in extraction.scores:
        add(
            "scores",
            score.evidence,
            path=list(score.path),
            level=len(score.path),
            indicator=score.path[-1],
            parent_path=list(score.path[:-1]),
            full_marks=score.full_marks,
            full_marks_ulp=ulp(score.full_marks),
            score=score.score,
            score_ulp=ulp(score.score),
            confidence=score.confidence,
            rate_pct=score.rate_pct,
            rate_ulp_pct=ulp(score.rate_pct),
        )
    for ratio in extraction.ratios:
        about = ratio.subject
        add(
            "ratios",
            ratio.evidence,
            name=ratio.name,
            label=ratio.label,
            fiscal_year=ratio.fiscal_year,
            confidence=ratio.confidence,
            percent=ratio.percent,
            ulp_pct=ulp(ratio.percent),
            flow=about.flow if about else None,
            scheme=about.scheme if about else None,
            item=about.item if about else None,
            base_stage=ratio.base_stage,
            **_money("numerator", ratio.numerator),
            **_money("denominator", ratio.denominator),
        )
    for change in extraction.changes:
        add(
            "changes",
            change.evidence,
            fiscal_year=change.fiscal_year,
            flow=change.subject.flow,
            scheme=change.subject.scheme,
            item=change.subject.item,
            label=change.label,
            yuan=change.yuan,
            ulp_yuan=None if change.ulp_yuan is None else max(change.ulp_yuan, _FINEST),
            confidence=change.confidence,
            percent=change.percent,
            ulp_pct=ulp(change.percent),
        )
    for deduction in extraction.deductions:
        add(
            "deductions",
            deduction.evidence,
            indicator=deduction.indicator,
            confidence=deduction.confidence,
            points=deduction.points,
            points_ulp=ulp(deduction.points),
            reason=deduction.reason,
        )
    for item in extraction.sections:
        add("sections", item.evidence, kind=item.kind, item_text=item.text)
    for doubt in extraction.doubts:
        add("doubts", doubt.evidence, kind=doubt.kind, message=doubt.message, readings=list(doubt.readings))
    rows["ledger"] = _ledger_rows(extraction)
    return rows


def _blocks(extraction: Extraction) -> dict[str, int]:
    """Return the passage or table of each fact's first figure, by the fact's id."""
    blocks: dict[str, int] = {}
    for entry in extraction.ledger:
        if entry.fact_id is not None and entry.block is not None:
            blocks.setdefault(entry.fact_id, entry.block)
    return blocks


def _ledger_rows(extraction: Extraction) -> list[Row]:
    """Return the ledger counted by kind, state and reason; of facts the reason is what they are."""
    counts: Counter[tuple[str, str, str]] = Counter(
        (entry.kind, entry.state, _FACT_NAMES[entry.fact_id[0]] if entry.fact_id else entry.why)
        for entry in extraction.ledger
    )
    return [
        {
            "document_sha256": extraction.document.sha256,
            "kind": kind,
            "state": state,
            "reason": reason,
            "figures": count,
            "extractor_version": extraction.extractor_version,
        }
        for (kind, state, reason), count in sorted(counts.items())
    ]


_FACT_NAMES = {letter: kind.removesuffix("s") for kind, letter in FACT_LETTERS.items()} | {"t": "total_score"}


def fact_tables(extractions: Iterable[Extraction]) -> "dict[str, pa.Table]":
    """Return one Arrow table a fact table, holding the rows of all `extractions` in their order."""
    import pyarrow as pa

    rows: dict[str, list[Row]] = {table: [] for table in FACT_TABLES}
    for extraction in extractions:
        for table, some in fact_rows(extraction).items():
            rows[table].extend(some)
    core = schemas("core")
    return {table: pa.Table.from_pylist(rows[table], schema=core[table].arrow_schema) for table in FACT_TABLES}
