"""What is worked out for changed documents only is what a build of everything gives, byte for byte."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import duckdb
import pytest
import sqlalchemy as sa
import sqlglot
from jixiao.archive import Revision
from jixiao.check import find_all
from jixiao.model import (
    Amount,
    Change,
    Deduction,
    DocumentInfo,
    Doubt,
    Evidence,
    Extraction,
    JixiaoError,
    Ratio,
    Report,
    Score,
    SectionItem,
    Subject,
)
from jixiao.publish import publish
from jixiao.schema import schemas
from jixiao.warehouse import SightingRow, build_marts, load, marts, open_warehouse
from jixiao.warehouse.correction_model import Correction
from jixiao.warehouse.corrections import Judged
from jixiao.warehouse.marts import build_order, query_of, read_by
from jixiao.warehouse.store import raw_connection

from tests.certain import certain
from tests.warehouses import empty_warehouse


def _document(draw: random.Random, number: int) -> Extraction:
    """Return a document whose department, year and figures are drawn anew each time."""
    year = draw.choice([2020, 2021, 2021, 2022, None])
    name = draw.choice(["甲局", "甲局", "乙局", None])
    kinds = [
        ("total", "total"),
        ("nature", "basic"),
        ("nature", "project"),
        ("three_public", "total"),
        ("project", "丙"),
    ]
    amounts = tuple(
        Amount(
            of,
            "expenditure",
            stage,
            scheme,
            item,
            item,
            Decimal(draw.randint(1, 3)),
            Decimal(1),
            Evidence(1, None, "x"),
        )
        for scheme, item in kinds
        for stage in ("budget", "final")
        for of in ((year or 2021) - 1, year or 2021)
        if draw.random() < 0.7
    )
    scores = tuple(
        Score(path, Decimal(10), Decimal(draw.randint(5, 12)), Evidence(1))
        for path in (("甲",), ("过程", "预算执行率"))
    )
    ratios = (Ratio("share", "丁", Decimal(draw.randint(1, 9)), Evidence(1), year),)
    return certain(
        Extraction(
            "1",
            DocumentInfo(f"{number:064d}", "application/pdf", 1, "text"),
            Report(name, draw.choice(["440100", "440100", None]), year, "narrative", Decimal(9), Decimal(10), None),
            amounts,
            scores,
            ratios,
            (Change(year or 2021, Subject("revenue", "total", "total"), "x", Evidence(1), Decimal(1), Decimal(1)),),
            (Deduction("预算执行率", Decimal(draw.randint(1, 3)), None, Evidence(1)),),
            (SectionItem("problems", "x", Evidence(1)),),
            (Doubt("unread_figure", "x", Evidence(1)),),
        )
    )


def _sightings(draw: random.Random, number: int) -> list[SightingRow]:
    """Return two addresses of a document."""
    day = date(2022, 1, draw.randint(1, 28))
    return [
        SightingRow(
            f"{number:064d}", f"http://{host}/{number}", "demo", None, None, None, None,
            day, None, "application/pdf", 1,
        )
        for host in "xy"
    ]  # fmt: skip


def _revisions(draw: random.Random) -> list[Revision]:
    """Return chains that are drawn anew each time; their documents may be of other departments and years."""
    out = []
    for name in ("报告", "自评表"):
        order = [f"{n:064d}" for n in draw.sample(range(14), 4)]
        for number, (sha256, before) in enumerate(zip(order, [None, *order], strict=False), 1):
            out.append(Revision("甲局", 2021, name, number, sha256, before, None, "2023-01-01", "2023-01-01", False))
    return out


def _corrections(draw: random.Random) -> list[Judged]:
    """Return corrections of departments' names, drawn anew each time; some fit."""
    said = {"field": "organization", "was": "甲局", "now": "乙局", "why": "x", "who": "x", "date": date(2026, 1, 1)}
    return [Judged("demo", Correction(document_sha256=f"{n:064d}", **said)) for n in draw.sample(range(14), 6)]


def _rows(engine: sa.Engine, names: list[str]) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY ALL")]
            for name in names
        }


MARTS = [f"mart.{name}" for name in schemas("marts")]


def test_by_document_and_whole_are_the_same(tmp_path):
    draw = random.Random(1)
    path = tmp_path / "w.duckdb"
    for size in (12, 1, 2, 1):
        numbers = draw.sample(range(14), size)
        with open_warehouse(path) as engine:
            load(
                engine,
                [_document(draw, n) for n in numbers],
                sightings=[one for n in draw.sample(range(14), 2) for one in _sightings(draw, n)],
                revisions=_revisions(draw),
                corrections=_corrections(draw),
            )
            with engine.connect() as connection:
                native = raw_connection(connection)
                recorded = native.execute("SELECT * FROM core.findings ORDER BY document_sha256, finding_id").fetchall()
                anew = [tuple(row.values()) for row in find_all(native, at_once=8).to_pylist()]
            assert recorded == anew
            counts = build_marts(engine)
            found = _rows(engine, MARTS)
        first = publish(path, tmp_path / "p").folder
        with open_warehouse(path) as engine:
            assert build_marts(engine, whole=True, at_once=4) == counts
            assert _rows(engine, MARTS) == found
        assert publish(path, tmp_path / "p").folder == first  # nothing to publish: the same bytes
    assert all(found[name] for name in MARTS if "coverage" not in name), "nothing was compared"


def test_only_what_changed_is_built_anew(tmp_path):
    """A mark that only a build from scratch would wipe out stays on a document that nothing concerns."""
    draw = random.Random(3)
    with open_warehouse(empty_warehouse(tmp_path / "w.duckdb")) as engine:
        load(engine, [_document(draw, n) for n in range(14)])
        build_marts(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE mart.indicator_scores SET evidence_text = 'mark'")
        build_marts(engine)
        marked = _rows(engine, ["mart.indicator_scores"])["mart.indicator_scores"]
        assert all("mark" in row for row in marked)
        load(engine, [_document(draw, 0)])
        build_marts(engine)
        marked = _rows(engine, ["mart.indicator_scores"])["mart.indicator_scores"]
        assert 0 < sum("mark" not in row for row in marked) < len(marked)
        with engine.begin() as connection:  # a name changed: everything is built anew
            connection.exec_driver_sql("UPDATE core.regions SET name = '某区' WHERE code = '440111'")
        build_marts(engine)
        assert not any("mark" in row for row in _rows(engine, ["mart.indicator_scores"])["mart.indicator_scores"])


def test_parts_that_a_killed_build_left_are_not_taken_in_and_none_stay(tmp_path):
    path = tmp_path / "w.duckdb"
    draw = random.Random(5)
    with open_warehouse(path) as engine:
        load(engine, [_document(draw, n) for n in range(6)])
        counts = build_marts(engine)
        parts = tmp_path / "w.duckdb.parts"
        parts.mkdir()
        (parts / "scores.0.parquet").write_bytes(b"cut off")
        (parts / "three_public.7.parquet").write_bytes(b"cut off")
        assert build_marts(engine, whole=True) == counts
    assert not parts.exists()


def test_a_mart_comes_after_those_it_reads():
    order = [mart.name for mart in build_order()]
    assert order.index("amounts") < order.index("projects")
    assert order.index("department_year") < order.index("region_year")
    for name in order:  # a reader of SQL says the same; it takes a second of each run
        read = sqlglot.parse_one(query_of(schemas("marts")[name]), read="duckdb").find_all(sqlglot.exp.Table)
        assert read_by(name) == {table.name for table in read if table.db == "mart"}


def test_only_fiscal_years_that_changed_are_summed_up_anew(tmp_path):
    draw = random.Random(3)
    with open_warehouse(empty_warehouse(tmp_path / "w.duckdb")) as engine:
        load(engine, [_document(draw, n) for n in range(14)])
        build_marts(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE mart.region_year SET region_name = 'mark'")
        drawn = (_document(draw, 99) for _ in range(99))
        reports = ((one, one.report) for one in drawn)
        load(
            engine, [next(one for one, of in reports if of.organization and of.region_code and of.fiscal_year == 2022)]
        )
        build_marts(engine)
        with engine.connect() as connection:
            query = "SELECT DISTINCT fiscal_year, region_name = 'mark' FROM mart.region_year"
            marked = dict(tuple(row) for row in connection.exec_driver_sql(query))
    assert marked == {2020: True, 2021: True, 2022: False}


def test_a_build_that_fails_leaves_the_marts_as_they_were(tmp_path):
    draw = random.Random(4)
    with open_warehouse(empty_warehouse(tmp_path / "w.duckdb")) as engine:
        load(engine, [_document(draw, n) for n in range(6)])
        build_marts(engine)
        before = _rows(engine, MARTS)
        load(engine, [_document(draw, n) for n in range(6)])
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE mart.three_public RENAME COLUMN item TO other")
        with pytest.raises(duckdb.Error):
            build_marts(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE mart.three_public RENAME COLUMN other TO item")
        assert _rows(engine, MARTS) == before
        build_marts(engine)
        assert _rows(engine, MARTS) != before


@pytest.mark.parametrize("name", ["ratios", "department_year", "organizations"])
def test_a_key_may_not_come_twice(tmp_path, monkeypatch, name):
    draw = random.Random(4)

    def twice(mart):
        query = query_of(mart)
        return f"SELECT * FROM ({query}) UNION ALL SELECT * FROM ({query})" if mart.name == name else query

    with open_warehouse(empty_warehouse(tmp_path / "w.duckdb")) as engine:
        load(engine, [_document(draw, n) for n in range(6)])
        monkeypatch.setattr(marts, "query_of", twice)
        with pytest.raises(JixiaoError, match=f"mart {name} has more than one row of "):
            build_marts(engine)


def _report(sha: str, year: int, this: int, before: int | None = None) -> Extraction:
    figures = [(year, this)] + ([(year - 1, before)] if before is not None else [])
    return certain(
        Extraction(
            "1",
            DocumentInfo(sha * 64, "application/pdf", 1, "text"),
            Report("甲局", "440100", year, "narrative", None, None, None),
            tuple(
                Amount(of, "expenditure", "final", "total", "total", "x", Decimal(yuan), Decimal(1), Evidence(1))
                for of, yuan in figures
            ),
        )
    )


def test_a_year_that_is_loaded_changes_the_year_after_it(tmp_path):
    query = "SELECT restated_yuan, first_reported_yuan, is_restated FROM mart.year_on_year WHERE fiscal_year = 2021"
    with open_warehouse(empty_warehouse(tmp_path / "w.duckdb")) as engine:

        def answer(*documents: Extraction) -> tuple[list[tuple[object, ...]], int]:
            findings = load(engine, documents).findings
            build_marts(engine)
            with engine.connect() as connection:
                return [tuple(row) for row in connection.exec_driver_sql(query)], findings

        assert answer(_report("a", 2020, 50), _report("b", 2021, 70, 60)) == ([(60, 50, True)], 1)
        assert answer(_report("a", 2020, 60)) == ([(60, 60, False)], 0)
        assert answer(_report("b", 2021, 70, 80)) == ([(80, 60, True)], 1)
        assert answer(_report("a", 2019, 60)) == ([(80, None, None)], 0)


def test_a_replaced_document_stays_replaced_when_it_alone_is_loaded_again(tmp_path):
    """The newer revision names another department: only the chain tells that the two belong together."""
    new = _report("b", 2021, 70)
    new = replace(new, report=replace(new.report, organization="乙局"))
    chain = [
        Revision("甲局", 2021, "报告", 1, "a" * 64, None, None, "2023-01-01", "2023-01-01", False),
        Revision("甲局", 2021, "报告", 2, "b" * 64, "a" * 64, None, "2023-02-01", "2023-02-01", False),
    ]
    with open_warehouse(empty_warehouse(tmp_path / "w.duckdb")) as engine:
        load(engine, [_report("a", 2021, 60), new], revisions=chain)
        build_marts(engine)
        load(engine, [_report("a", 2021, 61)])
        build_marts(engine)
        assert [row[-1] for row in _rows(engine, ["mart.amounts"])["mart.amounts"]] == ["b" * 64]
