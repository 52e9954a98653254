"""Rows of a table that the end of a page cuts in two: one row, if its text goes on."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from jixiao.model import Cell, Evidence, Remark
from jixiao.read.text import join

_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")
_NUMERIC = re.compile(r"[\d.,，．]{2}")
_ROOM = 1.6  # of a line's height: with less to its right, borders and padding counted, no character found room
_NARROW = 0.75  # the same for digits
_FEWEST_DIGITS, _FULL = 5, 0.7  # of a figure that fills its cell, and how much of the width


def goes_on(above: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Tell whether the cells of the row `below`, the first of its page, are the rest of those of the row `above`.

    They are where every cell with text in both parts goes on from a full line, and one at least does. Two figures, one
    below the other, are those of two rows.
    """
    places = {(cell.col, cell.col_span): cell for cell in above}
    pairs = [(places.get((cell.col, cell.col_span)), cell) for cell in below]
    both = [(one, other) for one, other in pairs if one is not None and one.text and other.text]
    fits = len(places) == len(pairs) and all(one for one, _ in pairs)
    return fits and bool(both) and all(_flows(one, other) for one, other in both)


def joined(above: Cell, below: Cell) -> Cell:
    """Return a cell with its rest from the next page."""
    lines = (*above.lines, *below.lines)
    text = join([line.text for line in lines])[0]
    return replace(above, row_span=above.row_span + below.row_span - 1, text=text, lines=lines)


def has_cut_figure(cell: Cell) -> bool:
    """Tell whether a figure of a cell stands on two pages."""
    return any(
        one.page != other.page and _NUMERIC.fullmatch(one.text[-1:] + other.text[:1])
        for one, other in pairwise(cell.lines)
    )


def remark(cell: Cell) -> Remark:
    """Return what to tell of a figure that stands on two pages."""
    said = f"{cell.text[:60]}: a figure begins on page {cell.page} and was taken to go on on the next"
    last = cell.lines[-1]
    return Remark("row_joined", said, Evidence(last.page, last.box, last.text))


def _flows(above: Cell, below: Cell) -> bool:
    """Tell whether a cell's last line has no room for what its rest begins with."""
    last = above.lines[-1] if above.lines else None
    if last is None or last.box is None or above.box is None:
        return False
    whole, rest = (join([line.text for line in cell.lines])[0] for cell in (above, below))
    are_two = bool(_NUMBER.fullmatch(whole) and _NUMBER.fullmatch(rest))
    is_one = bool(_NUMBER.fullmatch(whole + rest))
    if are_two != is_one:
        return is_one
    if are_two and (len(whole) < _FEWEST_DIGITS or last.box.x1 - last.box.x0 < _FULL * (above.box.x1 - above.box.x0)):
        return False
    room = _NARROW if rest[:1].isascii() else _ROOM
    return above.box.x1 - last.box.x1 < room * (last.box.bottom - last.box.top)
