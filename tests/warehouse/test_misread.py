"""A document of which the rules say more than it holds was misread: it waits alone, and nobody else does."""

from dataclasses import replace
from decimal import Decimal

import pytest
from jixiao.check.facts import fact_tables
from jixiao.model import DocumentInfo, Evidence, Extraction, Report, Score
from jixiao.warehouse import load, open_warehouse
from jixiao.warehouse.loading import replace_facts
from jixiao.warehouse.store import raw_connection

from tests.warehouse.test_load import everything, extraction, rows
from tests.warehouses import empty_warehouse

LOADED = "SELECT left(document_sha256, 1) FROM core.reports ORDER BY ALL"
WAITING = "SELECT left(item_id, 1), stage, state, reason FROM core.quarantine"


def misread(letter: str) -> Extraction:
    """Return a report each of whose scores is above its full marks and at odds with its rate: two findings a fact."""
    at = Evidence(1, None, "得分")
    scores = tuple(
        Score((f"指标{i}",), Decimal(5), Decimal(9 + i), at, Decimal(10), confidence="sure") for i in range(6)
    )
    report = Report("某市另一局", "440100", 2021, "narrative", Decimal("90"), Decimal("100"), None)
    return Extraction("1", DocumentInfo(letter * 64, "application/pdf", 1, "text"), report, (), scores)


@pytest.fixture
def engine(tmp_path):
    with open_warehouse(empty_warehouse(tmp_path / "w.duckdb")) as engine:
        yield engine


def test_a_document_with_more_findings_than_facts_is_quarantined_and_stops_nobody(engine):
    """It failed the whole gate, and nothing of anybody was published."""
    load(engine, [extraction("a")])
    assert load(engine, [extraction("c"), misread("b")]).quarantined == 1
    assert rows(engine, LOADED) == [("a",), ("c",)]
    [(item, stage, state, reason)] = rows(engine, WAITING)
    assert (item, stage, state) == ("b", "load", "open")
    assert "no more findings than facts" in reason
    assert rows(engine, "SELECT * FROM core.findings") == []
    once = everything(engine)
    load(engine, [misread("b"), extraction("a"), extraction("c")])
    assert everything(engine) == once
    load(engine, [replace(misread("b"), scores=())])
    assert rows(engine, LOADED) == [("a",), ("b",), ("c",)]
    assert rows(engine, WAITING) == []


def test_what_was_known_of_a_document_before_it_was_misread_stays(engine):
    load(engine, [extraction("b", 7)])
    load(engine, [misread("b")])
    assert rows(engine, "SELECT yuan::INTEGER FROM core.amounts") == [(7,)]
    assert rows(engine, WAITING)[0][:3] == ("b", "load", "open")


def test_facts_that_a_mended_rule_calls_misread_are_withdrawn(engine):
    """They were loaded under other rules; no load of today gives them."""
    load(engine, [replace(misread("b"), scores=()), extraction("a")])
    with engine.begin() as connection:
        replace_facts(raw_connection(connection), fact_tables([misread("b")]), ["b" * 64])
        connection.exec_driver_sql("DELETE FROM raw.judged")
    load(engine, [])
    assert rows(engine, LOADED) == [("a",)]
    assert rows(engine, WAITING)[0][:3] == ("b", "load", "open")
