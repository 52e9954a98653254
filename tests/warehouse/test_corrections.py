"""Corrections: applied on every load, only where the extractor reads what they say, and shown as such."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from jixiao.model import Box, Evidence, JixiaoError, Score
from jixiao.warehouse import build_marts, load, open_warehouse
from jixiao.warehouse.corrections import load_corrections
from jixiao.warehouse.told import unpacked

from tests.warehouse.test_load import everything, extraction, rows
from tests.warehouses import empty_warehouse

A = "a" * 64


@pytest.fixture
def engine(tmp_path):
    with open_warehouse(empty_warehouse(tmp_path / "w.duckdb")) as engine:
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


AMOUNT = {"kind": "amount", "page": 1, "words": "支出"}


def correction(field, was, now, document=A, at=None):
    """Return a correction of the report itself, or of a figure: 'amount.yuan'."""
    kind, _, field = field.rpartition(".")
    at = at or ({"kind": kind, "words": "支出" if kind == "amount" else "预算执行"} if kind else None)
    return {"document_sha256": document, "field": field, "was": was, "now": now, **({"at": at} if at else {})}


def test_a_correction_is_applied_on_every_load_and_shown(engine, said):
    scored = replace(
        extraction("a"), scores=(Score(("过程",), Decimal(5), Decimal(4), Evidence(1, None, "预算执行4分")),)
    )
    mine = said(
        correction("total_score", "90", "96.5"),
        correction("amount.yuan", "100", "1000"),
        correction("score.score", 4, 5),
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
    assert unpacked(kept).report.total_score == 90, "what the extractor read is kept as it was"


def test_a_new_changed_or_withdrawn_correction_reaches_documents_that_are_not_loaded_again(engine, said):
    load(engine, [extraction("a")])
    before = everything(engine)
    load(engine, [extraction("b")], corrections=said(correction("amount.yuan", "100", "1000")))
    query = "SELECT yuan FROM core.amounts WHERE document_sha256 LIKE 'a%'"
    assert rows(engine, query) == [(1000,)]
    load(engine, [extraction("b")])
    assert rows(engine, query) == [(1000,)], "a load that knows of no corrections keeps those that are there"
    load(engine, [], corrections=said(correction("amount.yuan", "100", "1001")))
    assert rows(engine, query) == [(1001,)]
    load(engine, [], corrections=said())
    assert rows(engine, query) == [(100,)]
    assert everything(engine)["amounts"][:1] == before["amounts"]


def test_a_correction_waits_for_its_document(engine, said):
    load(engine, [], corrections=said(correction("amount.yuan", "100", "1000")))
    assert rows(engine, "SELECT state FROM core.corrections") == [("waiting",)]
    load(engine, [extraction("a")])
    assert rows(engine, "SELECT state FROM core.corrections") == [("applied",)]


@pytest.mark.parametrize("reads", [120, None])
def test_a_correction_that_does_not_fit_is_not_applied_and_a_person_hears_of_it(engine, said, reads):
    found = extraction("a", reads) if reads else replace(extraction("a"), amounts=())
    load(engine, [found], corrections=said(correction("amount.yuan", "100", "1000")))
    assert rows(engine, "SELECT state FROM core.corrections") == [("stale",)]
    assert rows(engine, "SELECT yuan FROM core.amounts") == ([(reads,)] if reads else [])
    [(stage, state, evidence)] = rows(engine, "SELECT stage, state, evidence FROM core.quarantine")
    assert (stage, state) == ("correct", "open")
    assert evidence == f"yuan of the amount at “支出”: was 100, the extractor reads {reads or 'no such figure there'}"


def test_a_correction_is_needless_when_the_extractor_reads_it_so(engine, said):
    load(engine, [extraction("a", 1000)], corrections=said(correction("amount.yuan", "100", "1000")))
    assert rows(engine, "SELECT state FROM core.corrections") == [("needless",)]
    build_marts(engine)
    assert rows(engine, "SELECT corrected FROM mart.amounts") == [(False,)]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (correction("total", "1", "2"), "site.yaml: line 1: Report has no field total"),
        (correction("amount.evidence", "1", "2"), "Amount has no field evidence that can be corrected"),
        (correction("amount.yuan", "1", "much"), "site.yaml: line 1"),
        (correction("amount.yuan", "1", "2", "abc"), "line 1: document_sha256: String should match"),
        ({**correction("grade", None, "优"), "who": ""}, "line 1: who"),
        (correction("amount.yuan", "1", "1e40"), "yuan lies between"),
        (correction("amount.yuan", "1", "NaN"), "site.yaml: line 1"),
        (correction("amount.yuan", "1", "0.00001"), "at most four decimals"),
        (correction("fiscal_year", 2021, 99999999999), "fiscal_year lies between 1,990 and 2,100"),
        (correction("organization", "某局", ""), "organization is empty"),
        (correction("region_code", "440100", "xx"), "region_code is six digits"),
        (correction("region_code", "440100", "４４０１００"), "region_code is six digits"),
        (correction("organization", "某局", "\u202e某局"), "organization: .*a character that nobody sees"),
        (correction("organization", "某局", "某局 "), "organization: a space at an end"),
        (correction("amount.yuan", "100", "1e3"), "yuan is a number: digits"),
        (correction("amount.yuan", "100", "5_0"), "yuan is a number: digits"),
        (correction("amount.yuan", "100", 1.5), "line 1: now: put it in quotes"),
        (correction("yuan", "1", "2", at={"kind": "amount", "words": "　 "}), "line 1: at.words"),
        ({**correction("grade", None, "优"), "who": " "}, "line 1: who"),
        ({**correction("grade", None, "优"), "who": "a\x1b[31m"}, "line 1: who: .*nobody sees"),
        ({**correction("grade", None, "优"), "wy": "typo"}, "line 1: wy: Extra inputs are not permitted"),
        (correction("yuan", "1", "2", at={"kind": "amount", "page": 1}), "give the words around the figure"),
        (correction("yuan", "1", "2", at={"kind": "sum", "words": "支出"}), "at.kind"),
    ],
)
def test_a_wrong_file_is_refused_in_words(said, wrong, words):
    with pytest.raises(JixiaoError, match=words):
        said(wrong)


def test_a_file_of_no_source_is_refused(said):
    with pytest.raises(JixiaoError, match="there is no source contract other"):
        said(name="other")


def test_a_value_corrected_twice_is_refused(said):
    with pytest.raises(JixiaoError, match=r"yuan of the amount at “支出” of a+ is corrected twice"):
        said(correction("amount.yuan", "1", "2"), correction("amount.yuan", "1", "3"))


def test_a_file_tells_its_line(tmp_path):
    folder = tmp_path / "corrections"
    folder.mkdir()
    path = folder / "site.yaml"
    good = f"- document_sha256: {A}\n  field: grade\n  was: 优\n  now: 良\n  why: misread\n  who: steward\n"
    good += "  date: 2026-01-02\n"
    for bad, words in (
        (good.encode() + "- 坏\n".encode("gb18030"), "line 8: not UTF-8"),
        (good.encode() + b"- {a: [\n", "line 9: not YAML"),
        (
            good.encode() + good.replace("who: steward", "whom: steward").encode(),
            "line 13: whom: Extra|line 8: who: Field",
        ),
        (good.encode() + good.replace("now: 良", "now: 良\n  now: 中").encode(), "line 12: now is there twice"),
        (b"a: 1\n", "line 1: not a list"),
    ):
        path.write_bytes(bad)
        with pytest.raises(JixiaoError, match=words):
            load_corrections(folder, {"site"})


GOOD = f"""- document_sha256: {A}
  at: {{kind: amount, words: 支出}}
  field: yuan
  was: "100"
  now: 1000
  why: misread
  who: steward
  date: 2026-01-02
"""


@pytest.mark.parametrize("now", ["yes", "010", "0x10", "1:30", "1_000", "1.5", ".inf", "2026-01-02", "[1]", "{a: 1}"])
def test_what_yaml_takes_for_something_else_is_refused(tmp_path, now):
    """`yes` corrected a sum to 1 yuan, 010 to 8; 1.5 ended in a traceback."""
    (tmp_path / "site.yaml").write_text(GOOD)
    assert load_corrections(tmp_path, {"site"})[0].row["now"] == "1000"
    (tmp_path / "site.yaml").write_text(GOOD.replace("1000", now))
    with pytest.raises(JixiaoError, match=r"site\.yaml: line 5: [^\n]*$"):
        load_corrections(tmp_path, {"site"})


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("- &a {x: 1, y: 2}\n- {k: *a}\n", r"line 2: an alias \(\*a\)"),
        ("- &a {x: *a}\n", "line 1: an alias"),
        ("- " + "[" * 5000 + "]" * 5000, "line 1: lists in lists"),
    ],
)
def test_a_file_that_multiplies_is_refused_before_it_is_read(tmp_path, bad, words):
    (tmp_path / "site.yaml").write_text(bad)
    with pytest.raises(JixiaoError, match=words):
        load_corrections(tmp_path, {"site"})


def test_a_correction_in_the_warehouse_that_no_file_could_hold_costs_itself(engine, said, capsys):
    mine = said(correction("amount.yuan", "100", "1000"))
    load(engine, [extraction("a")], corrections=mine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE core.corrections SET now = 'much'")
    load(engine, [extraction("b")], corrections=mine)
    assert rows(engine, "SELECT now, state FROM core.corrections") == [("1000", "applied")]
    assert "is left out" in capsys.readouterr().out


def test_a_correction_stays_on_its_figure_when_facts_change_their_order(engine, said):
    """By its number it moved from expenditure to revenue, and nobody heard of it."""
    one = extraction("a")
    spent = replace(one.amounts[0], yuan=Decimal(100), evidence=Evidence(1, Box(10, 10, 30, 20), "支出100元"))
    got = replace(spent, flow="revenue", evidence=Evidence(1, Box(10, 40, 30, 50), "收入100元"))
    at = {"kind": "amount", "page": 1, "box": [11, 11, 29, 19]}
    mine = said(correction("yuan", "100", "1000", at=at))
    for order in ((spent, got), (got, spent), (got, got, spent)):
        load(engine, [replace(one, amounts=order)], corrections=mine)
        assert rows(engine, "SELECT flow FROM core.amounts WHERE yuan = 1000") == [("expenditure",)]
        assert rows(engine, "SELECT state FROM core.corrections") == [("applied",)]
    load(engine, [replace(one, amounts=(got,))], corrections=mine)
    assert rows(engine, "SELECT state, fact_id FROM core.corrections") == [("stale", None)]


def test_a_correction_that_fits_two_figures_is_stale(engine, said):
    one = extraction("a")
    load(engine, [replace(one, amounts=one.amounts * 2)], corrections=said(correction("amount.yuan", "100", "1000")))
    assert rows(engine, "SELECT state FROM core.corrections") == [("stale",)]
    [(evidence,)] = rows(engine, "SELECT evidence FROM core.quarantine")
    assert "2 figures that fit: say more of its place" in evidence


def test_a_file_that_cannot_be_read_leaves_its_corrections_as_they_were(engine, said):
    load(engine, [extraction("a")], corrections=said(correction("amount.yuan", "100", "1000")))
    load(engine, [extraction("a"), extraction("b")], corrections=[], unread={"site"})
    assert rows(engine, "SELECT yuan FROM core.amounts ORDER BY document_sha256") == [(1000,), (100,)]


def test_a_line_that_confirms_an_unsure_fact_makes_it_sure(engine, said):
    load(engine, [extraction("a")])
    assert rows(engine, "SELECT DISTINCT confidence FROM core.amounts") == [("unsure",)]
    load(engine, [extraction("a")], corrections=said(correction("amount.confidence", "unsure", "sure")))
    assert rows(engine, "SELECT count(*) FROM core.amounts WHERE confidence = 'sure'") == [(1,)]
    load(engine, [extraction("a")], corrections=said(correction("amount.yuan", "100", "1000")))
    assert rows(engine, "SELECT yuan FROM core.amounts WHERE confidence = 'sure'") == [(1000,)]
