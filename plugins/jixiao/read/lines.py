"""Characters to printed lines, in reading order from their places."""

from array import array

import numpy as np
import numpy.typing as npt

from jixiao.model import Box, Line
from jixiao.read.glyphs import MARKS, Floats, Ints
from jixiao.read.marks import is_mark
from jixiao.read.repair import repair_figures

Bools = npt.NDArray[np.bool_]

_GAP = 0.3  # of a character's height: a wider gap stays visible as a space
_TWICE = 0.45  # of a character's width: what the same character overlaps itself by was printed twice
_SHIFT_PT = 0.3
_SAME_PT = 0.001
_SMALL, _RISE = 0.9, 0.08  # of a digit's size: how small one beside it is, and how far it is raised
_BELOW = 0.2  # of a character's height: what of it is below its line in most fonts
_LARGER = 1.1
_MOST_MARKS, _MOST_PAIRS = 12, 1 << 18
_POINTS = np.array([ord(char) for char in ".,，．"], dtype=np.uint32)
_SQUEEZED = MARKS.copy()  # marks whose place is partly empty; a dash fills its own
_SQUEEZED[[*range(0x2010, 0x2016), 0x2212, 0xFF0D]] = False
_LINES = np.array([ord("_"), 0x203E, 0xFF3F], dtype=np.uint32)
_OVER = 0.5  # of a character's width: what reaches further into its neighbour is printed over it
_ZERO = np.uint32(ord("0"))
_IN_FIGURE = np.array([ord(char) for char in "0123456789.,，．%％"], dtype=np.uint32)


def _rows(middle: Floats, size: Floats, group: Ints) -> Ints:
    """Number the lines of characters ordered by group and height: each belongs to the band that holds its middle."""
    # Mostly lines stand well apart and their characters do not: each goes as one. Where they do not (a small figure
    # above the line), go as one only those at the same height, but for the last digit of a float.
    steps, new = np.diff(middle), np.ones(len(middle), dtype=np.bool_)
    new[1:] = (steps > 0.5 * size[1:]) | (group[1:] != group[:-1])
    starts = np.flatnonzero(new)
    close = np.maximum.reduceat(middle, starts) - middle[starts] <= 0.5 * np.minimum.reduceat(size, starts)
    if not close.all():
        apart = (np.abs(steps) > _SAME_PT) | (np.abs(np.diff(size)) > _SAME_PT)
        new[1:] |= apart & ~close[new.cumsum() - 1][1:]
        starts = np.flatnonzero(new)
    rows: list[int] = []
    row, last, centre, height = -1, None, 0.0, 0.0
    runs = zip(group[starts].tolist(), middle[starts].tolist(), size[starts].tolist(), strict=True)
    for its_group, its_middle, its_size in runs:
        if its_group == last and abs(its_middle - centre) <= 0.5 * min(its_size, height):
            if its_size > height:
                centre, height = its_middle, its_size
        else:
            row, last, centre, height = row + 1, its_group, its_middle, its_size
        rows.append(row)
    numbers: Ints = np.array(rows)[new.cumsum() - 1]
    return numbers


def _once(codes: npt.NDArray[np.uint32], boxes: Floats, row: Ints) -> Bools:
    """Tell which characters count; one that is printed again over itself (fake bold) does not.

    What is too narrow to overlap its twin is told by the distance at which its neighbours are printed twice.
    """
    keep = np.ones(len(codes), dtype=np.bool_)
    x0, _, x1, _ = boxes
    width = np.maximum(x1 - x0, 1.0)
    suspicious = False
    for back in (1, 2):
        same = (codes[back:] == codes[:-back]) & (row[back:] == row[:-back])
        suspicious = suspicious or bool((same & (x1[:-back] - x0[back:] > _TWICE * width[:-back])).any())
    if not suspicious:
        return keep
    shifts: dict[int, list[float]] = {}
    for narrow in (False, True):
        kept: list[int] = []
        for index in range(len(codes)):
            for before in reversed(kept[-3:]):
                if codes[before] != codes[index] or row[before] != row[index]:
                    continue
                shift = x0[index] - x0[before]
                if shift < (1 - _TWICE) * width[before]:
                    shifts.setdefault(int(row[index]), []).append(shift)
                elif not narrow or not any(abs(shift - s) < _SHIFT_PT for s in shifts.get(int(row[index]), ())):
                    continue
                keep[index] = False
                break
            else:
                kept.append(index)
                keep[index] = True
    return keep


def crossed(codes: npt.NDArray[np.uint32], boxes: Floats, row: Ints) -> Bools:
    """Tell which characters, in order of place, belong to figures over which other text is printed, and that text's.

    Read in order of place, what stands over a figure cuts it in two.
    """
    x0, top, x1, bottom = boxes
    narrow = np.minimum(x1 - x0, bottom - top)
    over = (row[1:] == row[:-1]) & (x1[:-1] - x0[1:] > _OVER * np.minimum(narrow[1:], narrow[:-1]))
    over &= (codes[1:] - _ZERO < 10) | (codes[:-1] - _ZERO < 10)  # of unsigned numbers: those below are large
    marks = _SQUEEZED[codes]
    over &= ~(marks[1:] | marks[:-1])  # half of a full stop's place is empty, and squeezed
    out = np.zeros(len(codes), dtype=np.bool_)
    if not over.any():
        return out
    # The figure goes as far as nothing but digits and what is printed over them stands close together.
    out[1:] = over
    out[:-1] |= over
    linked = (row[1:] == row[:-1]) & (x0[1:] - x1[:-1] < _GAP * (bottom[1:] - top[1:]))
    figure = np.isin(codes, _IN_FIGURE) | out
    run = np.concatenate([[0], np.cumsum(~(linked & figure[1:] & figure[:-1]))])
    whole: Bools = figure & np.isin(run, run[out])
    return whole


def _raised(codes: npt.NDArray[np.uint32], boxes: Floats, row: Ints, digits: Ints) -> list[tuple[slice, str]]:
    """Return the runs of digits, in order of place, that stand small and raised or lowered beside larger ones.

    Only digits are compared: boxes may be those of the ink, and a digit's is lower than an ideograph's.
    """
    x0, top, x1, bottom = boxes
    size = (bottom - top)[digits]
    unlike = (size[1:] < _SMALL * size[:-1]) | (size[:-1] < _SMALL * size[1:])
    other = np.flatnonzero(unlike & (digits[1:] - digits[:-1] <= 2))
    if not len(other):
        return []
    left, right, size = digits[other], digits[other + 1], np.array([size[other], size[other + 1]])
    beside = (row[left] == row[right]) & (x0[right] - x1[left] < size[0])
    if not beside.any():
        return []
    beside &= (right - left == 1) | np.isin(codes[left + 1], _POINTS)
    large, small = size.max(axis=0), size.min(axis=0)
    rise = np.where(size[1] < size[0], bottom[left] - bottom[right], bottom[right] - bottom[left])
    # By how much the ink is raised, or the box, of which a larger one reaches lower.
    away = (rise - _BELOW * (large - small) > _RISE * large) | (-rise > _RISE * large)
    out = []
    for at in np.flatnonzero(beside & away).tolist():
        is_behind = bool(size[1, at] < size[0, at])
        first = last = int(right[at] if is_behind else left[at])
        step = 1 if is_behind else -1
        while 0 <= last + step < len(codes) and row[last + step] == row[first]:
            if not codes[last + step] - _ZERO < 10 or bottom[last + step] - top[last + step] > _LARGER * small[at]:
                break
            last += step
        first, last = min(first, last), max(first, last)
        first -= is_behind and int(right[at] - left[at] == 2)  # the point before it goes with it
        place = slice(first, last + 1)
        out.append((place, "".join(map(chr, codes[place].tolist()))))
    return out


def _raised_off(codes: npt.NDArray[np.uint32], boxes: Floats, row: Ints, digits: Ints) -> list[tuple[slice, str]]:
    """Return the runs of small digits right behind larger ones that stand so high that they are their own line."""
    x0, top, x1, bottom = boxes
    high = bottom - top
    if not len(digits) or high[digits].min() > _SMALL * high[digits].max():
        return []
    count = np.bincount(row)
    lone = (np.bincount(row[digits], minlength=len(count)) == count) & (count <= _MOST_MARKS)
    small = digits[lone[row[digits]]]
    large = digits[high[digits] > high[small].min() / _SMALL] if len(small) else small
    if not len(large) or len(small) * len(large) > _MOST_PAIRS:
        return []
    size, its = high[large], high[small][:, None]
    aside = x0[small][:, None] - x1[large]
    near = (aside < _GAP * size) & (aside > -_GAP * size) & (its < _SMALL * size)
    near &= (top[small][:, None] > top[large] - _GAP * its) & (bottom[small][:, None] < bottom[large] + _GAP * its)
    out = []
    for first in small[near.any(axis=1)].tolist():
        end = first + 1
        while end < len(codes) and row[end] == row[first] and x0[end] - x1[end - 1] < _GAP * high[first]:
            end += 1
        out.append((slice(first, end), "".join(map(chr, codes[first:end].tolist()))))
    return out


def _trusted(codes: npt.NDArray[np.uint32], boxes: Floats, row: Ints) -> tuple[Bools | None, list[tuple[str, Bools]]]:
    """Tell which characters, in order of place, count; and which others hold a figure, with the kind of their loss.

    None: all of them count. Lines typed below a figure are not over it. A note's mark is no loss.
    """
    x0, _, x1, _ = boxes
    digit = codes - _ZERO < 10  # of unsigned numbers: those below are large
    may_cross = ((row[1:] == row[:-1]) & (x1[:-1] - x0[1:] > _SHIFT_PT) & (digit[1:] | digit[:-1])).any()
    digits = np.flatnonzero(digit)
    raised = [*_raised(codes, boxes, row, digits), *_raised_off(codes, boxes, row, digits)]
    if not (may_cross or raised):
        return None, []
    keep = np.ones(len(codes), dtype=np.bool_)
    if may_cross and (over := crossed(codes, boxes, row)).any():
        ruled = np.isin(codes, _LINES)
        if (over & ruled).any():
            over[:] = False
            over[~ruled] = crossed(codes[~ruled], boxes[:, ~ruled], row[~ruled])
            keep &= ~ruled
        if over.any():
            return keep & ~over, [("overprinted", over)]
    told = []
    for place, text in raised:
        keep[place] = False
        if not is_mark(text):
            those = np.zeros_like(keep)
            those[place] = True
            told.append(("raised_text", those))
    return keep, told


def lines_of(
    codes: npt.NDArray[np.uint32],
    boxes: Floats,
    group: Ints,
    page: int,
    turn: int = 0,
    extent: tuple[float, float] = (0.0, 0.0),
    lost: list[tuple[str, Line]] | None = None,
) -> dict[int, list[Line]]:
    """Put characters (no white space among them) into lines, each group by itself; return each group's lines.

    What stands raised beside a figure, and figures over which other text is printed, are left out; `lost` takes them
    with the kind of their loss, except notes' marks.
    """
    out: dict[int, list[Line]] = {}
    if not len(codes):
        return out
    middle = (boxes[1] + boxes[3]) / 2
    order = np.lexsort((boxes[0], middle, group))
    codes, boxes, group = codes[order], boxes[:, order], group[order]
    row = _rows(middle[order], np.maximum(1.0, boxes[3] - boxes[1]), group)
    order = np.lexsort((boxes[0], row))
    codes, boxes = codes[order], boxes[:, order]
    keep = _once(codes, boxes, row)
    if not keep.all():
        codes, boxes, row, group = codes[keep], boxes[:, keep], row[keep], group[keep]
    trusted, gone = _trusted(codes, boxes, row)
    for kind, those in gone:
        if lost is not None:
            corners = (*boxes[:2, those].min(axis=1).tolist(), *boxes[2:, those].max(axis=1).tolist())
            words = "".join(map(chr, codes[those].tolist()))
            lost.append((kind, Line(words, page, Box(*corners), turn=turn, extent=extent)))
    if trusted is not None and not trusted.all():
        codes, boxes, row, group = codes[trusted], boxes[:, trusted], row[trusted], group[trusted]
        if not len(codes):
            return out
    x0, top, x1, bottom = boxes
    same = row[1:] == row[:-1]
    gap = x0[1:] - x1[:-1] > _GAP * (bottom[1:] - top[1:])
    starts = np.concatenate([[0], np.flatnonzero(~same) + 1])
    firsts = (np.minimum.reduceat(x0, starts), np.minimum.reduceat(top, starts))
    lasts = (np.maximum.reduceat(x1, starts), np.maximum.reduceat(bottom, starts))
    boxed = map(Box, *(edge.tolist() for edge in (*firsts, *lasts)))
    spaces = np.flatnonzero(same & gap) + 1
    at = np.arange(len(codes))  # the place of each in the text
    at += np.searchsorted(spaces, at, "right")
    spaced = np.full(at[-1] + 1, 32, dtype="<u4")
    spaced[at] = codes
    sides = np.empty((2, len(spaced)))
    sides[:, at] = x0, x1
    sides[:, at[spaces] - 1] = x1[spaces - 1], x0[spaces]
    text, edges = spaced.tobytes().decode("utf-32-le", "replace"), sides.T.tobytes()
    confused = any(char in text for char in "OoIl")  # a text layer may be what a scanner's software recognised
    begins = at[starts].tolist()
    ends = [*begins[1:], len(text)]
    for its_group, begin, end, box in zip(group[starts].tolist(), begins, ends, boxed, strict=True):
        words = repair_figures(text[begin:end]) if confused else text[begin:end]
        places = array("d", edges[16 * begin : 16 * end])
        out.setdefault(its_group, []).append(Line(words, page, box, places, turn=turn, extent=extent))
    return out
