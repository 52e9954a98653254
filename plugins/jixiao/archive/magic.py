"""What a file is, by its first bytes; names, extensions and HTTP headers are not asked."""

import zipfile
from pathlib import Path

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HTML = "text/html"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
OFD = "application/ofd"
RAR = "application/vnd.rar"
SEVEN_ZIP = "application/x-7z-compressed"

RAR = "application/vnd.rar"
SEVEN_ZIP = "application/x-7z-compressed"
GZIP = "application/gzip"

# Archives that are kept and not unpacked.
CLOSED = {RAR: "RAR", SEVEN_ZIP: "7z", GZIP: "gzip"}

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"Rar!\x1a\x07", RAR),
    (b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x1f\x8b", GZIP),
)

EXTENSIONS = {PDF: ".pdf", DOCX: ".docx", XLSX: ".xlsx", HTML: ".html", ZIP: ".zip", OLE: ".doc", OFD: ".ofd"}


def media_type(head: bytes) -> str | None:
    """Return the media type that the first kilobyte shows, or None; a zip's kind needs `media_type_of`."""
    # First what a file starts with: a zip that stores a PDF has the PDF's mark in its first kilobyte, too.
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if b"%PDF-" in head[:1024]:
        return PDF
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or b"<html" in start:
        return HTML
    return None


def media_type_of(path: Path) -> str | None:
    """Return the media type of a file; Word, Excel and OFD are told from other zips by their members."""
    with path.open("rb") as handle:
        kind = media_type(handle.read(1024))
    if kind != ZIP:
        return kind
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError):  # damaged, or of a later version of zip than any
        return ZIP
    for member, found in (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("OFD.xml", OFD)):
        if member in names:
            return found
    return ZIP
