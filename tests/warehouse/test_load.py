"""Loading: whole documents, once, whatever happens."""

import multiprocessing
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa
from jixiao.extract.stored import EXTRACTION
from jixiao.model import Amount, DocumentInfo, Evidence, Extraction, JixiaoError, Report
from jixiao.schema import schemas
from jixiao.warehouse import QuarantineEntry, SightingRow, build_marts, load, open_warehouse
from jixiao.warehouse.told import unpacked

from tests.warehouses import empty_warehouse


def extraction(letter: str, yuan: int = 100) -> Extraction:
    report = Report("某市某局", "440100", 2021, "narrative", Decimal("90"), Decimal("100"), None)
    amount = Amount(
        2021, "expenditure", "final", "total", "total", "支出", Decimal(yuan), Decimal(1), Evidence(1, None, "支出")
    )
    return Extraction("1", DocumentInfo(letter * 64, "application/pdf", 1, "text"), report, (amount,))


def rows(engine: sa.Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def everything(engine: sa.Engine) -> dict[str, list[tuple[object, ...]]]:
    return {name: rows(engine, f"SELECT * FROM core.{name} ORDER BY ALL") for name in schemas("core")}


@pytest.fixture
def engine(tmp_path):
    with open_warehouse(empty_warehouse(tmp_path / "w.duckdb")) as engine:
        yield engine


def test_loading_twice_is_loading_once(engine):
    load(engine, [extraction("a"), extraction("b")])
    once = everything(engine)
    load(engine, [extraction("b"), extraction("a")])
    assert everything(engine) == once


def test_a_newer_extraction_replaces_exactly_its_document(engine):
    load(engine, [extraction("a"), extraction("b")])
    load(engine, [replace(extraction("a", 200), extractor_version="2")])
    assert rows(engine, "SELECT left(document_sha256, 1), yuan, extractor_version FROM core.amounts ORDER BY ALL") == [
        ("a", Decimal("200.0000"), "2"),
        ("b", Decimal("100.0000"), "1"),
    ]


def test_what_cannot_be_read_is_kept_with_its_reason_and_goes_when_it_can(engine):
    load(engine, [], [QuarantineEntry("a" * 64, "read", "http://x/a.pdf", 2021, "a.pdf: encrypted")])
    assert rows(engine, "SELECT reason, state FROM core.quarantine") == [("a.pdf: encrypted", "open")]
    load(engine, [extraction("a")])
    assert rows(engine, "SELECT * FROM core.quarantine") == []


def test_a_load_that_fails_leaves_nothing(engine):
    load(engine, [extraction("a")])
    before = everything(engine)
    nowhere = SightingRow("c" * 64, None, "site", None, None, None, None, None, 2021, "application/pdf", 1)
    with pytest.raises(Exception, match=r"null|NULL"):
        load(engine, [extraction("c"), extraction("a", 200)], sightings=[nowhere])
    assert everything(engine) == before


IMPOSSIBLE = {
    "a trillion and more": ("amounts", 0, {"yuan": Decimal(2 * 10**12)}, "no department spends more than"),
    "more digits than a column holds": ("amounts", 0, {"yuan": Decimal(10**30)}, "does not fit its column"),
    "a year of no budget": ("amounts", 0, {"fiscal_year": 1066}, "the year of a figure lies between"),
    "an unknown form": ("report", None, {"form": "poem"}, "form"),
    "a page before the first": ("amounts", 0, {"evidence": Evidence(0, None, "支出")}, "page >= 1"),
    "no form": ("report", None, {"form": None}, "nulls=form"),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_a_document_that_cannot_be_is_quarantined_and_stops_nobody(engine, case):
    """One 20000亿元 stopped the country: the whole gate failed, and nothing was published."""
    _, at, changes, words = IMPOSSIBLE[case]
    bad = extraction("b")
    if at is None:
        bad = replace(bad, report=replace(bad.report, **changes))
    else:
        bad = replace(bad, amounts=(replace(bad.amounts[0], **changes),))
    load(engine, [extraction("a"), extraction("b", 7)])
    load(engine, [extraction("c"), bad])
    assert rows(engine, "SELECT left(document_sha256, 1), yuan::INTEGER FROM core.amounts ORDER BY ALL") == [
        ("a", 100), ("b", 7), ("c", 100),
    ], "what was known of it stays"  # fmt: skip
    [(item, stage, state, reason)] = rows(engine, "SELECT left(item_id, 1), stage, state, reason FROM core.quarantine")
    assert (item, stage, state) == ("b", "load", "open")
    assert words in reason
    load(engine, [extraction("b", 8)])
    assert rows(engine, "SELECT * FROM core.quarantine") == []


def test_an_older_warehouse_is_brought_up_with_its_rows(tmp_path):
    path = tmp_path / "w.duckdb"
    with open_warehouse(path) as engine:
        load(engine, [extraction("a")], [QuarantineEntry("b" * 64, "read", None, 2021, "encrypted")])
        before = everything(engine)
        [(sha256, version, kept)] = rows(engine, "SELECT * FROM raw.extractions")
        with engine.begin() as connection:
            for statement in (
                "DROP TABLE raw.extractions",
                "CREATE TABLE raw.extractions (document_sha256 VARCHAR PRIMARY KEY, extractor_version VARCHAR, "
                "extraction JSON)",
                "DROP TABLE raw.told",
                "DROP TABLE core.corrections",
                "ALTER TABLE core.quarantine DROP COLUMN note",
                "ALTER TABLE core.quarantine ADD COLUMN old_column INTEGER",
                "DELETE FROM raw.migrations WHERE step > 2",
            ):
                connection.exec_driver_sql(statement)
            read = EXTRACTION.dump_json(unpacked(kept)).decode()
            connection.exec_driver_sql("INSERT INTO raw.extractions VALUES (?, ?, ?)", (sha256, version, read))
    with open_warehouse(path) as engine:
        assert everything(engine) == before
        assert rows(engine, "SELECT * FROM raw.extractions") == [(sha256, version, kept)]
        assert rows(engine, "SELECT organization, mark FROM raw.told") == [(extraction("a").report.organization, "")]
        load(engine, [extraction("a")])
        assert everything(engine) == before


def test_facts_from_before_a_column_was_there_stay_and_are_unsure(tmp_path):
    """A warehouse at the newest step whose tables were described otherwise: confidence was that of OCR once."""
    path = tmp_path / "w.duckdb"
    with open_warehouse(path) as engine:
        load(engine, [replace(extraction("a"), amounts=(replace(extraction("a").amounts[0], confidence="sure"),))])
        before = everything(engine)
        with engine.begin() as connection:
            for statement in (
                "CREATE TEMP TABLE old AS SELECT * EXCLUDE (ocr_confidence) REPLACE (0.97::DOUBLE AS confidence) "
                "FROM core.amounts",
                "DROP TABLE core.amounts",
                "CREATE TABLE core.amounts AS FROM old",
                "DROP TABLE core.ledger",
            ):
                connection.exec_driver_sql(statement)
    with open_warehouse(path) as engine:
        assert rows(engine, "SELECT yuan, confidence, ocr_confidence FROM core.amounts") == [(100, "unsure", None)]
        load(engine, [replace(extraction("a"), amounts=(replace(extraction("a").amounts[0], confidence="sure"),))])
        assert everything(engine) == before


def test_a_newer_warehouse_is_refused(tmp_path):
    with open_warehouse(tmp_path / "w.duckdb") as engine, engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO raw.migrations VALUES (999)")
    with pytest.raises(JixiaoError, match="newer than this code"), open_warehouse(tmp_path / "w.duckdb"):
        pass


def test_tables_are_as_described(engine):
    for name, table in schemas("core").items():
        found = rows(
            engine,
            "SELECT column_name, is_nullable, comment FROM duckdb_columns() "
            f"WHERE schema_name = 'core' AND table_name = '{name}' ORDER BY column_index",
        )
        assert [(c, n) for c, n, _ in found] == [
            (c.name, c.nullable and c.name not in table.primary_key) for c in table.columns
        ], name
        assert [d for _, _, d in found] == [c.description for c in table.columns], name


def test_everything_in_the_warehouse_says_what_it_is(engine):
    build_marts(engine)
    for kind, where in (
        ("tables", "NOT internal"),
        ("columns", "NOT internal AND table_name IN (SELECT table_name FROM duckdb_tables())"),
        ("views", "NOT internal"),
    ):
        found = rows(engine, f"SELECT * FROM duckdb_{kind}() WHERE coalesce(comment, '') = '' AND {where}")
        assert found == [], kind
        assert rows(engine, f"SELECT count(*) FROM duckdb_{kind}() WHERE {where}") > [(3,)]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO core.quarantine SELECT * FROM core.quarantine",
        "UPDATE core.amounts SET stage = 'planned'",
        "UPDATE core.amounts SET yuan = NULL",
        "UPDATE core.amounts SET page = 0",
        "UPDATE core.reports SET form = 'poem'",
        "UPDATE core.reports SET full_marks = -1",
        "UPDATE core.quarantine SET state = 'forgotten'",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(engine, statement):
    load(engine, [extraction("a")], [QuarantineEntry("b" * 64, "read", None, 2021, "encrypted")])
    with pytest.raises(Exception, match=r"[Cc]onstraint"), engine.begin() as connection:
        connection.exec_driver_sql(statement)


def _load_some(path, letters):
    with open_warehouse(path) as engine:
        load(engine, [extraction(letter, 7) for letter in letters])


def test_two_loads_at_once_wait_for_each_other(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    path = tmp_path / "w.duckdb"
    runs = [spawn.Process(target=_load_some, args=(path, letters)) for letters in ("ab", "bc")]
    for run in runs:
        run.start()
    for run in runs:
        run.join(120)
    assert [run.exitcode for run in runs] == [0, 0]
    with open_warehouse(path) as engine:
        found = rows(engine, "SELECT left(document_sha256, 1), yuan::INTEGER FROM core.amounts ORDER BY ALL")
    assert found == [("a", 7), ("b", 7), ("c", 7)]
