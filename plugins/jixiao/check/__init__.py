"""Judge facts by the rules of `sql/rules/`: one definition for a single file and for the whole warehouse.

Both run the same SQL on tables of the same shape (`sql/core/`): `check_extraction` and `find_in` on a DuckDB in
memory, `find_all` on the warehouse's connection.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Literal

import duckdb
import pyarrow as pa

from jixiao.check.catalogue import Rule, rules
from jixiao.check.facts import fact_rows, fact_tables
from jixiao.model import Box, Evidence, Extraction, Finding, SidedEvidence
from jixiao.schema import schemas
from jixiao.settings import Settings

__all__ = ["SAFE_OPTIMIZER", "check_extraction", "find_all", "find_in", "intervals_sql", "rules"]

Row = dict[str, Any]
_PLACES = Decimal("0.0001")

SAFE_OPTIMIZER = "SET disabled_optimizers = 'common_subplan'"
"""DuckDB 1.5.5 fails to bind rules that read one view twice ('Failed to bind column reference') with this step on."""


def intervals_sql() -> str:
    """Return the SQL of the macros and views that every rule reads."""
    return (Settings.load().sql / "core" / "intervals.sql").read_text("utf-8")


def _offenders(connection: duckdb.DuckDBPyConnection, rule: Rule) -> list[Row]:
    """Run one rule; return its offenders as rows in a fixed order."""
    connection.execute(SAFE_OPTIMIZER)
    cursor = connection.execute(f"SELECT * FROM ({rule.sql}) ORDER BY document_sha256, subject, stated_fact_ids")  # noqa: S608
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(_PLACES, ROUND_HALF_EVEN)


def _shown(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _finding_row(rule: Rule, offender: Row) -> Row:
    stated, computed = _decimal(offender["stated"]), _decimal(offender["computed"])
    difference = stated - computed
    severity: Literal["minor", "material"] = "minor" if offender["gap"] <= float(offender["ulp"]) else "material"
    unit = {"yuan": "元", "pct": "", "points": "分"}[offender["unit"]]
    words = {"subject": offender["subject"], "difference": _shown(difference)}
    zh = rule.message_zh.format(stated=_shown(stated) + unit, computed=_shown(computed) + unit, **words)
    en = rule.message_en.format(stated=_shown(stated), computed=_shown(computed), **words)
    first = offender["stated_fact_ids"][0] if offender["stated_fact_ids"] else "R"
    return {
        "document_sha256": offender["document_sha256"],
        "finding_id": f"{rule.code}:{offender['subject']}:{first}",
        "check_id": rule.id,
        "code": rule.code,
        "severity": severity,
        "subject": offender["subject"],
        "unit": offender["unit"],
        "stated": stated,
        "computed": computed,
        "difference": difference,
        "tolerance": _decimal(offender["tolerance"]),
        "message_zh": zh,
        "message_en": en,
        "stated_fact_ids": list(offender["stated_fact_ids"]),
        "computed_fact_ids": list(offender["computed_fact_ids"]),
    }


def find_all(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Run every rule over `core.*`; return all offenders in the shape of `sql/core/findings/schema.yaml`."""
    rows = [_finding_row(rule, offender) for rule in rules() for offender in _offenders(connection, rule)]
    rows.sort(key=lambda row: (row["document_sha256"], row["finding_id"]))
    return pa.Table.from_pylist(rows, schema=schemas("core")["findings"].arrow_schema)


def find_in(extractions: Iterable[Extraction]) -> pa.Table:
    """Run every rule over some documents in memory; same shape and order as `find_all`."""
    connection = duckdb.connect(":memory:", config={"threads": 1})
    try:
        connection.execute("CREATE SCHEMA core")
        for name, table in fact_tables(extractions).items():
            connection.register("loading", table)
            connection.execute(f"CREATE TABLE core.{name} AS SELECT * FROM loading")  # noqa: S608
            connection.unregister("loading")
        connection.execute(intervals_sql())
        return find_all(connection)
    finally:
        connection.close()


def check_extraction(extraction: Extraction) -> tuple[Finding, ...]:
    """Return the findings of one document, by code and subject."""
    found = find_in([extraction]).to_pylist()
    facts = {row["fact_id"]: row for rows in fact_rows(extraction).values() for row in rows if "fact_id" in row}
    return tuple(_finding(row, facts, extraction) for row in found)


def _finding(row: Row, facts: dict[str, Row], extraction: Extraction) -> Finding:
    sides: list[SidedEvidence] = []
    total = extraction.report.total_score_evidence
    both: tuple[Literal["stated", "computed"], ...] = ("stated", "computed")
    for side in both:
        ids = row[f"{side}_fact_ids"]
        # A side without a fact is the report's own total, or the rate printed beside it.
        if not ids and total is not None:
            sides.append(SidedEvidence(side, "自评总分", total))
        sides += _sided(side, ids, facts)
    return Finding(
        row["check_id"],
        row["severity"],
        row["subject"],
        row["unit"],
        row["stated"],
        row["computed"],
        row["difference"],
        row["tolerance"],
        row["message_zh"],
        row["message_en"],
        tuple(sides),
    )


def _sided(side: Literal["stated", "computed"], ids: Iterable[str], facts: dict[str, Row]) -> list[SidedEvidence]:
    out = []
    for fact_id in ids:
        row = facts[fact_id]
        box = None if row["x0"] is None else Box(row["x0"], row["top"], row["x1"], row["bottom"])
        label = str(row.get("label") or row.get("indicator") or fact_id)
        at = Evidence(row["page"], box, row["evidence_text"] or "", row["confidence"])
        out.append(SidedEvidence(side, label, at))
    return out
