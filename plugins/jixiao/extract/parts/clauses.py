"""Whose a figure in running text is: what its clause, sentence and list item say of an owner (`clauses.yaml`)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jixiao.extract.identity.names import is_organization, same
from jixiao.extract.parts.titles import OwnerKind, words
from jixiao.kept import yaml_in

# What a paragraph is about: its first words, up to a full stop or a colon, with more behind them.
_LEAD = re.compile(r"^(?:[((]?[一二三四五六七八九十\d]{1,3}[))]?[、.]?)?(?P<name>[一-鿿()]{4,30})[。:](?=.)")
_SENTENCE_END = re.compile(r"[。;]")
_CLAUSE = ",;。、"
_ITEM = re.compile(
    r"(?:^|(?<=[。;:,]))(?:[一二三四五六七八九十]是|其[一二三四五六七八九十],|\d{1,2}[.、](?!\d)|\(\d{1,2}\)|[①-⑳])"
)

_TELLS = re.compile(r"[,。;:\d]")
_BEFORE_QUOTE = 120
"""Characters before a quotation in which its speaker is looked for."""
_CLOSED_BY = {"“": "”", "「": "」", "『": "』"}


@dataclass(frozen=True, slots=True)
class ClauseOwner:
    """Whose the characters `start` to `end` of a passage are, and by which words."""

    start: int
    end: int
    owner: OwnerKind
    ground: str


@dataclass(frozen=True, slots=True)
class _Cue:
    """Words that tell whose a stretch of a sentence is."""

    owner: OwnerKind
    says: re.Pattern[str]
    reach: str
    ground: str
    until: str


@cache
def _cues() -> tuple[_Cue, ...]:
    rows: list[dict[str, Any]] = yaml_in("extract/parts/clauses.yaml")["rows"]
    return tuple(_Cue(row["owner"], _pattern(row), row["reach"], row["ground"], row.get("until", "")) for row in rows)


def _pattern(row: dict[str, Any]) -> re.Pattern[str]:
    """Build a cue's pattern: its lists of words in order, at most `gap` characters and no sum between them."""
    groups = ["(?:" + "|".join(map(re.escape, group)) + ")" for group in row["says"]]
    gap = f"[^。;元]{{0,{row.get('gap', 0)}}}?" if row.get("gap") else ""
    opens = "" if not row.get("opens") else "^(?:" + _ITEM.pattern + ")?"
    return re.compile(opens + gap.join(groups))


def clause_owners(text: str, ours: str | None = None) -> list[ClauseOwner]:
    """Return the stretches of a passage that are not the department's, in order of their beginnings.

    A paragraph that is headed by the name of another organization than `ours` is that one's: (一)县种子站。全年支出….
    """
    found: list[ClauseOwner] = []
    led = _LEAD.match(text)
    name = led["name"] if led else ""
    if led and ours and is_organization(name) and not same(name, ours):
        found.append(ClauseOwner(0, len(text), "unit", f"a paragraph about {name}"))
    for cue in _cues():
        for match in cue.says.finditer(text):
            start, end = match.start(), _until(text, match.end(), _reach(text, match.end(), cue.reach), cue.until)
            found.append(ClauseOwner(start, end, cue.owner, f"{cue.ground}: {match[0]}"))
    found.extend(quoted(text, ours))
    return sorted(found, key=lambda one: (one.start, one.end))


@cache
def _speaks() -> re.Pattern[str]:
    said = "|".join(map(re.escape, words("says_in_quotes")))
    return re.compile(rf"(?:{said})(?:如下)?[:,]?(?P<opens>[{''.join(_CLOSED_BY)}])")


def quoted(text: str, ours: str | None) -> list[ClauseOwner]:
    """Return what a passage quotes of another organization than `ours`: 县水文站报告称:“我站支出80万元”.

    Where nobody is named before the words, or the words are told to us or name us, they may well be on our own money.
    Quotes around a term (反映“三公”经费) are no quotation.
    """
    found: list[ClauseOwner] = []
    end = 0
    for match in _speaks().finditer(text) if ours else ():
        start = match.end()
        if start < end:
            continue  # within the quotation before
        end = _closing(text, start, match["opens"])
        name = (
            _speaker(text[max(0, match.start() - _BEFORE_QUOTE) : match.start()])
            if _TELLS.search(text, start, end)
            else None
        )
        is_ours = any(word in text[start:end] for word in (ours or "", *words("addresses_us")))
        if name is not None and ours and not same(name, ours) and not is_ours:
            found.append(ClauseOwner(start, end, "unit", f"quoted of {name}"))
    return found


def _closing(text: str, start: int, opens: str) -> int:
    """Return where a quotation ends; quotes of the same kind may stand in it."""
    depth = 1
    for at in range(start, len(text)):
        depth += (text[at] == opens) - (text[at] == _CLOSED_BY[opens])
        if not depth:
            return at
    return len(text)


def _speaker(lead: str) -> str | None:
    """Return the organization that the last clause before a quotation begins with, by its longest name there."""
    clause = re.split(r"[,;。:”」』]", lead)[-1]
    if clause.startswith(words("ourselves")):
        return None
    names = (clause[:end] for end in range(len(clause), 0, -1))
    return next((name for name in names if is_organization(name)), None)


def _reach(text: str, at: int, how_far: str) -> int:
    """Return where a cue's hold ends: its sentence, its list item, its paragraph."""
    if how_far == "paragraph":
        return len(text)
    if how_far == "item":
        following = _ITEM.search(text, at)
        stop = re.compile("。").search(text, at)
        ends = [m.start() for m in (following, stop) if m is not None]
        return min(ends, default=len(text))
    ended = _SENTENCE_END.search(text, at)
    return ended.start() if ended else len(text)


def _until(text: str, at: int, end: int, mark: str) -> int:
    """Return where a hold ends before the clause that says `mark`."""
    found = text.find(mark, at, end) if mark else -1
    return end if found < 0 else max(at, max(text.rfind(bound, at, found) for bound in _CLAUSE))


def owner_at(owners: Sequence[ClauseOwner], place: int) -> ClauseOwner | None:
    """Return the innermost stretch that a character stands in: the one that begins last."""
    inside = [one for one in owners if one.start <= place < one.end]
    return max(inside, key=lambda one: one.start, default=None)
