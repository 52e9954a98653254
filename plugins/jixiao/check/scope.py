"""Facts of some documents in a DuckDB of their own, in memory: what rules and marts are worked out on.

The views are tables there, worked out once. What one document's figures can change is told by
`concerned`: itself, its revisions, its department's other versions of that year, and the report of the year after.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.check.identities import identities_sql
from jixiao.schema import schemas
from jixiao.settings import Settings
from jixiao.version import version_of
from jixiao.without import named

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SAFE_OPTIMIZER = "SET disabled_optimizers = 'common_subplan'"
"""DuckDB 1.5.5 fails to bind rules that read one view twice ('Failed to bind column reference') with this step on."""

AT_ONCE = 10_000
"""Documents that are worked on in one go: what keeps memory within bounds."""

_SAME_DEPARTMENT = (
    "other.organization = given.organization AND coalesce(other.region_code, '') = coalesce(given.region_code, '')"
)


def current_sql() -> str:
    """Return the SQL of the views that tell which facts count."""
    return (Settings.load().sql / "core" / "current.sql").read_text("utf-8")


def intervals_sql() -> str:
    """Return the SQL of the macros and views that every rule reads."""
    return identities_sql() + (Settings.load().sql / "core" / "intervals.sql").read_text("utf-8")


def in_memory(
    tables: "Mapping[str, pa.Table]", threads: int | None = None, for_rules: bool = True
) -> "duckdb.DuckDBPyConnection":
    """Return a DuckDB in memory with these tables in its schema `core`, and what its views say worked out from them.

    The other tables of the schema are there, and empty. What only rules read often stays a view unless it is for them.
    """
    connection = opened(threads)
    given = {name: table for name, table in tables.items() if table.num_rows}
    connection.execute(f"CREATE SCHEMA core; {_empty(given.keys())}")
    for name in schemas("core"):
        if name not in given:
            continue
        connection.register("loading", given[name])
        connection.execute(f"CREATE TABLE core.{name} AS SELECT * FROM loading")  # noqa: S608
        connection.unregister("loading")
    connection.execute(worked_out(current_sql()))
    connection.execute(worked_out(intervals_sql()) if for_rules else intervals_sql())
    return connection


def opened(threads: int | None) -> "duckdb.DuckDBPyConnection":
    """Return a DuckDB in memory with nothing in it; None takes as many threads as the settings say."""
    with named({"importlib.metadata": {"version": version_of}}):  # it asks for its own version
        import duckdb

    config = Settings.load().duckdb
    Path(str(config["temp_directory"])).parent.mkdir(parents=True, exist_ok=True)  # where it spills, if it must
    connection = duckdb.connect(":memory:", config=config | ({"threads": threads} if threads else {}))
    connection.execute(SAFE_OPTIMIZER)
    return connection


def _empty(given: Set[str]) -> str:
    """Return the SQL that makes the tables of `core` that are not given, in one go: most have no row to bring."""
    columns = {
        name: ", ".join(f"{column.name} {column.type}" for column in schema.columns)
        for name, schema in schemas("core").items()
        if name not in given
    }
    return "; ".join(f"CREATE TABLE core.{name} ({said})" for name, said in columns.items())


def worked_out(views: str) -> str:
    """Return the SQL of views as that of tables."""
    return views.replace("CREATE OR REPLACE VIEW", "CREATE TABLE")


def concerned(connection: "duckdb.DuckDBPyConnection", documents: Iterable[str]) -> set[str]:
    """Return the documents whose findings and marts these may change: with them, versions and the year after."""
    if not (asked_for := set(documents)):
        return set()
    given = with_revisions(connection, asked_for)
    return given | _related(connection, given, "(given.fiscal_year, given.fiscal_year + 1)")


def with_year_before(connection: "duckdb.DuckDBPyConnection", documents: Iterable[str]) -> set[str]:
    """Return documents and their departments' reports of the year before: what theirs are worked out from."""
    given = set(documents)
    years = "(given.fiscal_year, given.fiscal_year - 1)"
    return with_revisions(connection, {*given, *_related(connection, given, years)})


def with_revisions(connection: "duckdb.DuckDBPyConnection", documents: Iterable[str]) -> set[str]:
    """Return documents and those of their chains of revisions: which of a chain counts depends on all of it."""
    given = set(documents)
    with asked(connection, given):
        rows = connection.execute(
            "SELECT DISTINCT other.document_sha256 FROM core.revisions AS given INNER JOIN core.revisions AS other "
            "USING (organization, fiscal_year, name) WHERE given.document_sha256 IN (FROM asked)"
        ).fetchall()
    return {*given, *(row[0] for row in rows)}


def by_department(
    connection: "duckdb.DuckDBPyConnection", documents: Iterable[str] | None = None, at_once: int = AT_ONCE
) -> Iterator[set[str]]:
    """Yield all reports, or some, a department's together, about so many at once; nothing where there are none."""
    if documents is None:
        given = connection.execute("SELECT document_sha256 FROM core.reports").to_arrow_table()
    else:
        given = _as_table(documents)
    if not given.num_rows:
        return
    count = 1 + given.num_rows // at_once
    connection.register("given", given)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE departments AS SELECT document_sha256, "  # noqa: S608 - our own words
        f"hash(coalesce(organization, document_sha256), coalesce(region_code, '')) % {count} AS chunk "
        "FROM core.named_reports SEMI JOIN given USING (document_sha256)"
    )
    connection.unregister("given")
    for chunk in range(count):
        found = connection.execute(f"SELECT document_sha256 FROM departments WHERE chunk = {chunk}").fetchall()  # noqa: S608
        yield {row[0] for row in found}
    connection.execute("DROP TABLE departments")


@contextmanager
def asked(connection: "duckdb.DuckDBPyConnection", documents: Iterable[str]) -> Iterator[None]:
    """Give the connection a table `asked` of one column, `document_sha256`.

    Of a parameter DuckDB looks at each value by itself, and each time for pandas.
    """
    connection.register("asked", _as_table(documents))
    try:
        yield
    finally:
        connection.unregister("asked")


def _as_table(documents: Iterable[str]) -> "pa.Table":
    import pyarrow as pa

    return pa.table({"document_sha256": pa.array(sorted(set(documents)), pa.string())})


def _related(connection: "duckdb.DuckDBPyConnection", given: Iterable[str], years: str) -> set[str]:
    with asked(connection, given):
        rows = connection.execute(
            "SELECT DISTINCT other.document_sha256 FROM core.named_reports AS given "  # noqa: S608
            f"INNER JOIN core.named_reports AS other ON {_SAME_DEPARTMENT} AND (other.fiscal_year IN {years} "
            "OR (other.fiscal_year IS NULL AND given.fiscal_year IS NULL)) "
            "WHERE given.document_sha256 IN (FROM asked)"
        ).fetchall()
    return {row[0] for row in rows}


def facts_of(
    connection: "duckdb.DuckDBPyConnection", names: Iterable[str], documents: Iterable[str]
) -> "dict[str, pa.Table]":
    """Return the rows of some `core` tables that belong to some documents."""
    with asked(connection, documents):
        return {
            name: connection.execute(
                f"SELECT facts.* FROM core.{name} AS facts SEMI JOIN asked USING (document_sha256)"  # noqa: S608
            ).to_arrow_table()
            for name in names
        }
