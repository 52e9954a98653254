"""A version costs what changed: files of unchanged rows are copied, and the marts are those of a new build."""

import os
import random
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from jixiao.publish import parts as written
from jixiao.publish import publish
from jixiao.warehouse import build_marts, load, open_warehouse

sys.path.insert(0, str(Path(__file__).parent))
from numbered import document, put


def report(index: int, number: int, year: int):
    """Return a report of `year` all of whose figures say `number`."""
    found = document(index, number)
    amounts = tuple(replace(one, fiscal_year=year) for one in found.amounts[:3])
    said = replace(found.report, fiscal_year=year)
    return replace(found, report=said, amounts=amounts, scores=found.scores[:3])


def parquet(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


def rows_of(root: Path, name: str) -> list[tuple[str, str]]:
    table = pq.read_table(root / "current" / name, columns=["document_sha256", "fact_id"], partitioning=None)
    return [tuple(row.values()) for row in table.to_pylist()]


def built(warehouse: Path, root: Path, extractions) -> dict[str, bytes]:
    with open_warehouse(warehouse) as engine:
        load(engine, extractions)
        build_marts(engine)
    return parquet(publish(warehouse, root).folder)


def test_a_random_history_gives_the_marts_of_a_new_build_byte_for_byte(tmp_path):
    chance = random.Random(os.environ.get("JIXIAO_SEED", "1"))
    now: dict[int, object] = {}
    for _ in range(3):
        loaded = {i: report(i, chance.randrange(1, 9), 2019 + i % 3) for i in chance.sample(range(6), 2)}
        now |= loaded
        history = built(tmp_path / "w" / "jixiao.duckdb", tmp_path / "p", loaded.values())
    assert history == built(tmp_path / "new" / "jixiao.duckdb", tmp_path / "new-p", now.values())


def test_only_what_changed_is_written_and_a_damaged_file_is_not_copied(tmp_path, monkeypatch):
    asked: dict[str, bool] = {}
    whole = written.write_part

    def watched(connection, folder, part, copied):
        def told(one, target):
            asked[one.name] = copied(one, target)
            return asked[one.name]

        whole(connection, folder, part, told)

    monkeypatch.setattr("jixiao.publish.write_part", watched)
    warehouse, root = tmp_path / "w.duckdb", tmp_path / "p"
    put(warehouse, 1)
    first = publish(warehouse, root)
    assert not any(asked.values())
    put(warehouse, 2)  # the amounts, scores and departments; no other mart
    second = publish(warehouse, root)
    anew = {name.split("/")[1] for name, copied in asked.items() if not copied}
    assert anew == {"amounts", "department_year", "indicator_scores"}
    same = [name for name, copied in asked.items() if copied]
    assert same
    assert all((first.folder / name).read_bytes() == (second.folder / name).read_bytes() for name in same)
    sound = (second.folder / same[0]).read_bytes()
    (second.folder / same[0]).write_bytes(b"damaged")
    third = publish(warehouse, root)
    assert third.changed
    assert (third.folder / same[0]).read_bytes() == sound
    assert not asked[same[0]]


def spread(index: int, number: int):
    """Return a report of 2021 whose hash begins with any two digits."""
    found = report(index, number, 2021)
    return replace(found, document=replace(found.document, sha256=f"{21 * index % 256:02x}{index:062d}"), scores=())


def test_a_year_of_many_rows_is_shared_out_by_document_and_one_more_writes_its_share(tmp_path, monkeypatch):
    monkeypatch.setattr(written, "MOST_ROWS", 8)
    warehouse, root = tmp_path / "w.duckdb", tmp_path / "p"
    first = built(warehouse, root, [spread(i, i) for i in range(12)])
    amounts = [name for name in first if name.startswith("parquet/amounts/")]
    assert amounts == [f"parquet/amounts/fiscal_year=2021/part-{share}.parquet" for share in (
        "00-1f", "20-3f", "40-5f", "60-7f", "80-9f", "a0-bf", "c0-df", "e0-ff")]  # fmt: skip
    keys = [row for name in amounts for row in rows_of(root, name)]
    assert keys == sorted(keys)
    assert len(keys) == 36
    second = built(warehouse, root, [spread(3, 99)])
    assert len([name for name in amounts if second[name] != first[name]]) == 1
    third = built(warehouse, root, [spread(i, i) for i in range(12, 30)])  # twice as many files
    assert len([name for name in third if name.startswith("parquet/amounts/")]) == 16
    everything = {i: spread(i, i) for i in range(30)} | {3: spread(3, 99)}
    assert third == built(tmp_path / "new.duckdb", tmp_path / "new", everything.values())
    with duckdb.connect(str(root / "current" / "marts.duckdb"), read_only=True) as database:
        held = database.execute("SELECT document_sha256, fact_id FROM mart.amounts ORDER BY ALL").fetchall()
    assert held == sorted(row for name in third if "/amounts/" in name for row in rows_of(root, name))
    monkeypatch.setattr(written, "MOST_ROWS", 1_000)  # and back to one
    assert publish(warehouse, root).changed
    with duckdb.connect(str(root / "current" / "marts.duckdb"), read_only=True) as database:
        assert database.execute("SELECT document_sha256, fact_id FROM mart.amounts ORDER BY ALL").fetchall() == held
