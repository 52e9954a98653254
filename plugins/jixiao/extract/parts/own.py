"""What of a document, and of what was read in it, is the department's own; what is not goes into the ledger."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from jixiao.extract.figures import Figure, blocks_of
from jixiao.extract.parts.clauses import quoted
from jixiao.extract.parts.outline import Outline, Owner
from jixiao.model import Amount, Deduction, Document, Evidence, Extraction, Passage, Ratio, Score, Table
from jixiao.read.flow import passage_of

_NOTHING = Passage("", ())
_PARTS_OF_OURS = ("project", "programme", "item")
Fact = TypeVar("Fact", Amount, Score, Ratio, Deduction)


def own_document(outline: Outline) -> Document:
    """Return the document with what is not the department's taken out; all indexes stay what they were.

    Lines and rows of other owners go, and codes of the chart of accounts; rows and clauses of projects stay: they
    may name a project's sums.
    """
    document = outline.document
    return replace(
        document,
        passages=tuple(_own_passage(outline, index) for index in range(len(document.passages))),
        tables=tuple(_own_table(outline, index) for index in range(len(document.tables))),
    )


def _own_passage(outline: Outline, index: int) -> Passage:
    passage = outline.document.passages[index]
    if outline.is_of_another(index):
        return _NOTHING
    parts = [outline.part_of_line(index, line) for line in range(len(passage.lines))]
    kept = [line for line, part in zip(passage.lines, parts, strict=True) if part is None or part.is_read]
    if not kept and passage.lines:
        return _NOTHING
    return _unquoted(passage if len(kept) == len(passage.lines) else passage_of(kept), outline.organization)


def _unquoted(passage: Passage, ours: str | None) -> Passage:
    """Return a passage without the words that it quotes of another unit: neither sums nor total nor grade are ours."""
    for one in reversed(quoted(passage.text, ours)):
        text, spots = passage.text, passage.spots
        spots = (*spots[: one.start], *spots[one.end :])
        passage = replace(passage, text=text[: one.start] + text[one.end :], spots=spots)
    return passage


def _own_table(outline: Outline, index: int) -> Table:
    table = outline.document.tables[index]
    rows = {row: outline.owner_of_row(index, row) for row in range(table.row_count)}
    foreign = {
        row
        for row, owner in rows.items()
        if owner.kind not in ("department", "project") or _is_part(outline, index, row)
    }
    cells = tuple(
        cell
        for cell in table.cells
        if cell.row not in foreign and not (cell.text.isdecimal() and outline.is_code(index, cell.col))
    )
    if len(cells) == len(table.cells):
        return table
    return replace(table, cells=cells) if cells else Table((), 0, 0)


def _is_part(outline: Outline, index: int, row: int) -> bool:
    part = outline.part_of_row(index, row)
    return part is not None and not part.is_read


def owned(extraction: Extraction, outline: Outline, figures: Iterable[Figure]) -> tuple[Extraction, dict[str, str]]:
    """Return an extraction without the facts that are another's, and why each figure that is not ours is not.

    The reasons go by the figure's id (`figures.figures_of`).
    """
    foreign: dict[object, Owner] = {}
    why: dict[str, str] = {}
    blocks = blocks_of(outline.document)
    undecided = {_place(doubt.evidence) for doubt in extraction.doubts}
    for figure in figures:
        block = blocks[figure.block]
        if block.kind == "table" and figure.row is not None:
            owner = outline.owner_of_row(block.index, figure.row)
        else:
            owner = outline.owner_of_span(block.index, figure.start)
        if owner.is_department:
            continue
        foreign[_place(figure.evidence)] = owner
        # A project's row is that project's: what a reader is in doubt about there may still be a sum of ours.
        if owner.kind != "project" or figure.row is None or _place(figure.evidence) not in undecided:
            why[figure.id] = owner.ground
    kept = replace(
        extraction,
        amounts=tuple(one for one in extraction.amounts if _may_stand(one, foreign.get(_place(one.evidence)))),
        scores=_kept(extraction.scores, foreign),
        ratios=_kept(extraction.ratios, foreign),  # the rate of an item or a project is one of the department's money
        deductions=_kept(extraction.deductions, foreign),
    )
    return kept, why


def _may_stand(amount: Amount, owner: Owner | None) -> bool:
    """Tell whether a sum may be given: a project's and a programme's only as that project's."""
    return owner is None or (owner.kind in ("project", "programme") and amount.scheme == "project")


def _kept(facts: Iterable[Fact], foreign: dict[object, Owner]) -> tuple[Fact, ...]:
    return tuple(
        one for one in facts if (owner := foreign.get(_place(one.evidence))) is None or owner.kind in _PARTS_OF_OURS
    )


def _place(at: Evidence) -> object:
    """Return where a figure is printed, to the point, or the words around it where there are no places."""
    return (at.page, round(at.box.x0), round(at.box.bottom)) if at.box is not None else at.text
