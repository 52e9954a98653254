"""Expectations that look at each row of one table by itself, counted in one scan of the table."""

import re
from typing import Final

import duckdb

from jixiao.warehouse.suites import Suite

_ROW_BY_ROW: Final = re.compile(r"\s*SELECT (.*?) FROM \{batch\}\s+WHERE (.*)", re.DOTALL)
_MORE: Final = "SELECT|DISTINCT|unnest|count|sum|min|max|GROUP|HAVING|QUALIFY|OVER|LIMIT|UNION|EXCEPT|ORDER"
_MORE_THAN_A_ROW: Final = re.compile(rf"\b({_MORE})\b|\{{batch\}}", re.IGNORECASE)


def condition_of(query: str) -> str | None:
    """Return the condition on which a query selects a row of `{batch}`; None where it looks at more than that row."""
    found = _ROW_BY_ROW.fullmatch(query)
    if found is None or _MORE_THAN_A_ROW.search(found[1]) or _MORE_THAN_A_ROW.search(found[2]):
        return None
    return found[2].format(batch="")


def counted(connection: duckdb.DuckDBPyConnection, suite: Suite) -> dict[str, int]:
    """Return how many rows each query of a suite selects that looks at one row at a time, by the query.

    None of them where one cannot be judged: each is asked by itself then, and the one that fails tells why.
    """
    found = {one.query: where for one in suite.expected if (where := condition_of(one.query)) is not None}
    if not found:
        return {}
    counts = ", ".join(f"count(*) FILTER (WHERE {where})" for where in found.values())
    try:
        row = connection.execute(f"SELECT {counts} FROM {suite.qualified}").fetchone()  # noqa: S608 - of our own files
    except duckdb.Error:
        return {}
    return dict(zip(found, row or (), strict=True))
