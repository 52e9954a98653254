"""What is no report of a department, or not settled, gives no row; what the document does not say, its post may."""

from dataclasses import replace

import pytest
from jixiao.model import Doubt, Evidence
from jixiao.warehouse import SightingRow, build_marts, load, open_warehouse

from tests.warehouse.test_load import extraction, rows
from tests.warehouses import empty_warehouse

FACTS = ("reports", "amounts", "scores", "ratios", "changes", "deductions", "sections", "findings")


@pytest.fixture
def engine(tmp_path):
    with open_warehouse(empty_warehouse(tmp_path / "w.duckdb")) as engine:
        yield engine


def of(letter, **fields):
    one = extraction(letter)
    return replace(one, report=replace(one.report, **fields))


def seen(letter, title=None, publisher=None, year=2021):
    return SightingRow(
        letter * 64, f"http://x/{letter}.pdf", "s", None, title, None, publisher, None, year, "application/pdf", 9
    )


def documents_in(engine):
    return {sha[0] for name in FACTS for (sha,) in rows(engine, f"SELECT DISTINCT document_sha256 FROM core.{name}")}


@pytest.mark.parametrize("kind", ["project_self_evaluation", "other"])
def test_a_document_of_another_kind_is_kept_and_not_loaded(kind, engine):
    load(engine, [of("a", kind=kind), of("b", kind="overall_self_evaluation")])
    assert documents_in(engine) == {"b"}
    assert rows(engine, "SELECT count(*) FROM raw.extractions") == [(2,)]
    ((state, reason),) = rows(engine, "SELECT state, reason FROM core.quarantine")
    assert state == "resolved"
    assert reason.endswith("no report of the department: kept, not loaded")


def test_final_accounts_are_loaded_for_their_chapter_only(engine):
    bare = replace(of("a", kind="final_accounts", total_score=None), amounts=(), scores=())
    load(engine, [bare, of("b", kind="final_accounts")])
    assert documents_in(engine) == {"b"}


@pytest.mark.parametrize(
    "unsettled",
    [
        of("a", organization=None, region_code=None),
        of("a", region_code=None, organization="教育局"),
        of("a", fiscal_year=None),
        replace(extraction("a"), doubts=(Doubt("unknown_kind", "nothing says what it is", Evidence()),)),
        replace(extraction("a"), doubts=(Doubt("undecided_year", "2022 or 2023", Evidence()),)),
        replace(extraction("a"), doubts=(Doubt("undecided_unit", "12.5 without a unit", Evidence()),)),
    ],
)
def test_what_waits_in_quarantine_gives_no_row_to_any_mart(unsettled, engine):
    load(engine, [extraction("a"), extraction("b")])
    load(engine, [unsettled])
    assert documents_in(engine) <= {"b"}, "facts that were there before are gone too"
    assert rows(engine, "SELECT state FROM core.quarantine") == [("open",)]
    build_marts(engine)
    tables = rows(
        engine,
        "SELECT table_name FROM information_schema.columns "
        "WHERE table_schema = 'mart' AND column_name = 'document_sha256'",
    )
    assert tables
    for (name,) in tables:
        assert "a" * 64 not in {sha for (sha,) in rows(engine, f'SELECT document_sha256 FROM mart."{name}"')}, name


def test_department_and_year_are_the_posts_where_the_document_names_none_and_that_is_said(engine):
    nameless = of("a", organization=None, region_code=None, fiscal_year=None)
    load(engine, [nameless], [], [seen("a", "广州市白云区科学技术协会2021年度部门整体支出绩效自评报告")])
    assert rows(engine, "SELECT organization, region_code, fiscal_year FROM core.reports") == [
        ("广州市白云区科学技术协会", "440111", 2021)
    ]
    assert rows(engine, "SELECT count(*) FROM core.quarantine") == [(0,)]
    ((message,),) = rows(engine, "SELECT message FROM core.doubts WHERE kind = 'told_by_post'")
    assert "广州市白云区科学技术协会" in message
    assert "2021" in message


def test_a_publisher_names_the_department_only_if_no_title_does(engine):
    nameless = of("a", organization=None, region_code=None)
    load(engine, [nameless], [], [seen("a", "2021年度部门整体支出绩效自评报告", "韶关市教育局")])
    assert rows(engine, "SELECT organization FROM core.reports") == [("韶关市教育局",)]


def test_what_a_document_says_is_never_replaced_by_its_post(engine):
    load(engine, [extraction("a")], [], [seen("a", "韶关市教育局2019年度部门整体支出绩效自评报告", year=2019)])
    told = extraction("a").report
    assert rows(engine, "SELECT organization, fiscal_year FROM core.reports") == [(told.organization, told.fiscal_year)]
