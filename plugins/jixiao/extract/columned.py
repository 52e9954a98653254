"""Bare sums that stand alone in a line of a table that was flattened: 支出情况(万元) | 支出合计 | … | 1350.31 | 812.44.

A run of short lines is such a table where one of them states a unit of money. From there on, numbers with decimals are
sums, until a sentence or a head of scores ends the run; whole numbers may count anything.
"""

import re
from collections.abc import Iterator, Sequence

from jixiao.extract.numbers import NUMBER, stated_unit
from jixiao.extract.tables.roles import said_of
from jixiao.model import Passage

_ALONE = re.compile(rf"^(?P<sign>-)?(?P<number>{NUMBER})$")
_SENTENCE = re.compile(r"[。;!?]|,.*[一-鿿]")
_LONGEST = 24
_LEAST = 3
_OF_SCORES = frozenset({"full_marks", "score", "taken_off", "score_rate", "target", "actual"})


def columned_units(passages: Sequence[Passage]) -> dict[int, str]:
    """Return the unit of each passage that is nothing but such a sum, by the passage's index."""
    found: dict[int, str] = {}
    for run in _runs(passages):
        unit, own = "", dict[int, str]()
        for index in run:
            text = passages[index].text
            if said := stated_unit(text):
                unit = said
            elif unit and "." in text and _ALONE.match(text):
                own[index] = unit
        if len(own) >= _LEAST:
            found |= own
    return found


def _runs(passages: Sequence[Passage]) -> Iterator[list[int]]:
    """Give the indices of the passages of each run of short lines."""
    run: list[int] = []
    for index, passage in enumerate(passages):
        text = passage.text
        if len(text) > _LONGEST or _SENTENCE.search(text) or said_of(text) in _OF_SCORES:
            if run:
                yield run
            run = []
        else:
            run.append(index)
    if run:
        yield run
