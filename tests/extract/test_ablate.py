"""`make ablate` takes away rules that the reader still has: one that was renamed would be told to be worth nothing."""

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_every_rule_that_is_taken_away_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (ROOT, ROOT / "tests" / "generator", ROOT / "tools"):
        monkeypatch.syspath_prepend(str(folder))
    rules = importlib.import_module("ablate").RULES
    assert [(rule, name) for rule, parts in rules.items() for where, name, _ in parts if not hasattr(where, name)] == []
