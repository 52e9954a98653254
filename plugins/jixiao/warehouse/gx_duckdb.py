"""Let Great Expectations read DuckDB.

Great Expectations reads a result after it has closed the connection, and DuckDB drops a pending result then: every
metric fails with 'list index out of range'. Fetching all rows as soon as a statement has run keeps them.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy


def _keep_rows(
    _connection: sa.Connection, cursor: Any, _statement: str, _parameters: Any, context: Any, _executemany: bool
) -> None:
    if context is not None and context.dialect.name == "duckdb" and cursor.description is not None:
        rows = cursor.fetchall()
        context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(cursor, initial_buffer=rows)


def install() -> None:
    """Keep the rows of every DuckDB statement of this process; installing twice is the same as once."""
    if not sa.event.contains(sa.Engine, "after_cursor_execute", _keep_rows):
        sa.event.listen(sa.Engine, "after_cursor_execute", _keep_rows)


def uninstall() -> None:
    """Undo `install`."""
    if sa.event.contains(sa.Engine, "after_cursor_execute", _keep_rows):
        sa.event.remove(sa.Engine, "after_cursor_execute", _keep_rows)
