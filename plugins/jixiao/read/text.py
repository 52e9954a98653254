"""Text as the extractor wants it: width-folded, without the white space that typesetting puts between characters.

After `normalise`, full-width digits and the punctuation ，：；（）％ are ASCII (`,:;()%`), while 、。—“”《》 stay, and
circled numbers (①) stay what they are: folding them would glue a list mark to the figure behind it.
"""

import re
import unicodedata
from collections.abc import Sequence

from jixiao.model import Cell, Evidence, Line

_KEPT = re.compile(r"[\u2460-\u24ff\u2776-\u2793\u3220-\u33ff\u00bc-\u00be\u2150-\u218f\u00b2\u00b3\u00b9]")
_LATIN = re.compile(r"[A-Za-z]")
_ALIKE = {
    "－": "-",
    "−": "-",
    "﹪": "%",
    "⼀": "一",
    "∶": ":",
    "．": ".",
    "，": ",",
    "\u00ad": "",
    "\u200b": "",
    "\ufeff": "",
}

Spot = tuple[int, int]


def fold(char: str) -> str:
    """Return one character's folded form, which may be empty or several characters."""
    if char in _ALIKE:
        return _ALIKE[char]
    if _KEPT.match(char):
        return char
    return unicodedata.normalize("NFKC", char)


def join(lines: Sequence[str]) -> tuple[str, list[Spot]]:
    """Join lines into one normalised text; give for each of its characters the (line, character) it comes from."""
    out: list[str] = []
    spots: list[Spot] = []
    pending: Spot | None = None
    for line_index, line in enumerate(lines):
        for char_index, char in enumerate(line):
            for folded in fold(char):
                if folded.isspace():
                    pending = (line_index, char_index)
                    continue
                if pending is not None:
                    # White space means something only between two Latin words.
                    if out and _LATIN.match(out[-1]) and _LATIN.match(folded):
                        out.append(" ")
                        spots.append(pending)
                    pending = None
                out.append(folded)
                spots.append((line_index, char_index))
        if out and pending is None:
            pending = (line_index, max(0, len(line) - 1))
    return "".join(out), spots


def normalise(text: str) -> str:
    """Return the normalised form of one text; its lines are joined."""
    return join(text.split("\n"))[0]


def evidence_of(lines: Sequence[Line], spots: Sequence[Spot], start: int, end: int, words: str) -> Evidence:
    """Return page, box and words of the characters `start` to `end` of a joined text.

    What is broken over two lines gets the box of its longer part, so that the box never covers other words.
    """
    if not lines:
        return Evidence(text=words)
    runs: dict[int, list[int]] = {}
    for line_index, char_index in spots[start:end]:
        runs.setdefault(line_index, []).append(char_index)
    best = max(runs, key=lambda index: len(runs[index])) if runs else 0
    line = lines[best]
    box = line.span_box(min(runs[best]), max(runs[best]) + 1) if runs else line.box
    if line.where is not None:
        words = f"{line.where}: {words}"
    return Evidence(line.page, box, words, line.confidence)


def cell_evidence(cell: Cell, start: int | None = None, end: int | None = None) -> Evidence:
    """Return the evidence of a span of a cell's normalised text, or of all of it."""
    text, spots = join([line.text for line in cell.lines])
    if not cell.lines:
        return Evidence(cell.page, cell.box, cell.text)
    if start is None or end is None:
        start, end = 0, len(text)
    words = text if len(text) <= 60 else text[max(0, start - 24) : end + 24]
    return evidence_of(cell.lines, spots, start, end, words)
