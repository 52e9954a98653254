"""What a file is, by its bytes; names, extensions and HTTP headers are not asked."""

import codecs
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import zipfile

_UTF8_NAME: Final = 0x800
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HTML = "text/html"
MHT = "multipart/related"
RTF = "application/rtf"
WORD_XML = "application/vnd.ms-word.2003+xml"
EXCEL_XML = "application/vnd.ms-excel.2003+xml"
FLAT_OPC = "application/vnd.ms-word.flat+xml"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
XLSB = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
LOCKED = "application/x-encrypted-office"
OFD = "application/ofd"
RAR = "application/vnd.rar"
SEVEN_ZIP = "application/x-7z-compressed"
GZIP = "application/gzip"

ARCHIVES = {ZIP: "zip", RAR: "RAR archive", SEVEN_ZIP: "7z archive"}
"""What may hold reports, as it is called in sentences."""
# Archives that are kept and not unpacked.
CLOSED = {GZIP: "gzip"}

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", RTF),
    (b"Rar!\x1a\x07", RAR),
    (b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x1f\x8b", GZIP),
)
_HEAD: Final = 4096
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|meta|title|link|style|script|table|div|center|font|span|p|tr|h[1-6])\b", re.I
)
_XML: tuple[tuple[str, str], ...] = (
    ("<pkg:package", FLAT_OPC),
    ("word.document", WORD_XML),
    ("schemas.microsoft.com/office/word/2003/wordml", WORD_XML),
    ("excel.sheet", EXCEL_XML),
    ("urn:schemas-microsoft-com:office:spreadsheet", EXCEL_XML),
)
_WEB_ARCHIVE = re.compile(r"^content-type:\s*(?:multipart/|text/html)", re.I | re.M)
_HEADER_LINE = re.compile(r"[A-Za-z][\w-]*:\s?\S")

_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", LOCKED),
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", PPT),
)
"""What the streams of an OLE file are called in its directory."""

_MAIN_PARTS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"ms-excel\.sheet\.binary"), XLSB),
    (re.compile(rb"wordprocessingml\.(?:document|template)\.main|ms-word\.\w+\.macroEnabled"), DOCX),
    (re.compile(rb"spreadsheetml\.(?:sheet|template)\.main|ms-excel\.\w+\.macroEnabled\.main"), XLSX),
    (re.compile(rb"presentationml\.\w+\.main"), PPTX),
)

EXTENSIONS = {
    PDF: ".pdf",
    DOCX: ".docx",
    XLSX: ".xlsx",
    HTML: ".html",
    MHT: ".mht",
    RTF: ".rtf",
    WORD_XML: ".xml",
    EXCEL_XML: ".xml",
    FLAT_OPC: ".xml",
    ZIP: ".zip",
    OLE: ".doc",
    DOC: ".doc",
    XLS: ".xls",
    PPT: ".ppt",
    XLSB: ".xlsb",
    PPTX: ".pptx",
    ODT: ".odt",
    ODS: ".ods",
    OFD: ".ofd",
}

DOCUMENTS = frozenset({*EXTENSIONS, LOCKED, "image/png", "image/jpeg"} - {HTML, ZIP})
"""What is kept as a document though not every kind can be read."""


def media_type(head: bytes) -> str | None:
    """Return the media type that the first kilobytes show, or None; see `media_type_of` for a zip's and OLE's kind."""
    # First what a file starts with: a zip that stores a PDF has the PDF's mark in its first kilobyte, too.
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if b"%PDF-" in head[:1024]:
        return PDF
    return _kind_of_text(_text(head[:_HEAD]))


def _text(head: bytes) -> str:
    """Return the head as text, for its ASCII: UTF-16 by its mark or its zeros, else byte by byte."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace")
    if head[:2] == b"<\0" or head[:2] == b"\0<":
        return head.decode("utf-16-le" if head[:1] == b"<" else "utf-16-be", "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def _kind_of_text(text: str) -> str | None:
    start = text.lstrip()
    while start.startswith("<!--") and "-->" in start:
        start = start.partition("-->")[2].lstrip()
    if start.startswith(("<?xml", "<?mso")) or start[:20].lower().startswith("<pkg:package"):
        said = start.lower()
        for words, kind in _XML:
            if words in said and "<html" not in said:
                return kind
    if _HEADER_LINE.match(start) and _WEB_ARCHIVE.search(text):
        return MHT
    return HTML if _HTML.match(start) or "<html" in text.lower()[:1024] else None


def media_type_of(path: Path) -> str | None:
    """Return the media type of a file; office files are told from other zips and OLE files by what they hold."""
    with path.open("rb") as handle:
        kind = media_type(handle.read(_HEAD))
    if kind == ZIP:
        return _kind_of_zip(path)
    return _kind_of_ole(path) if kind == OLE else kind


def _kind_of_zip(path: Path) -> str:
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
            if "ofd.xml" in names:
                return OFD
            if "[content_types].xml" in names:
                with archive.open(names["[content_types].xml"]) as part:
                    said = part.read(1 << 20)
                for words, kind in _MAIN_PARTS:
                    if words.search(said):
                        return kind
            if "mimetype" in names:
                with archive.open(names["mimetype"]) as part:
                    mime = part.read(200).decode("ascii", "replace").strip()
                if mime in (ODT, ODS):
                    return mime
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        return ZIP  # damaged, or of a later version of zip than any
    for member, found in (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX)):
        if member in names:
            return found
    return ZIP


def _kind_of_ole(path: Path) -> str:
    """Tell an OLE file by the names in its directory, whose entries begin at a multiple of 128 bytes."""
    import mmap

    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for name, kind in _STREAMS:
            words = name.encode("utf-16-le") + b"\0\0"
            at = data.find(words, 512)
            while at >= 0:
                if at % 128 == 0:
                    return kind
                at = data.find(words, at + 1)
    return OLE


def is_saved_by_office(path: Path) -> bool:
    """Tell whether an HTML file is a table or text that an office program saved, and not a page of a site."""
    with path.open("rb") as handle:
        text = _text(handle.read(1 << 16)).lower()
    return "urn:schemas-microsoft-com:office" in text or ("<table" in text and "<script" not in text)


def zip_name(info: "zipfile.ZipInfo") -> str:
    """Return a member's name: UTF-8 where the zip says so, else GBK, which Chinese Windows writes unsaid."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename
