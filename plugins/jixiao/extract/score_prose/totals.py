"""The total score that running text states."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from jixiao.extract.identity.words import any_of
from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.numbers import NUMBER, POINTS, decimal_of
from jixiao.extract.score_prose.points import strip_end
from jixiao.model import Evidence, Score

_CLAUSE = re.compile(r"[^,。;%\d]*$")
_BARE = re.compile(rf"{NUMBER}(?![\d.分%])")
# 综合得分:95。 自评得分94,等级优
_UNITLESS = re.compile(rf"(?<=[一-鿿:])(?P<number>{NUMBER})(?=[,。;(]|$)")
_REACH, _LEAST, _MOST, _SURELY, _WHOLE = 10, 40, 200, 60, 100
_SENTENCE = "。;"
_HEADING = re.compile(r"^[^,。;:%]{2,20}:?$")
_MARK = re.compile(r"^[(]?[一二三四五六七八九十\d]{1,3}[)、.]")
# 自评结果:优,95分
_GRADED = re.compile(rf"[:为是](?:{any_of('grades')})[,(]$")
_GRADE = rf"(?:{any_of('grade_heads')}|{any_of('grade_given')}|{any_of('grade_links')})*[“\"]?(?:{any_of('grades')})"
# 评分:89.5分,良; 打分95分,属“优秀”; 97.6分(优秀); 得分:98分。结果:优
_GRADE_BEHIND = re.compile(rf"分?[,(。]{_GRADE}(?=[”\"等级,。;)]|$)")


def totals_in(text: str, above: str = "") -> Iterator[tuple[Decimal, tuple[int, int], bool]]:
    """Give what a paragraph states as the total: value, place, and whether in strong words.

    Of 总分100分,自评94分 only what was given: 100 is a total only where the paragraph has no other. `above` is the
    paragraph before: below 三、自评结论 the score that a paragraph opens with is the total.
    """
    found = [*_every_total(text)] or [*_opening(text, above)]
    given = [one for one in found if one[0] != _WHOLE]
    yield from given or found


def _every_total(text: str) -> Iterator[tuple[Decimal, tuple[int, int], bool]]:
    given = bool(lexicon().scan(text, ("given",)))
    unitless = [one for one in _UNITLESS.finditer(text) if _SURELY <= decimal_of(one["number"]) < _WHOLE]
    for match in sorted([*POINTS.finditer(text), *unitless], key=lambda one: one.start("number")):
        span, value = match.span("number"), decimal_of(match["number"])
        strength = _strength(text[: span[0]])
        strength = False if strength is None and _is_alone(text, match, value) else strength
        if strength is None or (value == 100 and not given):
            continue  # 总分100分 is what can be reached
        if not lexicon().scan(re.split(r"[,。;]", text[: span[0]])[-1], ("last_years",)):
            yield value, span, strength
    for token in lexicon().scan(text, ("total_cell",)):
        if bare := _BARE.match(text, token.end):
            yield decimal_of(bare[0]), bare.span(), True
    for token in lexicon().scan(text, ("total_field",)):
        bare = _BARE.match(text, token.end) if token.start == 0 else None
        if bare and (bare.end() == len(text) or _GRADE_BEHIND.match(text, bare.end())):
            yield decimal_of(bare[0]), bare.span(), False


def _opening(text: str, above: str) -> Iterator[tuple[Decimal, tuple[int, int], bool]]:
    """Give the score that a paragraph opens with below a heading on the evaluation."""
    match = POINTS.search(text)
    if match is None or not (_HEADING.match(above) and lexicon().scan(above, ("total_of",))):
        return
    value, lead = decimal_of(match["number"]), strip_end(text[: match.start()], "total_link")
    told = lexicon().ending(lead, "points") or lexicon().ending(lead, "total_tail")
    lead = lead if told is None or told.value == "full" else lead[: told.start]
    if _SURELY <= value < _WHOLE and not strip_end(strip_end(lead, "points_self"), "total_of"):
        yield value, match.span("number"), False


def _strength(words: str) -> bool | None:
    """Return whether the words in front of a figure call it the total strongly, weakly (False) or not at all."""
    weak = False
    while True:
        weak = weak or lexicon().ending(words, "total_weak") is not None
        tail = lexicon().ending(words, "total_tail")
        if tail is not None and _says_of_what(words, tail):
            return True
        if (link := lexicon().ending(words, "total_link")) is None:
            return False if weak else None
        words = words[: link.start]


def _is_alone(text: str, match: re.Match[str], value: Decimal) -> bool:
    """Tell whether a score without a name is the only one of a sentence on the evaluation: 自评98.6分,等次为优."""
    start = max(text.rfind(mark, 0, match.start()) for mark in _SENTENCE) + 1
    end = min((at for mark in _SENTENCE if (at := text.find(mark, match.end())) >= 0), default=len(text))
    has_parts = lexicon().opening(text, "part", match.end() + 1) is not None  # 自评96.5分,其中:履职效能得49分
    end = match.end() if has_parts else end
    if not _SURELY <= value <= _WHOLE or not (
        _is_called(text[start : match.start()]) or _GRADED.search(text[start : match.start()])
    ):
        return False
    others = [one for one in POINTS.finditer(text, start, end) if one.start() != match.start()]
    beside = [one for one in others if not _is_of_another(text[start : one.start("number")])]
    of_all = any(decimal_of(one["number"]) == _WHOLE for one in others)  # 满分100分,打了94分
    of_all = of_all or _GRADE_BEHIND.match(text, match.end("number")) is not None
    return not beside and (has_parts or of_all or bool(lexicon().scan(text[start:end], ("total_of", "total_beside"))))


def _is_called(lead: str) -> bool:
    """Tell whether the clause in front of a figure says that it is a score, and of nothing: 三、绩效自评95分."""
    clause = re.split(r"[,:]", strip_end(strip_end(lead, "total_link"), "points_link"))[-1]
    told = lexicon().ending(clause, "points")
    told = told if told is not None and told.value == "got" else lexicon().ending(clause, "total_tail")
    if told is None:
        return False
    words = _MARK.sub("", clause[: told.start])
    if lexicon().opening(words, "by") is not None:  # 按照评分表自评95分
        return True
    for role in ("points_self", "total_of", "total_link", "total_lead", "filler", "called"):
        words = strip_end(words, role)
    return not words


def _is_of_another(lead: str) -> bool:
    """Tell whether words in front of points make them no score of this year: 去年自评93分, 扣2分, 满分100分."""
    told = lexicon().ending(lead, "points")
    return bool(lexicon().scan(lead, ("last_years", "off_heads"))) or (
        told is not None and told.value in ("off", "full")
    )


def _says_of_what(words: str, tail: Token) -> bool:
    """Tell whether the clause says of what these are the points: 自评…得分, 综合…评分."""
    clause = _CLAUSE.search(words)
    start = clause.start() if clause else 0
    of = lexicon().scan(words[start : tail.start + 2], ("total_of",))
    return any(tail.start - _REACH <= start + token.end <= tail.end for token in of)


def best_total(totals: Sequence[tuple[Decimal, Evidence]], scores: Sequence[Score]) -> tuple[Decimal, Evidence] | None:
    """Return the report's stated total: the value stated most often, the strongest wording first."""
    leaf = {score.score for score in scores}
    whole = sum((score.score for score in lowest(scores) if score.score is not None), Decimal(0))
    candidates = [(value, at) for value, at in totals if _LEAST <= value <= _MOST or value == whole]
    if not candidates:
        return None
    above = [item for item in candidates if item[0] not in leaf or item[0] >= _SURELY] or candidates
    counts = Counter(value for value, _ in above)
    return max(above, key=lambda item: (counts[item[0]], -above.index(item)))


def lowest(scores: Sequence[Score]) -> list[Score]:
    """Return the scores that no other stands below."""
    return [s for s in scores if not any(o is not s and o.path[: len(s.path)] == s.path for o in scores)]
