"""Each mart: input rows and expected rows, in `tests/sql/marts/<mart>.yaml`; a column left out does not matter."""

import sys
from pathlib import Path

import pytest
from jixiao.schema import schemas
from jixiao.warehouse.marts import query_of

sys.path.insert(0, str(Path(__file__).parent))
from cases import cases, mart_answer, mart_database

CASES = [pytest.param(name, case, id=f"{name}: {case['title']}") for name, case in cases("marts")]


@pytest.mark.parametrize(("mart", "case"), CASES)
def test_case(warehouses, mart, case):
    with mart_database(warehouses, mart, case) as native:
        assert mart_answer(native, mart, f"SELECT * FROM mart.{mart}", case) == case["expected"]
        # The query by itself says the same: what `test_mutations` alters.
        assert mart_answer(native, mart, query_of(schemas("marts")[mart]), case) == case["expected"]


def test_every_mart_has_a_case():
    assert {name for name, _ in cases("marts")} == set(schemas("marts"))
