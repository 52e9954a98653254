"""HTML pages: the paragraphs and tables that a browser shows, in their order."""

import base64
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree, html

from jixiao.model import Cell, Line, Table, UnreadableDocument
from jixiao.read.body import Body, Content
from jixiao.read.encoding import decoded
from jixiao.read.limits import Limits
from jixiao.read.marks import BACKWARDS, FORWARDS, cell_lines, holds_figure, joined, prose_lines
from jixiao.read.picture import Pictures
from jixiao.read.sight import Sight, is_folded, is_large, is_raised, lost_figure, shows_another
from jixiao.read.text import normalise

_BLOCKS = frozenset(["p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th"])
_BLOCKS |= frozenset(["section", "article", "tr", "caption", "dd", "dt", "blockquote", "pre", "table", "ul", "ol"])
_DATA = re.compile(r"\s*data:image/(?!svg)[^;,]*(?:;[^;,]*)*;base64,", re.IGNORECASE)
_LEAST_DATA = 3000
"""Characters of the smallest picture in base64 that can hold a table."""
_MOST_TOLD = 10
_MOST_COLUMNS = 1000
_LEAST_CHARS = 60
_ACCOUNTS = re.compile(r"[预决]算.*\d[亿万千]?元", re.DOTALL)
"""Accounts and budgets are told by name and sums; a wrapper page has none."""

Piece = tuple[str, bool]


def read_html(path: Path, limits: Limits) -> Content:
    """Read a page of a site; raise `UnreadableDocument` where it holds too little text to be a report."""
    return read_pages([decoded(path.read_bytes())], path.name, limits)


def read_pages(texts: Sequence[str], name: str, limits: Limits, tells_pictures: bool = True) -> Content:
    """Read pages that are one document from their texts; `name` is the file's, for what is said of it.

    Pictures that stand in the page itself are read; of others that may hold a table it is told, if `tells_pictures`.
    """
    page = _Page(limits, tells_pictures)
    spanned = 0
    for text in texts:
        root = _parsed(text, name)
        spanned += sum(down * right for down, right in map(_spans, root.iter("td", "th")))
        if spanned > limits.cells:
            raise UnreadableDocument(f"{name}: tables of {spanned} cells, more than the limit of {limits.cells}")
        page.walk(root)
    content = page.body.content(drawn_tables=True)
    said = "".join(passage.text for passage in content.passages)
    said += "".join(cell.text for table in content.tables for cell in table.cells)
    if len(said) < _LEAST_CHARS or not ("绩效" in said or _ACCOUNTS.search(said)):
        raise UnreadableDocument(f"{name}: an HTML page without a report in it (an error or wrapper page)")
    return content


def _parsed(text: str, name: str) -> Any:
    try:
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
        return html.document_fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise UnreadableDocument(f"{name}: not a readable HTML page: {error}") from None


def _spans(cell: Any) -> tuple[int, int]:
    """Return how many rows and columns a cell covers."""
    said = [cell.get(name, "1") for name in ("rowspan", "colspan")]
    down, right = (int(n) if n.isdecimal() and n.isascii() and 0 < int(n[:9]) < 1000 else 1 for n in said)
    return down, right


class _Page:
    """A walk over pages, without recursion: tags that nobody closed nest as deep as the page is long."""

    def __init__(self, limits: Limits, tells_pictures: bool) -> None:
        self.body = Body()
        self._pictures = Pictures(None, "", limits)
        self._tells_pictures = tells_pictures
        self._told: set[str] = set()

    def walk(self, root: Any) -> None:
        """Add every paragraph and table of a page."""
        self._sight = Sight(root)
        if added := self._sight.added(root):
            self._remark("text_not_read", "words that a style sheet adds were not read", added[:80])
        pieces: list[Piece] = []
        for item in self._stream(root):
            if isinstance(item, tuple):
                pieces.append(item)
                continue
            self._add(pieces)
            pieces = []
            if item is not None:
                self._add_table(item)
        self._add(pieces)

    def _stream(self, root: Any) -> Iterator[Piece | Any | None]:
        """Yield pieces of text (text, raised?), None where a block begins or ends, and tables."""
        raised: list[Any] = []
        backwards: list[Any] = []
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, node in walker:
            name = node.tag if isinstance(node.tag, str) else ""
            if event == "start":
                if self._sight.is_unseen(node):
                    self._tell(node)
                    walker.skip_subtree()
                elif is_folded(node) and node is not root:
                    yield None
                    yield from self._summary(node)
                    walker.skip_subtree()
                elif name == "table" and node is not root and _is_table(node):
                    yield node
                    walker.skip_subtree()
                else:
                    if name in _BLOCKS:
                        yield None
                    if is_raised(node):
                        raised.append(node)
                    if name == "br":
                        yield "\n", False
                    if name == "img":
                        self._picture(node)
                    if self._sight.runs_backwards(node):
                        backwards.append(node)
                        yield BACKWARDS, bool(raised)
                    yield from self._pieces(node.text, node, bool(raised))
                continue
            if backwards and backwards[-1] is node:
                backwards.pop()
                yield FORWARDS, bool(raised)
            if raised and raised[-1] is node:
                raised.pop()
            if name in _BLOCKS:
                yield None
            if node is not root:
                yield from self._pieces(node.tail, node.getparent(), bool(raised))

    def _summary(self, node: Any) -> Iterator[Piece | Any | None]:
        """Yield what a folded `<details>` shows."""
        shown = node.find("summary")
        if shown is not None:
            yield from self._stream(shown)
        self._tell(node)

    def _add(self, pieces: list[Piece]) -> None:
        where = f"段落 {len(self.body.lines) + 1}"
        for text in prose_lines(self._joined(pieces, where)):
            said = " ".join(text.split())
            if said:
                self.body.add_line(Line(said, where=f"段落 {len(self.body.lines) + 1}"))

    def _joined(self, pieces: list[Piece], where: str) -> str:
        text, lost = joined(pieces)
        for words in lost:
            self.body.remark("raised_text", f"raised text beside a number was left out: {words}", where, text)
        return text

    def _pieces(self, text: str | None, parent: Any, is_above: bool) -> Iterator[Piece]:
        """Yield a text of the source, if it is seen where it stands."""
        if text and text.strip() and self._sight.is_faded_text(parent):
            if holds_figure(text):
                self._remark("hidden_text", "hidden text holds a figure", " ".join(text.split())[:80])
        else:
            yield from _pieces(text, parent, is_above)

    def _tell(self, node: Any) -> None:
        if shows_another(node):
            what = node.get("src") or node.get("data")
            self._remark("object_not_read", "a page or file shown inside this page was not read", what[-80:])
        if words := lost_figure(node):
            self._remark("hidden_text", "hidden text holds a figure", words[:80])

    def _picture(self, node: Any) -> None:
        source = node.get("src") or ""
        data = _DATA.match(source)
        if data is not None:
            if len(source) > _LEAST_DATA:
                self._pictures.add_data(_bytes(source[data.end() :]), f"段落 {len(self.body.lines) + 1}", self.body)
        elif self._tells_pictures and is_large(node):
            self._remark("picture_not_read", "a picture was not read: it may hold a table", source[-80:])

    def _remark(self, kind: str, said: str, words: str) -> None:
        if words not in self._told and len(self._told) < _MOST_TOLD:
            self._told.add(words)
            where = f"段落 {len(self.body.lines) + 1}"
            self.body.remark(kind, f"{said}: {words}", where, words)

    def _add_table(self, node: Any) -> None:
        for caption in node.iterchildren("caption"):
            if not self._sight.is_unseen(caption):
                self._add(self._cell_pieces(caption))
        table = self._table(node, len(self.body.tables) + 1, tuple(self.body.lines[-3:]))
        if table.cells:
            self.body.add_table(table)

    def _cell_pieces(self, node: Any) -> list[Piece]:
        """Return the pieces of a cell's text; blocks inside it are lines."""
        return [item if isinstance(item, tuple) else ("\n", False) for item in self._stream(node)]

    def _table(self, node: Any, number: int, caption: tuple[Line, ...]) -> Table:
        taken: set[tuple[int, int]] = set()
        cells: list[Cell] = []
        width = 0
        rows = [row for row in node.iter("tr") if not self._is_hidden_row(row, node)]
        rows.sort(key=_part)
        folded = self._folded(node)
        for row_index, row in enumerate(rows):
            col = 0
            for item in row.iterchildren("td", "th"):
                is_unseen = self._sight.is_unseen(item)
                if is_unseen:
                    self._tell(item)
                    if self._sight.is_removed(item):
                        continue
                while (row_index, col) in taken:
                    col += 1
                down, right = _spans(item)
                taken |= {(r, c) for r in range(row_index, row_index + down) for c in range(col, col + right)}
                where = f"表 {number} 行 {row_index + 1} 列 {col + 1}"
                if folded.issuperset(range(col, col + right)):
                    self._tell(item)
                    is_unseen = True
                text = "" if is_unseen else self._joined(self._cell_pieces(item), where)
                shown = " ".join(" ".join(cell_lines(text)).split())
                line = (Line(shown, where=where),) if shown else ()
                cells.append(Cell(row_index, col, down, right, normalise(shown), line))
                col += right
                width = max(width, col)
        return Table(tuple(cells), len(rows), width, caption)

    def _folded(self, table: Any) -> set[int]:
        """Return the columns (from 0) that the table's `<col>` elements hide."""
        out: set[int] = set()
        at = 0
        for node in table.iter("col"):
            said = node.get("span", "1")
            span = min(int(said), _MOST_COLUMNS) if said.isdecimal() and len(said) < 9 else 1
            if self._sight.is_folded_column(node):
                out |= set(range(at, at + span))
            at += span
        return out

    def _is_hidden_row(self, row: Any, table: Any) -> bool:
        """Tell whether a row, or the part of the table that it stands in, is not seen."""
        for node in (row, *row.iterancestors()):
            if node is table:
                return False
            if self._sight.is_unseen(node):
                self._tell(row)
                return True
        return False


def _pieces(text: str | None, parent: Any, is_above: bool) -> Iterator[Piece]:
    """Yield a text of the source: its line ends are white space, except in preformatted text."""
    if text:
        preformatted = parent is not None and (parent.tag == "pre" or any(True for _ in parent.iterancestors("pre")))
        yield (text if preformatted else text.replace("\r", " ").replace("\n", " ")), is_above


def _bytes(said: str) -> bytes:
    """Return what a picture in base64 holds, nothing where it is damaged."""
    try:
        return base64.b64decode(unquote(said))
    except ValueError:
        return b""


def _part(row: Any) -> int:
    """Return in which part of a table a row stands: the head is shown first and the foot last."""
    above = row.getparent()
    return {"thead": 0, "tfoot": 2}.get(above.tag if above is not None else "", 1)


def _is_table(node: Any) -> bool:
    """Tell whether a table holds rows of cells and not a page's layout."""
    rows = sum(1 for _ in node.iter("tr"))
    return rows > 1 and not any(inner is not node for inner in node.iter("table"))
