"""Which figure of the document a fact was read from: by its place on the page, else by its paragraph or cell."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal

from jixiao.extract.figures import Figure, FigureKind
from jixiao.model import Box, Evidence

_NEAR = 1.5
"""How far apart, in points, the edges of one figure may lie when two readers took its place."""


class Places:
    """The figures of a document, to be found by the evidence of what was read from them."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        """Index the figures by page and by paragraph or cell."""
        self._by_box: dict[tuple[int | None, int, int], list[Figure]] = defaultdict(list)
        self._by_page: dict[int | None, list[Figure]] = defaultdict(list)
        self._by_where: dict[str, list[Figure]] = defaultdict(list)
        for one in figures:
            at = one.evidence
            if at.box is not None:
                self._by_box[_corner(at.page, at.box)].append(one)
                self._by_page[at.page].append(one)
            else:
                self._by_where[_where(at.text)].append(one)

    def at(
        self, evidence: Evidence, kind: FigureKind, value: Decimal, taken: Collection[str] = frozenset()
    ) -> Figure | None:
        """Return the figure of this kind that the evidence is around; one of the same value, and not `taken`, first.

        `value` counts without its sign, which a fact may have from the words around the figure.
        """
        found = [one for one in self.around(evidence) if one.kind == kind]
        same = [one for one in found if abs(one.value) == abs(value)]
        # A cell's one figure is its own; a paragraph holds many: only the value and the words around tell which.
        if evidence.box is None and (len(found) > 1 or any(one.row is None for one in found)):
            found = same
            same = [one for one in same if one.evidence.text == evidence.text] or same
        free = [one for one in same if one.id not in taken]
        return next(iter(free or same or found), None)

    def around(self, evidence: Evidence) -> list[Figure]:
        """Return the figures at a place; without a page, those of its paragraph or cell."""
        if evidence.box is None:
            return self._by_where.get(_where(evidence.text), [])
        if exact := self._by_box.get(_corner(evidence.page, evidence.box)):
            return exact
        return [one for one in self._by_page[evidence.page] if _overlap(one.evidence.box, evidence.box)]


def _corner(page: int | None, box: Box) -> tuple[int | None, int, int]:
    return page, round(box.x0 * 4), round(box.bottom * 4)


def _overlap(one: Box | None, other: Box) -> bool:
    """Tell whether the middle of the smaller box lies in the larger."""
    if one is None:
        return False
    small, large = (one, other) if one.x1 - one.x0 <= other.x1 - other.x0 else (other, one)
    across, down = (small.x0 + small.x1) / 2, (small.top + small.bottom) / 2
    return large.x0 - _NEAR <= across <= large.x1 + _NEAR and large.top - _NEAR <= down <= large.bottom + _NEAR


def _where(text: str) -> str:
    """Return the paragraph or cell that evidence without a page names: all before its first `: `."""
    return text.partition(": ")[0]
