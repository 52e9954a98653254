"""What a number without a unit is, by the words it stands under: the head of its column, or the clause before it."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

from jixiao.extract.lexicon import lexicon
from jixiao.extract.numbers import NUMBER
from jixiao.kept import yaml_in

_BARE = re.compile(rf"(?<![\d.,/~A-Za-z第号〔\[-])(?P<sign>-)?(?P<number>{NUMBER})(?![\d.%‰A-Za-z/~-])")
_ENDS = re.compile(r"[,。;、)]|[和及与]|$")
_OPEN = re.compile(r"\((?![^()]*\))")  # (境) is a part of its term
_LIST_MARK = re.compile(r"[1-9]\d?、")
_TERMS = ("subject", "stage", "change", "against", "last_year", "owner")
_YEAR = re.compile(r"20\d\d年?度?")
_WORDS_END = re.compile(r"[一-鿿]$")


def bare_sums(
    text: str, start: int, taken: Sequence[tuple[int, int]], *, only_named: bool = False
) -> Iterator[re.Match[str]]:
    """Give the numbers without a unit that stand as sums do, outside the places `taken`; `number` is the digits.

    Such a number ends its clause, or stands before a word of change or share. With decimals it needs words in front
    that make it nothing else, an integer a term of money right in front; `only_named` asks that of each, and takes a
    term right behind for an end too (年初预算数3,286.54全年预算数5,940.17).
    """
    roles = ("change", "share", "subject", "stage") if only_named else ("change", "share")
    joins = {token.start for token in lexicon().scan(text, roles)}
    last = 0
    for match in _BARE.finditer(text, start):
        at, stop = match.span("number")
        if any(low < stop and at < high for low, high in taken):
            continue
        if (not _ENDS.match(text, stop) and stop not in joins) or (only_named and _LIST_MARK.match(text, at)):
            continue
        low = max([last, start, *(end for _, end in taken if end <= at)])
        words = text[max(low, *(text.rfind(mark, 0, at) + 1 for mark in ",。;!?")) : match.start()]
        words = words[max((bracket.end() for bracket in _OPEN.finditer(words)), default=0) :]
        if _is_money(words.rstrip(":"), "." in match["number"], only_named):
            last = stop
            yield match


def _is_money(words: str, has_decimals: bool, only_named: bool) -> bool:
    """Tell whether the words of its clause name a bare number as a sum; one with decimals may be of any thing."""
    terms = lexicon().scan(words, _TERMS)
    behind = _YEAR.sub("", words[max(token.end for token in terms) :]) if terms else words
    covered = sum(token.end - token.start for token in lexicon().scan(behind, ("filler",)))
    if terms and covered == len(behind):
        return kind_of(words) in ("sum", None) or has_decimals
    return not only_named and has_decimals and bool(_WORDS_END.search(words)) and kind_of(words) in ("sum", None)


@cache
def kind_of(words: str) -> Literal["sum", "rate", "points", "none"] | None:
    """Return what the word that ends furthest right says, of equal ends the longer."""
    found = [(match.end(), -match.start(), kind) for kind, said in _heads() for match in said.finditer(words)]
    if found:
        return max(found)[2]
    return "sum" if lexicon().scan(words, ("subject", "stage")) else None


@cache
def _heads() -> tuple[tuple[Literal["sum", "rate", "points", "none"], re.Pattern[str]], ...]:
    rows = yaml_in("data/figure_heads.yaml")
    return tuple(
        (kind, re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True))))
        for kind, words in rows.items()
    )
