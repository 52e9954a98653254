"""What the names of departments and indicators stand for."""

import duckdb

from jixiao.schema import schemas
from jixiao.warehouse.indicators import canonical_indicator, vocabulary
from jixiao.warehouse.organizations import organization_rows
from jixiao.warehouse.rows import as_arrow, insert


def record_names(native: duckdb.DuckDBPyConnection) -> bool:
    """Resolve the names of departments and indicators anew: what they stand for depends on no earlier load.

    Return whether a name that was known stands for something else now.
    """
    names = native.execute(
        "SELECT DISTINCT organization, region_code FROM core.reports WHERE organization IS NOT NULL"
    ).fetchall()
    organizations, aliases = organization_rows(names)
    found = native.execute(
        "SELECT indicator FROM core.scores UNION SELECT indicator FROM core.deductions ORDER BY indicator"
    ).fetchall()
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
