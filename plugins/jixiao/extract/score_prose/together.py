"""Indicators told together: 投入(10分)、过程(30分)分别得9分、28分; 制度健全性、使用合规性各得2分, or 各2分,均得满分."""

import re
from decimal import Decimal

from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.numbers import NUMBER, decimal_of
from jixiao.extract.score_prose.naming import Naming
from jixiao.extract.score_prose.points import points_in, strip_end
from jixiao.extract.score_prose.records import Record
from jixiao.extract.tables.score_labels import name_of

_BEGIN = re.compile(r"[^。;:]*$")
_CLAUSE_BEGIN = re.compile(r"[^。;:,]*$")
_LISTED = re.compile(rf"(?:{NUMBER}分?[、,和及])+{NUMBER}分")
_ONE = re.compile(rf"(?P<value>{NUMBER})分")
_SPLIT = re.compile(r"[、,和及与](?![^(]*[)])")
_VALUE = re.compile(NUMBER)
_Span = tuple[int, int]
# A name as printed, its full marks if told apart, its score, and where its figures stand.
_Told = tuple[str, Decimal | None, Decimal, list[_Span]]


def told_together(text: str, naming: Naming) -> tuple[list[Record], list[_Span]]:
    """Return the indicators of a paragraph that are told together, and where they stand."""
    records: list[Record] = []
    regions: list[_Span] = []
    for token in lexicon().scan(text, ("together",)):
        if any(a <= token.start < b for a, b in regions):
            continue
        found, start = _in_turn(text, token) if token.value == "in_turn" else _each(text, token)
        parted = [(*name_of(name), full, got, spans) for name, full, got, spans in found]
        if not parted or not all(naming.of(name) for name, *_ in parted):
            continue
        regions.append((start, max(spans[-1][1] for *_, spans in parted) + 1))
        for name, own, full, got, spans in parted:
            marks = full if full is not None else own
            listed = start if marks is None else None
            records.append(Record(naming.of(name), spans[-1][1], marks, got, spans[-1], listed=listed, spans=spans))
    return records, regions


def _in_turn(text: str, token: Token) -> tuple[list[_Told], int]:
    """Read 投入、过程分别得9分、28分: as many scores as names in front of them."""
    values = _LISTED.match(text, _behind(text, token.end))
    if values is None:
        return [], 0
    start = _start(_BEGIN, text, token)
    spans = [value.span() for value in _VALUE.finditer(text, *values.span())]
    names = _names(text[start : token.start])[-len(spans) :]
    if len(names) < len(spans):
        return [], 0
    told = zip(names, spans, strict=True)
    return [(name, None, decimal_of(text[a:b]), [(a, b)]) for name, (a, b) in told], start


def _each(text: str, token: Token) -> tuple[list[_Told], int]:
    """Read A、B各得2分: one score for each; of 各2分, how many they can get, only with the score behind it."""
    at = _behind(text, token.end)
    value = _ONE.match(text, at)
    start = _start(_CLAUSE_BEGIN, text, token)
    names = _names(text[start : token.start])
    if value is None or len(names) < 2:
        return [], 0
    span, number = value.span("value"), decimal_of(value["value"])
    if at > token.end:
        return [(name, None, number, [span]) for name in names], start
    behind = next(iter(points_in(text[value.end() :])), None)
    if behind is None or behind.role != "got" or "。" in behind.label or strip_end(behind.words, "together").strip(","):
        return [], 0
    got = behind.given(number)
    place = (value.end() + behind.span[0], value.end() + behind.span[1])
    return [(name, number, got, [span, place]) for name in names] if got is not None else [], start


def _start(pattern: re.Pattern[str], text: str, token: Token) -> int:
    before = pattern.search(text[: token.start])
    return before.start() if before else 0


def _behind(text: str, at: int) -> int:
    """Return where the figures start behind 分别, past the words for a score."""
    while True:
        tokens = [lexicon().opening(text, role, at) for role in ("points", "points_self", "points_link")]
        end = max((token.end for token in tokens if token is not None and token.value != "full"), default=at)
        if end == at:
            return at
        at = end


def _names(words: str) -> list[str]:
    while True:
        shorter = strip_end(words, "together_count")
        if (token := lexicon().ending(shorter, "points")) is not None and token.value == "got":
            shorter = shorter[: token.start]
        if shorter == words:
            return _SPLIT.split(words)
        words = shorter
