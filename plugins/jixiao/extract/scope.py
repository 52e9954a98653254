"""What the words before a figure hand down to it, and when that ends: the scopes of a paragraph.

Document, section (heading), paragraph, sentence (。), segment (;), item (list mark), part (其中), bracket. A scope
hands down subjects, a stage, a year, a label (what its item is called), an owner, and whether a list is open.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from jixiao.extract.clauses import Piece
from jixiao.extract.identities import whole_of
from jixiao.extract.lexicon import Token
from jixiao.extract.listing import leave_list, open_list, take_label
from jixiao.extract.names import free_words, has_suffix, is_glued, is_no_name, label_of
from jixiao.extract.scoped import (
    PROJECTS,
    WEAK_MARKS,
    Label,
    Listing,
    Said,
    Told,
    ends_as_no_other,
    heading_flow,
    heading_stage,
    heads,
    is_of_the_same,
    moves,
    next_of,
    stage_of,
    subject_of,
    terms_of,
    year_in,
)
from jixiao.model import Flow, Stage, Subject

_OF_CLASS = "(类"
"""Behind the name of a class in the accounts, as (款) and (项) behind those of its items."""


@dataclass(slots=True)
class Scopes:
    """All scopes around the piece entered last."""

    fiscal_year: int
    own: tuple[str, ...] = ()
    said: list[Said] = field(default_factory=list)
    stage: Stage | None = None
    lead_stage: Stage | None = None
    heading_stage: Stage | None = None
    heading_flow: Flow | None = None
    heading_said: list[Said] = field(default_factory=list)
    year: int | None = None
    label: Label | None = None
    listing: Listing | None = None
    whole: Told | None = None
    told: list[Told] = field(default_factory=list)
    told_before: list[Told] = field(default_factory=list)
    topic: Said | None = None
    owner: str = ""
    owner_soft: str = ""
    programme: bool = False
    known: set[str] = field(default_factory=set)
    saved: list[tuple[Any, ...]] = field(default_factory=list)
    piece: Piece | None = None
    name: str = ""
    free: str = ""
    own_terms: list[Token] = field(default_factory=list)
    began_part: bool = False
    procured: bool = False
    pieces: list[Piece] = field(default_factory=list)
    lead_other: bool = False
    whole_segment: int = -1
    twin: Told | None = None
    part_of_unknown: int = -1
    partial: int = -1
    summed: Subject | None = None

    def head(self, pieces: list[Piece], is_open: bool) -> None:
        """Take a heading: it hands down a flow, a weak stage, and a list of projects where it names one."""
        tokens = [token for piece in pieces for token in piece.tokens]
        stages = [token.value for token in tokens if token.role == "stage"]
        self.heading_stage, self.heading_flow = heading_stage(tokens), heading_flow(pieces)
        self.said, self.told, self.told_before, self.whole, self.listing = [], [], [], None, None
        named = {subject_of(t, "") for t in tokens if t.role == "subject" and t.row.mark not in WEAK_MARKS}
        about = [one for one in named if one.scheme == "three_public"]
        self.heading_said = [Said(one, -1, -1, -1, False, "heading") for one in about] if len(named) == 1 else []
        projects = [t for t in tokens if t.role == "subject" and t.value == "nature/project"]
        if projects or any(token.role == "list" and token.value in ("strong", "lead") for token in tokens):
            stage = stage_of(stages)
            self.listing = Listing("section", stage, marked_only=not is_open)

    def begin(self, pieces: list[Piece]) -> None:
        """Begin a paragraph: its sentences start anew; a list of a section goes on where an entry begins."""
        marked = bool(pieces and pieces[0].enum and pieces[0].enum != "chapter")
        if marked and self.listing is None and self._ends_open():
            self.listing = Listing("section", marked_only=True)
        self.pieces, self.lead_other, self.procured = pieces, False, False
        listing = self.listing
        named = any(piece.figure is not None for piece in pieces[:2])
        marked = marked or (named and pieces[0].figure is None and pieces[1].marks == ":")
        if listing is None or listing.extent != "section" or not (marked or (named and not listing.marked_only)):
            self.listing = None
        self.told_before = self.told or self.told_before
        before = [
            one for one in self.said if one.place != "heading" and pieces and pieces[0].has("against", "last_year")
        ]
        self.said = [*self.heading_said, *(replace(one, place="before", sentence=-1) for one in before[:1])]
        self.stage, self.year, self.label, self.whole = None, None, None, None
        self.told, self.topic, self.owner, self.owner_soft, self.programme = [], None, "", "", False
        self.saved, self.lead_stage, self.twin = [], None, None
        self.part_of_unknown = self.partial = -1
        self.began_part = bool(pieces) and "其" in pieces[0].marks

    def _ends_open(self) -> bool:
        """Tell whether the paragraph before ends with a colon behind project expenditure: its items are projects."""
        last = next((one for one in reversed(self.told) if one.is_sum), None)
        closes = bool(self.pieces) and self.pieces[-1].text.rstrip().endswith(":")
        return closes and last is not None and last.subject == PROJECTS

    def enter(self, piece: Piece) -> None:
        """Let a piece end and open scopes; `name`, `free` and `own_terms` then speak of it."""
        self.piece = piece
        for mark in piece.marks:
            self._pass(mark, piece)
        if piece.enum:
            self._item(piece)
        self.year = year_in(piece, self.fiscal_year) or self.year
        self.own_terms = terms_of(piece, self.said)
        if piece.figure and piece.of("stage") and piece.segment != self.whole_segment and not self.own_terms:
            self.whole = None  # …,其中基本支出60万元;实际支出90万元: the next whole begins
        if piece.figure is None and piece.has("within"):
            self._within(piece)
        if piece.figure is None and piece.has("partial") and not self.own_terms:
            self.partial = piece.sentence
        self.free = free_words(piece, self.own)
        self.name = self._name(piece)
        open_list(self, piece)
        take_label(self, piece)
        self._take_terms(piece)
        self._take_sum(piece)
        self._take_owner(piece)
        self._take_stage(piece)

    def _pass(self, mark: str, piece: Piece) -> None:
        if mark == "。":
            self._end_sentence(piece)
        elif mark == ";":
            self.label = self.label if self.label and self.label.lasting else None
            self.programme, self.owner_soft = False, ""
        elif mark == "(":
            handed = (list(self.said), self.stage, self.label, self.listing, self.whole, self.year)
            self.saved.append((*handed, self.part_of_unknown))
            last = self.told[-1] if self.told else None
            self.whole = last if last is not None and piece.index - last.piece <= 1 else self.whole
            self.whole_segment = piece.segment
            if self.whole is not None and self.whole.subject == PROJECTS and self.listing is None:
                self.listing = Listing("bracket", self.whole.stage, self.whole.year, piece.depth)
            self.twin = last if last is not None and piece.index - last.piece == 1 else None
        elif mark == ")" and self.saved:
            self.twin = None
            *outer, self.part_of_unknown = self.saved.pop()
            self.said, self.stage, self.label, self.listing, self.whole, self.year = outer
        elif mark == "其":
            self.part(piece)

    def _end_sentence(self, piece: Piece) -> None:
        words = [one for one in self.said if one.place == "word"]
        first = None if self.began_part else self._first_told([self.topic] if self.topic else words[:1])
        self.began_part = "其" in piece.marks[piece.marks.rfind("。") :]
        kept = [one for one in self.said if one.place in ("heading", "lead")]
        kept += [replace(one, place="lead") for one in words if one.leads]
        if first is not None:
            kept.append(Said(first.subject, first.piece, first.sentence, first.segment, first.weak, "before"))
        else:
            kept += [one for one in self.said if one.place == "before"]
        self.said, self.topic = kept, None
        self.told_before, self.told = self.told or self.told_before, []
        if self.listing is not None and self.listing.extent == "sentence" and not piece.enum:
            self.listing = None
        self.label = self.label if self.label and self.label.lasting else None
        self.stage, self.year, self.whole, self.programme, self.owner_soft = None, None, None, False, ""

    def _first_told(self, words: list[Said]) -> Said | None:
        """Return what a sentence first spoke of: before its parts, the sum that they are of (预算100万元,其中…)."""
        for one in words:
            whole = next((told for told in self.told if told.is_sum and told.subject and told.piece < one.piece), None)
            if one.part and whole is not None and whole.subject is not None:
                return Said(whole.subject, whole.piece, one.sentence, one.segment, False)
            return one
        return None

    def _item(self, piece: Piece) -> None:
        self.label, self.programme, self.owner_soft = None, False, ""
        if self.listing is not None and not self.listing.style:
            self.listing.style = piece.enum

    def part(self, piece: Piece) -> None:
        """Let the parts that follow have the stage and year of their whole: the outturn, else the last sum."""
        told = self.told or self.told_before
        sums = [one for one in told if not one.compared and one.is_sum]
        before = [one for one in self.pieces[: piece.index] if one.sentence == piece.sentence]
        named = [subject_of(token, one.text) for one in before for token in one.of("subject")]
        if not self.told and named:  # 本年收入全部为财政拨款,其中…: no part of the sum of another sentence
            sums = [one for one in sums if one.subject in named]
        finals = [one for one in sums if one.stage == "final" and one.year == self.fiscal_year]
        if piece.index == 0 and piece.has("split") and not self.told:
            sums = finals  # (三)按功能分类看:… below a paragraph on the budget
        self.whole, self.whole_segment = next(reversed(finals or sums), None), piece.segment
        last = told[-1] if told else None
        if last is not None and last.left and self._is_behind(piece, last) and (self.told or last.unknown):
            self.whole, self.part_of_unknown = None, piece.segment
        if self.whole is not None and self.whole.subject == PROJECTS and self.listing is None:
            self.listing = Listing("sentence", self.whole.stage, self.whole.year, piece.depth)

    def _is_behind(self, piece: Piece, last: Told) -> bool:
        """Tell whether nothing but rates of it stands between a sum and a piece: 花费90万元,完成率98%。其中…."""
        between = self.pieces[last.piece + 1 : piece.index]
        return last.piece < piece.index and all(one.figure and one.figure.kind == "rate" for one in between)

    def _within(self, piece: Piece) -> None:
        """Let 本年收入中:… speak of the parts of a sum that was told before."""
        named = [subject_of(token, piece.text) for token in piece.of("subject")]
        told = [one for one in (*self.told_before, *self.told) if one.is_sum and not one.compared and one.stage]
        whole = next((one for one in reversed(told) if one.subject in named), None)
        if whole is not None:
            self.whole, self.whole_segment = whole, piece.segment

    def _name(self, piece: Piece) -> str:
        strong = [token for token in self.own_terms if token.row.mark not in WEAK_MARKS]
        if not self.free or (strong and not is_glued(piece, strong[-1], self.own)):
            return ""
        name = label_of(piece)
        if self.listing is not None and not has_suffix(name) and ends_as_no_other(piece, self.pieces):
            name = label_of(piece, whole=True)
        return "" if is_no_name(name) else name

    def _take_terms(self, piece: Piece) -> None:
        if piece.has("all_of") and piece.figure is None:
            return
        terms = [
            t for t in self.own_terms if not any(a.start <= t.start and t.end <= a.end + 8 for a in piece.of("against"))
        ]
        strong = [token for token in terms if token.row.mark not in WEAK_MARKS]
        if piece.figure is None and (piece.has("change") or piece.has("aside") or moves(piece)):
            return
        leading = piece.index == 0 and piece.figure is None
        for token in terms:
            if token.value.startswith("none/") or (self.name and token in strong):
                continue
            weak = token.row.mark in WEAK_MARKS
            if weak and is_of_the_same(token, piece, self.said):
                continue
            said = Said(subject_of(token, piece.text), piece.index, piece.sentence, piece.segment, weak)
            said.part = self.whole is not None and piece.segment == self.whole_segment
            said.leads = leading and not (weak or self.free or piece.of("stage"))
            if leading and piece.enum:
                said.place = "lead"
            elif self.topic is None and not weak:
                self.topic = said
            self.said.append(said)
        if strong and not self.name:
            leave_list(self, strong[-1], piece)

    def _take_sum(self, piece: Piece) -> None:
        """Let 合计 behind several parts speak of what they make up: 公务接待费1万元,会议用车费2万元,合计3万元."""
        self.summed = None
        if not piece.has("summed_up") or self.own_terms or self.free or piece.figure is None:
            return
        parts = {f"{one.subject.scheme}/{one.subject.item}" for one in self.told if one.is_sum and one.subject}
        if len(parts) > 1 and (whole := whole_of(parts)) is not None:
            self.summed = Subject("expenditure", *whole.split("/"))  # type: ignore[arg-type]
            self.said.append(Said(self.summed, piece.index, piece.sentence, piece.segment, weak=False))

    def _take_owner(self, piece: Piece) -> None:
        named = self.label is not None and self.label.piece == piece.index  # 教学设备采购: what the item is called
        self.procured = (piece.has("owner", "procurement") and not named) or (self.procured and "。" not in piece.marks)
        if any(_OF_CLASS in piece.text[token.start : token.end] for token in self.own_terms):
            self.owner = ""  # the items below the class before end where the next class is named
        for token in piece.of("owner") if not piece.has("aside") else ():
            if token.row.mark == "paragraph" or (token.row.mark == "lead" and heads(token, piece, self.pieces)):
                self.owner = token.value
            elif token.row.mark == "clause" and not self.own_terms and piece.figure is None:
                self.owner_soft = token.value
        self.programme = self.programme or any(one.row.mark != "own" for one in piece.of("programme"))

    def _take_stage(self, piece: Piece) -> None:
        if piece.figure is not None or piece.has("against") or piece.has("aside"):
            return
        after = next_of(piece, self.pieces)
        opens = after is not None and after.marks.startswith(":") and not piece.has("outturn")
        opens = opens or piece.has("within")
        # 部门预算由两部分组成:… and 支出预算中,… speak of the budget up to the next 。, though 预算 is a weak word.
        strong = [t.value for t in piece.of("stage") if t.row.mark != "weak" or (opens and t.value == "planned")]
        if strong:
            self.stage = stage_of(strong)
            if (piece.index == 0 and piece.enum) or (after is not None and after.has("from_here")):
                self.lead_stage = self.stage
