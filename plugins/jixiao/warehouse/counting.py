"""How many rows the expectations of a table select, all in one query: those that look at single rows in one scan."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import duckdb

from jixiao.warehouse.suites import Suite

Count = int | duckdb.Error
_ROW_BY_ROW: Final = re.compile(r"\s*SELECT (.*?) FROM \{batch\}\s+WHERE (.*)", re.DOTALL)
_MORE: Final = "SELECT|DISTINCT|unnest|count|sum|min|max|GROUP|HAVING|QUALIFY|OVER|LIMIT|UNION|EXCEPT|ORDER"
_MORE_THAN_A_ROW: Final = re.compile(rf"\b({_MORE})\b|\{{batch\}}", re.IGNORECASE)


def condition_of(query: str) -> str | None:
    """Return the condition on which a query selects a row of `{batch}`; None where it looks at more than that row."""
    found = _ROW_BY_ROW.fullmatch(query)
    if found is None or _MORE_THAN_A_ROW.search(found[1]) or _MORE_THAN_A_ROW.search(found[2]):
        return None
    return found[2].format(batch="")


def counted(
    connection: duckdb.DuckDBPyConnection, suite: Suite, known: Mapping[str, Count] = MappingProxyType({})
) -> dict[str, Count]:
    """Return how many rows each query of a suite selects, by the query; but of those that are `known`.

    Where one cannot be judged, each is asked by itself, and that one gives the error that tells why.
    """
    queries = [query for query in dict.fromkeys(one.query for one in suite.expected) if query not in known]
    try:
        return _together(connection, suite, queries)
    except duckdb.Error:
        return {query: _alone(connection, suite, query) for query in queries}


def _alone(connection: duckdb.DuckDBPyConnection, suite: Suite, query: str) -> Count:
    try:
        return _together(connection, suite, [query])[query]
    except duckdb.Error as error:
        return error


def _together(connection: duckdb.DuckDBPyConnection, suite: Suite, queries: list[str]) -> dict[str, Count]:
    rows = {query: where for query in queries if (where := condition_of(query)) is not None}
    whole = [query for query in queries if query not in rows]
    scan = ", ".join(["count(*)", *(f"count(*) FILTER (WHERE {where})" for where in rows.values())])
    more = [f"(SELECT count(*) FROM ({query.format(batch=suite.qualified)}))" for query in whole]  # noqa: S608
    asked = ", ".join(["one.*", *more])
    found = connection.execute(f"SELECT {asked} FROM (SELECT {scan} FROM {suite.qualified}) AS one").fetchone()  # noqa: S608
    return dict(zip([*rows, *whole], (found or ())[1:], strict=True))
