"""What a format without pages gives: passages, tables and remarks, in the order in which a reader meets them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from jixiao.model import Block, Evidence, Line, Page, Passage, Remark, Table, TextSource
from jixiao.read.broken import goes_on
from jixiao.read.drawn import pipe_tables, spaced_tables
from jixiao.read.flow import passage_of

_CAPTION_LINES = 3
_CAPTION_CHARS = 60


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader of one format returns; `blocks` lists every passage and table once, in reading order."""

    pages: tuple[Page, ...]
    tables: tuple[Table, ...]
    passages: tuple[Passage, ...]
    blocks: tuple[Block, ...]
    remarks: tuple[Remark, ...] = ()
    text_source: TextSource = "text"


@dataclass(slots=True)
class Body:
    """Collects lines and tables one behind the other; a workbook names the `sheet` they stand in."""

    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    is_recognised: bool = False
    """Whether part of it was read by OCR."""
    _order: list[tuple[Line | Passage | Table, str | None]] = field(default_factory=list)

    def add_line(self, line: Line, sheet: str | None = None) -> None:
        """Add a paragraph."""
        self.lines.append(line)
        self._order.append((line, sheet))

    def add_passage(self, passage: Passage, sheet: str | None = None) -> None:
        """Add a paragraph of several lines."""
        self.lines += passage.lines
        self._order.append((passage, sheet))

    def add_table(self, table: Table, sheet: str | None = None) -> None:
        """Add a table."""
        self.tables.append(table)
        self._order.append((table, sheet))

    def remark(self, kind: str, message: str, where: str | None = None, text: str = "") -> None:
        """Tell what was left out: `where` it stands, and its words."""
        said = ": ".join(part for part in (where, text) if part)
        self.remarks.append(Remark(kind, message, Evidence(text=said)))

    def caption(self) -> tuple[Line, ...]:
        """Return the short lines just above what is added next: there stands a table's title and unit."""
        return tuple(line for line in self.lines[-_CAPTION_LINES:] if len(line.text) < _CAPTION_CHARS)

    def content(self, drawn_tables: bool = False) -> Content:
        """Return all that was added; with `drawn_tables` the lines that draw a table become that table."""
        order = self._drawn() if drawn_tables else self._order
        passages: list[Passage] = []
        tables: list[Table] = []
        blocks: list[Block] = []
        before: Line | None = None
        for item, sheet in order:
            if isinstance(item, Table):
                blocks.append(Block("table", len(tables), sheet=sheet))
                tables.append(item)
            elif isinstance(item, Line) and before is not None and sheet is None and goes_on(before.text, item.text):
                passages[-1] = passage_of([*passages[-1].lines, item])
            else:
                blocks.append(Block("passage", len(passages), sheet=sheet))
                passages.append(passage_of([item]) if isinstance(item, Line) else item)
            before = item if isinstance(item, Line) else None
        lines = tuple(line for passage in passages for line in passage.lines)
        page = Page(None, 0, 0, lines)
        source: TextSource = "mixed" if self.is_recognised else "text"
        return Content((page,), tuple(tables), tuple(passages), tuple(blocks), tuple(self.remarks), source)

    def _drawn(self) -> list[tuple[Line | Passage | Table, str | None]]:
        """Return what was added with every run of lines that draws a table as that table."""
        out: list[tuple[Line | Passage | Table, str | None]] = []
        run: list[Line] = []
        above: Sequence[Line] = ()

        def flush() -> None:
            nonlocal above
            found = spaced_tables(pipe_tables(run, above), above)
            out.extend((one, None) for one in found)
            above = [*above, *(one for one in found if isinstance(one, Line))][-_CAPTION_LINES:]
            run.clear()

        for item, _ in self._order:
            if isinstance(item, Line):
                run.append(item)
            else:
                flush()
                out.append((item, None))
        flush()
        return out
