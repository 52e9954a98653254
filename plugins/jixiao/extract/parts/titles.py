"""Titles: which line is one, and what it says of the part below it (`titles.yaml`)."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from jixiao.extract.identity.regions import chain_at_start
from jixiao.kept import yaml_in
from jixiao.model import DocumentKind
from jixiao.read.text import normalise

OwnerKind = Literal[
    "department", "unit", "project", "programme", "item", "other_government", "other_department", "none"
]
"""Whose a figure is; `none`: nobody's (a rule, a contents list, a form to fill in)."""

ENUMERATED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、](?!\d)|\(\d{1,2}\))"
)
_FRONT = re.compile(
    r"^(?:附[件表录]?[一二三四五六七八九十\d]*(?:[-—.]\d+)?[:：、.]?|第[一二三四五六七八九十]+[部章]分?|\d{1,2}[-—.]\d{1,2})"
)
_TAIL = re.compile(
    r"(?:\([^()]{1,30}\)|公开\d{1,2}-?\d?表|[(]?\d{4}年度?[)]?|[二〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月"
    r"(?:[一二三四五六七八九十]{1,3}日)?|[\"”’'])+$"
)
_SENTENCE = re.compile(r"[。;,!?>|]|\d(?:\.\d+)?(?:万元|元|分|%)|https?:")
_LEADER = re.compile(r"(?:\.{3,}|…{2,}|·{3,}|_{3,})\d*$|[一-鿿]\d{1,3}$")
_ANNEXES = re.compile(r"^附[件表录]?:(?=1[.、])")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Title:
    """What a line says as a title: the kind and owner of its part, and the document it speaks for (None: of none)."""

    text: str
    kind: str
    owner: OwnerKind
    document: DocumentKind | None
    weight: int
    is_form: bool


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    said = yaml_in("extract/parts/titles.yaml")
    return tuple(said["rows"])


@cache
def words(name: str) -> tuple[str, ...]:
    """Return one list of `words.yaml`."""
    return tuple(_words()[name])


@cache
def _words() -> dict[str, list[str]]:
    said: dict[str, list[str]] = yaml_in("extract/parts/words.yaml")
    return said


def plain(text: str) -> str:
    """Return a title without what stands before and behind its words: 附件2, 第二部分, (2023年度), 公开13表."""
    bare = normalise(text)
    bare = _FRONT.sub("", bare, count=1) or bare
    return _TAIL.sub("", bare) or bare


def is_title(text: str) -> bool:
    """Tell whether a normalised line can be a title: short, no sentence, no item of a list, no line of contents."""
    if not 2 <= len(text) <= _LONGEST or _SENTENCE.search(text) or _LEADER.search(text) or ENUMERATED.match(text):
        return False
    if _ANNEXES.match(text):
        return False  # 附件:1.…表2.…表: the list of what follows
    if text.count("《") != text.count("》"):
        return False
    if text.startswith(words("no_title_opens")) and not chain_at_start(text)[1]:  # 本溪市… is a place
        return False
    if text.endswith("》") and "《" in text[1:]:
        return False  # 县财政局《关于开展…的通知》: what a sentence names
    return ":" not in _FRONT.sub("", text, count=1)


@cache
def title_of(text: str, is_first: bool = False) -> Title | None:
    """Return what a normalised line says as a title; `is_first`: the document has had no other before it."""
    bare = plain(text)
    fitting = [row for row in _rows() if (is_first or not row.get("head")) and _fits(row, bare)]
    if not fitting:
        return None
    row = max(fitting, key=lambda one: int(one["weight"]))
    return Title(text, row["kind"], row["owner"], row.get("document"), row["weight"], bool(row.get("form")))


def _fits(row: dict[str, Any], bare: str) -> bool:
    within = row.get("within", 4)
    if not any((at := bare.rfind(end)) >= 0 and len(bare) - at - len(end) <= within for end in row["ends"]):
        return False
    if any(word in bare for word in row.get("without", ())):
        return False
    return all(any(word in bare for word in group) for group in row.get("with", ()))
