"""Read the whole warehouse once: DuckDB holds a checksum of every block, and looks at it when the block is read."""

from pathlib import Path

import duckdb

from jixiao.model import JixiaoError
from jixiao.settings import Settings


def read_through(warehouse: Path) -> int:
    """Write what is pending to the file, then read every table of it; return how many rows there are.

    The caller must have closed its own connections to the file.

    Raises:
        JixiaoError: a block is not what was written.
    """
    rows = 0
    try:
        with duckdb.connect(str(warehouse), config=Settings.load().duckdb) as connection:
            connection.execute("CHECKPOINT")
        # Opened anew: what is kept in memory would not be read from the file.
        with duckdb.connect(str(warehouse), read_only=True, config=Settings.load().duckdb) as connection:
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
