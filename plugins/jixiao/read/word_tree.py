"""Rows, cells and what stands in them, looked for through the elements that Word puts around them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jixiao.read.body import Body
from jixiao.read.marks import holds_figure
from jixiao.read.package import alternative, attribute, child, is_on, tag
from jixiao.read.word_text import is_gone

_LEAST_TWIPS = 40  # two points


@dataclass(slots=True)
class Place:
    """What holds for the blocks being walked: the ground, and how places are named."""

    ground: str | None = None
    name: str = "段落"


@dataclass(slots=True)
class OpenCell:
    """A cell while its rows are walked."""

    row: int
    col: int
    col_span: int
    texts: list[str]
    row_span: int = 1
    inside: list[Any] = field(default_factory=list)


def within(node: Any, name: str) -> Iterator[Any]:
    """Yield the rows of a table or cells of a row, looking through content controls and their like."""
    for item in node:
        said = tag(item)
        if said == name:
            yield item
        elif said and said not in ("w:tbl", "w:tr", "w:tc", "w:p") and not is_gone(item):
            yield from within(item, name)


def rows_of(node: Any, body: Body) -> Iterator[tuple[Any, list[Any]]]:
    """Yield the visible rows of a table (their properties, their cells); tell `body` of hidden ones with figures.

    Controls around rows and cells are looked through.
    """
    for item in within(node, "w:tr"):
        properties = child(item, "w:trPr")
        said = {tag(one): one for one in properties} if properties is not None else {}
        if "w:del" in said or "w:moveFrom" in said or _is_row_deleted(properties):
            continue
        cells = [cell for cell in within(item, "w:tc") if not _is_cell_deleted(cell)]
        if is_on(said.get("w:hidden")) or is_flat(said.get("w:trHeight"), "w:val", "w:hRule"):
            words = "".join(one.text or "" for one in item.iter() if tag(one) == "w:t")
            if holds_figure(words):
                body.remark("hidden_row", "a hidden row of a table holds figures", None, words[:120])
            continue
        if cells:
            yield properties, cells


def content(node: Any) -> Iterator[Any]:
    """Yield the paragraphs and tables of a cell, looking through content controls and their like."""
    for item in node:
        said = tag(item)
        if said in ("w:p", "w:tbl"):
            yield item
        elif said == "mc:AlternateContent":
            yield from content(alternative(item))
        elif said and said != "w:tcPr" and not is_gone(item):
            yield from content(item)


def merge(properties: Any | None, name: str) -> str | None:
    """Return 'restart' or 'continue' for a cell merged downwards or sideways, else None."""
    wanted = (name, name.lower())
    for item in properties if properties is not None else ():
        if tag(item) in wanted:
            return "restart" if attribute(item, "w:val") == "restart" else "continue"
        if tag(item) == "w:cellMerge" and name == "w:vMerge":
            return "restart" if attribute(item, "w:vMerge") == "rest" else "continue"
    return None


def _is_row_deleted(properties: Any | None) -> bool:
    """Tell whether a row was deleted, as Word 2003 says it."""
    return properties is not None and any(tag(item) == "aml:annotation" and is_gone(item) for item in properties)


def _is_cell_deleted(node: Any) -> bool:
    """Tell whether a cell was deleted."""
    properties = child(node, "w:tcPr")
    return properties is not None and child(properties, "w:cellDel") is not None


def is_flat(node: Any | None, size: str, rule: str) -> bool:
    """Tell whether a height to be kept exactly (`w:trHeight`, `w:spacing`) shows nothing of what stands in it."""
    said = "" if node is None or attribute(node, rule) != "exact" else attribute(node, size) or ""
    return said.isdecimal() and 0 < int(said[:9]) < _LEAST_TWIPS
