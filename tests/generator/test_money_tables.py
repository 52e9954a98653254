"""A sum that a table states is read as what it is, or is a doubt with its place; never as something else.

JIXIAO_SEEDS=2000 tries more seeds than the few of the normal suite.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from jixiao.extract import extract
from jixiao.extract.contract import to_contract
from jixiao.read import read_document

sys.path.insert(0, str(Path(__file__).resolve().parent))

from compare import compared, number
from money_rows import UNITS
from money_tables import made

SEEDS = range(int(os.environ.get("JIXIAO_SEEDS", "60")))
BY_MEDIA = range(9000, 9004)


def read(table, folder):
    """Return (wrong, lost, doubts, right): amounts that are not stated, and what became of those that are."""
    path = folder / f"table.{table.media}"
    path.write_bytes(table.data())
    extraction = extract(read_document(path))
    right, missing, wrong = compared("amounts", table.amounts, to_contract(extraction, ())["amounts"])
    doubted = {number(entry.value) for entry in extraction.ledger if entry.kind == "sum" and entry.state == "doubt"}
    # A sum whose unit nobody states stands in the ledger as it is printed.
    lost = [key for key in missing if not {number(key[-1] / unit) for unit in UNITS.values()} & doubted]
    return [*wrong], lost, missing.total() - len(lost), right.total()


def shown(table):
    """Return a table in lines, for a person who looks why it failed."""
    lines = [block if isinstance(block, str) else "\n".join(map(str, block.rows)) for block in table.blocks[4:]]
    return "\n".join([str(table.features), *lines])


@pytest.fixture(scope="module")
def all_seeds(tmp_path_factory):
    """Read every seed as a web page, which takes the least time."""
    folder = tmp_path_factory.mktemp("tables")
    tables = [replace(made(seed), media="html") for seed in SEEDS]
    return [(table, *read(table, folder)) for table in tables]


def test_no_sum_of_a_table_is_read_as_another(all_seeds):
    wrong = [f"{some}\n{shown(table)}" for table, some, *_ in all_seeds if some]
    assert wrong == [], "\n\n".join(wrong)


def test_no_sum_of_a_table_is_left_out_in_silence(all_seeds):
    lost = [f"{some}\n{shown(table)}" for table, _, some, *_ in all_seeds if some]
    assert lost == [], "\n\n".join(lost)


def test_few_sums_of_tables_are_doubts(all_seeds):
    doubts, right = (sum(found) for found in zip(*((d, r) for *_, d, r in all_seeds), strict=True))
    assert doubts <= 0.05 * right


@pytest.mark.parametrize("media", ["docx", "xlsx", "pdf"])
@pytest.mark.parametrize("seed", BY_MEDIA)
def test_the_file_type_makes_no_difference(seed, media, tmp_path):
    table = replace(made(seed), media=media)
    wrong, lost, _, right = read(table, tmp_path)
    assert (wrong, lost) == ([], []), shown(table)
    assert right
