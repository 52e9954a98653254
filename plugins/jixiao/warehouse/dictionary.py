"""The data dictionary: every table and column, from the schema files."""

from pathlib import Path
from typing import Final

from jixiao.glossary import columns, glossary, word
from jixiao.schema import TableSchema, schemas

_CODES: Final = (
    ("stage", "Stages of a figure", "`stage`"),
    ("flow", "Flows", "`flow`"),
    ("scheme", "Classifications", "`scheme`"),
    ("item", "Items of nature, source and three_public; `total` of any", "`item`"),
    ("function", "Items of function: classes of 支出功能分类", "`item`"),
    ("economic", "Items of economic: classes of 部门预算支出经济分类", "`item`"),
    ("ratio", "Rates", "`ratios.name`"),
    ("group", "Groups of indicators", "`indicator_group`"),
    ("rule", "Rules", "`code`"),
    ("severity", "Severities", "`severity`"),
    ("change", "Kinds of revision", "`change`"),
    ("doubt", "Kinds of doubt", "`doubts.kind`"),
)
_JOINS: Final = Path(__file__).resolve().parents[1] / "data" / "joins.md"


def _mart(table: TableSchema) -> list[str]:
    """Return a mart with its columns' Chinese names and examples."""
    out = [f"### mart.{table.name}", "", f"{word('mart', table.name)}. {table.description}", ""]
    out += ["| column | 中文 | type | null | meaning | example |", "| --- | --- | --- | --- | --- | --- |"]
    for column in table.columns:
        key = " (key)" if column.name in table.primary_key else ""
        null = "yes" if column.nullable else "no"
        name, example, _ = columns()[column.name]
        out.append(f"| `{column.name}`{key} | {name} | {column.type} | {null} | {column.description} | `{example}` |")
    return [*out, ""]


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


def _codes() -> list[str]:
    """Return the keys that columns hold, with their Chinese and English words."""
    out = ["## Codes", "", "The words for them in one file: `plugins/jixiao/data/glossary.yaml`.", ""]
    for group, title, column in _CODES:
        out += [f"### {title} ({column})", "", "| key | 中文 | English |", "| --- | --- | --- |"]
        out += [f"| `{key}` | {chinese} | {english} |" for key, (chinese, english) in glossary()[group].items()]
        out.append("")
    return out


def describe() -> str:
    """Return docs/data-dictionary.md: the published marts, then the warehouse's own tables."""
    out = [
        "# Data dictionary",
        "",
        "Generated from `sql/*/*/schema.yaml` by `jixiao docs`. Money is in yuan (`_yuan`), rates in percent (`_pct`).",
        "Names and examples of the marts' columns are in `plugins/jixiao/data/columns.yaml`.",
        "",
        "## Published marts",
        "",
    ]
    for table in schemas("marts").values():
        out += _mart(table)
    out += [*_JOINS.read_text("utf-8").splitlines(), "", *_codes()]
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
