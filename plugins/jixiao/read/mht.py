"""Web archives (.mht), which office programs also save under the name .doc or .xls: the page inside is read."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

from jixiao.model import Evidence, Remark, UnreadableDocument
from jixiao.read.body import Content
from jixiao.read.encoding import decoded
from jixiao.read.html import read_page
from jixiao.read.limits import Limits

_MOST_PARTS = 2000
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
    content = read_page("\n".join(sheets) if is_framed else pages[0], path.name, limits)
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


def _data(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _text(part: EmailMessage) -> str:
    return decoded(_data(part), part.get_content_charset())
