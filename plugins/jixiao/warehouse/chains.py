"""The archive's chains of revisions in `core.revisions`."""

from collections.abc import Sequence
from typing import Any

import duckdb

from jixiao.archive import Revision
from jixiao.schema import schemas
from jixiao.warehouse.rows import as_arrow

_COLUMNS = ("organization", "fiscal_year", "name", "revision")


def as_loaded(revision: Revision) -> dict[str, Any]:
    """Return of a link of a chain what the warehouse keeps: not when it was seen last, which each walk changes."""
    return {column.name: getattr(revision, column.name) for column in schemas("core")["revisions"].columns}


def replace_revisions(native: duckdb.DuckDBPyConnection, revisions: Sequence[Revision]) -> set[str]:
    """Put the archive's chains in place of those known; return the documents whose standing may have changed."""
    native.register("chains", as_arrow("revisions", [as_loaded(one) for one in revisions]))
    native.execute("CREATE TEMP TABLE come AS SELECT * FROM chains EXCEPT SELECT * FROM core.revisions")
    native.execute("CREATE TEMP TABLE left_now AS SELECT * FROM core.revisions EXCEPT SELECT * FROM chains")
    native.unregister("chains")
    changed = native.execute("FROM come UNION ALL FROM left_now").to_arrow_table()
    key = ", ".join(_COLUMNS)
    native.execute(f"DELETE FROM core.revisions WHERE ({key}) IN (SELECT ({key}) FROM left_now)")  # noqa: S608
    native.execute(f"INSERT INTO core.revisions BY NAME FROM come ORDER BY {key}")
    native.execute("DROP TABLE come; DROP TABLE left_now")
    return {sha for name in ("document_sha256", "replaces_sha256") for sha in changed[name].to_pylist() if sha}
