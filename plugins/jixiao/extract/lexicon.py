"""The words of the genre as data: rows of `extract/lexicon/*.yaml` (`lexicon_rows`), found in a text by one matcher.

Rows of one role never overlap (the leftmost, then the longest wins); rows of different roles may, unless a row says
that it `hides` a role inside it: 一般公共预算 names a source and no stage.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from jixiao.extract.lexicon_rows import Row, every_row

_LONGEST = 24


@dataclass(frozen=True, slots=True)
class Token:
    """A row's form found in a text at `start` to `end` (exclusive)."""

    start: int
    end: int
    row: Row

    @property
    def role(self) -> str:
        """Return the row's role."""
        return self.row.role

    @property
    def value(self) -> str:
        """Return what it means."""
        return self.row.value


_Beginnings = dict[str, list[tuple[int, str]]]
"""Rows (by number) with forms of theirs, by the two characters that these begin with, or the one that they are."""
_Node = tuple[tuple[int, ...], dict[str, list[Row]]]
"""Forms that begin alike: how long they are, the shorter first, and their rows."""
_Met = tuple[list[_Beginnings], dict[str, _Node | None]]
_UNKNOWN: Final[_Node] = (), {}


@dataclass(frozen=True)
class Lexicon:
    """Every row, and a matcher over the forms of the roles that are asked for.

    It goes by the first two characters, and joins what begins so once a text has them: a process that reads one file
    spent most of its start on making a tree of all forms.
    """

    rows: tuple[Row, ...]

    @cached_property
    def _of_role(self) -> dict[str, _Beginnings]:
        return {}

    def _beginnings(self, role: str) -> _Beginnings:
        """Return the beginnings of the rows that have a role, or hide it."""
        if role not in self._of_role:
            found: _Beginnings = {}
            for number, row in enumerate(self.rows):
                if row.role == role or role in row.hides:
                    for form in row.forms:
                        found.setdefault(form[:2], []).append((number, form))
            self._of_role[role] = found
        return self._of_role[role]

    @cached_property
    def _met(self) -> dict[frozenset[str] | None, _Met]:
        return {}

    def _of(self, roles: frozenset[str] | None) -> _Met:
        """Return the beginnings of each of some roles, and the nodes that texts had so far."""
        if roles not in self._met:
            names = {row.role for row in self.rows} if roles is None else roles
            self._met[roles] = [self._beginnings(role) for role in names], {}
        return self._met[roles]

    def scan(self, text: str, roles: Iterable[str] | None = None) -> list[Token]:
        """Return the tokens of a normalised text in order, of all roles or of some."""
        wanted = None if roles is None else frozenset(roles)
        best: dict[str, list[Token]] = {}
        for token in self._all(text, wanted):
            kept = best.setdefault(token.role, [])
            if kept and token.start < kept[-1].end:
                if token.start > kept[-1].start or token.end <= kept[-1].end:
                    continue
                kept.pop()
            kept.append(token)
        found = [token for kept in best.values() for token in kept]
        hiding = [token for token in found if token.row.hides]
        return sorted(
            (t for t in found if (wanted is None or t.role in wanted) and not any(_hidden(t, h) for h in hiding)),
            key=lambda token: (token.start, -token.end),
        )

    def every(self, text: str, role: str) -> list[Token]:
        """Return every token of a role, overlapping ones too: a column's head is told by the one that ends last."""
        return [token for token in self._all(text, frozenset((role,))) if token.role == role]

    def opening(self, text: str, role: str, start: int = 0) -> Token | None:
        """Return the longest token of a role that starts at a place."""
        found = [token for token in self._at(spelled(text), start, self._of(frozenset((role,)))) if token.role == role]
        return found[-1] if found else None

    def ending(self, text: str, role: str, end: int | None = None) -> Token | None:
        """Return the longest token of a role that ends at a place, or where the text does."""
        stop, met, text = len(text) if end is None else end, self._of(frozenset((role,))), spelled(text)
        for start in range(max(0, stop - _LONGEST), stop):
            for token in self._at(text, start, met):
                if token.end == stop and token.role == role:
                    return token
        return None

    def values(self, text: str, role: str) -> list[str]:
        """Return what the tokens of one role in a text mean, in order."""
        return [token.value for token in self.scan(text, (role,))]

    def _all(self, text: str, roles: frozenset[str] | None) -> Iterator[Token]:
        """Give every form whose guards hold, by where it starts, the longer ones last."""
        met, text = self._of(roles), spelled(text)
        nodes = met[1]
        for start in range(len(text)):
            if nodes.get(text[start : start + 2], _UNKNOWN) is not None:
                yield from self._at(text, start, met)

    def _at(self, text: str, start: int, met: _Met) -> list[Token]:
        """Return the forms that start at a place, the longer ones last."""
        beginnings, nodes = met
        begin = text[start : start + 2]
        if begin not in nodes:
            nodes[begin] = _node(self.rows, beginnings, begin)
        node = nodes[begin]
        if node is None:
            return []
        lengths, forms = node
        return [
            Token(start, start + length, row)
            for length in lengths
            if start + length <= len(text)
            for row in forms.get(text[start : start + length], ())
            if row.fits(text, start, start + length)
        ]


def _node(rows: Sequence[Row], beginnings: Iterable[_Beginnings], begin: str) -> _Node | None:
    """Return the forms that begin with two characters, or are the first of them; None where there are none."""
    met: list[tuple[int, str]] = []
    for some in beginnings:
        for part in {begin, begin[:1]}:
            if part in some:
                met += some[part]
    if not met:
        return None
    forms: dict[str, list[Row]] = {}
    for number, form in sorted(set(met)):
        forms.setdefault(form, []).append(rows[number])
    return tuple(sorted({len(form) for form in forms})), forms


def spelled(text: str) -> str:
    """Return a text of the same length with words in the one spelling that forms have (其它收入: 其他收入)."""
    return text.replace("其它", "其他")


def _hidden(token: Token, by: Token) -> bool:
    return token is not by and token.role in by.row.hides and by.start <= token.start and token.end <= by.end


@cache
def lexicon() -> Lexicon:
    """Return every row of the package, loaded once."""
    return Lexicon(every_row())
