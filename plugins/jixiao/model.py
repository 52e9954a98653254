"""The typed, frozen records that pass from stage to stage.

Reading yields a `Document` (positioned lines, tables, flowing prose); extraction yields an `Extraction` (facts,
each with its `Evidence`); checking yields `Finding`s. Money is `Decimal` yuan, rates are `Decimal` percent; floats
hold places on a page and OCR confidence, never a figure.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from jixiao.errors import JixiaoError as JixiaoError
from jixiao.errors import TransientError as TransientError
from jixiao.errors import UnreadableDocument as UnreadableDocument

TextSource = Literal["text", "ocr", "mixed"]
Form = Literal["narrative", "score_form"]
Flow = Literal["revenue", "expenditure"]
Stage = Literal["initial_budget", "budget", "final"]
Scheme = Literal["total", "nature", "source", "function", "economic", "three_public", "project"]
RatioName = Literal[
    "budget_completion_rate",
    "share",
    "year_on_year_change",
    "carry_over_rate",
    "public_use_control_rate",
    "three_public_control_rate",
    "procurement_rate",
    "score_rate",
    "other",
]
Severity = Literal["minor", "material"]
DocumentKind = Literal["overall_self_evaluation", "project_self_evaluation", "final_accounts", "budget", "other"]
Confidence = Literal["sure", "unsure"]
"""`sure`: closed in an identity or a stated rate, or alone under its key by a clear margin; findings rest on these."""
LedgerState = Literal["fact", "not_ours", "doubt"]
FACT_LETTERS = {
    "amounts": "A",
    "scores": "S",
    "ratios": "R",
    "changes": "C",
    "deductions": "D",
    "sections": "T",
    "doubts": "Q",
}
"""What the id of a fact begins with, by what it is."""


def fact_id(kind: str, index: int) -> str:
    """Return the id of the fact at `index` (from 0) among the document's facts of its kind: amounts, 2 gives A0003."""
    return f"{FACT_LETTERS[kind]}{index + 1:04d}"


SURE = 0.9
"""The OCR confidence, 0 to 1, below which a figure is marked as uncertain."""


# --------------------------------------------------------------------------------------------- reading


class Box(NamedTuple):
    """A rectangle on an upright page, in PDF points from its top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float

    def turned_back(self, turn: int, extent: tuple[float, float], skew_deg: float = 0.0) -> "Box":
        """Return the box on the page as it was before it was turned clockwise by `turn` to the size `extent`.

        A page that was first turned counter-clockwise by `skew_deg` about its centre, to be level, is turned back too.
        """
        width, height = extent
        if turn == 90:
            box = Box(self.top, width - self.x1, self.bottom, width - self.x0)
        elif turn == 180:
            box = Box(width - self.x1, height - self.bottom, width - self.x0, height - self.top)
        elif turn == 270:
            box = Box(height - self.bottom, self.x0, height - self.top, self.x1)
        else:
            box = self
        return box._skewed(skew_deg, (height, width) if turn in (90, 270) else extent) if skew_deg else box

    def _skewed(self, degrees: float, extent: tuple[float, float]) -> "Box":
        """Return the box around this one turned clockwise about the centre of a page."""
        across, down = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        middle_x, middle_y = extent[0] / 2, extent[1] / 2
        x, y = (self.x0 + self.x1) / 2 - middle_x, (self.top + self.bottom) / 2 - middle_y
        x, y = middle_x + x * across - y * down, middle_y + x * down + y * across
        wide, high = (self.x1 - self.x0) / 2, (self.bottom - self.top) / 2
        wide, high = wide * across + high * abs(down), high * across + wide * abs(down)
        return Box(x - wide, y - high, x + wide, y + high)

    def union(self, other: "Box") -> "Box":
        """Return the smallest box around both."""
        return Box(
            min(self.x0, other.x0), min(self.top, other.top), max(self.x1, other.x1), max(self.bottom, other.bottom)
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line, or one paragraph or cell of a format without pages.

    `edges` holds the left and right edge of every character of `text` (so its length is twice that of `text`);
    it is empty where the format has no places. A line that runs up or down the page as the viewer shows it was
    turned upright to be read: `turn` (90, 180 or 270 degrees clockwise) and the turned page's `extent` (width,
    height) lead back, as `skew_deg` does on a crooked scan, and `span_box` answers in the viewer's coordinates.
    """

    text: str
    page: int | None = None
    box: Box | None = None
    edges: Sequence[float] = ()
    confidence: float | None = None
    where: str | None = None
    turn: int = 0
    extent: tuple[float, float] = (0.0, 0.0)
    skew_deg: float = 0.0

    def part(self, start: int, end: int) -> "Line":
        """Return the characters `start` to `end` (exclusive) as a line of their own."""
        edges = self.edges[2 * start : 2 * end] if len(self.edges) == 2 * len(self.text) else ()
        box = self.box._replace(x0=min(edges), x1=max(edges)) if self.box and edges else self.box
        text = self.text[start:end]  # made anew, not by `replace`: a page has hundreds of words
        return Line(text, self.page, box, edges, self.confidence, self.where, self.turn, self.extent, self.skew_deg)

    def span_box(self, start: int, end: int) -> Box | None:
        """Return the box around the characters `start` to `end` (exclusive), or None without places."""
        if self.box is None:
            return None
        box = self.box
        if self.edges and end > start:
            inside = self.edges[2 * start : 2 * end]
            box = Box(min(inside), self.box.top, max(inside), self.box.bottom)
        return box.turned_back(self.turn, self.extent, self.skew_deg) if self.turn or self.skew_deg else box


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table, with its span; `row` and `col` count from 0 in the whole (stitched) table."""

    row: int
    col: int
    row_span: int
    col_span: int
    text: str
    lines: tuple[Line, ...] = ()
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled (or native Word, Excel, HTML) table; one that goes on over a page break is one table.

    Repeated header rows and level cells printed again on the next page appear once: the cell is extended.
    `caption` holds the lines just above the table (where the unit often stands).
    """

    cells: tuple[Cell, ...]
    row_count: int
    col_count: int
    caption: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One upright page. `lines` are in reading order and leave out what stands inside `Document.tables`.

    `rotation` and `skew_deg` tell how it was turned to be read (see `Line`).
    """

    number: int | None
    width: float
    height: float
    lines: tuple[Line, ...]
    text_source: Literal["text", "ocr"] = "text"
    rotation: int = 0
    skew_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a figure is printed: page (from 1), box around the figure itself, and the words around it."""

    page: int | None = None
    box: Box | None = None
    text: str = ""
    confidence: float | None = None

    @property
    def uncertain(self) -> bool:
        """Tell whether OCR read this with less confidence than `SURE`: such a figure is marked for a person."""
        return self.confidence is not None and self.confidence < SURE


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph of running text, joined over line and page breaks and normalised.

    `text` is NFKC-folded, without white space except between Latin words. `spots` gives for every character of
    `text` the index into `lines` and the character's index in that line's text.
    `bare_unit` is the unit of money that the document declares for numbers without one, from `bare_from` of `text` on;
    empty where it declares none (`extract.declared`).
    """

    text: str
    lines: tuple[Line, ...]
    spots: Sequence[tuple[int, int]] = ()
    bare_unit: str = ""
    bare_from: int = 0

    def evidence(self, start: int, end: int, around: int = 24) -> Evidence:
        """Return the evidence of the characters `start` to `end`.

        A figure broken over two lines gets the box of its longer part, so that the box never covers other words.
        """
        words = self.text[max(0, start - around) : end + around]
        runs: dict[int, list[int]] = {}
        for line_index, char_index in self.spots[start:end]:
            runs.setdefault(line_index, []).append(char_index)
        if not runs:
            return Evidence(text=words)
        best = max(runs, key=lambda index: len(runs[index]))
        line = self.lines[best]
        if line.where is not None:
            words = f"{line.where}: {words}"
        return Evidence(line.page, line.span_box(min(runs[best]), max(runs[best]) + 1), words, line.confidence)


@dataclass(frozen=True, slots=True)
class Remark:
    """What reading left out, or could not read, and a person would look for: hidden text, pictures, formulas.

    `kind` is a short key (`hidden_text`, `hidden_sheet`, `picture_not_read`, `formula_without_value`, ...); each
    becomes a `Doubt` of the document.
    """

    kind: str
    message: str
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True)
class Block:
    """One passage or table of a document in the order in which a reader meets them.

    `index` counts in `Document.passages` or `Document.tables`; `sheet` names the sheet of a workbook.
    """

    kind: Literal["passage", "table"]
    index: int
    page: int | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What reading makes of one file, whatever its format.

    `blocks` lists every passage and table once, in reading order; `remarks` what was not read.
    """

    sha256: str
    media_type: str
    page_count: int | None
    text_source: TextSource
    pages: tuple[Page, ...]
    tables: tuple[Table, ...]
    passages: tuple[Passage, ...]
    notes: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    blocks: tuple[Block, ...] = ()


# ------------------------------------------------------------------------------------------ extraction


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What the facts keep of the document they came from."""

    sha256: str
    media_type: str
    page_count: int | None
    text_source: TextSource


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rate or a change is about: a row of the budget's classifications, as in `Amount`."""

    flow: Flow
    scheme: Scheme
    item: str


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in yuan; `ulp_yuan` is one unit in its last printed digit (268.61 万元: 100)."""

    yuan: Decimal
    ulp_yuan: Decimal


@dataclass(frozen=True, slots=True)
class Amount:
    """One money figure of the department's budget; fields as in docs/extraction-contract.md.

    `parent` is the item of the parent project, where the document gives a tree. A figure that the document gives
    twice is two amounts, so that a rule can compare them.
    """

    fiscal_year: int
    flow: Flow
    stage: Stage
    scheme: Scheme
    item: str
    label: str
    yuan: Decimal
    ulp_yuan: Decimal
    evidence: Evidence
    parent: str | None = None
    confidence: Confidence = "unsure"


@dataclass(frozen=True, slots=True)
class Score:
    """One indicator's score; `path` is top level first. Decimals keep the printed number of digits.

    `rate_pct` is the 得分率 printed in the same row, if any.
    """

    path: tuple[str, ...]
    full_marks: Decimal | None
    score: Decimal | None
    evidence: Evidence
    rate_pct: Decimal | None = None
    confidence: Confidence = "unsure"


@dataclass(frozen=True, slots=True)
class Ratio:
    """One stated rate of the department's money.

    `subject` is what it is a rate of, where the budget's classifications name it; `base_stage` the budget that a
    completion rate is measured against as the words say it; `numerator` and `denominator` are sums that the same
    sentence gives for it and that are no amounts of the budget (采购 5999 元 of 10000 元).
    """

    name: RatioName
    label: str
    percent: Decimal
    evidence: Evidence
    fiscal_year: int | None = None
    subject: Subject | None = None
    base_stage: Stage | None = None
    numerator: Money | None = None
    denominator: Money | None = None
    confidence: Confidence = "unsure"


@dataclass(frozen=True, slots=True)
class Change:
    """A stated change against the year before: signed sum, signed rate, or both."""

    fiscal_year: int
    subject: Subject
    label: str
    evidence: Evidence
    yuan: Decimal | None = None
    ulp_yuan: Decimal | None = None
    percent: Decimal | None = None
    confidence: Confidence = "unsure"


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points taken off an indicator, with the department's reason."""

    indicator: str
    points: Decimal
    reason: str | None
    evidence: Evidence
    confidence: Confidence = "unsure"


@dataclass(frozen=True, slots=True)
class SectionItem:
    """One problem or improvement measure, by its heading or first clause."""

    kind: Literal["problems", "improvements"]
    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something the extractor saw and did not understand: reported, not guessed, not published.

    `readings` are the ones that remained, in words.
    """

    kind: str
    message: str
    evidence: Evidence
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What became of one figure (sum, rate or points) of the document; `why` names the rule or words that decided.

    `figure_id` counts the figures in reading order (F0001); a fact that no figure is printed for (`无`) has none.
    `value` is yuan, percent or points. A fact's entry carries its id (`fact_id`: A0003, see `fact_id`; `total_score`
    for the report's own total). `block` counts the document's passages and tables, from 0 in reading order.
    """

    kind: Literal["sum", "rate", "points"]
    printed: str
    state: LedgerState
    why: str
    evidence: Evidence
    fact_id: str | None = None
    readings: tuple[str, ...] = ()
    figure_id: str | None = None
    value: Decimal | None = None
    block: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The report's own fields, as the document states them; None where it does not say.

    `total_rate_pct` is the score rate printed beside the total.
    """

    organization: str | None
    region_code: str | None
    fiscal_year: int | None
    form: Form
    total_score: Decimal | None
    full_marks: Decimal | None
    grade: str | None
    total_score_evidence: Evidence | None = None
    total_rate_pct: Decimal | None = None
    organization_evidence: Evidence | None = None
    kind: DocumentKind | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """Every fact of one document."""

    extractor_version: str
    document: DocumentInfo
    report: Report
    amounts: tuple[Amount, ...] = ()
    scores: tuple[Score, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    changes: tuple[Change, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    sections: tuple[SectionItem, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()


# -------------------------------------------------------------------------------------------- checking


@dataclass(frozen=True, slots=True)
class SidedEvidence:
    """Evidence of one side of an identity."""

    side: Literal["stated", "computed"]
    label: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not add up in the document itself, beyond what rounding and truncation explain."""

    check: str
    severity: Severity
    subject: str
    unit: Literal["yuan", "pct", "points"]
    stated: Decimal
    computed: Decimal
    difference: Decimal
    tolerance: Decimal
    message_zh: str
    message_en: str
    evidence: tuple[SidedEvidence, ...] = field(default=())
    uses: tuple[str, ...] = ()
