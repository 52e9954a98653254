"""Tables of rows that a reader sorts, filters, pages through and downloads: one query each, pages by key, no OFFSET."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb
from jixiao.publish.reading import Marts, Row

ROWS_A_PAGE: Final = 50
MOST_ROWS_A_PAGE: Final = 1000


class UnfitParameter(Exception):  # noqa: N818 - said of the address, not of the program
    """A parameter of the address that cannot be used: its name, its value and what it may be."""

    def __init__(self, name: str, value: str, allowed: str) -> None:
        """Name it."""
        super().__init__(f"{name}={value}: {allowed}")
        self.name, self.value, self.allowed = name, value, allowed


@dataclass(frozen=True, slots=True)
class Table:
    """Where rows come from, by which columns they are known and sorted, and what may be asked of them.

    `filters` are conditions with the parameter `$<name>` in it; `types` the SQL types of the columns by name.
    """

    name: str
    source: str
    key: tuple[str, ...]
    types: Mapping[str, str]
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks of a table: its filters' values, `sort` (`-` before a column: downwards), a place, a size."""

    values: Mapping[str, Any]
    sort: str = ""
    after: str | None = None
    before: str | None = None
    limit: int = ROWS_A_PAGE


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, the number of the first of them (from 1), how many there are in all, and the cursors to go on with."""

    rows: list[Row]
    first: int
    total: int
    after: str | None
    before: str | None
    sort: str


def where(table: Table, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the condition and the parameters of the filters that are given."""
    given = {name: value for name, value in values.items() if value is not None and value != ""}
    conditions = [f"({table.filters[name]})" for name in given]
    return " AND ".join(conditions) or "TRUE", given


def page(marts: Marts, table: Table, asked: Asked, columns: Iterable[str] = ("*",)) -> Page:
    """Return a page of rows; a cursor names a row's sorted value and key, so that paging costs the same anywhere."""
    column, down = _sorting(table, asked.sort)
    condition, values = where(table, asked.values)
    total = marts.row(f"SELECT count(*) AS n FROM {table.source} WHERE {condition}", **values)["n"]  # noqa: S608
    cursor = asked.before or asked.after
    backwards = asked.before is not None
    terms = [(f"{column} IS NULL", "BOOLEAN", False), (column, table.types[column], down)]
    terms += [(key, table.types[key], False) for key in table.key if key != column]
    start, first = "TRUE", 1
    if cursor:
        said = _read(cursor, len(terms))
        first = int(said[0])
        start = _beyond(terms, backwards)
        values |= {f"k{n}": value for n, value in enumerate(said[1:])}
    order = ", ".join(f"{sql} {'DESC' if down_term != backwards else 'ASC'}" for sql, _, down_term in terms)
    keys = ", ".join(f"{sql} AS k{n}" for n, (sql, _, _) in enumerate(terms))
    query = (
        f"SELECT {', '.join(columns)}, {keys} FROM {table.source} WHERE {condition} AND {start} "  # noqa: S608
        f"ORDER BY {order} LIMIT {asked.limit + 1}"
    )
    try:
        rows = marts.rows(query, **values)
    except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
        raise UnfitParameter("after", str(cursor), "a cursor as a page gave it") from error
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    if backwards:
        rows.reverse()
        first = max(1, first - len(rows))
    marks = [_mark(first + n, row, len(terms)) for n, row in enumerate(rows)]
    further, earlier = (bool(cursor), more) if backwards else (more, first > 1)
    return Page(
        rows,
        first,
        total,
        marks[-1][1] if marks and further else None,
        marks[0][0] if marks and earlier else None,
        ("-" if down else "") + column,
    )


def everything(marts: Marts, table: Table, asked: Asked, columns: Iterable[str] = ("*",)) -> duckdb.DuckDBPyConnection:
    """Run the query of all rows that the filters leave, in the asked order; the caller fetches as it needs."""
    column, down = _sorting(table, asked.sort)
    condition, values = where(table, asked.values)
    keys = ", ".join(key for key in table.key if key != column)
    query = (
        f"SELECT {', '.join(columns)} FROM {table.source} WHERE {condition} "  # noqa: S608
        f"ORDER BY {column} {'DESC' if down else 'ASC'} NULLS LAST{', ' + keys if keys else ''}"
    )
    return marts.connection.execute(query, values)


def _sorting(table: Table, sort: str) -> tuple[str, bool]:
    said = sort or table.sort or table.key[0]
    column = said.removeprefix("-")
    if column not in table.types or table.types[column].endswith("[]"):
        raise UnfitParameter("sort", said, "a column of the table, with - before it to go downwards")
    return column, said.startswith("-")


def _beyond(terms: list[tuple[str, str, bool]], backwards: bool) -> str:
    """Return the condition for rows after (before) the cursor's: the first term that differs decides."""
    ways = []
    for n, (sql, kind, down) in enumerate(terms):
        same = [f"{one} IS NOT DISTINCT FROM CAST($k{m} AS {of})" for m, (one, of, _) in enumerate(terms[:n])]
        sign = "<" if down != backwards else ">"
        ways.append(" AND ".join([*same, f"{sql} {sign} CAST($k{n} AS {kind})"]))
    # A parameter that no way names is refused, so the last key is compared even where it decides nothing.
    return "(" + " OR ".join(f"({way})" for way in ways) + ")"


def _mark(number: int, row: Row, terms: int) -> tuple[str, str]:
    """Take the key out of a row; return the cursors before and after it."""
    key = [None if (value := row.pop(f"k{n}")) is None else str(value) for n in range(terms)]
    return _written([number, *key]), _written([number + 1, *key])


def _written(said: list[Any]) -> str:
    return (
        base64.urlsafe_b64encode(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())
        .decode()
        .rstrip("=")
    )


def _read(cursor: str, terms: int) -> list[Any]:
    try:
        said = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        said = None
    fits = isinstance(said, list) and len(said) == terms + 1 and isinstance(said[0], int) and 0 < said[0] < 2**53
    if not fits or not all(one is None or isinstance(one, str) for one in said[1:]):
        raise UnfitParameter("after", cursor[:80], "a cursor as a page gave it")
    return list(said)


_IN_PLACE: Final = "starts_with(region_code, $place)"
DEPARTMENTS: Final = Table(
    "departments",
    "mart.department_year",
    ("fiscal_year", "region_code", "organization"),
    {
        "fiscal_year": "INTEGER",
        "region_code": "VARCHAR",
        "region_name": "VARCHAR",
        "organization": "VARCHAR",
        "organization_function": "VARCHAR",
        "initial_budget_yuan": "DECIMAL(20,4)",
        "budget_yuan": "DECIMAL(20,4)",
        "final_yuan": "DECIMAL(20,4)",
        "execution_rate_pct": "DECIMAL(14,4)",
        "stated_rate_pct": "DECIMAL(14,4)",
        "total_score": "DECIMAL(12,4)",
        "finding_count": "BIGINT",
        "material_finding_count": "BIGINT",
        "published_on": "DATE",
    },
    {
        "year": "fiscal_year = $year",
        "place": _IN_PLACE,
        "function": "organization_function = $function",
        "q": "contains(organization, $q) OR contains(coalesce(region_name, ''), $q)",
        "material": "(material_finding_count > 0) = $material",
        "bin": "execution_rate_pct IS NOT NULL "
        "AND least(greatest(floor(execution_rate_pct)::BIGINT - 79, 0), 23) = $bin",
    },
    "execution_rate_pct",
)
FINDINGS: Final = Table(
    "findings",
    "mart.findings",
    ("document_sha256", "finding_id"),
    {
        "document_sha256": "VARCHAR",
        "finding_id": "VARCHAR",
        "severity": "VARCHAR",
        "organization": "VARCHAR",
        "fiscal_year": "INTEGER",
        "region_code": "VARCHAR",
        "subject": "VARCHAR",
        "code": "VARCHAR",
        "stated": "DECIMAL(20,4)",
        "computed": "DECIMAL(20,4)",
        "difference": "DECIMAL(20,4)",
    },
    {
        "severity": "severity = $severity",
        "rule": "code = $rule",
        "year": "fiscal_year = $year",
        "place": _IN_PLACE,
        "function": "organization_function = $function",
        "q": "contains(coalesce(organization, ''), $q)",
    },
    "severity",
)
SCORES: Final = Table(
    "scores",
    "mart.indicator_scores",
    ("document_sha256", "fact_id"),
    {
        "document_sha256": "VARCHAR",
        "fact_id": "VARCHAR",
        "organization": "VARCHAR",
        "fiscal_year": "INTEGER",
        "full_marks": "DECIMAL(12,4)",
        "score": "DECIMAL(12,4)",
        "lost_points": "DECIMAL(12,4)",
        "score_rate_pct": "DECIMAL(14,4)",
    },
    {
        "indicator": "canonical = $indicator AND is_leaf AND lost_points > 0",
        "year": "fiscal_year = $year",
        "place": _IN_PLACE,
    },
    "score_rate_pct",
)
REVISIONS: Final = Table(
    "revisions",
    "mart.document_revisions",
    ("new_document_sha256", "old_document_sha256", "kind", "fact", "occurrence"),
    {
        "new_document_sha256": "VARCHAR",
        "old_document_sha256": "VARCHAR",
        "kind": "VARCHAR",
        "fact": "VARCHAR",
        "occurrence": "BIGINT",
        "organization": "VARCHAR",
        "fiscal_year": "INTEGER",
    },
    {
        "year": "fiscal_year = $year",
        "kind": "kind = $kind",
        "place": _IN_PLACE,
        "q": "contains(organization, $q)",
    },
    "new_document_sha256",
)
TABLES: Final = {table.name: table for table in (DEPARTMENTS, FINDINGS, SCORES, REVISIONS)}
