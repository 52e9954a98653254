"""Read a file into a `Document`: positioned lines, tables with spans, flowing passages, whatever the format."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from jixiao.archive import magic
from jixiao.model import Cell, Document, Line, Page, Table, TextSource, UnreadableDocument
from jixiao.read.columns import find_tables
from jixiao.read.doubled import undoubled
from jixiao.read.flow import body_lines, passages
from jixiao.read.grid import RawTable, stitch
from jixiao.read.limits import Limits
from jixiao.read.order import blocks_of
from jixiao.read.pipes import find_pipe_tables
from jixiao.read.text import normalise

__all__ = ["Limits", "read_document"]

_SAVE_AS = ": save it as .docx, .xlsx or PDF"
_UNSUPPORTED = {
    magic.OLE: ("an old Office file (.doc, .xls)", _SAVE_AS),
    magic.OFD: ("an OFD file", _SAVE_AS),
    magic.ZIP: ("an archive (.zip)", ": unpack it"),
    magic.RAR: ("an archive (.rar)", ": unpack it"),
    magic.SEVEN_ZIP: ("an archive (.7z)", ": unpack it"),
}


def read_document(path: Path, limits: Limits | None = None) -> Document:
    """Read one file; raise `UnreadableDocument`, in one line, when it cannot be read.

    The type is told from the bytes. Rotated pages are upright as a viewer shows them; pages without a usable text
    layer are read by OCR (`Page.text_source`, `Document.notes`).
    """
    limits = limits or Limits()
    if not path.is_file():
        raise UnreadableDocument(f"{path}: no such file")
    size = path.stat().st_size
    if size == 0:
        raise UnreadableDocument(f"{path.name}: the file is empty")
    if size > limits.file_bytes:
        raise UnreadableDocument(f"{path.name}: {size} bytes, more than the limit of {limits.file_bytes}")
    with path.open("rb") as handle:
        sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    kind = magic.media_type_of(path)
    if kind == magic.PDF:
        from jixiao.read.pdf import read_pages

        read, notes = read_pages(path, limits)
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
            _as_shown(table, {page.number: page for page in pages if page.rotation or page.skew_deg})
            for table in tables
        ]
        flowing = passages(running)
        if not flowing and not tables:
            raise UnreadableDocument(f"{path.name}: no text was found on any of {len(pages)} pages")
        sources = {page.text_source for page in pages if page.lines or page.text_source == "ocr"}
        source: TextSource = "mixed" if len(sources) > 1 else "ocr" if sources == {"ocr"} else "text"
        return Document(
            sha256,
            kind,
            len(pages),
            source,
            tuple(pages),
            tuple(tables),
            tuple(flowing),
            tuple(notes),
            blocks=blocks_of(flowing, tables),
        )
    with _damage_in_words(path):
        if kind == magic.DOCX:
            from jixiao.read.office import read_docx

            content = read_docx(path, limits)
        elif kind == magic.XLSX:
            from jixiao.read.office import read_xlsx

            content = read_xlsx(path, limits)
        elif kind == magic.HTML:
            from jixiao.read.html import read_html

            content = read_html(path, limits)
        else:
            raise UnreadableDocument(f"{path.name}: {_refused(kind)}")
    if not content.tables and not content.passages:
        raise UnreadableDocument(f"{path.name}: the document holds no text")
    return Document(
        sha256,
        kind,
        None,
        content.text_source,
        content.pages,
        content.tables,
        content.passages,
        remarks=content.remarks,
        blocks=content.blocks,
    )


def _refused(kind: str | None) -> str:
    """Say what a file is that no reader takes, and what to do about it."""
    if kind is None:
        return "not a document of a known type"
    name, advice = _UNSUPPORTED.get(kind, (kind, ""))
    return f"{name} is not supported{advice}"


@contextmanager
def _damage_in_words(path: Path) -> Iterator[None]:
    """Refuse a file on which its format's library fails: what they raise is as varied as the damage."""
    try:
        yield
    except (UnreadableDocument, MemoryError):
        raise
    except Exception as error:
        # What they say beside their names runs over several lines and holds the path.
        library = type(error).__module__.split(".")[0]
        raise UnreadableDocument(f"{path.name}: the file is damaged ({library}: {type(error).__name__})") from error


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
