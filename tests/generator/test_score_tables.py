"""Score tables in many layouts are read back; JIXIAO_SEEDS=400 tries more of them than the normal suite."""

import os
import sys
from collections import Counter
from pathlib import Path

import pytest
from jixiao.extract import extract
from jixiao.read import read_document

sys.path.insert(0, str(Path(__file__).resolve().parent))

from score_tables import made

SEEDS = range(int(os.environ.get("JIXIAO_SEEDS", "40")))


def key(name, full, score):
    return (name, None if full is None else full.normalize(), None if score is None else score.normalize())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_score_table_is_read_back(seed, tmp_path):
    page = made(seed)
    path = tmp_path / "page.html"
    path.write_text(page.html, "utf-8")
    read = extract(read_document(path))
    want = Counter(key(*row) for row in page.rows)
    have = Counter(key(score.path[-1], score.full_marks, score.score) for score in read.scores)
    assert (want - have, have - want) == (Counter(), Counter()), page.kind
    assert read.report.total_score == page.total, page.kind
    assert page.grade in (None, read.report.grade), page.kind
