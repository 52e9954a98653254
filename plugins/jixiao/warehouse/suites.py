"""Expectation suites as data: `expectations/<table>.yaml`, what the table's schema asks for, and the rule catalogue.

Severity is Great Expectations' own: `critical` is the contract and stops publishing; `warning` is a consistency of
the documents, which is a result, and publishes with its findings.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from jixiao.check.catalogue import rules
from jixiao.schema import TableSchema, schemas
from jixiao.settings import Settings

Severity = Literal["critical", "warning"]

RULES_SUITE = "rules"
_QUERY = "unexpected_rows_expectation"


@dataclass(frozen=True, slots=True)
class Expected:
    """One expectation: Great Expectations' type and arguments, and the words for a person.

    `query` selects the offenders where the expectation is one in SQL; `{batch}` stands for the table.
    """

    type: str
    kwargs: dict[str, Any]
    severity: Severity
    description: str

    @property
    def query(self) -> str | None:
        """Return the SQL of the offenders, if the expectation is one in SQL."""
        query: str | None = self.kwargs.get("unexpected_rows_query")
        return query


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
        """Return the expectations as Great Expectations reads them; `meta` tells their positions."""
        return [
            {
                "type": one.type,
                "kwargs": one.kwargs,
                "severity": one.severity,
                "description": one.description,
                "meta": {"position": position},
            }
            for position, one in enumerate(self.expected)
        ]


def suites() -> tuple[Suite, ...]:
    """Return the suite of every table that has a file in `expectations/`, by name, and last the rule catalogue."""
    folder = Settings.load().expectations
    found = [_table_suite(path) for path in sorted(folder.glob("*.yaml"))]
    return (*found, _rules_suite())


def _table_suite(path: Path) -> Suite:
    said = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    layer, table = said["table"].split(".")
    schema = schemas(layer)[table]
    own = tuple(
        Expected(one["type"], one["kwargs"], one["severity"], one["description"]) for one in said["expectations"]
    )
    return Suite(path.stem, layer, table, schema.primary_key, _contract(schema) + own)


def _contract(schema: TableSchema) -> tuple[Expected, ...]:
    """Return what the table's schema promises: its columns, its key, no nulls, and whole boxes."""
    names = [column.name for column in schema.columns]
    out = [
        Expected(
            "expect_table_columns_to_match_set",
            {"column_set": names, "exact_match": True},
            "critical",
            "the columns are those of the schema file",
        )
    ]
    if schema.primary_key:
        key = ", ".join(schema.primary_key)
        query = f"SELECT {key} FROM {{batch}} GROUP BY {key} HAVING count(*) > 1"  # noqa: S608 - names of a schema file
        out.append(_in_sql(query, "critical", f"each ({key}) occurs once"))
    out += [
        Expected(
            "expect_column_values_to_not_be_null", {"column": column.name}, "critical", f"{column.name} is never null"
        )
        for column in schema.columns
        if not column.nullable
    ]
    if {"page", "x0", "top", "x1", "bottom"} <= set(names):
        query = (
            f"SELECT {', '.join(schema.primary_key)} FROM {{batch}} WHERE page < 1 OR x0 > x1 OR top > bottom"  # noqa: S608
            " OR (x0 IS NOT NULL AND page IS NULL)"
            " OR len(list_distinct([x0 IS NULL, top IS NULL, x1 IS NULL, bottom IS NULL])) > 1"
        )
        out.append(_in_sql(query, "critical", "a box is whole and upright and stands on a page from 1"))
    return tuple(out)


def _in_sql(query: str, severity: Severity, description: str) -> Expected:
    return Expected(_QUERY, {"unexpected_rows_query": query}, severity, description)


def _rules_suite() -> Suite:
    """Return the rule catalogue as expectations on `core.findings`, where the loader keeps what the rules select."""
    expected = [
        _in_sql(
            f"SELECT document_sha256, subject, stated, computed FROM {{batch}} WHERE check_id = '{rule.id}'",  # noqa: S608
            "warning",
            f"{rule.code} {rule.id}: {rule.source}",
        )
        for rule in rules()
    ]
    return Suite(RULES_SUITE, "core", "findings", ("document_sha256", "subject"), tuple(expected))
