"""Read the whole warehouse once: DuckDB holds a checksum of every block, and looks at it when the block is read."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from jixiao.model import JixiaoError
from jixiao.settings import Settings
from jixiao.warehouse.lock import connect, patiently
from jixiao.warehouse.rows import quoted


@contextmanager
def opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Write what is pending to the file, then give a connection in memory with it as `source`, to read alone.

    The caller must have closed its own connections to the file: what is kept in memory is not read from it.

    Raises:
        JixiaoError: a block that the caller reads is not what was written.
        TransientError: another process held the file for too long.
    """
    try:
        with connect(warehouse) as connection:
            connection.execute("CHECKPOINT")
        with duckdb.connect(":memory:", config=Settings.load().duckdb) as connection:
            source = f"ATTACH {quoted(str(warehouse))} AS source (READ_ONLY)"
            patiently(warehouse, lambda: connection.execute(source))
            yield connection
    except duckdb.Error as error:
        words = str(error).splitlines()[0][:200]
        if not any(word in words.lower() for word in ("checksum", "corrupt", "block")):
            raise
        raise JixiaoError(f"{warehouse.name}: damaged, nothing is published ({words}): jixiao rebuild") from None


def read_through(connection: duckdb.DuckDBPyConnection, but: Collection[str] = ()) -> int:
    """Read every table of `source`, but those of some schemas, which the caller reads; return how many rows there are.

    The connection is one of `opened`.
    """
    tables = connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() "
        "WHERE NOT internal AND database_name = 'source' ORDER BY ALL"
    ).fetchall()
    rows = 0
    for schema, table in tables:
        if schema not in but:
            query = f'SELECT count(*), bit_xor(hash(read)) FROM source."{schema}"."{table}" AS read'  # noqa: S608
            found = connection.execute(query).fetchone()
            rows += int(found[0]) if found else 0
    return rows
