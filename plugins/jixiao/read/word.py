"""Word files: the text that Word shows with all revisions accepted, paragraphs and tables in the order of the body.

The XML is walked once with lxml. python-docx gives a paragraph's direct runs only: what was inserted, moved to, or
stands in a content control, a smart tag, a field or a text box is missing from it, what is hidden or deleted by row
is not; and it refuses files that Word opens (relations that lead nowhere, `document2.xml`, Strict Open XML).
Word 2003 XML has the same elements in another namespace and is read by the same walk.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jixiao.model import Cell, Line, Table, UnreadableDocument
from jixiao.read.body import Body, Content
from jixiao.read.limits import Limits
from jixiao.read.marks import apart, holds_figure, prose_lines
from jixiao.read.numbering import Numbering
from jixiao.read.package import FlatPackage, Package, alternative, attribute, child, parse, tag
from jixiao.read.picture import Pictures
from jixiao.read.text import normalise
from jixiao.read.word_heads import heads_of, tell_of
from jixiao.read.word_looks import UNKNOWN, Styles, paper_of, shade
from jixiao.read.word_text import Inline, Run, is_gone
from jixiao.read.word_tree import OpenCell, Place, content, is_flat, merge, rows_of

_WIDEST = 1000
_PARTS = ("styles", "numbering", "footnotes", "endnotes", "settings")
_LIST_ENDS = ("、", "）", ")", "，")


class _Word:
    """One walk over one document."""

    def __init__(
        self, path: Path, limits: Limits, parts: dict[str, Any], pictures: Pictures, is_of_today: bool = False
    ) -> None:
        self.path = path
        self.limits = limits
        self.body = Body()
        self.styles = Styles(parts.get("styles"))
        self.numbering = Numbering(parts.get("numbering"), self.styles)
        self.notes = {kind: parts.get(f"{kind}s") for kind in ("footnote", "endnote")}
        self.pictures = pictures
        self.inline = Inline(self.styles, is_of_today)
        self.paper = paper_of(parts)
        self.number = 0
        self.boxes = 0
        self.cells = 0
        self._kept: list[Run] = []

    # ------------------------------------------------------------------------------------------ blocks

    def story(self, parent: Any, place: Place) -> None:
        """Walk what reads on from its first paragraph to its last: the body, a text box, a note."""
        self.blocks(parent, place)
        self._end_kept(place)

    def blocks(self, parent: Any, place: Place) -> None:
        """Walk paragraphs, tables and what holds them."""
        for item in parent:
            name = tag(item)
            if name == "w:p":
                self.paragraph(item, place)
            elif name == "w:tbl":
                self._end_kept(place)
                self.table(item, place)
            elif name == "mc:AlternateContent":
                self.blocks(alternative(item), place)
            elif name in ("w:altChunk", "w:subDoc"):
                self.body.remark("part_not_read", "a document inserted as a whole was not read", self._where(place))
            elif name and not is_gone(item) and name not in ("w:sectPr", "w:sdtPr", "w:tblPr", "w:tcPr"):
                self.blocks(item, place)

    def _where(self, place: Place) -> str:
        return f"{place.name} {self.number}"

    def paragraph(self, node: Any, place: Place) -> None:
        """Add a paragraph's lines, then what floats beside it."""
        if place.name == "段落":
            self.number += 1
        text, run = self._text(node, place, self._where(place))
        if text is not None:
            self._add(text, run, place)

    def _add(self, text: str, run: Run, place: Place) -> None:
        for part in text.split("\n"):
            if part.strip():
                self.body.add_line(Line(part, where=self._where(place)))
        self._beside(run, self._where(place))

    def _end_kept(self, place: Place) -> None:
        """Add what paragraphs hold whose end was deleted, where no other follows that they could go on in."""
        if self._kept:
            run, self._kept = Run.together(self._kept), []
            self._add(self._words(run, None, self._where(place)), run, place)

    def _text(self, node: Any, place: Place, where: str) -> tuple[str | None, Run]:
        """Return a paragraph's text, with that of paragraphs before it whose end was deleted; None if its own was."""
        properties = child(node, "w:pPr")
        run = self.inline.run(node, properties, self.styles.ground(properties) or place.ground)
        if self._kept:
            run = Run.together([*self._kept, run])
            self._kept = []
        if run.is_end_gone:
            self._kept = [run]
            return None, run
        if is_flat(None if properties is None else child(properties, "w:spacing"), "w:line", "w:lineRule"):
            run = Run([(words, raised, why or "too small to be seen") for words, raised, why in run.pieces])
        return self._words(run, properties, where), run

    def _words(self, run: Run, properties: Any | None, where: str) -> str:
        """Return what is seen of a paragraph, its number included; tell what is not and holds a figure."""
        text, lost = run.text()
        for words in lost:
            self.body.remark("raised_text", f"raised text beside a number was left out: {words}", where, text)
        for why, words in run.unseen():
            if holds_figure(words):
                self.body.remark("hidden_text", f"text that is {why} holds a figure: {words}", where, words)
        text = "\n".join(prose_lines(text))
        mark = self.numbering.mark(properties)
        if mark and (text.strip() or where.startswith("表")):
            text = text.lstrip()
            # A list's number is never part of the figure behind it.
            text = mark + ("、" if text[:1].isdigit() and not mark.endswith(_LIST_ENDS) else "") + text
        return text

    def _beside(self, run: Run, where: str) -> None:
        for box in run.boxes:
            self.boxes += 1
            kept, self._kept = self._kept, []
            number, self.number = self.number, self.boxes
            self.story(box, Place(UNKNOWN, "文本框"))
            self.number, self._kept = number, kept
        for picture in run.pictures:
            self.pictures.add(picture, where, self.body)
        for kind in run.objects:
            self.body.remark("object_not_read", f"{kind} was not read", where)

    # ------------------------------------------------------------------------------------------ tables

    def table(self, node: Any, place: Place) -> None:
        """Add a table; one of one column that holds tables is a page's layout, and its cells are walked as blocks."""
        rows = list(rows_of(node, self.body))
        properties = child(node, "w:tblPr")
        named = None if properties is None else child(properties, "w:tblStyle")
        style = None if named is None else attribute(named, "w:val")
        ground = UNKNOWN if self.styles.is_shaded(style) else shade(properties) or place.ground
        outer, self.inline.table_style = self.inline.table_style, style
        try:
            self._table(rows, place, ground)
        finally:
            self.inline.table_style = outer

    def _table(self, rows: list[tuple[Any, list[Any]]], place: Place, ground: str | None) -> None:
        if all(len(cells) == 1 for _, cells in rows) and any(
            tag(item) == "w:tbl" for _, cells in rows for item in cells[0].iterdescendants()
        ):
            for _, cells in rows:
                self.story(cells[0], replace(place, ground=shade(child(cells[0], "w:tcPr")) or ground))
            return
        number = len(self.body.tables) + 1
        made = self._cells(rows, number, ground)
        if made:
            cells = []
            for one in made:
                where = f"表 {number} 行 {one.row + 1} 列 {one.col + 1}"
                lines = tuple(Line(text, where=where) for text in apart(one.texts))
                text = normalise("\n".join(line.text for line in lines))
                cells.append(Cell(one.row, one.col, one.row_span, one.col_span, text, lines))
            width = max(one.col + one.col_span for one in made)
            self.body.add_table(Table(tuple(cells), len(rows), width, self.body.caption()))
        for one in made:
            where = f"表 {number} 行 {one.row + 1} 列 {one.col + 1}"
            for inside in one.inside:
                if isinstance(inside, Run):
                    self._beside(inside, where)
                else:
                    self.table(inside, replace(place, ground=ground))

    def _cells(self, rows: list[tuple[Any, list[Any]]], number: int, ground: str | None) -> list[OpenCell]:
        made: list[OpenCell] = []
        above: dict[int, OpenCell] = {}
        for row, (row_properties, items) in enumerate(rows):
            col = self._span(row_properties, "w:gridBefore", 0)
            below: dict[int, OpenCell] = {}
            last: OpenCell | None = None
            for item in items:
                properties = child(item, "w:tcPr")
                span = self._span(properties, "w:gridSpan", 1)
                down, across = merge(properties, "w:vMerge"), merge(properties, "w:hMerge")
                where = f"表 {number} 行 {row + 1} 列 {col + 1}"
                texts, inside = self._cell(item, where, shade(properties) or ground)
                over = above.get(col)
                if across == "continue" and last is not None:
                    last.col_span += span
                    self._swallowed(texts, where)
                elif down == "continue" and over is not None:
                    over.row_span += 1
                    below[col] = over
                    self._swallowed(texts, where)
                else:
                    last = OpenCell(row, col, span, texts, inside=inside)
                    made.append(last)
                    if down is not None:
                        below[col] = last
                col += span
            above = below
        return made

    def _swallowed(self, texts: list[str], where: str) -> None:
        """Tell of figures in a cell that is merged into another: Word does not show them."""
        words = "".join(texts)
        if holds_figure(words):
            self.body.remark("hidden_text", f"a cell merged into another holds a figure: {words}", where, words)

    def _span(self, properties: Any | None, name: str, default: int) -> int:
        found = None if properties is None else child(properties, name)
        said = "" if found is None else attribute(found, "w:val") or ""
        span = max(int(said), default) if said.isdecimal() and len(said) < 12 else default
        self.cells += max(span, 1)
        if span > _WIDEST or self.cells > self.limits.cells:
            raise UnreadableDocument(f"{self.path.name}: merges more cells than the limit of {self.limits.cells}")
        return span

    def _cell(self, node: Any, where: str, ground: str | None) -> tuple[list[str], list[Any]]:
        """Return a cell's lines of text, and the tables and floating things inside it."""
        texts: list[str] = []
        inside: list[Any] = []
        kept, self._kept = self._kept, []
        for item in content(node):
            if tag(item) == "w:tbl":
                inside.append(item)
                continue
            text, run = self._text(item, Place(ground), where)
            if text is not None:
                texts += [part for part in text.split("\n") if part.strip()]
                if run.boxes or run.pictures or run.objects:
                    inside.append(run)
        if self._kept:
            run = Run.together(self._kept)
            texts += [part for part in self._words(run, None, where).split("\n") if part.strip()]
            inside.append(run)
        self._kept = kept
        return texts, inside

    def footnotes(self) -> None:
        """Add the notes that the text points to, behind it."""
        wanted = self.inline.notes
        for kind, root in self.notes.items():
            for item in root if root is not None else ():
                if tag(item) == f"w:{kind}" and (kind, attribute(item, "w:id")) in wanted:
                    self._note(item)
        for item in self.inline.inner_notes:
            self._note(item)

    def _note(self, node: Any) -> None:
        self.boxes += 1
        self.number = self.boxes
        self.story(node, Place(self.paper, "脚注"))


def read_word(path: Path, limits: Limits, is_of_today: bool = False) -> Content:
    """Read a .docx, whatever its parts are called; `is_of_today`: made just now, so that its dates of the day are."""
    return _read_parts(Package(path, limits), limits, is_of_today)


def read_flat_word(path: Path, limits: Limits) -> Content:
    """Read a .docx whose parts stand in one XML file (flat OPC)."""
    return _read_parts(FlatPackage(path), limits)


def _read_parts(package: Package, limits: Limits, is_of_today: bool = False) -> Content:
    main = package.main_part()
    root = package.xml(main)
    parts = {kind: package.related(main, kind) for kind in _PARTS}
    heads = [] if root is None else heads_of(package, main, root)
    return _walked(_Word(package.path, limits, parts, Pictures(package, main, limits), is_of_today), root, heads)


def read_word_xml(path: Path, limits: Limits) -> Content:
    """Read a Word 2003 XML document: one file with everything in it."""
    root = parse(path.read_bytes())
    parts = {tag(item): item for item in root}
    related = {"styles": parts.get("w:styles"), "numbering": parts.get("w:lists")}
    word = _Word(path, limits, related, Pictures(None, "", limits))
    return _walked(word, root)


def _walked(word: _Word, root: Any, heads: Sequence[Any] = ()) -> Content:
    body = None if root is None else child(root, "w:body")
    if body is None:
        raise UnreadableDocument(f"{word.path.name}: the file is damaged (it has no body)")
    try:
        word.story(body, Place(word.paper))
        word.footnotes()
        tell_of(heads, word.inline, word.body)
    except RecursionError:
        raise UnreadableDocument(f"{word.path.name}: nested deeper than any document") from None
    return word.body.content()
