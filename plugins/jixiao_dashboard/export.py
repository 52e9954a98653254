"""Rows as files: CSV that a spreadsheet opens well and safely, Parquet with its types, JSON."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

import duckdb
from fastapi.responses import Response, StreamingResponse

from jixiao_dashboard.site import HEADERS

Form = Literal["csv", "parquet", "json"]
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}
_AT_ONCE: Final = 5_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def plain(value: Any) -> Any:
    """Return a value as JSON has it: numbers as numbers, days in ISO form."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _cell(value: Any) -> Any:
    """Return a value as a CSV cell; a report's words that a spreadsheet would take for a formula get an apostrophe."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, list):
        return json.dumps([plain(one) for one in value], ensure_ascii=False)
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def download(cursor: duckdb.DuckDBPyConnection, form: Form, name: str, etag: str) -> Response:
    """Return all rows of a query that was run, as a file."""
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}.{form}"', "ETag": etag}
    columns = [column[0] for column in cursor.description]
    if form == "parquet":
        import pyarrow.parquet as pq

        target = io.BytesIO()
        pq.write_table(cursor.to_arrow_table(), target)
        return Response(target.getvalue(), headers=headers, media_type=_TYPES[form])
    # The cursor is closed when the request's function has returned: the rows are fetched here.
    rows = cursor.fetchall()
    lines = _csv(columns, rows) if form == "csv" else _json(columns, rows)
    return StreamingResponse(lines, headers=headers, media_type=_TYPES[form])


def _csv(columns: list[str], rows: list[tuple[Any, ...]]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"  # without the mark Excel takes Chinese for another encoding
    for start in range(-1, len(rows), _AT_ONCE):
        text = io.StringIO()
        writer = csv.writer(text)
        if start < 0:
            writer.writerow(columns)
        for row in rows[max(start, 0) if start < 0 else start : start + _AT_ONCE]:
            writer.writerow([_cell(value) for value in row])
        yield text.getvalue().encode()


def _json(columns: list[str], rows: list[tuple[Any, ...]]) -> Iterator[bytes]:
    yield b"[\n"
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        text = ",\n".join(
            json.dumps(dict(zip(columns, [_listed(value) for value in row], strict=True)), ensure_ascii=False)
            for row in part
        )
        yield (",\n" if start else "").encode() + text.encode()
    yield b"\n]\n"


def _listed(value: Any) -> Any:
    return [plain(one) for one in value] if isinstance(value, list) else plain(value)
