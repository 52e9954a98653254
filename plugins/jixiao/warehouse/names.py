"""What the names of departments and indicators stand for."""

import duckdb

from jixiao.schema import schemas
from jixiao.version import library_version
from jixiao.warehouse.indicators import canonical_indicator, vocabulary
from jixiao.warehouse.organizations import organization_rows
from jixiao.warehouse.rows import as_arrow, insert, quoted

_READ = "SELECT indicator FROM core.scores UNION SELECT indicator FROM core.deductions"
_NAMED = (
    "SELECT DISTINCT organization AS alias, coalesce(region_code, '') AS region_code FROM core.reports "
    "WHERE organization IS NOT NULL"
)


def record_names(native: duckdb.DuckDBPyConnection) -> bool:
    """Resolve the names of departments and indicators: what they stand for depends on no earlier load.

    Where this code resolved those that are there, only names that came are resolved, and those that went are left out.
    Return whether a name that was known stands for something else now.
    """
    version = library_version()
    if native.execute("SELECT version FROM raw.named").fetchall() == [(version,)]:
        _follow(native)
        return False
    renamed = _resolve_all(native)
    native.execute("DELETE FROM raw.named")
    native.execute(f"INSERT INTO raw.named VALUES ({quoted(version)})")  # noqa: S608 - a digest
    return renamed


def _follow(native: duckdb.DuckDBPyConnection) -> None:
    """Bring the tables of names up to the facts as they are."""
    came = native.execute(f"{_NAMED} EXCEPT SELECT alias, region_code FROM core.organization_aliases").fetchall()  # noqa: S608
    native.execute(f"DELETE FROM core.organization_aliases WHERE (alias, region_code) NOT IN ({_NAMED})")  # noqa: S608
    organizations, aliases = organization_rows(came)
    insert(native, "core.organization_aliases", as_arrow("organization_aliases", aliases))
    native.execute(
        "DELETE FROM core.organizations WHERE organization_id NOT IN "
        "(SELECT organization_id FROM core.organization_aliases)"
    )
    there = {name for (name,) in native.execute("SELECT organization_id FROM core.organizations").fetchall()}
    fresh = [row for row in organizations if row["organization_id"] not in there]
    insert(native, "core.organizations", as_arrow("organizations", fresh))
    read = native.execute(f"({_READ}) EXCEPT SELECT indicator FROM core.indicator_names").fetchall()  # noqa: S608
    native.execute(f"DELETE FROM core.indicator_names WHERE indicator NOT IN ({_READ})")  # noqa: S608
    rows = [{"indicator": name, "canonical": canonical_indicator(name)} for (name,) in read]
    insert(native, "core.indicator_names", as_arrow("indicator_names", rows))


def _resolve_all(native: duckdb.DuckDBPyConnection) -> bool:
    """Resolve every name anew; return whether one that was known stands for something else now."""
    names = native.execute(
        "SELECT DISTINCT organization, region_code FROM core.reports WHERE organization IS NOT NULL"
    ).fetchall()
    organizations, aliases = organization_rows(names)
    found = native.execute(f"{_READ} ORDER BY indicator").fetchall()
    indicators = [{"indicator": name, "canonical": canonical_indicator(name)} for (name,) in found]
    renamed = False
    for table, rows in (
        ("organizations", organizations),
        ("organization_aliases", aliases),
        ("indicators", vocabulary()),
        ("indicator_names", indicators),
    ):
        key = ", ".join(schemas("core")[table].primary_key)
        native.register("before", native.execute(f"SELECT * FROM core.{table}").to_arrow_table())  # noqa: S608
        native.execute(f"DELETE FROM core.{table}")  # noqa: S608 - our own table names
        insert(native, f"core.{table}", as_arrow(table, rows))
        other = native.execute(
            f"SELECT * FROM before SEMI JOIN core.{table} USING ({key}) EXCEPT SELECT * FROM core.{table}"  # noqa: S608
        ).fetchall()
        native.unregister("before")
        renamed = renamed or bool(other)
    return renamed
