"""After an upgrade: what a mended or removed rule found goes, what a new one finds comes; new tables are made."""

from dataclasses import replace
from decimal import Decimal

import pytest
from jixiao.check import rules
from jixiao.model import Amount, DocumentInfo, Evidence, Extraction, Report
from jixiao.warehouse import build_marts, load, open_warehouse

from tests.warehouses import empty_warehouse


def amount(stage: str, scheme: str, item: str, yuan: int) -> Amount:
    return Amount(
        2021, "expenditure", stage, scheme, item, "支出", Decimal(yuan), Decimal(1), Evidence(1), confidence="sure"
    )


def extraction(letter: str) -> Extraction:
    """Return a report whose basic and project expenditure do not make up the total."""
    report = Report("某市某局", "440100", 2021, "narrative", None, None, None)
    parts = [("total", "total", 1000), ("nature", "basic", 500), ("nature", "project", 400)]
    amounts = tuple(amount("final", *part) for part in parts)
    return Extraction("1", DocumentInfo(letter * 64, "application/pdf", 1, "text"), report, amounts)


@pytest.fixture
def path(tmp_path):
    return empty_warehouse(tmp_path / "w.duckdb")


def asked(path, query):
    with open_warehouse(path) as engine, engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def told(path, statement):
    with open_warehouse(path) as engine, engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_finding_keeps_the_digest_of_its_rule(path):
    with open_warehouse(path) as engine:
        load(engine, [extraction("a")])
    digests = {rule.id: rule.digest for rule in rules()}
    found = asked(path, "SELECT check_id, rule_digest FROM core.findings")
    assert found
    assert all(digests[check] == digest for check, digest in found)


def test_rules_that_changed_judge_documents_anew_that_no_load_touches(path):
    with open_warehouse(path) as engine:
        load(engine, [extraction("a")])
        build_marts(engine)
    fresh = asked(path, "SELECT * FROM core.findings ORDER BY ALL")
    # What an older version may have left: a finding of a rule that is gone, another text, one finding too few.
    told(path, "UPDATE core.findings SET check_id = 'of_old', finding_id = 'JX999:x:A1', message_en = 'older words'")
    told(path, "INSERT INTO raw.judged VALUES ('of_old', 'older')")
    with open_warehouse(path) as engine:
        load(engine, [])
        build_marts(engine)
    assert asked(path, "SELECT * FROM core.findings ORDER BY ALL") == fresh
    assert asked(path, "SELECT count(*) FROM mart.findings WHERE message_en = 'older words'") == [(0,)]


def test_a_described_table_is_made_in_a_warehouse_that_lacks_it(path):
    with open_warehouse(path) as engine:
        load(engine, [extraction("a")])
    told(path, "DROP TABLE core.corrections")
    assert asked(path, "SELECT count(*) FROM core.corrections") == [(0,)]
    assert asked(path, "SELECT count(*) FROM core.amounts") == [(3,)]


def test_facts_of_an_older_extractor_stay_until_the_new_ones_are_loaded(path):
    with open_warehouse(path) as engine:
        load(engine, [extraction("a"), extraction("b")])
        load(engine, [replace(extraction("a"), extractor_version="2", amounts=())])
    kept = asked(path, "SELECT left(document_sha256, 1), extractor_version, count(*) FROM core.amounts GROUP BY ALL")
    assert kept == [("b", "1", 3)]
