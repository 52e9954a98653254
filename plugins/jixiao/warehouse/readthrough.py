"""Read the whole warehouse once: DuckDB holds a checksum of every block, and looks at it when the block is read."""

from pathlib import Path

import duckdb

from jixiao.model import JixiaoError
from jixiao.warehouse.lock import connect


def read_through(warehouse: Path) -> int:
    """Write what is pending to the file, then read every table of it; return how many rows there are.

    The caller must have closed its own connections to the file.

    Raises:
        JixiaoError: a block is not what was written.
        TransientError: another process held the file for too long.
    """
    rows = 0
    try:
        with connect(warehouse) as connection:
            connection.execute("CHECKPOINT")
        # Opened anew: what is kept in memory would not be read from the file.
        with connect(warehouse, read_only=True) as connection:
            tables = connection.execute(
                "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal ORDER BY ALL"
            ).fetchall()
            for schema, table in tables:
                query = f'SELECT count(*), bit_xor(hash(read)) FROM "{schema}"."{table}" AS read'  # noqa: S608
                found = connection.execute(query).fetchone()
                rows += int(found[0]) if found else 0
    except duckdb.Error as error:
        words = str(error).splitlines()[0][:200]
        raise JixiaoError(f"{warehouse.name}: damaged, nothing is published ({words}): jixiao rebuild") from None
    return rows
