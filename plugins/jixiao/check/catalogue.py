"""The rule catalogue: one folder a rule in `sql/rules/`, its SQL and its words."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from jixiao.settings import Settings


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
    sql: str


def _load(folder: Path) -> Rule:
    said = yaml.safe_load((folder / "rule.yaml").read_text("utf-8"))
    return Rule(
        folder.name,
        said["code"],
        said["category"],
        said["message_zh"],
        said["message_en"],
        said["expected"],
        said["source"],
        tuple(said["siblings"]),
        (folder / "rule.sql").read_text("utf-8").strip(),
    )


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule in the order of the codes."""
    found = [_load(path.parent) for path in (Settings.load().sql / "rules").glob("*/rule.yaml")]
    return tuple(sorted(found, key=lambda rule: rule.code))


def describe() -> str:
    """Return the catalogue as Markdown (docs/rules.md)."""
    out = [
        "# Rules",
        "",
        "Generated from `sql/rules/`. A figure printed as `v` with unit `u` in its last digit stands for all of",
        "`[v - u/2, v + u)`; a finding is a gap that no values in these intervals can close. `minor`: it is at most",
        "one unit in the last printed digit; `material`: more.",
        "",
        "| code | rule | what must hold | expected value | says | narrowed down by |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for rule in rules():
        siblings = ", ".join(f"`{name}`" for name in rule.siblings)
        row = (rule.code, f"`{rule.id}`", rule.source, rule.expected, rule.message_zh, siblings)
        out.append("| " + " | ".join(row) + " |")
    return "\n".join(out) + "\n"
