"""Every promise names tests that are there."""

import re
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]


def test_each_line_names_its_test():
    text = (HOME / "docs" / "guarantees.md").read_text("utf-8")
    for path, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text):
        assert f"def {name}(" in (HOME / path).read_text("utf-8"), f"{path}: {name}"
    promises = re.findall(r"^- .*(?:\n  .*)*", text, re.MULTILINE)
    assert len(promises) > 15
    assert [promise for promise in promises if "::" not in promise] == []
