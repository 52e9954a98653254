"""Full marks and score that a converter printed as one number (1010, 109)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.model import Score


def unglued(scores: Sequence[Score], full_marks: Decimal) -> tuple[Score, ...]:
    """Part full marks and score that were printed as one number (1010, 109), where the sum of all full marks tells.

    Only a row without a score can be glued, and only if all of them parted make the full marks of the whole.
    """
    leaves = [i for i, s in enumerate(scores) if not any(o.path[: len(s.path)] == s.path for o in scores if o is not s)]
    parted = {
        index: pair
        for index in leaves
        if scores[index].score is None and (marks := scores[index].full_marks) and (pair := _two_numbers(marks))
    }
    each = (parted[i][0] if i in parted else scores[i].full_marks or Decimal(0) for i in leaves)
    if not parted or sum(each, Decimal(0)) != full_marks:
        return tuple(scores)
    return tuple(
        replace(score, full_marks=parted[i][0], score=parted[i][1]) if i in parted else score
        for i, score in enumerate(scores)
    )


def _two_numbers(glued: Decimal) -> tuple[Decimal, Decimal] | None:
    """Return the one way to part a number into full marks up to 100 and a score that is no greater."""
    text = f"{glued:f}"
    pairs = [
        (Decimal(text[:cut]), Decimal(text[cut:]))
        for cut in range(1, len(text))
        if text[:cut].isdigit() and re.fullmatch(r"(?:0|[1-9]\d*)(?:\.\d+)?", text[cut:])
    ]
    fitting = [(full, got) for full, got in pairs if got <= full <= 100]
    return fitting[0] if len(fitting) == 1 else None
