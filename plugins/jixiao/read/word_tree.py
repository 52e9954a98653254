"""Rows, cells and what stands in them, looked for through the elements that Word puts around them."""

from collections.abc import Iterator
from typing import Any

from jixiao.read.package import alternative, attribute, child, tag
from jixiao.read.word_text import is_gone


def within(node: Any, name: str) -> Iterator[Any]:
    """Yield the rows of a table or cells of a row, looking through content controls and their like."""
    for item in node:
        said = tag(item)
        if said == name:
            yield item
        elif said and said not in ("w:tbl", "w:tr", "w:tc", "w:p") and not is_gone(item):
            yield from within(item, name)


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


def is_row_deleted(properties: Any | None) -> bool:
    """Tell whether a row was deleted, as Word 2003 says it."""
    return properties is not None and any(tag(item) == "aml:annotation" and is_gone(item) for item in properties)


def is_cell_deleted(node: Any) -> bool:
    """Tell whether a cell was deleted."""
    properties = child(node, "w:tcPr")
    return properties is not None and child(properties, "w:cellDel") is not None
