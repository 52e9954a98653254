"""Every 'N分' of a paragraph with what the words in front of it make it: full marks, a score, points taken off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, cast

from jixiao.extract.lexicon import lexicon
from jixiao.extract.numbers import NUMBER, POINTS, decimal_of

Role = Literal["full", "got", "off", "bare"]
_PLAIN = re.compile(rf"(?<![\d.])(?P<number>{NUMBER})(?:%|(?=[,;:)]))")
_RANGE = re.compile(r"[^。;,]{0,6}?[~～\-—至×*]")
_SENTENCE = re.compile(r"[。;]")
_LESS = re.compile(r"(?<![\d)])-$")
_BEHIND, _NEAR = 3, 6


@dataclass(frozen=True, slots=True)
class Points:
    """One figure of points: `label` is the text since the figure before, `words` that without what tells its role.

    A score in words has no value of its own: `word` is `zero` (不得分) or `whole` (得满分). `by_itself` marks one that
    the department gives itself (自评). `of` are the full marks of a score told with them (8.4分/10分, in either order).
    `is_rule` marks what stands in a rule of scoring, as far as words tell.
    """

    role: Role
    value: Decimal | None
    word: str
    words: str
    label: str
    span: tuple[int, int]
    by_itself: bool
    of: Decimal | None = None
    is_rule: bool = False

    def given(self, full: Decimal | None) -> Decimal | None:
        """Return the score that this is, of so many full marks."""
        if self.value is not None:
            return self.value
        return Decimal(0) if self.word == "zero" else full


@dataclass(frozen=True, slots=True)
class _Printed:
    """A figure, or a score in words: where it stands with its 分, its number's place, and the word's meaning."""

    start: int
    end: int
    span: tuple[int, int]
    value: Decimal | None
    word: str = ""


def strip_end(text: str, role: str) -> str:
    """Return a text without the words of a role at its end."""
    while (token := lexicon().ending(text, role)) is not None:
        text = text[: token.start]
    return text


def strip_start(text: str, role: str) -> str:
    """Return a text without the words of a role at its start."""
    while (token := lexicon().opening(text, role)) is not None:
        text = text[token.end :]
    return text


def points_in(text: str) -> list[Points]:
    """Return the points of a text that are no rule of scoring, in order."""
    return [one for one in every_point(text) if not one.is_rule]


def every_point(text: str) -> list[Points]:
    """Return all points of a text but ranges and bounds, in order."""
    out: list[Points] = []
    start, listed = 0, False
    for one in _printed(text):
        label = text[start : one.start]
        start = one.end
        heads = lexicon().scan(label, ("off_heads",))  # 扣分为预算执行3分、信息公开5分
        behind = label[heads[-1].end :] if heads else label
        listed = (bool(heads) or listed) and _SENTENCE.search(behind) is None
        label = behind if listed else label
        if _is_bound(text, one.end):
            continue
        is_rule = is_rubric(_SENTENCE.split(label)[-1])
        role, words = _role(label, bool(one.word))
        if label == "/" and not is_rule and one.value is not None and out and out[-1].value is not None:
            low, high = sorted((out[-1].value, one.value))
            out[-1] = replace(out[-1], role="got", value=low, of=high)
            continue
        role = "off" if listed and role == "bare" else role
        if lexicon().opening(text, "not_given", one.end) is not None:
            role, words = "off", label  # 3分未得
        by_itself = role == "got" and lexicon().ending(strip_end(label, "points_link"), "by_itself") is not None
        out.append(Points(role, one.value, one.word, words.rstrip("("), label, one.span, by_itself, is_rule=is_rule))
    return out


def _printed(text: str) -> Iterator[_Printed]:
    """Give the figures of a text and its scores in words in order; no two overlap."""
    found = [
        _Printed(match.start(), match.end(), match.span("number"), decimal_of(match["number"]))
        for match in POINTS.finditer(text)
    ]
    for match in _PLAIN.finditer(text):
        told = lexicon().ending(text, "points", match.start())
        if told is not None and told.row.mark == "plain":
            found.append(_Printed(match.start(), match.end(), match.span("number"), decimal_of(match["number"])))
    for token in lexicon().scan(text, ("points_words",)):
        found.append(_Printed(token.start, token.end, (token.start, token.end), None, token.value))
    end = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= end:
            yield one
            end = one.end


def _is_bound(text: str, end: int) -> bool:
    """Tell whether a figure begins or bounds a range, or is reckoned with: 10分至5分, 90分以上, 5分×98%."""
    behind = text[end : end + _BEHIND]
    if _RANGE.match(behind):
        return True
    tokens = lexicon().scan(text[end : end + _NEAR], ("not_ours",))
    return any(token.row.mark == "behind" and token.start <= 1 for token in tokens)


def is_rubric(label: str) -> bool:
    """Tell whether the words in front of a figure are a rule of scoring: 每低1个百分点扣, 达标的得."""
    return any(
        not token.row.mark
        or (token.row.mark == "clause" and "," not in label[token.end :])
        or (token.row.mark == "end" and token.end == len(label))
        for token in lexicon().every(label, "rubric_words")
    )


def _role(label: str, in_words: bool) -> tuple[Role, str]:
    """Return what a figure is by the words in front of it, and those words without what tells its role."""
    if _LESS.search(label):
        return "off", label[:-1].rstrip("(")  # 预算配置(-0.5分)
    for words in dict.fromkeys((label, strip_end(label, "points_link"))):
        if words.endswith("("):
            return "full", words[:-1]
        if (token := lexicon().ending(words, "points")) is not None:
            rest = words[: token.start]
            if token.value == "full":
                return "full", strip_end(rest.removesuffix("("), "points_of")
            if token.value == "off":
                return "off", strip_end(rest, "points_off_by")
            return cast(Role, token.value), strip_end(rest, "points_self").removesuffix(",")
    of = strip_end(label, "points_of")
    if of.endswith("("):
        return "full", of[:-1]  # 得5分(该项5分)
    return ("got", strip_end(label, "points_self")) if in_words else ("bare", label)
