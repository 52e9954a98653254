"""From pages as read to a document's tables and running text: drawn and borderless tables, page breaks, captions."""

from collections.abc import Sequence
from dataclasses import replace

from jixiao.model import Cell, Evidence, Line, Page, Passage, Remark, Table
from jixiao.read import cut_rows
from jixiao.read.columns import find_tables
from jixiao.read.doubled import undoubled
from jixiao.read.drawn import find_pipe_tables
from jixiao.read.flow import body_lines, passages
from jixiao.read.grid import RawTable, ReadPage, stitch
from jixiao.read.text import normalise


def laid_out(read: Sequence[ReadPage]) -> tuple[list[Page], list[Table], list[Passage]]:
    """Return the pages without the lines of tables, the tables over page breaks, and the paragraphs."""
    pages = []
    raw: list[RawTable] = []
    for item in read:
        page, piped = find_pipe_tables(item.page)
        page, borderless = find_tables(page)
        page, found = undoubled(page, [*item.tables, *piped, *borderless])
        pages.append(page)
        raw += sorted(found, key=lambda table: table.box.top)
    running = body_lines(pages)
    tables = stitch(raw, _captions(raw, running), _followed(raw, running))
    tables = [
        _as_shown(table, {page.number: page for page in pages if page.rotation or page.skew_deg}) for table in tables
    ]
    return pages, tables, passages(running)


def joined_remarks(tables: Sequence[Table]) -> list[Remark]:
    """Return what to tell of tables whose columns, or a figure's digits, go on on another page: nothing prints that."""
    out = []
    for table in tables:
        pages = sorted({cell.page for cell in table.cells if cell.row == 0 and cell.page is not None})
        first = (
            next((cell for cell in table.cells if cell.row == 0 and cell.page == pages[-1]), None) if pages else None
        )
        if len(pages) > 1 and first is not None:
            said = f"columns on page {pages[-1]} were taken for those of the table's rows on page {pages[0]}"
            out.append(Remark("columns_joined", said, Evidence(first.page, first.box, first.text)))
        out += [cut_rows.remark(cell) for cell in table.cells if cut_rows.has_cut_figure(cell)]
    return out


def _as_shown(table: Table, turned: dict[int | None, Page]) -> Table:
    """Return a table with the cells of pages that were turned to be read at their places on the page as shown."""

    def shown(cell: Cell) -> Cell:
        page = turned.get(cell.page)
        if page is None or cell.box is None:
            return cell
        width, height = page.width, page.height
        extent = (height, width) if page.rotation in (90, 270) else (width, height)
        return replace(cell, box=cell.box.turned_back(page.rotation, extent, page.skew_deg))

    return replace(table, cells=tuple(map(shown, table.cells))) if turned else table


def _by_page(lines: Sequence[Line]) -> dict[int | None, list[Line]]:
    found: dict[int | None, list[Line]] = {}
    for line in lines:
        found.setdefault(line.page, []).append(line)
    return found


def _followed(raw: Sequence[RawTable], running: Sequence[Line]) -> set[int]:
    """Return the indexes of the tables that have running text below them on their page."""
    by_page = _by_page(running)
    return {
        index
        for index, table in enumerate(raw)
        for line in by_page.get(table.page, ())
        if line.box is not None and line.box.top > table.box.bottom - 3
    }


def _captions(raw: Sequence[RawTable], running: Sequence[Line]) -> dict[int, tuple[Line, ...]]:
    """Return, for each table, up to three lines that stand just above it on its page."""
    by_page = _by_page(running)
    found: dict[int, tuple[Line, ...]] = {}
    for index, table in enumerate(raw):
        floor = max((t.box.bottom for t in raw if t.page == table.page and t.box.bottom <= table.box.top), default=0.0)
        above = [
            line
            for line in by_page.get(table.page, ())
            if line.box is not None and floor <= line.box.top and line.box.bottom <= table.box.top + 3
        ]
        near = tuple(line for line in above[-3:] if len(normalise(line.text)) < 60)
        if near:
            found[index] = near
    return found
