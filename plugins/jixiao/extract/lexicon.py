"""The words of the genre as data: rows of `extract/lexicon/*.yaml` (`lexicon_rows`), found in a text by one matcher.

Rows of one role never overlap (the leftmost, then the longest wins); rows of different roles may, unless a row says
that it `hides` a role inside it: 一般公共预算 names a source and no stage.
"""

import marshal
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property, lru_cache, partial
from typing import Any, Final

from jixiao import EXTRACTOR_VERSION
from jixiao.extract.lexicon_rows import Row, every_row
from jixiao.kept import made_of

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


_Forms = tuple[tuple[int, ...], dict[str, tuple[int, ...]]]
"""Forms that begin alike: how long they are, the shorter first, and the numbers of their rows."""
_Node = tuple[tuple[tuple[int, tuple[int, ...]], ...], dict[str, _Forms | bytes]]
"""What begins with two characters: the forms of one and two as length and rows, and the others by their third."""
_LARGE_BYTES: Final = 300
"""Forms that begin alike and are more than this (a class of the charts with all its marks) are unpacked when met."""
_TEXTS: Final = 4096
"""So many texts are remembered with what they hold: readers ask of one text for one role after the other."""


class _Nodes(dict[str, _Node | None]):
    """Nodes by two characters that a text has."""

    def __init__(self, nodes: Mapping[str, _Node]) -> None:
        super().__init__(nodes)

    def __missing__(self, begin: str) -> _Node | None:
        node = self.get(begin[:1]) if len(begin) > 1 else None
        self[begin] = node
        return node


class _Found:
    """What one text holds of every role; guards are looked at when a role is asked for."""

    __slots__ = ("_leftmost", "_opening", "_rows", "_text", "_tokens", "spans")

    def __init__(self, rows: Sequence[Row], nodes: Mapping[str, _Node | None], text: str) -> None:
        self._rows, self._text = rows, spelled(text)
        self.spans: dict[str, list[tuple[int, int, Row]]] = {}
        self._tokens: dict[str, list[Token]] = {}
        self._leftmost: dict[str, list[Token]] = {}
        self._opening: dict[str, dict[int, Token]] = {}
        self._look(nodes)

    def _look(self, nodes: Mapping[str, _Node | None]) -> None:
        """Find every form, by where it starts, the longer ones last."""
        text, rows, spans = self._text, self._rows, self.spans
        for start in range(len(text)):
            if (node := nodes[text[start : start + 2]]) is None:
                continue
            for length, numbers in (*node[0], *_longer(node, text, start)):
                for number in numbers:
                    row = rows[number]
                    spans.setdefault(row.role, []).append((start, start + length, row))

    def of(self, role: str) -> list[Token]:
        """Return every token of a role whose guards hold, in that order."""
        if (found := self._tokens.get(role)) is None:
            spans, text = self.spans.get(role, ()), self._text
            found = [Token(start, end, row) for start, end, row in spans if row.fits(text, start, end)]
            self._tokens[role] = found
        return found

    def leftmost(self, role: str) -> list[Token]:
        """Return the tokens of a role that do not overlap."""
        if (found := self._leftmost.get(role)) is None:
            found = self._leftmost[role] = _apart(self.of(role))
        return found

    def opening(self, role: str, start: int) -> Token | None:
        """Return the longest token of a role that starts at a place."""
        if (found := self._opening.get(role)) is None:
            found = self._opening[role] = {token.start: token for token in self.of(role)}
        return found.get(start)


def _longer(node: _Node, text: str, start: int) -> list[tuple[int, tuple[int, ...]]]:
    """Return the lengths of a node's forms of three characters and more that start at a place, and their rows."""
    if (forms := node[1].get(text[start + 2 : start + 3])) is None:
        return []
    if isinstance(forms, bytes):
        forms = node[1][text[start + 2]] = marshal.loads(zlib.decompress(forms))  # noqa: S302 - our own
    most = len(text) - start
    found = ((length, forms[1].get(text[start : start + length], ())) for length in forms[0] if length <= most)
    return [one for one in found if one[1]]


def _apart(tokens: Iterable[Token]) -> list[Token]:
    """Return those of a role's tokens that do not overlap: the leftmost, then the longest."""
    kept: list[Token] = []
    for token in tokens:
        if kept and token.start < kept[-1].end:
            if token.start > kept[-1].start or token.end <= kept[-1].end:
                continue
            kept.pop()
        kept.append(token)
    return kept


@dataclass(frozen=True)
class Lexicon:
    """Every row, and a matcher over the forms of the roles that are asked for.

    It goes by the first two characters, and then by the third.
    """

    rows: tuple[Row, ...]
    nodes: Mapping[str, _Node]

    @cached_property
    def _found(self) -> Callable[[str], _Found]:
        return lru_cache(maxsize=_TEXTS)(partial(_Found, self.rows, _Nodes(self.nodes)))

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {id(row): number for number, row in enumerate(self.rows)}

    @cached_property
    def _hiding(self) -> dict[frozenset[str], frozenset[str]]:
        return {}

    def _hiding_of(self, wanted: frozenset[str]) -> frozenset[str]:
        """Return the other roles of which a row hides one of these."""
        if wanted not in self._hiding:
            self._hiding[wanted] = frozenset(row.role for row in self.rows if row.hides & wanted) - wanted
        return self._hiding[wanted]

    def scan(self, text: str, roles: Iterable[str] | None = None) -> list[Token]:
        """Return the tokens of a normalised text in order, of all roles or of some."""
        found = self._found(text)
        wanted = frozenset(found.spans if roles is None else roles)
        met = [(every[0], found.leftmost(role)) for role in wanted if (every := found.of(role))]
        if not met:
            return []
        if len(met) > 1:  # of two roles' tokens of one place the one whose role is met first in the text
            met.sort(key=lambda one: (one[0].start, one[0].end, self._numbers[id(one[0].row)]))
        tokens = [token for _, some in met for token in some]
        hiding = [token for token in tokens if token.row.hides]
        for role in self._hiding_of(wanted).intersection(found.spans) if roles is not None else ():
            hiding += _apart(token for token in found.of(role) if not token.row.hides.isdisjoint(wanted))
        if hiding:
            tokens = [token for token in tokens if not any(_hidden(token, by) for by in hiding)]
        return sorted(tokens, key=lambda token: (token.start, -token.end))

    def every(self, text: str, role: str) -> list[Token]:
        """Return every token of a role, overlapping ones too: a column's head is told by the one that ends last."""
        return list(self._found(text).of(role))

    def opening(self, text: str, role: str, start: int = 0) -> Token | None:
        """Return the longest token of a role that starts at a place."""
        return self._found(text).opening(role, start)

    def ending(self, text: str, role: str, end: int | None = None) -> Token | None:
        """Return the longest token of a role that ends at a place, or where the text does."""
        stop = len(text) if end is None else end
        tokens = self._found(text).of(role)
        return next((one for one in tokens if one.end == stop and one.start >= stop - _LONGEST), None)

    def values(self, text: str, role: str) -> list[str]:
        """Return what the tokens of one role in a text mean, in order."""
        return [token.value for token in self.scan(text, (role,))]


def _nodes(rows: Sequence[Row]) -> dict[str, _Node]:
    """Return the nodes of all forms by the two characters that they begin with, or the one that they are."""
    met: dict[str, dict[str, list[int]]] = {}
    for number, row in enumerate(rows):
        for form in row.forms:
            met.setdefault(form[:2], {}).setdefault(form, []).append(number)
    return {begin: _node(forms, met.get(begin[:1], {})) for begin, forms in met.items()}


def _node(forms: Mapping[str, Sequence[int]], shorter: Mapping[str, Sequence[int]]) -> _Node:
    """Return the node of forms, and of those that are the character that these begin with."""
    short: dict[int, tuple[int, ...]] = {}
    longer: dict[str, dict[str, tuple[int, ...]]] = {}
    for form, numbers in {**shorter, **forms}.items():
        if len(form) > 2:
            longer.setdefault(form[2], {})[form] = tuple(numbers)
        else:
            short[len(form)] = tuple(numbers)
    return tuple(sorted(short.items())), {third: _pack(some) for third, some in longer.items()}


def _pack(forms: dict[str, tuple[int, ...]]) -> _Forms | bytes:
    packed: _Forms = tuple(sorted({len(form) for form in forms})), forms
    said = marshal.dumps(packed)
    return packed if len(said) < _LARGE_BYTES else zlib.compress(said)


def spelled(text: str) -> str:
    """Return a text of the same length with words in the one spelling that forms have (其它收入: 其他收入)."""
    return text.replace("其它", "其他")


def _hidden(token: Token, by: Token) -> bool:
    return token is not by and token.role in by.row.hides and by.start <= token.start and token.end <= by.end


@cache
def lexicon() -> Lexicon:
    """Return every row of the package, loaded once."""
    rows, nodes = made_of(f"lexicon {EXTRACTOR_VERSION}", _made)
    return Lexicon(tuple(Row(*row) for row in rows), nodes)


def _made() -> tuple[list[tuple[Any, ...]], dict[str, _Node]]:
    """Return every row's values, and the nodes of their forms."""
    rows = every_row()
    return [tuple(getattr(row, one.name) for one in fields(Row)) for row in rows], _nodes(rows)
