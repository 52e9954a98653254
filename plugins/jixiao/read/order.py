"""The one order in which a reader meets a paged document's passages and tables."""

from collections.abc import Sequence

from jixiao.model import Block, Passage, Table


def blocks_of(passages: Sequence[Passage], tables: Sequence[Table]) -> tuple[Block, ...]:
    """Return every passage and table once, by page and height (other formats record their order: `read.body`)."""
    keyed: list[tuple[tuple[int, float, int], Block]] = []
    for index, passage in enumerate(passages):
        first = passage.lines[0] if passage.lines else None
        page, top = (first.page, first.box.top) if first and first.box else (None, 0.0)
        keyed.append(((page or 0, top, index), Block("passage", index, page)))
    for index, table in enumerate(tables):
        placed = next((cell for cell in table.cells if cell.box is not None), None)
        top = placed.box.top if placed is not None and placed.box is not None else 0.0
        page = placed.page if placed is not None else None
        keyed.append(((page or 0, top, index), Block("table", index, page)))
    return tuple(block for _, block in sorted(keyed, key=lambda pair: pair[0]))
