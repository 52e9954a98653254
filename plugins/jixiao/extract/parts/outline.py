"""What a document is, its parts, and whose each line, row and clause is: asked by every reader and by the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from jixiao.extract.identity import find_organization
from jixiao.extract.identity.names import same
from jixiao.extract.identity.regions import chain_at_start
from jixiao.extract.parts.clauses import ClauseOwner, clause_owners, owner_at
from jixiao.extract.parts.cut import Draft, Ours, cut
from jixiao.extract.parts.kinds import announced, decide, first_titles, is_blank_form, of_head
from jixiao.extract.parts.rows import RowOwner, code_columns, is_total_row, row_owners
from jixiao.extract.parts.titles import OwnerKind
from jixiao.extract.parts.units import Unit, units_of
from jixiao.model import Document, DocumentKind, Doubt, Evidence, Line
from jixiao.read.flow import passage_of

_CHAPTERS = ("overall_report", "overall_form")
_BESIDE_A_CHAPTER = ("score_table", "base_table")


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of a passage, or rows of a table, from `first` to `last` (inclusive), by their numbers there."""

    is_table: bool
    index: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a document with one owner; `grounds` are the titles, heads and sheets that said so.

    `kind` is prose, sheet, contents, overall_report, overall_form, base_table, score_table, project_report,
    project_form, project_list, unit_form, unit_list, statement, accounts_prose, targets, rule, other_report,
    guidance, glossary or dictionary; `name` the project's or the unit's.
    """

    kind: str
    owner: OwnerKind
    name: str | None
    title: str
    pieces: tuple[Piece, ...]
    grounds: tuple[str, ...]
    is_read: bool
    """Whether the department's overall figures may stand in it."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a figure is, with the ground in words."""

    kind: OwnerKind
    ground: str
    name: str | None = None

    @property
    def is_department(self) -> bool:
        """Tell whether it is the reporting department itself."""
        return self.kind == "department"


_OURS = Owner("department", "")
_ITS_OWN: Mapping[DocumentKind, str] = {
    "project_self_evaluation": "a project's self-evaluation",
    "final_accounts": "final accounts",
    "budget": "a budget",
    "other": "no self-evaluation",
}


@dataclass
class Outline:
    """The outline of one document; indexes count in `Document.passages` and `Document.tables`."""

    document: Document
    kind: DocumentKind | None
    parts: tuple[Part, ...]
    is_blank_form: bool
    organization: str | None
    organization_evidence: Evidence | None
    titles: tuple[str, ...] = ()
    """The title lines that spoke before the body began, in reading order."""
    _of_line: dict[tuple[int, int], Part] = field(default_factory=dict)
    _of_row: dict[tuple[int, int], Part] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in self.parts:
            for piece in part.pieces:
                places = self._of_row if piece.is_table else self._of_line
                places.update(((piece.index, at), part) for at in range(piece.first, piece.last + 1))

    def part_of_line(self, passage: int, line: int) -> Part | None:
        """Return the part that a line of a passage stands in."""
        return self._of_line.get((passage, line))

    def part_of_row(self, table: int, row: int) -> Part | None:
        """Return the part that a row of a table stands in."""
        return self._of_row.get((table, row))

    def owner_of_row(self, table: int, row: int) -> Owner:
        """Return whose the figures of a table's row are: of the row, else of its part, else of the document."""
        part = self.part_of_row(table, row)
        outer = self._owner_of_part(part)
        if not outer.is_department:
            return outer
        own = next((one for one in self._rows(table) if one.first <= row < one.end), None)
        if (
            own is None
            and part is not None
            and part.kind == "project_list"
            and not is_total_row(self.document.tables[table], row)
        ):
            return Owner("project", f"row of {part.title}")
        return Owner(own.owner, own.ground, own.name) if own else outer

    def owner_of_span(self, passage: int, start: int) -> Owner:
        """Return whose the figure is that begins at a character of a passage: of its clause, its part, the document."""
        told = self.document.passages[passage]
        line = told.spots[start][0] if start < len(told.spots) else 0
        outer = self._owner_of_part(self.part_of_line(passage, line))
        if not outer.is_department:
            return outer
        own = owner_at(self._clauses(passage), start)
        return Owner(own.owner, own.ground) if own else outer

    def is_of_another(self, passage: int) -> bool:
        """Tell whether a whole passage speaks of another unit than the department."""
        whole = len(self.document.passages[passage].text)
        return any(one.owner == "unit" and one.start == 0 and one.end == whole for one in self._clauses(passage))

    def is_code(self, table: int, col: int) -> bool:
        """Tell whether a column of a table holds codes of the chart of accounts."""
        return col in self._codes(table)

    def _owner_of_part(self, part: Part | None) -> Owner:
        if part is None or part.is_read:
            return _OURS
        if part.owner != "department":
            named = f" {part.name}" if part.name else ""
            return Owner(part.owner, f"part {part.kind}{named}: {'; '.join(part.grounds[:2])}", part.name)
        said = _ITS_OWN[self.kind] if self.kind else "no report"
        return Owner("none", f"a form to fill in: {part.title}" if self.is_blank_form else f"the document is {said}")

    @cached_property
    def _row_cache(self) -> dict[int, list[RowOwner]]:
        return {}

    @cached_property
    def _clause_cache(self) -> dict[int, list[ClauseOwner]]:
        return {}

    @cached_property
    def _code_cache(self) -> dict[int, frozenset[int]]:
        return {}

    def _rows(self, table: int) -> list[RowOwner]:
        if table not in self._row_cache:
            self._row_cache[table] = row_owners(self.document.tables[table])
        return self._row_cache[table]

    def _clauses(self, passage: int) -> list[ClauseOwner]:
        if passage not in self._clause_cache:
            self._clause_cache[passage] = clause_owners(self.document.passages[passage].text, self.organization)
        return self._clause_cache[passage]

    def _codes(self, table: int) -> frozenset[int]:
        if table not in self._code_cache:
            self._code_cache[table] = code_columns(self.document.tables[table])
        return self._code_cache[table]


def kind_doubts(outlined: Outline) -> tuple[Doubt, ...]:
    """Return the doubt about a document of which no title and no part says what it is."""
    if outlined.kind is not None:
        return ()
    return (Doubt("unknown_kind", "no title and no part says what kind of document this is", Evidence()),)


def outline(document: Document) -> Outline:
    """Return what a document is, its parts in order, and whose they are."""
    units = units_of(document)
    titles = first_titles(units)
    head, said = of_head(titles), announced(units)
    said_so = tuple(title.text for title in titles)
    first = head or said
    base = first.document if first else None
    names = (*said_so[::-1], *((said.text,) if said is not None else ()))
    organization, evidence = named(document, units, base, names)
    drafts, cut_at = cut(units, base, Ours(organization))
    kinds = [draft.kind for draft in drafts if draft.kind != "accounts_prose" or draft.end - draft.first > 3]
    kind = decide(head, said, kinds, cut_at)
    blank = is_blank_form(titles)
    parts = []
    chapter = False
    for draft in drafts:
        chapter = draft.kind in _CHAPTERS or (chapter and draft.kind in _BESIDE_A_CHAPTER)
        read = draft.owner == "department" and not blank and (kind in _READ_WHOLE or (kind in _BY_CHAPTER and chapter))
        parts.append(_part(draft, units, read))
    return Outline(document, kind, tuple(parts), blank, organization, evidence, said_so)


def named(
    document: Document, units: Sequence[Unit], base: DocumentKind | None, titles: Sequence[str]
) -> tuple[str | None, Evidence | None]:
    """Return the department's name: of what comes first, down to the end of its first form or text, else of all.

    A form behind it may be another's, and names that one.
    """
    drafts, _ = cut(units, base, Ours(None))
    end = next((draft.end for draft in drafts if draft.kind in _MAIN), len(units))
    lead = _lead(document, units[:end])
    found = find_organization(lead, titles)
    told = find_organization(document, titles)
    if found[0] is None or told[0] is None:
        return told if found[0] is None else found
    return told if _is_cut_in_a_word(found[0], told[0]) or _is_short_for(found[0], told[0]) else found


def _is_short_for(name: str, told: str) -> bool:
    """Tell whether a title's name without its place is what a form's head writes out: 文龙街道."""
    return len(name) < len(told) and chain_at_start(name)[1] == 0 < chain_at_start(told)[1] and same(name, told)


def _is_cut_in_a_word(name: str, told: str) -> bool:
    """Tell whether a title's name has the first half of the next word at its end, as broken lines leave it: …局部."""
    return len(name) == len(told) + 1 and name.startswith(told)


def _lead(document: Document, units: Sequence[Unit]) -> Document:
    """Return a document with the lines and tables only that the units stand in."""
    tables = {unit.index for unit in units if unit.is_row}
    lines: dict[int, list[Line]] = {}
    for unit in units:
        if not unit.is_row:
            lines.setdefault(unit.index, []).append(document.passages[unit.index].lines[unit.at])
    kept = {id(line) for some in lines.values() for line in some}  # a page's lines are those of its passages
    return replace(
        document,
        pages=tuple(replace(page, lines=tuple(li for li in page.lines if id(li) in kept)) for page in document.pages),
        tables=tuple(table for index, table in enumerate(document.tables) if index in tables),
        passages=tuple(passage_of(some) for _, some in sorted(lines.items())),
    )


_MAIN = ("overall_form", "overall_report", "base_table", "project_form", "project_report", "accounts_prose")
_READ_WHOLE = ("overall_self_evaluation", None)
_BY_CHAPTER = ("final_accounts", "budget")


def _part(draft: Draft, units: Sequence[Unit], is_read: bool) -> Part:
    pieces: list[Piece] = []
    for unit in units[draft.first : draft.end]:
        last = pieces[-1] if pieces else None
        if last is not None and (last.is_table, last.index) == (unit.is_row, unit.index):
            pieces[-1] = Piece(last.is_table, last.index, last.first, unit.at)
        else:
            pieces.append(Piece(unit.is_row, unit.index, unit.at, unit.at))
    return Part(draft.kind, draft.owner, draft.name, draft.title, tuple(pieces), tuple(draft.grounds), is_read)
