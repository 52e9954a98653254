"""Revisions: the newest counts, the older ones stay readable as of their day."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from jixiao.archive import Archive, Revision
from jixiao.extract import extract
from jixiao.read import read_document
from jixiao.settings import Settings
from jixiao.warehouse import SightingRow, build_marts, load, open_warehouse

from tests.warehouse.conftest import SAMPLE
from tests.warehouse.test_load import extraction, rows
from tests.warehouses import empty_warehouse

NAME = "某市某局"


def chain(*letters: str, seen: str = "2022-11-11", name: str = "报告") -> list[Revision]:
    before = [None, *(letter * 64 for letter in letters)]
    return [
        Revision(NAME, 2021, name, number, letter * 64, before[number - 1], None, seen, seen, False)
        for number, letter in enumerate(letters, 1)
    ]


def sighting(letter: str, day: str | None) -> SightingRow:
    on = date.fromisoformat(day) if day else None
    return SightingRow(
        letter * 64, f"http://x/{letter}", "s", None, None, None, None, on, 2021, "application/pdf", 1
    )  # fmt: skip


@pytest.fixture
def engine(tmp_path):
    with open_warehouse(empty_warehouse(tmp_path / "w.duckdb")) as engine:
        yield engine


def published(engine, day):
    query = (
        f"SELECT left(report.document_sha256, 1), amount.yuan::INTEGER FROM core.as_published(DATE '{day}') AS report "
        "INNER JOIN core.amounts AS amount ON report.document_sha256 = amount.document_sha256 ORDER BY ALL"
    )
    return rows(engine, query)


def test_the_facts_that_counted_on_a_day_stay_readable(engine):
    both = [extraction("a", 100), extraction("b", 200)]
    load(engine, both, (), [sighting("a", "2022-08-30"), sighting("b", "2022-10-01")], chain("a", "b"))
    assert published(engine, "2022-08-29") == []
    assert published(engine, "2022-08-30") == [("a", 100)]
    assert published(engine, "2022-09-30") == [("a", 100)]
    assert published(engine, "2022-10-01") == [("b", 200)]
    assert rows(engine, "SELECT left(document_sha256, 1) FROM core.current_reports") == [("b",)]


def test_a_file_replaced_without_a_new_date_counts_from_the_day_it_was_seen(engine):
    both = [replace(extraction("b", 100)), extraction("a", 200)]
    load(engine, both, (), [sighting("b", "2022-08-30"), sighting("a", "2022-08-30")], chain("b", "a"))
    assert published(engine, "2022-11-10") == [("b", 100)]
    assert published(engine, "2022-11-11") == [("a", 200)]
    assert rows(engine, "SELECT left(document_sha256, 1) FROM core.current_reports") == [("a",)]


@pytest.mark.parametrize("stated", [("2022-08-30", "2022-10-01"), ("2022-08-30", "2022-08-30"), ("2022-08-30", None)])
def test_a_file_that_is_put_back_counts_again_and_both_changes_are_told(engine, stated):
    links = [
        replace(link, first_seen_at=day)
        for link, day in zip(chain("a", "b", "a"), ("2022-09-01", "2022-10-02", "2022-12-01"), strict=True)
    ]
    days = [sighting(letter, day) for letter, day in zip("ab", stated, strict=True)]
    load(engine, [extraction("a", 100), extraction("b", 200)], (), days, links[:2])
    build_marts(engine)
    load(engine, [], (), [], links)
    assert published(engine, "2022-08-29") == []
    assert published(engine, "2022-08-30") == [("a", 100)]
    assert published(engine, "2022-10-02") == [("b", 200)]
    assert published(engine, "2022-11-30") == [("b", 200)]
    assert published(engine, "2022-12-01") == [("a", 100)]
    build_marts(engine)
    assert rows(engine, "SELECT left(document_sha256, 1) FROM mart.department_year") == [("a",)]
    query = "SELECT revision, old_value::INTEGER, new_value::INTEGER FROM mart.document_revisions ORDER BY ALL"
    assert rows(engine, query) == [(2, 100, 200), (3, 200, 100)]


def test_a_revision_that_names_no_department_or_was_not_read_replaces_nothing(engine):
    unnamed = extraction("b")
    unnamed = replace(unnamed, report=replace(unnamed.report, organization=None))
    load(engine, [extraction("a"), unnamed], (), [], chain("a", "b", "c"))
    assert rows(engine, "SELECT left(document_sha256, 1) FROM core.current_reports") == [("a",)]


def test_loading_the_archives_chains_again_replaces_them_and_loading_without_keeps_them(engine):
    load(engine, [extraction("a")], (), [], chain("a", "b"))
    load(engine, [extraction("a")])
    assert rows(engine, "SELECT count(*) FROM core.revisions") == [(2,)]
    load(engine, [extraction("a")], (), [], chain("a"))
    assert rows(engine, "SELECT count(*) FROM core.revisions") == [(1,)]


def test_the_mart_says_what_changed_and_is_the_same_when_built_again(engine):
    days = [sighting("a", "2022-08-30"), sighting("b", "2022-10-01")]
    load(engine, [extraction("a", 100), extraction("b", 250)], (), days, chain("a", "b"))
    build_marts(engine)
    query = "SELECT kind, fact, old_value, new_value, difference::INTEGER FROM mart.document_revisions"
    assert rows(engine, query) == [("amount", "2021/expenditure/final/total/total", "100.0000", "250.0000", 150)]
    once = rows(engine, "SELECT * FROM mart.document_revisions")
    build_marts(engine)
    assert rows(engine, "SELECT * FROM mart.document_revisions") == once


def test_a_file_replaced_on_its_site_is_a_revision_with_its_differences(archived, engine, tmp_path):
    changed = io.BytesIO()
    with zipfile.ZipFile(SAMPLE) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"240.35", b"239.08"))
    shas = [archived("report.docx", body).sha256 for body in (SAMPLE.read_bytes(), changed.getvalue())]
    archive = Archive(Settings.load().archive_url)
    both = [extract(read_document(archive.local_copy(sha256, tmp_path / "copies"))) for sha256 in shas]
    load(engine, both, (), [], archive.revisions())
    build_marts(engine)
    assert rows(engine, "SELECT document_sha256 FROM mart.department_year") == [(shas[1],)]
    query = "SELECT fact, old_value::DECIMAL, new_value::DECIMAL, difference, revision FROM mart.document_revisions"
    final = "2023/expenditure/final/total/total"
    assert (final, 2403500, 2390800, -12700, 2) in rows(engine, f"{query} WHERE fact = '{final}'")
    assert len(rows(engine, query)) < 5, "all else is as it was"
