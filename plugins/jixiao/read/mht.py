"""Web archives (.mht), which office programs also save under the name .doc or .xls: the page inside is read."""

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

from jixiao.model import Evidence, Remark, UnreadableDocument
from jixiao.read.body import Content
from jixiao.read.encoding import decoded
from jixiao.read.html import read_pages
from jixiao.read.limits import Limits

_MOST_PARTS = 2000
_FRAME = re.compile(r"<iframe\b[^>]*?\bsrc=[\"']?([^\"'\s>]+)", re.IGNORECASE)
_PICTURE_BYTES = 20_000
"""A smaller picture is a mark or a line, and no table."""


def read_mht(path: Path, limits: Limits) -> Content:
    """Read the page of a web archive, whichever way its parts are encoded."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    parts: list[EmailMessage] = []
    for part in message.walk():
        parts.append(part)
        if len(parts) > _MOST_PARTS:
            raise UnreadableDocument(f"{path.name}: a web archive of more than {_MOST_PARTS} parts")
    pages = [_text(part) for part in parts if part.get_content_type() == "text/html"]
    if not pages:
        raise UnreadableDocument(f"{path.name}: a web archive without a page: save it as .docx, .xlsx or PDF")
    # A workbook's first page only frames its sheets.
    sheets = [page for page in pages if "<frameset" not in page.lower()]
    is_framed = "<frameset" in pages[0].lower()
    shown = sheets if is_framed else [pages[0], *_inside(parts, pages[0])]
    content = read_pages(shown, path.name, limits, tells_pictures=False)
    pictures = [part for part in parts if part.get_content_maintype() == "image" and len(_data(part)) > _PICTURE_BYTES]
    remarks = tuple(
        Remark(
            "picture_not_read",
            "a picture was not read: it may hold a table",
            Evidence(text=(part["Content-Location"] or "").rpartition("/")[2]),
        )
        for part in pictures
    )
    return Content(content.pages, content.tables, content.passages, content.blocks, (*content.remarks, *remarks))


def _inside(parts: list[EmailMessage], page: str) -> list[str]:
    """Return the pages that stand in frames of a page: a browser shows them in it."""
    wanted = {found[1].strip() for found in _FRAME.finditer(page)}
    found = []
    for part in parts:
        names = {(part["Content-Location"] or "").strip(), f"cid:{(part['Content-ID'] or '').strip(' <>')}"}
        if part.get_content_type() == "text/html" and names & wanted:
            found.append(_text(part))
    return found


def _data(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _text(part: EmailMessage) -> str:
    return decoded(_data(part), part.get_content_charset())
