"""The fact tables of the documents that may be loaded, and why the others may not."""

from collections.abc import Mapping

import pyarrow as pa

from jixiao.check.facts import fact_tables
from jixiao.model import Extraction
from jixiao.warehouse.document_gate import refused


def sound(ordered: Mapping[str, Extraction]) -> tuple[dict[str, pa.Table], dict[str, str]]:
    """Return the fact tables of the documents that may be loaded, and why the others may not, by SHA-256."""
    bad: dict[str, str] = {}
    try:
        tables = fact_tables(ordered.values())
    except pa.ArrowInvalid:  # of which document it does not say: each is tried by itself, and thrown away
        bad = {sha256: reason for sha256, one in ordered.items() if (reason := _misfit(one))}
        tables = fact_tables(one for sha256, one in ordered.items() if sha256 not in bad)
    found = refused(tables)
    if found:
        bad |= found
        tables = fact_tables(one for sha256, one in ordered.items() if sha256 not in bad)
    return tables, bad


def _misfit(extraction: Extraction) -> str | None:
    try:
        fact_tables([extraction])
    except pa.ArrowInvalid as error:
        return f"a figure does not fit its column: {error}"
    return None
