"""The words of the genre as data: rows of `extract/lexicon/*.yaml`, found in a text by one matcher.

A row is one concept (`role` and `value`) with its surface forms, the guards that must hold beside it, and a witness
sentence that must read (tests/extract/test_lexicon.py). `[a|b]` in a form is optional, `{a|b}` a choice; forms and
guards are separated by blanks, and the guard `<edge>` stands for the edge of a run of Chinese characters.
Rows of one role never overlap (the leftmost, then the longest wins); rows of different roles may, unless a row says
that it `hides` a role inside it: 一般公共预算 names a source and no stage.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from itertools import product
from typing import Any

import yaml

_EDGE = "<edge>"
_LONGEST = 24
_PART = re.compile(r"\[([^\]]*)\]|\{([^}]*)\}|([^\[\]{}]+)")
_HAN = re.compile(r"[一-鿿]")
_KEYS = {"value", "forms", "after", "not_after", "before", "not_before", "hides", "cost", "witness", "not", "mark"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what its forms mean, where they count, and the sentences that prove it.

    `cost` is what a reading pays that rests on it; `mark` is a free tag for the reader of the role (weak, tail).
    `theme` and `line` (counted from 1 in its file) say where the row stands.
    """

    theme: str
    line: int
    role: str
    value: str
    forms: tuple[str, ...]
    after: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    hides: frozenset[str] = frozenset()
    cost: float = 0.0
    witness: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    mark: str = ""

    def fits(self, text: str, start: int, end: int) -> bool:
        """Tell whether the guards hold for the form found at `start` to `end`."""
        if self.after and not any(_stands_before(text, start, guard) for guard in self.after):
            return False
        if self.before and not any(_stands_behind(text, end, guard) for guard in self.before):
            return False
        return not (
            any(_stands_before(text, start, guard) for guard in self.not_after)
            or any(_stands_behind(text, end, guard) for guard in self.not_before)
        )


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


_Node = dict[str, Any]
"""Where forms go on: the node of each next character, and the rows whose form ends here under `_ROWS`.

Plain dicts, and below a first character only once a text has it: a process that reads one file spent most of its start
on making them.
"""
_ROWS = ""


@dataclass(frozen=True)
class Lexicon:
    """Every row, and a matcher by first character over the forms of the roles that are asked for."""

    rows: tuple[Row, ...]

    @cached_property
    def _roots(self) -> dict[frozenset[str] | None, _Node]:
        return {}

    def _root(self, roles: frozenset[str] | None) -> _Node:
        if (known := self._roots.get(roles)) is not None:
            return known
        root: _Node = {}
        self._roots[roles] = root
        for row in self.rows:
            if roles is not None and row.role not in roles and not row.hides & roles:
                continue
            for form in row.forms:
                root.setdefault(form[0], []).append((form, row))
        return root

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
        root = self._root(frozenset((role,)))
        found = [token for token in self._at(spelled(text), start, root) if token.role == role]
        return found[-1] if found else None

    def ending(self, text: str, role: str, end: int | None = None) -> Token | None:
        """Return the longest token of a role that ends at a place, or where the text does."""
        stop, root, text = len(text) if end is None else end, self._root(frozenset((role,))), spelled(text)
        for start in range(max(0, stop - _LONGEST), stop):
            for token in self._at(text, start, root):
                if token.end == stop and token.role == role:
                    return token
        return None

    def values(self, text: str, role: str) -> list[str]:
        """Return what the tokens of one role in a text mean, in order."""
        return [token.value for token in self.scan(text, (role,))]

    def _all(self, text: str, roles: frozenset[str] | None) -> Iterator[Token]:
        """Give every form whose guards hold, by where it starts, the longer ones last."""
        root, text = self._root(roles), spelled(text)
        for start, char in enumerate(text):
            if char in root:
                yield from self._at(text, start, root)

    def _at(self, text: str, start: int, root: _Node) -> Iterator[Token]:
        """Give the forms that start at a place, the longer ones last."""
        node, end = _below(root, text[start]) if start < len(text) else None, start + 1
        while node is not None:
            for row in node.get(_ROWS, ()):
                if row.fits(text, start, end):
                    yield Token(start, end, row)
            node = node.get(text[end]) if end < len(text) else None
            end += 1


def spelled(text: str) -> str:
    """Return a text of the same length with words in the one spelling that forms have (其它收入: 其他收入)."""
    return text.replace("其它", "其他")


def _below(root: _Node, first: str) -> _Node | None:
    """Return the node of a first character; its forms become nodes when they are asked for."""
    found = root.get(first)
    if not isinstance(found, list):
        return found
    node: _Node = {}
    for form, row in found:
        last = node
        for char in form[1:]:
            last = last.setdefault(char, {})
        last.setdefault(_ROWS, []).append(row)
    root[first] = node
    return node


def _hidden(token: Token, by: Token) -> bool:
    return token is not by and token.role in by.row.hides and by.start <= token.start and token.end <= by.end


def _stands_before(text: str, start: int, guard: str) -> bool:
    if guard == _EDGE:
        return start == 0 or not _HAN.match(text[start - 1])
    return text.endswith(guard, 0, start)


def _stands_behind(text: str, end: int, guard: str) -> bool:
    if guard == _EDGE:
        return end >= len(text) or not _HAN.match(text[end])
    return text.startswith(guard, end)


def expand(form: str) -> list[str]:
    """Return the plain forms that a form with `[optional|parts]` and `{choices|of}` stands for."""
    parts = []
    for match in _PART.finditer(form):
        optional, choice, plain = match.groups()
        if plain is not None:
            parts.append([plain])
        elif optional is not None:
            parts.append(["", *optional.split("|")])
        else:
            parts.append(choice.split("|"))
    return ["".join(some) for some in product(*parts)]


def read_rows(theme: str, text: str) -> list[Row]:
    """Return the rows of one file; its top level maps a role to a list of rows.

    Raises:
        ValueError: a row has an unknown key, no form, or no witness; the message names the file and the row.
    """
    out: list[Row] = []
    loaded: Mapping[str, list[Mapping[str, Any]]] = yaml.load(text, Loader=yaml.CSafeLoader)
    for role, rows in loaded.items():
        for number, row in enumerate(rows, 1):
            if unknown := set(row) - _KEYS:
                raise ValueError(f"lexicon/{theme}.yaml, {role} {number}: unknown key {', '.join(sorted(unknown))}")
            forms = tuple(dict.fromkeys(plain for form in _words(row, "forms") for plain in expand(form)))
            if any('"' in form for form in forms):
                raise ValueError(f"lexicon/{theme}.yaml, {role} {number}: a quotation mark inside a form")
            if not all(forms) or not forms or not row.get("witness"):
                raise ValueError(f"lexicon/{theme}.yaml, {role} {number}: a row needs forms and a witness")
            left, right = (
                (_words(row, "after"), _words(row, "not_after")),
                (_words(row, "before"), _words(row, "not_before")),
            )
            sides = [row.get(key) or () for key in ("witness", "not")]
            witness, never = ((some,) if isinstance(some, str) else tuple(some) for some in sides)
            hides, cost = frozenset(_words(row, "hides")), float(row.get("cost", 0))
            value, mark = str(row["value"]), str(row.get("mark", ""))
            said = Row(theme, number, role, value, forms, *left, *right, hides, cost)
            out.append(replace(said, witness=witness, never=never, mark=mark))
    return out


def _words(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    some = row.get(key) or ()
    return tuple(some.split()) if isinstance(some, str) else tuple(some)


def _charts() -> Iterator[Row]:
    """Give the classes of the official charts (data/accounts.csv): a short name counts only with 支出 behind it.

    The small words of a name may be left out (商品服务支出, 对个人和家庭补助).
    其他 in front of a class's name makes the name of one of its 款.
    """
    text = (files("jixiao") / "data" / "accounts.csv").read_text("utf-8")
    for number, row in enumerate(csv.DictReader(text.splitlines()), 1):
        name = row["name"]
        tails = ["支出", "方面支出", "方面的支出"]
        tails += [""] if len(name) > 4 or name.endswith("支出") else []
        digits = f"({row['code']}类)", f"({row['code']})"
        kinds = ["", "(类)", *digits]
        names = {name, name.replace("的", ""), name.replace("和", ""), name.replace("和", "").replace("的", "")}
        forms = {
            said + one + tail + other
            for said in names
            for tail in tails
            for one in kinds
            for other in kinds
            if not (one and other)
        }
        witness = (f"{name}支出100万元",)
        yield Row(
            "accounts",
            number,
            "subject",
            f"{row['scheme']}/{row['code']}",
            tuple(sorted(forms)),
            not_after=("其他",),
            witness=witness,
        )


@cache
def lexicon() -> Lexicon:
    """Return every row of the package, loaded once."""
    rows = list(_charts())
    for path in sorted((files("jixiao.extract") / "lexicon").iterdir(), key=lambda path: path.name):
        if path.name.endswith(".yaml"):
            rows += read_rows(path.name.removesuffix(".yaml"), path.read_text("utf-8"))
    return Lexicon(tuple(rows))
