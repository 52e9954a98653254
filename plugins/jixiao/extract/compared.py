"""Which of a sentence's sums another year's is set against: the one whose change, told behind it, it makes."""

from collections.abc import Iterator
from decimal import Decimal

from jixiao.extract.clauses import Piece
from jixiao.extract.scope import Scopes
from jixiao.extract.scoped import Told, next_of
from jixiao.model import Subject


def compared_whole(piece: Piece, scopes: Scopes) -> Subject | None:
    """Return the whole whose parts were told before last year's sum, if the change behind it is the whole's.

    三公经费31.26万元,其中接待费12.06万元,车辆运行19.20万元,比上年35.80万元减少4.54万元: not the vehicles'. Where the
    last part makes the change as well, the comparison, which ends the list, is still the whole's. A sentence that
    begins with the comparison is of the sum in the one before whose change it is.
    """
    change = next_of(piece, scopes.pieces)
    if change is None or change.figure is None or not change.of("change") or not _is_dated(piece):
        return None
    if "。" in piece.marks and not scopes.own_terms:
        return _before(piece, change, scopes)
    sums = [one for one in scopes.told if one.is_sum and scopes.pieces[one.piece].segment == piece.segment]
    whole = next((one for one in _wholes(scopes, sums) if _makes(one, piece, change, scopes)), None)
    return whole.subject if whole is not None else None


def _before(piece: Piece, change: Piece, scopes: Scopes) -> Subject | None:
    """Return what the one sum of the sentence before is of that, less last year's, makes the change."""
    near = [one for one in scopes.told_before if one.is_sum and one.subject is not None and not one.compared]
    near = [one for one in near if one.piece < piece.index and scopes.pieces[one.piece].sentence < piece.sentence]
    making = {one.subject for one in near if _makes(one, piece, change, scopes)}
    return making.pop() if len(making) == 1 else None


def _wholes(scopes: Scopes, sums: list[Told]) -> Iterator[Told]:
    """Give the sums that parts were told of, the nearest first: those before a 其中."""
    for one in reversed(sums[:-1]):
        after = next_of(scopes.pieces[one.piece], scopes.pieces)
        if one.subject is not None and one.subject.item == "total" and after is not None and "其" in after.marks:
            yield one


def _is_dated(piece: Piece) -> bool:
    return piece.has("against") or piece.has("last_year")


def _makes(one: Told, piece: Piece, change: Piece, scopes: Scopes) -> bool:
    """Tell whether a sum less last year's is the change that is told, within what was rounded."""
    now, then, told = scopes.pieces[one.piece].figure, piece.figure, change.figure
    if now is None or then is None or told is None:
        return False
    moved = abs(now.value - then.value)
    if told.kind == "sum":
        return abs(moved - abs(told.value)) <= now.ulp + then.ulp + told.ulp
    if told.kind != "rate" or not then.value:
        return False
    return abs(moved / then.value * 100 - abs(told.value)) <= told.ulp * Decimal("1.5")
