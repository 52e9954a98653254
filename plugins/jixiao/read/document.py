"""Read a file of any kind: its kind is told, its module asked, and what that fails of is told in one line."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from jixiao import magic
from jixiao.model import Document, TextSource, UnreadableDocument
from jixiao.read.body import Content
from jixiao.read.layout import joined_remarks, laid_out
from jixiao.read.limits import Limits
from jixiao.read.order import blocks_of

__all__ = ["read_document"]

_SAVE_AS = ": save it as .docx, .xlsx or PDF"
_UNSUPPORTED = {
    magic.OLE: ("an old Office file (.doc, .xls)", _SAVE_AS),
    magic.DOC: ("an old Word file (.doc, .wps)", ": save it as .docx or PDF"),
    magic.PPT: ("a presentation (.ppt)", ": save it as PDF"),
    magic.PPTX: ("a presentation (.pptx)", ": save it as PDF"),
    magic.XLSB: ("a binary workbook (.xlsb)", ": save it as .xlsx"),
    magic.ODT: ("an OpenDocument text (.odt)", ": save it as .docx or PDF"),
    magic.ODS: ("an OpenDocument sheet (.ods)", ": save it as .xlsx"),
    magic.RTF: ("an RTF file", ": save it as .docx"),
    magic.LOCKED: ("an encrypted Office file", ": save it without a password"),
    magic.OFD: ("an OFD file", _SAVE_AS),
    magic.ZIP: ("an archive (.zip)", ": unpack it"),
    magic.RAR: ("an archive (.rar)", ": unpack it"),
    magic.SEVEN_ZIP: ("an archive (.7z)", ": unpack it"),
}
_READERS = {
    magic.DOCX: ("word", "read_word"),
    magic.WORD_XML: ("word", "read_word_xml"),
    magic.FLAT_OPC: ("word", "read_flat_word"),
    magic.XLSX: ("excel", "read_excel"),
    magic.EXCEL_XML: ("excel_xml", "read_excel_xml"),
    magic.XLS: ("old_excel", "read_old_excel"),
    magic.HTML: ("html", "read_html"),
    magic.MHT: ("mht", "read_mht"),
}
"""The module and function that reads each kind; modules are loaded when they are needed."""


def read_document(path: Path, limits: Limits | None = None, stand_in: Path | None = None) -> Document:
    """Read one file; raise `UnreadableDocument`, in one line, when it cannot be read.

    The type is told from the bytes. `stand_in` is what LibreOffice made of the file (`read.office.turned`), and
    is read in its place; without one, what only LibreOffice opens is refused. Rotated pages are upright as a viewer
    shows them; pages without a usable text layer are read by OCR (`Page.text_source`, `Document.notes`).
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
    if kind is None:
        raise UnreadableDocument(f"{path.name}: not a document of a known type")
    if kind == magic.PDF:
        from jixiao.read.pdf import read_pages

        read = read_pages(path, limits)
        notes = [f"page {one.page.number}: {one.note}" for one in read if one.note]
        pages, tables, flowing = laid_out(read)
        if not flowing and not tables:
            raise UnreadableDocument(f"{path.name}: no text was found on any of {len(pages)} pages")
        sources = {page.text_source for page in pages if page.lines or page.text_source == "ocr"}
        source: TextSource = "ocr" if sources == {"ocr"} else "text"
        if len(sources) > 1 or any(one.from_pictures for one in read):
            source = "mixed"
        return Document(
            sha256,
            kind,
            len(pages),
            source,
            tuple(pages),
            tuple(tables),
            tuple(flowing),
            tuple(notes),
            remarks=(*(remark for one in read for remark in one.remarks), *joined_remarks(tables)),
            blocks=blocks_of(flowing, tables),
        )
    with _damage_in_words(path):
        content = _content(path, kind, limits) if stand_in is None else _content_of_made(stand_in, limits)
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


def _content(path: Path, kind: str, limits: Limits) -> Content:
    """Read a file of another format than PDF, by its kind."""
    if kind not in _READERS:
        name, advice = _UNSUPPORTED.get(kind, (kind, ""))
        raise UnreadableDocument(f"{path.name}: {name} is not supported{advice}")
    module, function = _READERS[kind]
    content: Content = getattr(import_module(f"jixiao.read.{module}"), function)(path, limits)
    return content


def _content_of_made(path: Path, limits: Limits) -> Content:
    """Read what LibreOffice made; whatever tells the day of its making there is no part of the document."""
    from jixiao.read.excel import read_excel
    from jixiao.read.word import read_word

    read = read_excel if magic.media_type_of(path) == magic.XLSX else read_word
    return read(path, limits, is_of_today=True)


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
