"""A version costs what changed: files of unchanged rows are copied, and the marts are those of a new build."""

import os
import random
import sys
from dataclasses import replace
from pathlib import Path

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
