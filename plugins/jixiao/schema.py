"""Table schemas as data: `sql/<layer>/<table>/schema.yaml`, read once and used everywhere.

The same file gives the Arrow schema of a bulk load, the SQLAlchemy table of the warehouse and the data dictionary.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.kept import yaml_of
from jixiao.settings import Settings

if TYPE_CHECKING:  # a reader of one file does without pyarrow, which takes longer to load than its page to read
    import pyarrow as pa

_ARROW = {
    "VARCHAR": "string",
    "INTEGER": "int32",
    "BIGINT": "int64",
    "DOUBLE": "float64",
    "BOOLEAN": "bool",
    "DATE": "date32",
    "TIMESTAMP": "timestamp[us]",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: DuckDB type name, nullability and a description for the reader.

    `before` is what rows hold, in SQL, that were written before there was such a column.
    """

    name: str
    type: str
    nullable: bool
    description: str
    before: str | None = None

    @property
    def arrow_type(self) -> "pa.DataType":
        """Return the Arrow type that DuckDB reads as `type`; `ValueError` for a type without one."""
        import pyarrow as pa

        if self.type.endswith("[]"):
            return pa.list_(Column("", self.type[:-2], True, "").arrow_type)
        decimal = re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", self.type)
        if decimal:
            return pa.decimal128(int(decimal[1]), int(decimal[2]))
        if self.type not in _ARROW:
            raise ValueError(f"{self.name}: no Arrow type for {self.type}")
        return pa.type_for_alias(_ARROW[self.type])


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table: its layer (`core`, `marts`, …), name, description, key and columns.

    `by_document` tells that a mart's rows each belong to one document, so that they can be built anew alone; `by_year`
    that they follow from the rows of their fiscal year in marts by document.
    `checks` are conditions on a row, in SQL, that the database itself holds every row to.
    """

    layer: str
    name: str
    description: str
    primary_key: tuple[str, ...]
    columns: tuple[Column, ...]
    folder: Path
    by_document: bool = False
    by_year: bool = False
    checks: tuple[str, ...] = ()

    @property
    def arrow_schema(self) -> "pa.Schema":
        """Return the columns as an Arrow schema."""
        import pyarrow as pa

        return pa.schema([pa.field(c.name, c.arrow_type, nullable=c.nullable) for c in self.columns])


def load_schema(path: Path) -> TableSchema:
    """Read one schema.yaml; its layer and name are its folders' names."""
    said = yaml_of(path.read_text("utf-8"))
    columns = tuple(
        Column(c["name"], c["type"], bool(c.get("nullable", True)), c["description"], c.get("before"))
        for c in said["columns"]
    )
    folder = path.parent
    return TableSchema(
        folder.parent.name,
        folder.name,
        said["description"],
        tuple(said.get("primary_key", ())),
        columns,
        folder,
        said.get("incremental") == "document",
        said.get("incremental") == "fiscal_year",
        tuple(said.get("checks", ())),
    )


@cache
def schema_of(layer: str, name: str) -> TableSchema:
    """Return one table of a layer."""
    return load_schema(Settings.load().sql / layer / name / "schema.yaml")


@cache
def schemas(layer: str) -> dict[str, TableSchema]:
    """Return the tables of a layer by name, in the order of their names."""
    names = (path.parent.name for path in sorted((Settings.load().sql / layer).glob("*/schema.yaml")))
    return {name: schema_of(layer, name) for name in names}
