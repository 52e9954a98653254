"""Text as the extractor wants it: width-folded, without the white space that typesetting puts between characters.

After `normalise`, full-width digits and the punctuation ，：；（）％ are ASCII (`,:;()%`), while 、。—“”《》 stay, and
circled numbers (①) stay what they are: folding them would glue a list mark to the figure behind it.
"""

import re
import unicodedata
from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import overload

from jixiao.model import Cell, Evidence, Line

_KEPT = re.compile(r"[\u2460-\u24ff\u2776-\u2793\u3220-\u33ff\u00bc-\u00be\u2150-\u218f\u00b2\u00b3\u00b9]")
_SPACE = re.compile(r"\s")
_RUN = re.compile(r"\S+")
_ALIKE = {
    "－": "-",
    "−": "-",
    "﹪": "%",
    "⼀": "一",
    "∶": ":",
    "．": ".",
    "，": ",",
}
_ALIKE |= dict.fromkeys("\u00ad\u061c\u180e\ufeff", "")
# Characters that are not seen and only steer how a line breaks, joins or runs.
_ALIKE |= {
    chr(code): ""
    for first, last in ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069))
    for code in range(first, last + 1)
}

_ALIKE |= dict(zip("[]［］", "()()", strict=True))  # whoever lists in square brackets means round ones

_RADICALS = (
    "⺁厂⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺌小⺍小⺎兀⺐尢⺒巳⺓幺⺖忄⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺫目⺬示⺭礻⺮竹⺯糹⺰纟⺲罒⺶羊⺷羊⺹耂⺻聿⺼肉⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见"
    "⻆角⻈讠⻉贝⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
"""The radicals of U+2E80 to 2EFF, which NFKC leaves, each before the ideograph that it looks like (Unicode's
EquivalentUnifiedIdeograph); those of U+2F00 to 2FDF are NFKC's."""
_ALIKE |= dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True))

_COUNT = array("I", range(256))

Spot = tuple[int, int]


class _Folded(dict[str, str]):
    """Every character met so far, folded."""

    def __missing__(self, char: str) -> str:
        if char in _ALIKE:
            folded = _ALIKE[char]
        elif _KEPT.match(char):
            folded = char
        else:
            folded = unicodedata.normalize("NFKC", char)
        self[char] = folded
        return folded


_FOLDED = _Folded()


def fold(char: str) -> str:
    """Return one character's folded form, which may be empty or several characters."""
    return _FOLDED[char]


class Spots(Sequence[Spot]):
    """The (line, character) that each character of a joined text comes from, in a few bytes each."""

    __slots__ = ("_chars", "_lines")

    def __init__(self) -> None:
        self._lines = array("I")
        self._chars = array("I")

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, at: int) -> Spot: ...
    @overload
    def __getitem__(self, at: slice) -> list[Spot]: ...
    def __getitem__(self, at: int | slice) -> Spot | list[Spot]:
        if isinstance(at, slice):
            return list(zip(self._lines[at], self._chars[at], strict=True))
        return self._lines[at], self._chars[at]

    def add(self, line: int, char: int) -> None:
        """Append one spot."""
        self._lines.append(line)
        self._chars.append(char)

    def add_run(self, line: int, start: int, end: int) -> None:
        """Append the spots of the characters `start` to `end` of a line."""
        self._lines.extend(array("I", [line]) * (end - start))
        self._chars.extend(_COUNT[start:end] if end <= len(_COUNT) else array("I", range(start, end)))


@lru_cache(maxsize=4096)
def _folded(text: str) -> tuple[str, bool]:
    """Return a text folded, and whether every character of it became one."""
    parts = [*map(_FOLDED.__getitem__, text)]
    whole = "".join(parts)
    return whole, len(whole) == len(parts) and "" not in parts


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def join(lines: Sequence[str]) -> tuple[str, Spots]:
    """Join lines into one normalised text; give for each of its characters the (line, character) it comes from."""
    out: list[str] = []
    spots = Spots()
    pending: Spot | None = None
    for line_index, line in enumerate(lines):
        whole, even = _folded(line)
        if even:
            for run in _RUN.finditer(whole):
                start, end = run.span()
                if start:
                    pending = (line_index, start - 1)
                if pending is not None and out and _is_latin(out[-1][-1]) and _is_latin(whole[start]):
                    out.append(" ")
                    spots.add(*pending)
                out.append(run[0])
                spots.add_run(line_index, start, end)
                pending = None
            if whole[-1:].isspace() or (out and pending is None):
                pending = (line_index, max(0, len(line) - 1))
            continue
        for char_index, char in enumerate(line):
            for folded in _FOLDED[char]:
                if folded.isspace():
                    pending = (line_index, char_index)
                    continue
                if pending is not None:
                    # White space means something only between two Latin words.
                    if out and _is_latin(out[-1][-1]) and _is_latin(folded):
                        out.append(" ")
                        spots.add(*pending)
                    pending = None
                out.append(folded)
                spots.add(line_index, char_index)
        if out and pending is None:
            pending = (line_index, max(0, len(line) - 1))
    return "".join(out), spots


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Return the normalised form of one text; its lines are joined."""
    whole, _ = _folded(text)
    return join(text.split("\n"))[0] if _SPACE.search(whole) else whole


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
