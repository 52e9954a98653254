"""The gate: a sound warehouse passes, a broken contract is told in words, a finding only warns."""

import html
import json
import shutil
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from jixiao.model import Amount, DocumentInfo, Evidence, Extraction, Report
from jixiao.schema import schemas
from jixiao.warehouse import load, open_warehouse
from jixiao.warehouse.suites import suites
from jixiao.warehouse.validate import validate

from tests.certain import certain
from tests.warehouses import empty_warehouse

GOOD = "a" * 64


def _amount(scheme, item, wan):
    yuan = Decimal(wan) * 10_000
    return Amount(2023, "expenditure", "final", scheme, item, item, yuan, Decimal(100), Evidence(1, text="…"))


def _extraction(total="100.00"):
    read = Extraction(
        "test",
        DocumentInfo(GOOD, "application/pdf", 1, "text"),
        Report("某市科学技术协会", "440100", 2023, "narrative", Decimal("97"), Decimal("100"), None),
        (_amount("total", "total", total), _amount("nature", "basic", "60.00"), _amount("nature", "project", "40.00")),
    )
    return certain(read)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Path:
    path = empty_warehouse(tmp_path_factory.mktemp("loaded") / "w.duckdb")
    with open_warehouse(path) as engine:
        load(engine, [_extraction()])
    return path


@pytest.fixture
def warehouse(loaded, tmp_path) -> Path:
    return Path(shutil.copy(loaded, tmp_path / "warehouse.duckdb"))


def _broken(path: Path, *statements: str) -> None:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_sound_warehouse_passes_and_leaves_results_and_docs(warehouse, tmp_path):
    first = validate(warehouse, tmp_path / "results", tmp_path / "docs")
    assert (first.success, first.fatal_failures, first.warnings) == (True, (), ())
    assert first.evaluated == sum(len(suite.expected) for suite in suites())
    (page,) = (tmp_path / "docs" / "validations").rglob("*.html")
    assert page.name in first.docs_index.read_text("utf-8")
    told = page.read_text("utf-8")
    for suite in suites():
        assert suite.qualified in told, "a section each"
        assert [
            one.description for one in suite.expected if html.escape(one.description, quote=False) not in told
        ] == []
    # The same data once more: the same outcome under the same name, and the site is replaced, not piled up.
    again = validate(warehouse, tmp_path / "results", tmp_path / "docs")
    assert again.results_path == first.results_path
    assert [path.name for path in (tmp_path / "results").iterdir()] == [first.results_path.name]
    assert len(list((tmp_path / "docs" / "validations").rglob("*.html"))) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["docs", "results", "warehouse.duckdb"]


def test_broken_contracts_are_fatal_and_told_in_words(warehouse, tmp_path):
    _broken(
        warehouse,
        "UPDATE core.amounts SET item = 'sideways' WHERE fact_id = 'A0002'",
        "UPDATE core.amounts SET x0 = 5, x1 = 4 WHERE fact_id = 'A0003'",
        f"INSERT INTO core.doubts (document_sha256, fact_id, kind, message, readings, extractor_version) VALUES"
        f" ('{'b' * 64}', 'Q0001', 'kind', 'message', [], 'test')",
    )
    outcome = validate(warehouse, tmp_path / "results", tmp_path / "docs")
    assert not outcome.success
    words = [one.words for one in outcome.fatal_failures]
    assert words == [
        "core.amounts: expected that a box is whole and upright and stands on a page from 1; 1 row differs: "
        "document_sha256=aaaaaaaaaaaa, fact_id=A0003",
        "core.amounts: expected that the item is one of its classification; 1 row differs: "
        "document_sha256=aaaaaaaaaaaa, fact_id=A0002, scheme=nature, item=sideways",
        "core.doubts: expected that every row belongs to a report; 1 row differs: "
        "document_sha256=bbbbbbbbbbbb, fact_id=Q0001",
    ]
    kept = json.loads(outcome.results_path.read_text("utf-8"))
    assert [one["words"] for one in kept["fatal_failures"]] == words


def test_document_that_does_not_add_up_warns_and_publishes(warehouse, tmp_path):
    with open_warehouse(warehouse) as engine:
        load(engine, [_extraction("101.00")])
    outcome = validate(warehouse, tmp_path / "results", tmp_path / "docs")
    assert outcome.success
    assert [(one.suite, one.severity, one.count) for one in outcome.warnings] == [("rules", "warning", 1)]
    assert "JX101 parts_sum_to_total" in outcome.warnings[0].words
    assert "subject=expenditure/final/nature/2023" in outcome.warnings[0].words


def test_missing_table_is_fatal(warehouse, tmp_path):
    _broken(warehouse, "DROP TABLE core.deductions")
    outcome = validate(warehouse, tmp_path / "results", tmp_path / "docs")
    assert not outcome.success
    assert [one.words for one in outcome.fatal_failures] == ["core.deductions: expected that the table is there"]


def test_year_with_half_as_many_reports_as_the_year_before(warehouse, tmp_path):
    _broken(
        warehouse,
        *(
            "INSERT INTO core.reports SELECT reports.* REPLACE (lpad(n::VARCHAR, 64, '0') AS document_sha256, "
            f"{year} AS fiscal_year) FROM core.reports, range({start}, {start + count}) AS numbers(n) "
            f"WHERE document_sha256 = '{GOOD}'"
            for year, start, count in ((2020, 0, 40), (2021, 100, 10), (2022, 200, 30))
        ),
    )
    outcome = validate(warehouse, tmp_path / "results", tmp_path / "docs")
    assert [one.rows for one in outcome.fatal_failures] == [("fiscal_year=2021, reports=10, year_before=40",)]
    assert [one.rows for one in outcome.warnings] == [("fiscal_year=2023, reports=1, year_before=30",)]


def test_every_core_table_has_a_suite():
    assert {suite.table for suite in suites()} == set(schemas("core"))


def test_the_gate_imports_none_of_great_expectations_own_types_and_they_are_there_when_asked_for(warehouse, tmp_path):
    """They are half of its start."""
    validate(warehouse, tmp_path / "results", tmp_path / "docs")
    core = sys.modules["great_expectations.expectations.core"]
    own = {"expect_column_to_exist", "expect_column_values_to_be_between"}
    assert [name for name in sys.modules if name.rpartition(".")[2] in own] == []
    assert core.ExpectColumnToExist(column="a").column == "a"
    with pytest.raises(ImportError):
        from great_expectations.expectations.core import ExpectNothing  # noqa: F401
