"""Findings: each rule's SQL over the facts, and what it selects told in words.

A single file and the whole warehouse run the same SQL on tables of the same shape (`sql/core/`), in a DuckDB in memory:
`check_extraction` and `find_in` on extractions, `find_all` on the warehouse's facts, some departments at a time.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any, Literal

from jixiao.check.catalogue import Rule, rules
from jixiao.check.facts import fact_rows
from jixiao.check.scope import AT_ONCE, by_department, facts_of, in_memory, with_year_before
from jixiao.glossary import subject_words
from jixiao.model import Box, Evidence, Extraction, Finding, SidedEvidence
from jixiao.schema import schema_of

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Row = dict[str, Any]
_PLACES = Decimal("0.0001")

_OFFENDERS = "CREATE OR REPLACE TEMP TABLE offenders AS SELECT *, row_number() OVER () AS place FROM ({rule})"
_STANDING = """
WITH named AS (
    SELECT place, document_sha256, unnest(list_concat(stated_fact_ids, computed_fact_ids)) AS fact_id FROM offenders
),
doubted AS (SELECT DISTINCT named.place FROM named SEMI JOIN core.unsure_facts USING (document_sha256, fact_id)),
stands AS (
    SELECT named.place, said.statement_of, said.block
    FROM named INNER JOIN core.fact_blocks AS said USING (document_sha256, fact_id)
),
together AS (
    SELECT first.place, count(DISTINCT near.statement_of) AS statements
    FROM stands AS first INNER JOIN stands AS near
        ON first.place = near.place AND near.block - first.block BETWEEN 0 AND {within}
    GROUP BY first.place, first.block
),
apart AS (
    SELECT place FROM stands INNER JOIN together USING (place)
    GROUP BY place HAVING max(statements) < count(DISTINCT statement_of)
)
SELECT * EXCLUDE (place) FROM offenders ANTI JOIN doubted USING (place) ANTI JOIN apart USING (place)
ORDER BY document_sha256, subject, stated_fact_ids
"""
"""A finding accuses: it does not stand where a fact in it is unsure, nor where its sums stand far from each other.

What a department adds up wrongly it adds up in one place; sums from two ends of a report that do not fit are more
likely of two things (one of a budget and one of what was spent, one with a unit's own funds and one without).
"""

_JUDGED = ("reports", "amounts", "scores", "ratios", "changes", "deductions")
_FEW = 20
"""Documents of whose facts it is looked at first which rules may find anything: planning one takes longer."""
_LAST: "list[duckdb.DuckDBPyConnection]" = []
"""The DuckDB of the last document alone: to close one takes as long as a rule, and who judges one file ends with it."""
_NAMES = ("organizations", "organization_aliases")
"""The tables that rules read: facts of documents, and whose they are."""


def _offenders(connection: "duckdb.DuckDBPyConnection", rule: Rule) -> list[Row]:
    """Run one rule; return its offenders as rows in a fixed order: those that rest on sure facts, stated together."""
    if not (connection.execute(_OFFENDERS.format(rule=rule.sql)).fetchone() or (0,))[0]:
        return []
    cursor = connection.execute(_STANDING.format(within=rule.within_blocks))
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
    subject, apart = offender["subject"], _shown(difference)
    zh = rule.message_zh.format(
        subject=subject_words(subject), stated=_shown(stated) + unit, computed=_shown(computed) + unit, difference=apart
    )
    en = rule.message_en.format(
        subject=subject_words(subject, "en"), stated=_shown(stated), computed=_shown(computed), difference=apart
    )
    first = offender["stated_fact_ids"][0] if offender["stated_fact_ids"] else "R"
    return {
        "document_sha256": offender["document_sha256"],
        "finding_id": f"{rule.code}:{offender['subject']}:{first}",
        "check_id": rule.id,
        "rule_digest": rule.digest,
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


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["document_sha256"], row["finding_id"]))


def find_rule(connection: "duckdb.DuckDBPyConnection", rule: Rule) -> list[Row]:
    """Run one rule on facts in memory (`scope.in_memory`); return its findings."""
    return [_finding_row(rule, offender) for offender in _offenders(connection, rule)]


def _find(connection: "duckdb.DuckDBPyConnection", asked: Iterable[Rule]) -> Iterator[Row]:
    for rule in asked:
        yield from find_rule(connection, rule)


def find_all(
    connection: "duckdb.DuckDBPyConnection", documents: Collection[str] | None = None, at_once: int = AT_ONCE
) -> "pa.Table":
    """Run every rule over `core.*`, or over some documents of it; return all offenders.

    They have the shape of `sql/core/findings/schema.yaml`. A department's reports are judged in one go.
    """
    import pyarrow as pa

    rows: list[Row] = []
    names = {name: connection.execute(f"SELECT * FROM core.{name}").to_arrow_table() for name in _NAMES}  # noqa: S608
    for chunk in by_department(connection, documents, at_once):
        read = chunk if documents is None else with_year_before(connection, chunk)
        tables = facts_of(connection, _JUDGED, read)
        asked = rules()
        if len(read) <= _FEW:
            given = {name: table.to_pylist() for name, table in tables.items()}
            asked = tuple(rule for rule in asked if rule.may_find(given))
        facts = in_memory({**tables, **names})
        try:
            rows += [row for row in _find(facts, asked) if row["document_sha256"] in chunk]
        finally:
            facts.close()
    return pa.Table.from_pylist(_in_order(rows), schema=schema_of("core", "findings").arrow_schema)


def find_in(extractions: Iterable[Extraction]) -> list[Row]:
    """Run every rule over some documents by themselves; the rows that `find_all` gives of them, in its order.

    Raises:
        UnreadableDocument: a figure does not fit its column.
    """
    rows = rows_of(extractions)
    return find_alone(rows, [rule for rule in rules() if rule.may_find(rows)])


def rows_of(extractions: Iterable[Extraction]) -> dict[str, list[Row]]:
    """Return the rows that rules read, by table."""
    rows: dict[str, list[Row]] = {name: [] for name in _JUDGED}
    for extraction in extractions:
        said = fact_rows(extraction)
        for name in _JUDGED:
            rows[name] += said[name]
    return rows


def find_alone(rows: dict[str, list[Row]], asked: Sequence[Rule]) -> list[Row]:
    """Run some rules over such rows; a DuckDB is started only where there are some."""
    if not asked:
        return []
    from jixiao.check.alone import alone

    _LAST[:] = [alone(rows, [_STANDING, *(rule.sql for rule in asked)])]
    return _in_order(_find(_LAST[0], asked))


def check_extraction(extraction: Extraction) -> tuple[Finding, ...]:
    """Return the findings of one document, by code and subject."""
    found = find_in([extraction])
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
        tuple(dict.fromkeys([*row["stated_fact_ids"], *row["computed_fact_ids"]])),
    )


def _sided(side: Literal["stated", "computed"], ids: Iterable[str], facts: dict[str, Row]) -> list[SidedEvidence]:
    out = []
    for fact_id in ids:
        row = facts[fact_id]
        box = None if row["x0"] is None else Box(row["x0"], row["top"], row["x1"], row["bottom"])
        label = str(row.get("label") or row.get("indicator") or fact_id)
        at = Evidence(row["page"], box, row["evidence_text"] or "", row["ocr_confidence"])
        out.append(SidedEvidence(side, label, at))
    return out
