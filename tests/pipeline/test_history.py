"""Runs that load only what is new leave what one run into a new warehouse leaves, byte for byte.

A history of runs is played that brings documents, other readings of them, other titles, revisions, failures, documents
that cannot be loaded and are mended, and corrections that come and go; then the code is upgraded: a rule and a mart say
otherwise, and other departments must report. `JIXIAO_SEED` plays another one.
"""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from jixiao.archive import Archive
from jixiao.check import find_all, rules
from jixiao.extract.stored import EXTRACTION
from jixiao.pipeline import extraction_path, load_run
from jixiao.pipeline import loading_parts as parts_of_a_load
from jixiao.pipeline.settling import apply_corrections
from jixiao.publish import publish
from jixiao.schema import schema_of, schemas
from jixiao.settings import Settings
from jixiao.warehouse import build_marts, open_warehouse, standing
from jixiao.warehouse.counting import counted
from jixiao.warehouse.marts import build_order, read_by
from jixiao.warehouse.offences import counts_by_document
from jixiao.warehouse.suites import suites

from tests.warehouses import empty_warehouse

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from bench_changed import arrange, extraction_of, put_run

_CORRECTION = """\
- document_sha256: {sha256}
  field: organization
  was: {was}
  now: {now}
  why: the seal says so
  who: steward
  date: 2026-01-01
"""


@pytest.fixture
def var(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("JIXIAO_CORRECTIONS", str(tmp_path / "corrections"))
    monkeypatch.setenv("JIXIAO_EXTRACTIONS", str(tmp_path / "extractions"))  # stay where they are: so do their marks
    (tmp_path / "corrections").mkdir()
    empty_warehouse(Settings.load().warehouse_path)
    return tmp_path / "var"


def write(extraction) -> None:
    """Put an extraction where the load looks for it: another file than before, as every writer of ours leaves."""
    path = Path(extraction_path(extraction.document.sha256).path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".new").write_bytes(EXTRACTION.dump_json(extraction))
    path.with_suffix(".new").replace(path)


def tables() -> dict[str, list[tuple]]:
    """Return all rows of `core`."""
    with duckdb.connect(str(Settings.load().warehouse_path), read_only=True) as connection:
        return {name: connection.execute(f"FROM core.{name} ORDER BY ALL").fetchall() for name in schemas("core")}


def published() -> dict[str, str]:
    """Build and publish; return the hash of every Parquet file, and how many rows of each mart the database has."""
    settings = Settings.load()
    with open_warehouse(settings.warehouse_path) as engine:
        counts = build_marts(engine)
    folder = publish(settings.warehouse_path, settings.publish_url).folder
    files = sorted((folder / "parquet").rglob("*.parquet"))
    found = {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as connection:
        for mart in counts:
            rows = connection.execute(f"FROM mart.{mart} ORDER BY ALL").fetchall()
            found[mart] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


class History:
    """What sites and extractor have said so far, and a step on of it."""

    def __init__(self, chance: random.Random, corrections: Path) -> None:
        self.chance, self.corrections = chance, corrections
        self.seen: dict[str, dict] = {}
        self.editions: dict[int, int] = {}
        self.bad: list = []
        self.failed: list[str] = []

    def step(self) -> None:
        """Have some of everything happen."""
        for number in self.chance.sample(range(12), 4):  # new, or published again with other bytes
            self.editions[number] = edition = self.editions.get(number, -1) + 1
            for one in arrange(range(number, number + 1), edition):
                self.seen[str(one["sha256"])] = one
        for mended in self.bad:
            write(mended)
        self.bad = []
        number = 100 + len(self.editions)  # a document that cannot be loaded, until the next step
        sound = extraction_of(number, edition := 7 + len(self.seen))
        self.seen[sound.document.sha256] = arrange(range(number, number + 1), edition)[0]
        huge = replace(sound.amounts[0], yuan=Decimal(10**13))
        write(replace(sound, amounts=(huge, *sound.amounts[1:])))
        self.bad = [sound]
        again, edition = self.chance.choice(sorted(self.editions.items()))
        read = extraction_of(again, edition)  # read otherwise
        write(replace(read, scores=read.scores[: self.chance.randrange(3, 20)]))
        named, edition = self.chance.choice(sorted(self.editions.items()))
        nameless = extraction_of(named, edition)  # whose department only its post tells
        write(replace(nameless, report=replace(nameless.report, organization=None)))
        other = self.chance.choice(sorted(self.seen))
        self.seen[other] |= {"post_title": f"广州市第{self.chance.randrange(9)}局2021年度部门整体支出绩效自评报告"}
        came = {f"https://example.invalid/{n}.pdf" for n in self.chance.sample(range(500, 504), 2)}
        self.failed = sorted(came.union(self.failed))  # until it answers, what is known of an address stays
        corrected = self.chance.sample(sorted(self.editions.items()), min(2, len(self.editions)))
        said = [extraction_of(*pair) for pair in corrected]
        lines = [
            _CORRECTION.format(sha256=one.document.sha256, was=one.report.organization, now="广州市第3局")
            for one in said
        ]
        (self.corrections / "demo.yaml").write_text("".join(lines), "utf-8")
        gone = self.chance.choice(sorted(self.seen))
        Archive(Settings.load().archive_url).mark_gone([str(self.seen[gone]["url"])])

    def run(self, name: str) -> str:
        """Write what the stages before leave of a run that meets it all; return its folder."""
        run = put_run(name, [self.seen[sha256] for sha256 in sorted(self.seen)])
        path = Path(run.removeprefix("file://")) / "sources" / "synthetic" / "archived.json"
        said = json.loads(path.read_text("utf-8"))
        said["failures"] = [{"url": url, "fiscal_year": 2021, "reason": "404"} for url in self.failed]
        path.write_text(json.dumps(said), "utf-8")
        return run


def counts_follow() -> None:
    """Check that what the gate keeps of each document adds up to what it counts in all rows."""
    with open_warehouse(Settings.load().warehouse_path) as engine:
        trusted = standing.stands(engine, standing.work_of(standing.FACTS), standing.content(engine))
        kept = counts_by_document(engine, "the gate", trusted)
    with duckdb.connect(str(Settings.load().warehouse_path), read_only=True) as native:
        whole = {(one.qualified, query): n for one in suites() for query, n in counted(native, one).items()}
    assert len(kept) > len(whole) / 2
    assert kept == {key: whole[key] for key in kept}


HOME = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """Return a copy of what an upgrade brings beside the library."""
    for name in ("sql", "expectations", "sources", "rosters"):
        shutil.copytree(HOME / name, tmp_path / "home" / name)
    monkeypatch.setenv("JIXIAO_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"
    as_a_new_process()


def as_a_new_process() -> None:
    """Forget what a process reads once."""
    for kept in (rules, schemas, schema_of, build_order, read_by):
        kept.cache_clear()


def upgrade(home: Path) -> None:
    """Have a rule and a mart say something else, and another department report."""
    for path, old, new in (
        ("sql/rules/scores_sum_to_total/rule.yaml", 'message_en: "', 'message_en: "Mind: '),
        ("sql/marts/doubts/query.sql", "doubt.message,", "'! ' || doubt.message AS message,"),
        ("rosters/440000.csv", "韶关市科学技术协会,440200", "韶关市教育局,440200,,,\n韶关市科学技术协会,440200"),
    ):
        text = (home / path).read_text("utf-8")
        assert old in text
        (home / path).write_text(text.replace(old, new), "utf-8")
    as_a_new_process()


def test_a_random_history_of_runs_leaves_what_one_run_into_a_new_warehouse_leaves(
    var, home, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(parts_of_a_load, "AT_ONCE", 6)
    history = History(random.Random(os.environ.get("JIXIAO_SEED", "1")), tmp_path / "corrections")
    for number in range(3):
        history.step()
        if number == 1:
            apply_corrections()  # as the DAG of corrections does between two runs
        if number == 2:
            upgrade(home)
        load_run(history.run(f"run {number}"))
        counts_follow()
        marts = published()
    left = tables()
    said = capsys.readouterr().out
    assert "nothing is new" not in said
    load_run(history.run("again"))
    assert tables() == left
    monkeypatch.setenv("JIXIAO_WAREHOUSE", str(tmp_path / "new" / "jixiao.duckdb"))
    monkeypatch.setenv("JIXIAO_PUBLISH_URL", str(tmp_path / "new-published"))
    load_run(history.run("new"))
    assert tables() == left
    assert published() == marts
    assert all(left[name] for name in ("reports", "corrections", "quarantine", "revisions", "findings", "rosters"))
    said = {message for row in left["findings"] for message in map(str, row) if message.startswith("Mind: ")}
    assert said, "no finding is of the mended rule"


def test_only_what_is_new_is_read_and_what_anybody_else_changed_is_loaded_again(var, monkeypatch, capsys):
    read = []
    whole = parts_of_a_load.read_extraction
    monkeypatch.setattr(parts_of_a_load, "read_extraction", lambda sha256: read.append(sha256) or whole(sha256))
    seen = arrange(range(6))
    load_run(put_run("first", seen))
    assert len(read) == 6
    read.clear()
    load_run(put_run("again", seen))
    assert read == []
    assert "nothing is new: what is loaded stands" in capsys.readouterr().out
    more = arrange(range(6, 7))
    counts_follow()
    load_run(put_run("one more", seen + more))
    counts_follow()
    assert read == [more[0]["sha256"]]
    read.clear()
    load_run(put_run("and again", seen + more))
    assert "nothing is new: what is loaded stands" in capsys.readouterr().out
    Archive(Settings.load().archive_url).mark_gone([str(seen[0]["url"])])
    load_run(put_run("one gone", seen + more))
    assert "nothing is new" not in capsys.readouterr().out
    assert read == []
    with duckdb.connect(str(Settings.load().warehouse_path)) as connection:
        before = connection.execute("SELECT sum(yuan) FROM core.amounts").fetchall()
        connection.execute("UPDATE core.amounts SET yuan = 1")
    counts_follow()
    load_run(put_run("by hand", seen + more))
    counts_follow()
    assert len(read) == 7
    with duckdb.connect(str(Settings.load().warehouse_path)) as connection:
        assert connection.execute("SELECT sum(yuan) FROM core.amounts").fetchall() == before


_STAGES = """
import sys
sys.path.insert(0, {home!r})
from jixiao.pipeline import load_run, loading_parts
from tests.pipeline.test_history import published
loading_parts.AT_ONCE = 2
print("begun", flush=True)
load_run({run!r})
published()
"""


def whole() -> None:
    """Check that each document is there with all its figures and findings, and that what is published is whole."""
    settings = Settings.load()
    with open_warehouse(settings.warehouse_path):
        pass  # taken up as the next run would
    with duckdb.connect(str(settings.warehouse_path)) as native:
        half = "SELECT document_sha256 FROM core.reports LEFT JOIN core.amounts USING (document_sha256) "
        assert native.execute(f"{half} GROUP BY ALL HAVING count(*) <> 12").fetchall() == []
        found = native.execute("SELECT finding_id FROM core.findings ORDER BY document_sha256, finding_id").fetchall()
        assert found == [(row["finding_id"],) for row in find_all(native).to_pylist()]
    current = Path(settings.publish_url) / "current"
    if current.exists():
        said = json.loads((current / "manifest.json").read_text("utf-8"))["files"]
        assert said == {name: hashlib.sha256((current / name).read_bytes()).hexdigest() for name in said}


def test_killed_anywhere_between_and_within_parts_and_run_again_leaves_the_same(var, tmp_path, monkeypatch):
    """`JIXIAO_KILLS=50` tries it fifty times; the suite tries a few."""
    seen = arrange(range(4))
    load_run(put_run("first", seen))
    published()
    seen += arrange(range(4, 10)) + arrange(range(2), 1)
    run = put_run("more", seen)
    home, chance = str(Path(__file__).resolve().parents[2]), random.Random(20211121)
    kept = tmp_path / "kept"
    shutil.copytree(var, kept, symlinks=True)
    for _ in range(int(os.environ.get("JIXIAO_KILLS", "2"))):
        shutil.rmtree(var)
        shutil.copytree(kept, var, symlinks=True)
        code = _STAGES.format(home=home, run=run)
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:
            child.stdout.readline()
            time.sleep(chance.uniform(0.0, 4.0))
            child.kill()
        whole()
    load_run(run)
    left, marts = tables(), published()
    monkeypatch.setenv("JIXIAO_WAREHOUSE", str(tmp_path / "new" / "jixiao.duckdb"))
    monkeypatch.setenv("JIXIAO_PUBLISH_URL", str(tmp_path / "new-published"))
    load_run(put_run("new", seen))
    assert (tables(), published()) == (left, marts)
