"""The quarantine: what a person must look at, and that what was settled stays settled."""

from dataclasses import replace

import pytest
from jixiao import EXTRACTOR_VERSION
from jixiao.archive import Archive
from jixiao.cli import main
from jixiao.model import Doubt, Evidence, JixiaoError
from jixiao.pipeline import extraction_path
from jixiao.settings import Settings
from jixiao.warehouse import QuarantineEntry, SightingRow, load, open_warehouse
from jixiao.warehouse.quarantine import resolve

from tests.warehouse.conftest import SAMPLE
from tests.warehouse.test_load import extraction, rows
from tests.warehouses import empty_warehouse

A = "a" * 64
STATES = "SELECT stage, state, note FROM core.quarantine ORDER BY item_id, stage"


def unread(reason="a.pdf: encrypted", version="1", item=A):
    return QuarantineEntry(item, "read", "http://x/a.pdf", 2021, reason, None, version)


@pytest.fixture
def engine(tmp_path):
    with open_warehouse(empty_warehouse(tmp_path / "w.duckdb")) as engine:
        yield engine


def test_what_was_resolved_stays_so_until_the_extractor_changes(engine):
    load(engine, [], [unread()])
    resolve(engine, A[:8], "the department was told", "steward")
    load(engine, [], [unread()])
    assert rows(engine, STATES) == [("read", "resolved", "the department was told")]
    load(engine, [], [unread(version="2")])
    assert rows(engine, STATES) == [("read", "open", None)]


def test_other_bytes_at_the_same_address_are_another_item(engine):
    load(engine, [], [unread()])
    resolve(engine, A, "broken for good", None)
    load(engine, [], [unread(item="b" * 64)])
    assert rows(engine, STATES) == [("read", "resolved", "broken for good"), ("read", "open", None)]


def test_a_resolved_address_opens_again_for_another_reason(engine):
    def failed(reason):
        return [QuarantineEntry("http://x/a.pdf", "archive", "http://x/a.pdf", 2021, reason)]

    load(engine, [], failed("the file is empty"))
    resolve(engine, "http://x/", "known", None)
    load(engine, [], failed("the file is empty"))
    assert rows(engine, STATES) == [("archive", "resolved", "known")]
    load(engine, [], failed("the site answered 404"))
    assert rows(engine, STATES) == [("archive", "open", None)]


def test_a_document_without_department_or_year_or_with_an_undecided_unit_waits_with_its_evidence(engine):
    whole = extraction("a")
    nameless = replace(whole, report=replace(whole.report, organization=None, region_code=None, fiscal_year=None))
    doubt = Doubt("undecided_unit", "支出: 12.5 is printed without a unit", Evidence(3))
    load(engine, [nameless, replace(extraction("b"), doubts=(doubt,)), extraction("c")])
    found = rows(engine, "SELECT left(item_id, 1), stage, state, reason, evidence FROM core.quarantine ORDER BY ALL")
    assert found == [
        ("a", "extract", "open", "the document names no department; the document names no fiscal year", None),
        (
            "b",
            "extract",
            "open",
            "the unit of 1 figures cannot be decided: they are not published",
            "page 3: 支出: 12.5 is printed without a unit",
        ),
    ]
    resolve(engine, A, "a notice, not a report", None)
    load(engine, [nameless])
    assert rows(engine, STATES)[0] == ("extract", "resolved", "a notice, not a report")
    load(engine, [whole])
    assert len(rows(engine, STATES)) == 1, "it names both by now"


def test_every_original_is_a_document_whatever_became_of_it(engine):
    seen = [
        SightingRow(letter * 64, f"http://x/{letter}", "s", None, None, None, None, None, 2021, "application/pdf", 9)
        for letter in "abc"
    ]
    load(engine, [extraction("a"), extraction("d")], [unread(item="b" * 64)], seen)
    found = rows(engine, "SELECT left(document_sha256, 1), byte_size, state FROM core.documents ORDER BY ALL")
    assert found == [("a", 9, "read"), ("b", 9, "quarantined"), ("c", 9, "seen"), ("d", None, "read")]


def test_an_operator_lists_shows_retries_and_resolves(archived, capsys):
    settings = Settings.load()
    good = archived("good.docx", SAMPLE.read_bytes()).sha256
    bad = archived("bad.pdf", b"%PDF-1.4 cut off").sha256
    for sha256 in (good, bad):
        path = extraction_path(sha256).with_suffix(".error.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"reason": "a fault that is repaired by now"}', "utf-8")
    with open_warehouse(settings.warehouse_path) as engine:
        entries = [unread("a fault that is repaired by now", EXTRACTOR_VERSION, sha) for sha in (good, bad)]
        load(engine, [], [*entries, QuarantineEntry("http://x/gone.pdf", "archive", "http://x/gone.pdf", 2023, "404")])

    def said(*words, code=0):
        assert main(["quarantine", *words]) == code
        captured = capsys.readouterr()
        return captured.out + captured.err

    assert said("list").count(" open ") == 3
    assert "a fault that is repaired by now" in said("show", good[:10])
    assert "read and loaded" in said("retry", good[:10])
    assert "still not read" in said("retry", bad[:10])
    assert "asks for it again" in said("retry", "http://x/gone")
    assert "state             resolved" in said(
        "resolve", bad[:10], "--note", "cut off on the site", "--who", "steward"
    )
    assert "cut off on the site" in said("show", bad[:10])
    listed = said("list")
    assert good[:12] not in listed
    assert (listed.count(" open "), listed.count(" resolved ")) == (1, 1)
    assert "no quarantined items begin so" in said("show", good[:10], code=2)
    with open_warehouse(settings.warehouse_path) as engine:
        assert rows(engine, "SELECT organization FROM core.reports") == [("广州市越秀区科学技术协会",)]


def test_an_address_that_was_retried_is_asked_for_its_whole_file(archived, demo_run):
    sighting = archived("a.docx", SAMPLE.read_bytes())
    archive = Archive(Settings.load().archive_url)
    archive.forget(sighting.url)
    before = demo_run.sent.count("/a.docx")
    archived("a.docx", SAMPLE.read_bytes())
    assert demo_run.sent.count("/a.docx") == before + 1
    assert list(archive.sightings()) == [sighting]


def test_what_is_settled_is_settled_once_by_somebody_at_a_time(engine):
    load(engine, [], [unread()])
    for item in ("", " "):
        with pytest.raises(JixiaoError, match="no quarantined items begin so"):
            resolve(engine, item, "a notice", None)
    with pytest.raises(JixiaoError, match="say why"):
        resolve(engine, A, " ", None)
    [row] = resolve(engine, A, "a notice", None)
    assert row["who"]
    assert row["resolved_at"]
    with pytest.raises(JixiaoError, match=r"resolved already, by .*: a notice"):
        resolve(engine, A, "another reason", "somebody else")
    load(engine, [], [unread()])
    assert rows(engine, "SELECT who, resolved_at FROM core.quarantine") == [(row["who"], row["resolved_at"])]
