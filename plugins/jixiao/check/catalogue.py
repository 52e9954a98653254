"""The rule catalogue: one folder a rule in `sql/rules/`, its SQL and its words."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.check.scope import intervals_sql
from jixiao.kept import yaml_of
from jixiao.settings import Settings
from jixiao.version import judge_version

Needs = Mapping[str, Mapping[str, str]]
Alike = Mapping[str, Sequence[str]]
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
_ANYWHERE = 1_000_000
"""Blocks apart, for a rule whose figures may stand anywhere in the report."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One identity; `sql` selects only offenders, in the columns that `jixiao.check` names."""

    id: str
    code: str
    category: str
    message_zh: str
    message_en: str
    expected: str
    source: str
    siblings: tuple[str, ...]
    within_blocks: int
    """How many passages or tables on from the first of its figures the last may stand."""
    sql: str
    digest: str
    """Of all that decides what it finds and says: another one, and facts are judged anew."""
    needs: tuple[Needs, ...]
    """Tables with a row each of which it finds nothing without: the row's values by column (`given`: any but null,
    `~`: words that it holds); of several such the rows of one."""
    alike: Alike
    """Tables of which it finds nothing without two rows of one document that have the same in these columns."""

    def may_find(self, rows: Rows) -> bool:
        """Tell whether it may find anything in rows by table; planning it takes longer than a report's facts."""
        if self.category == "two_reports" and len(rows["reports"]) < 2:
            return False
        if not any(
            all(any(has(row, one) for row in rows[table]) for table, one in some.items()) for some in self.needs
        ):
            return False
        return all(has_twice(rows[table], columns) for table, columns in self.alike.items())


def _met(needs: Needs, rows: Rows) -> bool:
    return all(any(has(row, values) for row in rows[table]) for table, values in needs.items())


def has(row: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    """Tell whether a row has these values by column, any value where `given` is asked for, or words behind a `~`."""
    return all(_is(row[name], value) for name, value in values.items())


def _is(given: Any, value: str) -> bool:
    if value == "given":
        return given is not None
    return value[1:] in (given or "") if value.startswith("~") else bool(given == value)


def has_twice(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> bool:
    """Tell whether two rows of one document have the same in some columns."""
    said = [tuple(row[name] for name in ("document_sha256", *columns)) for row in rows]
    return len(said) > len(set(said))


def _load(folder: Path, judged_by: str) -> Rule:
    words, sql = ((folder / name).read_text("utf-8") for name in ("rule.yaml", "rule.sql"))
    said = yaml_of(words)
    all_of_it = "\0".join((folder.name, words, sql, judged_by))
    return Rule(
        folder.name,
        said["code"],
        said["category"],
        said["message_zh"],
        said["message_en"],
        said["expected"],
        said["source"],
        tuple(said["siblings"]),
        said.get("within_blocks", _ANYWHERE),
        sql.strip(),
        hashlib.sha256(all_of_it.encode()).hexdigest()[:16],
        tuple(said["needs"]) if isinstance(said.get("needs"), list) else (said.get("needs", {}),),
        said.get("alike", {}),
    )


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule in the order of the codes."""
    judged_by = f"{intervals_sql()}\0{judge_version()}"
    found = [_load(path.parent, judged_by) for path in (Settings.load().sql / "rules").glob("*/rule.yaml")]
    return tuple(sorted(found, key=lambda rule: rule.code))


_PREAMBLE = """# Rules

Generated from `sql/rules/` by `jixiao docs`. Every rule selects only offenders, from a single file as from the whole
warehouse; Great Expectations runs the same SQL. The number of a finding's rule never changes.

## What a printed figure stands for
- `v` with one unit `u` in its last digit stands for all of `[v - u/2, v + u)`: rounded or truncated; mirrored below 0.
  A finding is a gap that no values in the intervals of both sides can close.
- A bare `0` says "none": it is as exact as the finest sum (or rate) of its document.
- Points printed whole (`3`), or as the full marks (`0.5` of 0.5), are given and exact; `1.98` of 2 is measured and has
  an interval.
- `minor`: the gap is at most one unit in the last printed digit of the stated figure. `material`: it is more.

## Where its figures stand
- What a department adds up wrongly it adds up in one place. Where the catalogue says `within`, all figures of a finding
  stand in so many passages or tables behind the first (0: in one); sums further apart that do not fit are no finding.

## When a list of parts is taken to be whole
- More than the whole is always wrong. Less is wrong only where the list leaves nothing out:
- basic and project, personnel and public use, the four public expenses: when all of them are given;
- classes of expenditure: when their shares come to 100, or the same classes make up the total at another stage;
- projects: when the same projects make up the whole at another stage; sources: never;
- indicators: when their full marks make up those of their level; full marks: when every other level adds up.

## The rules
"""


def describe() -> str:
    """Return the catalogue as Markdown (docs/rules.md)."""
    out = [
        "| code | rule | what must hold | value expected | says (zh) | says (en) | within | narrowed down by |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for rule in rules():
        siblings = ", ".join(f"`{name}`" for name in rule.siblings)
        within = "" if rule.within_blocks == _ANYWHERE else str(rule.within_blocks)
        row = (
            rule.code,
            f"`{rule.id}`",
            rule.source,
            rule.expected,
            rule.message_zh,
            rule.message_en,
            within,
            siblings,
        )
        out.append("| " + " | ".join(row) + " |")
    return _PREAMBLE + "\n".join(out) + "\n"
