"""HTML pages: the body's paragraphs and tables."""

from pathlib import Path
from typing import Any

from lxml import html

from jixiao.model import Cell, Line, Table, UnreadableDocument
from jixiao.read.body import Body, Content
from jixiao.read.limits import Limits
from jixiao.read.text import normalise

_BLOCKS = {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "br", "section", "article", "tr"}
_LEFT_OUT = {"script", "style", "noscript", "head", "nav", "footer"}


def read_html(path: Path, limits: Limits) -> Content:
    """Read a page of a site; raise `UnreadableDocument` where it holds too little text to be a report."""
    data = path.read_bytes()
    try:
        root = html.document_fromstring(data, parser=html.HTMLParser(encoding=_encoding(data)))
    except (html.etree.ParserError, ValueError) as error:
        raise UnreadableDocument(f"{path.name}: not a readable HTML page: {error}") from None
    spanned = sum(down * right for down, right in map(_spans, root.iter("td", "th")))
    if spanned > limits.cells:
        raise UnreadableDocument(f"{path.name}: tables of {spanned} cells, more than the limit of {limits.cells}")
    body = Body()
    _walk(root, body)
    content = body.content(drawn_tables=True)
    text = "".join(passage.text for passage in content.passages)
    text += "".join(cell.text for table in content.tables for cell in table.cells)
    if len(text) < 60 or "绩效" not in text:
        raise UnreadableDocument(f"{path.name}: an HTML page without a report in it (an error or wrapper page)")
    return content


def _encoding(data: bytes) -> str:
    """Return the encoding that the page declares or that decodes it."""
    head = data[:2048].lower()
    for name in (b"gb2312", b"gbk", b"gb18030"):
        if name in head:
            return "gb18030"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _spans(cell: Any) -> tuple[int, int]:
    """Return how many rows and columns a cell covers."""
    said = [cell.get(name, "1") for name in ("rowspan", "colspan")]
    down, right = (int(n) if n.isdecimal() and n.isascii() and 0 < int(n[:9]) < 1000 else 1 for n in said)
    return down, right


def _walk(root: Any, body: Body) -> None:
    buffer: list[str] = []

    def flush() -> None:
        text = "".join(buffer)
        buffer.clear()
        if text.strip():
            body.add_line(Line(" ".join(text.split()), where=f"段落 {len(body.lines) + 1}"))

    def visit(node: Any) -> None:
        tag = node.tag if isinstance(node.tag, str) else None
        if tag is None or tag in _LEFT_OUT:
            return
        if tag == "table" and len(node.xpath(".//tr")) > 1 and not node.xpath(".//table"):
            flush()
            for caption in node.xpath("./caption"):
                buffer.append(caption.text_content())
                flush()
            body.add_table(_table(node, len(body.tables) + 1, tuple(body.lines[-3:])))
            return
        if tag == "pre":
            for line in node.text_content().splitlines():
                flush()
                buffer.append(line)
            flush()
            return
        if tag in _BLOCKS:
            flush()
        if node.text:
            buffer.append(node.text)
        for child in node:
            visit(child)
            if child.tail:
                buffer.append(child.tail)
        if tag in _BLOCKS:
            flush()

    visit(root)
    flush()


def _table(node: Any, number: int, caption: tuple[Line, ...]) -> Table:
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    width = 0
    rows = node.xpath(".//tr")
    for row_index, row in enumerate(rows):
        col = 0
        for item in row.xpath("./td|./th"):
            while (row_index, col) in taken:
                col += 1
            down, right = _spans(item)
            for r in range(row_index, row_index + down):
                for c in range(col, col + right):
                    taken.add((r, c))
            shown = " ".join(item.text_content().split())
            where = f"表 {number} 行 {row_index + 1} 列 {col + 1}"
            line = (Line(shown, where=where),) if shown else ()
            cells.append(Cell(row_index, col, down, right, normalise(shown), line))
            col += right
            width = max(width, col)
    return Table(tuple(cells), len(rows), width, caption)
