"""Rows of the lexicon, as `extract/lexicon/*.yaml` and the official charts tell them.

A row is one concept (`role` and `value`) with its surface forms, the guards that must hold beside it, and a witness
sentence that must read (tests/extract/test_lexicon.py). `[a|b]` in a form is optional, `{a|b}` a choice; forms and
guards are separated by blanks, and the guard `<edge>` stands for the edge of a run of Chinese characters.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from jixiao.kept import text_in, yaml_of

_EDGE = "<edge>"
_PART = re.compile(r"\[([^\]]*)\]|\{([^}]*)\}|([^\[\]{}]+)")
_HAN = re.compile(r"[一-鿿]")
_KEYS = {"value", "forms", "after", "not_after", "before", "not_before", "hides", "cost", "witness", "not", "mark"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what its forms mean, where they count, and the sentences that prove it.

    `said` is how its forms are written. `cost` is what a reading pays that rests on it; `mark` is a free tag for the
    reader of the role (weak, tail).
    `theme` and `line` (counted from 1 in its file) say where the row stands.
    """

    theme: str
    line: int
    role: str
    value: str
    said: tuple[str, ...]
    after: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    hides: frozenset[str] = frozenset()
    cost: float = 0.0
    witness: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    mark: str = ""

    @property
    def forms(self) -> tuple[str, ...]:
        """Return its plain forms, worked out each time."""
        return tuple(dict.fromkeys(plain for form in self.said for plain in expand(form)))

    def fits(self, text: str, start: int, end: int) -> bool:
        """Tell whether the guards hold for the form found at `start` to `end`."""
        if self.after and not _stands_before(text, start, self.after):
            return False
        if self.before and not _stands_behind(text, end, self.before):
            return False
        return not (_stands_before(text, start, self.not_after) or _stands_behind(text, end, self.not_before))


def _stands_before(text: str, start: int, guards: tuple[str, ...]) -> bool:
    if text.endswith(guards, 0, start):
        return True
    return _EDGE in guards and (start == 0 or not _HAN.match(text[start - 1]))


def _stands_behind(text: str, end: int, guards: tuple[str, ...]) -> bool:
    if text.startswith(guards, end):
        return True
    return _EDGE in guards and (end >= len(text) or not _HAN.match(text[end]))


def expand(form: str) -> list[str]:
    """Return the plain forms that a form with `[optional|parts]` and `{choices|of}` stands for."""
    if "[" not in form and "{" not in form:
        return [form]
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
    loaded: Mapping[str, list[Mapping[str, Any]]] = yaml_of(text)
    for role, rows in loaded.items():
        for number, row in enumerate(rows, 1):
            if unknown := set(row) - _KEYS:
                raise ValueError(f"lexicon/{theme}.yaml, {role} {number}: unknown key {', '.join(sorted(unknown))}")
            said = _words(row, "forms")
            if any('"' in form for form in said):
                raise ValueError(f"lexicon/{theme}.yaml, {role} {number}: a quotation mark inside a form")
            if not said or not all(plain for form in said for plain in expand(form)) or not row.get("witness"):
                raise ValueError(f"lexicon/{theme}.yaml, {role} {number}: a row needs forms and a witness")
            left, right = (
                (_words(row, "after"), _words(row, "not_after")),
                (_words(row, "before"), _words(row, "not_before")),
            )
            sides = [row.get(key) or () for key in ("witness", "not")]
            witness, never = ((some,) if isinstance(some, str) else tuple(some) for some in sides)
            hides, cost = frozenset(_words(row, "hides")), float(row.get("cost", 0))
            value, mark = str(row["value"]), str(row.get("mark", ""))
            out.append(Row(theme, number, role, value, said, *left, *right, hides, cost, witness, never, mark))
    return out


def _words(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    some = row.get(key) or ()
    return tuple(some.split()) if isinstance(some, str) else tuple(some)


def _charts() -> Iterator[Row]:
    """Give the classes of the official charts (data/accounts.csv): a short name counts only with 支出 behind it.

    The small words of a name may be left out (商品服务支出, 对个人和家庭补助).
    其他 in front of a class's name makes the name of one of its 款.
    """
    for number, row in enumerate(csv.DictReader(text_in("data/accounts.csv").splitlines()), 1):
        name = row["name"]
        tail = f"{{{'|' if len(name) > 4 or name.endswith('支出') else ''}支出|方面支出|方面的支出}}"
        mark = f"[(类)|({row['code']}类)|({row['code']})]"
        names = {name, name.replace("的", ""), name.replace("和", ""), name.replace("和", "").replace("的", "")}
        said = f"{{{'|'.join(sorted(names))}}}"
        witness = (f"{name}支出100万元",)
        yield Row(
            "accounts",
            number,
            "subject",
            f"{row['scheme']}/{row['code']}",
            (f"{said}{mark}{tail}", f"{said}{tail}{mark}"),
            not_after=("其他",),
            witness=witness,
        )


def every_row() -> tuple[Row, ...]:
    """Return every row of the package: those of the charts first, then file by file."""
    rows = list(_charts())
    for path in sorted((Path(__file__).parent / "lexicon").glob("*.yaml")):
        rows += read_rows(path.stem, path.read_text("utf-8"))
    return tuple(rows)
