"""The one order in which a reader meets a document's passages and tables."""

from collections.abc import Sequence

from jixiao.model import Block, Passage, Table


def blocks_of(passages: Sequence[Passage], tables: Sequence[Table]) -> tuple[Block, ...]:
    """Return every passage and table once: by page and height where there are places, else behind a table's caption."""
    keyed: list[tuple[tuple[float, float, int], Block]] = []
    at = {id(line): index for index, passage in enumerate(passages) for line in passage.lines}
    for index, passage in enumerate(passages):
        first = passage.lines[0] if passage.lines else None
        page, top = (first.page, first.box.top) if first and first.box else (None, float(index))
        keyed.append(((page or 0, top, index), Block("passage", index, page)))
    for index, table in enumerate(tables):
        placed = next((cell for cell in table.cells if cell.box is not None), None)
        if placed is not None and placed.box is not None:
            key = (float(placed.page or 0), placed.box.top, index)
        else:
            key = (0.0, at.get(id(table.caption[-1]), -1) + 0.5 if table.caption else -1.0, index)
        keyed.append((key, Block("table", index, placed.page if placed else None)))
    return tuple(block for _, block in sorted(keyed, key=lambda pair: pair[0]))
