"""The text of a page from its bytes, as a browser decides it (HTML standard, 'determining the character encoding')."""

import codecs
import re

_PRESCAN = 1024
_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_AS = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "hz-gb-2312": "gb18030"}
_AS |= {"utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8", "unicode": "utf-8"}
_AS |= {"iso-8859-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252"}
"""What a label stands for where it is not what it says: a page that names UTF-16 in ASCII is not UTF-16."""


def decoded(data: bytes, header: str | None = None) -> str:
    """Return a page's text; `header` is the charset that came with it, if any. A bad byte costs its character."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    zeros = data[:400:2].count(0), data[1:400:2].count(0)
    if max(zeros) > 20 and max(zeros) > 4 * min(zeros):
        return data.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", "replace")
    if _is_utf8(data):  # by chance no other text is: where a page's meta says else, its header said so
        return data.decode("utf-8")
    named = _known(header) or _said(data)
    if named is not None and named not in ("utf-8", "cp1252"):
        return data.decode(named, "replace")
    return min((data.decode(name, "replace") for name in ("utf-8", "gb18030")), key=_badness)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return any(byte > 127 for byte in data)


def _said(data: bytes) -> str | None:
    """Return the encoding that the first 1,024 bytes name in a `<meta>`, outside comments."""
    head = _COMMENT.sub(b"", data[:_PRESCAN])
    found = _META.search(head) or _DECLARED.search(head)
    return _known(found[1].decode("ascii", "replace")) if found else None


def _known(name: str | None) -> str | None:
    if not name:
        return None
    label = name.strip().lower()
    try:
        return codecs.lookup(_AS.get(label, label)).name
    except LookupError:
        return None


def _badness(text: str) -> int:
    """Return how many characters of a text are none that a page of ours would hold."""
    return sum(1 for char in text if char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or "\x80" <= char <= "\x9f")
