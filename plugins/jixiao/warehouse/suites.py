"""Expectation suites as data: `expectations/<table>.yaml`, what the table's schema asks for, and the rule catalogue.

Severity is Great Expectations' own: `critical` is the contract and stops publishing; `warning` is a consistency of
the documents, which is a result, and publishes with its findings.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from jixiao.check.catalogue import rules
from jixiao.model import JixiaoError
from jixiao.schema import TableSchema, schemas
from jixiao.settings import Settings
from jixiao.warehouse.rows import quoted

Severity = Literal["critical", "warning"]

RULES_SUITE = "rules"
ROWS = "rows_that_differ"


@dataclass(frozen=True, slots=True)
class Expected:
    """One expectation: what selects its offenders, and the words for a person.

    In `query`, `{batch}` stands for the table. Where `share` is given, the offenders of a few rows are no failure.
    `by_document`: a document's offenders, told by its `document_sha256`, follow from that document's rows alone.
    """

    query: str
    severity: Severity
    description: str
    share: float | None = None
    by_document: bool = False


@dataclass(frozen=True, slots=True)
class Suite:
    """The expectations of one table; `key` names the columns that tell an offending row."""

    name: str
    schema: str
    table: str
    key: tuple[str, ...]
    expected: tuple[Expected, ...]

    @property
    def qualified(self) -> str:
        """Return the table's name with its schema."""
        return f"{self.schema}.{self.table}"

    def as_dicts(self) -> list[dict[str, Any]]:
        """Return the expectations as Great Expectations reads them; `meta` tells suite and position.

        All are of one type, `column` is the table: its own types for columns take seconds for what they look up.
        """
        return [
            {
                "type": ROWS,
                "kwargs": {"column": self.qualified, "unexpected_rows_query": one.query},
                "severity": one.severity,
                "description": one.description,
                "meta": {"suite": self.name, "position": position},
            }
            for position, one in enumerate(self.expected)
        ]


def suites() -> tuple[Suite, ...]:
    """Return the suite of every table that has a file in `expectations/`, by name, and last the rule catalogue."""
    return _suites(Settings.load().expectations)


@cache
def _suites(folder: Path) -> tuple[Suite, ...]:
    """Read the suites of a folder once: every load asks for them, twice."""
    found = [_table_suite(path) for path in sorted(folder.glob("*.yaml"))]
    return (*found, _rules_suite())


def _table_suite(path: Path) -> Suite:
    said = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    layer, table = said["table"].split(".")
    if layer != "core":  # the schema that Great Expectations is given
        raise JixiaoError(f"{path.name}: {said['table']} is no table of core")
    schema = schemas(layer)[table]
    own = tuple(_expected(schema.primary_key, one) for one in said["expectations"])
    return Suite(path.stem, layer, table, schema.primary_key, _contract(schema) + own)


def _expected(key: tuple[str, ...], said: dict[str, Any]) -> Expected:
    """Return an expectation of a file, which has Great Expectations' words, as SQL; a share of rows may differ."""
    kwargs, words = said["kwargs"], (said["severity"], said["description"])
    if said["type"] == "unexpected_rows_expectation":
        return Expected(
            kwargs["unexpected_rows_query"].rstrip("; \n"), *words, by_document=said.get("by") == "document"
        )
    column = kwargs["column"]
    shown = ", ".join(dict.fromkeys((*key, column)))
    differs, of = _differs(said["type"], column, kwargs), "*" if said["type"].endswith("not_be_null") else column
    query = f"SELECT {shown} FROM {{batch}} WHERE ({differs})"  # noqa: S608 - of our own files, like all below
    share = kwargs.get("mostly")
    if share is not None:
        met = f"count({of}) - count(*) FILTER (WHERE {differs}) < {share} * count({of})"
        query += f" AND (SELECT {met} FROM {{batch}})"  # noqa: S608
    return Expected(query, *words, share)


def _differs(kind: str, column: str, kwargs: dict[str, Any]) -> str:
    """Return the condition on which a row does not meet an expectation of one column; null meets all but one."""
    if kind == "expect_column_values_to_not_be_null":
        return f"{column} IS NULL"
    if kind == "expect_column_values_to_be_in_set":
        return f"CAST({column} AS VARCHAR) NOT IN ({_listed(kwargs['value_set'])})"
    if kind == "expect_column_values_to_be_between":
        low, high = kwargs.get("min_value"), kwargs.get("max_value")
        sides = [] if low is None else [f"{column} {'<=' if kwargs.get('strict_min') else '<'} {low}"]
        sides += [] if high is None else [f"{column} {'>=' if kwargs.get('strict_max') else '>'} {high}"]
        return " OR ".join(sides)
    raise JixiaoError(f"expectations: {kind} of {column} is not known here")


def _listed(values: Iterable[object]) -> str:
    return ", ".join(quoted(str(value)) for value in values)


def _contract(schema: TableSchema) -> tuple[Expected, ...]:
    """Return what the table's schema promises: its columns, its key, no nulls, and whole boxes."""
    names, key = [column.name for column in schema.columns], ", ".join(schema.primary_key)
    there = "SELECT column_name FROM (DESCRIBE SELECT * FROM {batch})"
    said = f"SELECT unnest([{_listed(names)}]) AS column_name"
    columns = f"(({there}) EXCEPT ({said})) UNION ALL (({said}) EXCEPT ({there}))"
    out = [Expected(columns, "critical", "the columns are those of the schema file")]
    if schema.primary_key:
        query = f"SELECT {key} FROM {{batch}} GROUP BY {key} HAVING count(*) > 1"  # noqa: S608
        by_document = "document_sha256" in schema.primary_key
        out.append(Expected(query, "critical", f"each ({key}) occurs once", by_document=by_document))
    if held := [column.name for column in schema.columns if not column.nullable]:
        nulls = ", ".join(f"CASE WHEN {name} IS NULL THEN '{name}' END" for name in held)
        where = " OR ".join(f"{name} IS NULL" for name in held)
        query = f"SELECT {key}{key and ', '}concat_ws(', ', {nulls}) AS nulls FROM {{batch}} WHERE {where}"  # noqa: S608
        out.append(Expected(query, "critical", "what must be there is never null"))
    if {"page", "x0", "top", "x1", "bottom"} <= set(names):
        query = (
            f"SELECT {key} FROM {{batch}} WHERE page < 1 OR x0 > x1 OR top > bottom"  # noqa: S608
            " OR (x0 IS NOT NULL AND page IS NULL)"
            " OR len(list_distinct([x0 IS NULL, top IS NULL, x1 IS NULL, bottom IS NULL])) > 1"
        )
        out.append(Expected(query, "critical", "a box is whole and upright and stands on a page from 1"))
    return tuple(out)


def _rules_suite() -> Suite:
    """Return the rule catalogue as expectations on `core.findings`, where the loader keeps what the rules select."""
    expected = [
        Expected(
            f"SELECT document_sha256, subject, stated, computed FROM {{batch}} WHERE check_id = '{rule.id}'",  # noqa: S608
            "warning",
            f"{rule.code} {rule.id}: {rule.source}",
        )
        for rule in rules()
    ]
    return Suite(RULES_SUITE, "core", "findings", ("document_sha256", "subject"), tuple(expected))
