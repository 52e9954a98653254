"""Measure the extractor on a folder of reports with their truth, as the scoreboard does."""

import json

from compare import KEYS, compared, f1, number, words
from jixiao.extract.contract import to_contract
from jixiao.model import UnreadableDocument

from tests.reading import extract_once

FIELDS = ("organization", "region_code", "fiscal_year", "form", "total_score", "grade")


def answered(folder):
    """Return the truth and the answer for every report of a folder, by file name; a refused file answers nothing."""
    found = {}
    for path in sorted((folder / "reports").iterdir()):
        truth = json.loads((folder / "truth" / f"{path.stem}.json").read_text("utf-8"))
        try:
            got = to_contract(extract_once(path), ())
        except UnreadableDocument:
            got = {"report": {}, **{kind: [] for kind in KEYS}}
        found[path.name] = (truth, got)
    return found


def measured(answers, kind):
    """Return F1 of one kind of row over all reports, and what is wrong in each."""
    counts = [0, 0, 0]
    wrong = []
    for name, (truth, got) in answers.items():
        parts = compared(kind, truth[kind], got[kind])
        counts = [count + part.total() for count, part in zip(counts, parts, strict=True)]
        wrong += [f"{name}: missing {dict(parts[1])}, spurious {dict(parts[2])}"] if parts[1] or parts[2] else []
    return f1(*counts), wrong


def wrong_fields(answers):
    """Return the fields of the reports that are wrong, one line each."""
    return [
        f"{name}: {field}={got['report'].get(field)!r}, should be {truth['report'][field]!r}"
        for name, (truth, got) in answers.items()
        for field in FIELDS
        if not right(field, truth["report"], got["report"].get(field))
    ]


def right(field, want, value):
    """Return whether one field of a report is right."""
    if field == "organization":
        return words(value) in map(words, want.get("accept", [want["organization"]]))
    if field == "total_score":
        return number(value) == number(want[field])
    return value == want[field]
