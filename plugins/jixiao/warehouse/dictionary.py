"""The data dictionary: every table and column, from the schema files."""

from jixiao.schema import TableSchema, schemas


def _table(table: TableSchema, schema: str) -> list[str]:
    out = [
        f"### {schema}.{table.name}",
        "",
        table.description,
        "",
        "| column | type | null | meaning |",
        "| --- | --- | --- | --- |",
    ]
    for column in table.columns:
        key = " (key)" if column.name in table.primary_key else ""
        null = "yes" if column.nullable else "no"
        out.append(f"| `{column.name}`{key} | {column.type} | {null} | {column.description} |")
    if table.checks:
        out += ["", "Every row holds: " + "; ".join(f"`{check}`" for check in table.checks) + "."]
    return [*out, ""]


def describe() -> str:
    """Return docs/data-dictionary.md: the published marts, then the warehouse's own tables."""
    out = [
        "# Data dictionary",
        "",
        "Generated from `sql/*/*/schema.yaml` by `jixiao docs`. Money is in yuan (`_yuan`), rates in percent (`_pct`).",
        "",
        "## Published marts",
        "",
    ]
    for table in schemas("marts").values():
        out += _table(table, "mart")
    out += [
        "## Warehouse",
        "",
        "The database refuses a second row of a key, a null where none may be, and what breaks a check. That every",
        "row belongs to a report is held by the gate (`expectations/`), not by foreign keys: `docs/architecture.md`",
        "says why.",
        "",
    ]
    for table in schemas("core").values():
        out += _table(table, "core")
    return "\n".join(out)
