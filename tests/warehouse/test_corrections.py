"""Corrections: applied on every load, only where the extractor reads what they say, and shown as such."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from jixiao.model import Evidence, JixiaoError, Score
from jixiao.warehouse import build_marts, load, open_warehouse
from jixiao.warehouse.corrections import load_corrections

from tests.warehouse.test_load import everything, extraction, rows

A = "a" * 64


@pytest.fixture
def engine(tmp_path):
    with open_warehouse(tmp_path / "w.duckdb") as engine:
        yield engine


@pytest.fixture
def said(tmp_path):
    """Return corrections as if they stood in sources/corrections/site.yaml."""

    def write(*corrections, name="site"):
        folder = tmp_path / "corrections"
        folder.mkdir(exist_ok=True)
        whole = [{"why": "misread", "who": "steward", "date": "2026-01-02", **one} for one in corrections]
        (folder / f"{name}.yaml").write_text(json.dumps(whole), "utf-8")  # JSON is YAML
        return load_corrections(folder, {"site"})

    return write


def correction(field, was, now, document=A):
    return {"document_sha256": document, "field": field, "was": was, "now": now}


def test_a_correction_is_applied_on_every_load_and_shown(engine, said):
    scored = replace(extraction("a"), scores=(Score(("过程",), Decimal(5), Decimal(4), Evidence(1)),))
    mine = said(
        correction("total_score", "90", "96.5"),
        correction("A0001.yuan", "100", "1000"),
        correction("S0001.score", 4, 5),
    )
    for _ in range(2):
        load(engine, [scored, extraction("b")], corrections=mine)
        build_marts(engine)
        query = "SELECT total_score, corrected_fields, final_yuan FROM mart.department_year"
        assert rows(engine, query) == [(Decimal("96.5"), ["total_score", "final_yuan"], 1000)]
        assert rows(engine, "SELECT total_score_ulp FROM core.reports ORDER BY document_sha256")[0] == (Decimal("0.1"),)
        query = "SELECT left(document_sha256, 1), yuan, corrected FROM mart.amounts ORDER BY ALL"
        assert rows(engine, query) == [("a", 1000, True)]
        assert rows(engine, "SELECT score, corrected FROM mart.indicator_scores") == [(5, True)]
        assert len(rows(engine, "SELECT * FROM mart.corrections")) == 3
    assert rows(engine, "SELECT yuan FROM core.amounts WHERE document_sha256 LIKE 'b%'") == [(100,)]
    kept = rows(engine, "SELECT extraction FROM raw.extractions ORDER BY document_sha256")[0][0]
    assert kept["report"]["total_score"] == "90", "what the extractor read is kept as it was"


def test_a_new_changed_or_withdrawn_correction_reaches_documents_that_are_not_loaded_again(engine, said):
    load(engine, [extraction("a")])
    before = everything(engine)
    load(engine, [extraction("b")], corrections=said(correction("A0001.yuan", "100", "1000")))
    query = "SELECT yuan FROM core.amounts WHERE document_sha256 LIKE 'a%'"
    assert rows(engine, query) == [(1000,)]
    load(engine, [extraction("b")])
    assert rows(engine, query) == [(1000,)], "a load that knows of no corrections keeps those that are there"
    load(engine, [], corrections=said(correction("A0001.yuan", "100", "1001")))
    assert rows(engine, query) == [(1001,)]
    load(engine, [], corrections=said())
    assert rows(engine, query) == [(100,)]
    assert everything(engine)["amounts"][:1] == before["amounts"]


def test_a_correction_waits_for_its_document(engine, said):
    load(engine, [], corrections=said(correction("A0001.yuan", "100", "1000")))
    assert rows(engine, "SELECT state FROM core.corrections") == [("waiting",)]
    load(engine, [extraction("a")])
    assert rows(engine, "SELECT state FROM core.corrections") == [("applied",)]


@pytest.mark.parametrize("reads", [120, None])
def test_a_correction_that_does_not_fit_is_not_applied_and_a_person_hears_of_it(engine, said, reads):
    found = extraction("a", reads) if reads else replace(extraction("a"), amounts=())
    load(engine, [found], corrections=said(correction("A0001.yuan", "100", "1000")))
    assert rows(engine, "SELECT state FROM core.corrections") == [("unfit",)]
    assert rows(engine, "SELECT yuan FROM core.amounts") == ([(reads,)] if reads else [])
    [(stage, state, evidence)] = rows(engine, "SELECT stage, state, evidence FROM core.quarantine")
    assert (stage, state) == ("correct", "open")
    assert evidence == f"A0001.yuan: was 100, the extractor reads {reads or 'no such fact'}"


def test_a_correction_is_needless_when_the_extractor_reads_it_so(engine, said):
    load(engine, [extraction("a", 1000)], corrections=said(correction("A0001.yuan", "100", "1000")))
    assert rows(engine, "SELECT state FROM core.corrections") == [("needless",)]
    build_marts(engine)
    assert rows(engine, "SELECT corrected FROM mart.amounts") == [(False,)]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (correction("total", "1", "2"), "site.yaml: 0: Value error, Report has no field total"),
        (correction("A0001.evidence", "1", "2"), "Amount has no field evidence that can be corrected"),
        (correction("A0001.yuan", "1", "much"), "site.yaml: 0.yuan|site.yaml: 0"),
        (correction("A0001.yuan", "1", "2", "abc"), "site.yaml: 0.document_sha256"),
        ({**correction("grade", None, "优"), "who": ""}, "site.yaml: 0.who"),
    ],
)
def test_a_wrong_file_is_refused_in_words(said, wrong, words):
    with pytest.raises(JixiaoError, match=words):
        said(wrong)


def test_a_file_of_no_source_is_refused(said):
    with pytest.raises(JixiaoError, match="there is no source contract other"):
        said(name="other")


def test_a_value_corrected_twice_is_refused(said):
    with pytest.raises(JixiaoError, match=r"A0001\.yuan of a+ is corrected twice"):
        said(correction("A0001.yuan", "1", "2"), correction("A0001.yuan", "1", "3"))
