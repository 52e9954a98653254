"""Kill -9 in every stage, at any moment: nothing lost, doubled or half published, and the marts are the same after.

`JIXIAO_KILLS=50` tries each stage fifty times, each time to the end (an hour, or more); the suite tries a few.
"""

import hashlib
import os
import random
import shutil
from pathlib import Path

import duckdb
import pytest
from jixiao.archive import Archive
from jixiao.extract.stored import EXTRACTION

from tests.faults.stages import STAGES, fingerprint

KILLS = int(os.environ.get("JIXIAO_KILLS", "2"))


def originals(var: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the originals and what the sidecars say; each must be whole."""
    archive = Archive(str(var / "archive"))
    seen = list(archive.sightings())
    assert [one for one in seen if archive.state_of(one.sha256) != "whole"] == []
    assert archive.damaged() == []
    sidecars = [path for path in (var / "archive" / "sightings").rglob("*.json") if not path.name.startswith(".")]
    assert len(sidecars) == len(seen), "no sidecar is there twice"
    names = sorted(path.name for path in (var / "archive" / "objects").rglob("*") if path.is_file())
    return [name for name in names if not name.startswith(".")], [(one.url, one.sha256) for one in seen]


def extracted(var: Path) -> dict[str, str]:
    """Return what lies in the extractions; each must be whole."""
    paths = [path for path in (var / "extractions").rglob("*.json") if not path.name.startswith(".")]
    return {path.name: hashlib.sha256(EXTRACTION.dump_json(EXTRACTION.validate_json(path.read_bytes()))).hexdigest()
            for path in paths}  # fmt: skip


def loaded(var: Path, schemas: tuple[str, ...] = ("core",)) -> dict[str, str]:
    """Return the content of the warehouse's tables; a report is there with all its figures or not at all."""
    with duckdb.connect(str(var / "warehouse" / "jixiao.duckdb")) as connection:
        tables = connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE list_contains(?, schema_name) "
            "ORDER BY ALL",
            [list(schemas)],
        ).fetchall()
        half = connection.execute(
            "SELECT document_sha256 FROM core.reports ANTI JOIN core.amounts USING (document_sha256)"
        ).fetchall()
        assert half == []
        return {
            name: hashlib.sha256(repr(connection.execute(f"FROM {name} ORDER BY ALL").fetchall()).encode()).hexdigest()
            for (name,) in tables
            if name != "core.revisions"  # holds when a file was seen
        }


STATE = {
    "archive": originals,
    "extract": extracted,
    "load": loaded,
    "gate": loaded,
    "marts": lambda var: loaded(var, ("core", "mart")),
    "publish": fingerprint,
}
"""What a stage leaves, each held against its own words while it is read."""
WHOLE = ("load", "gate", "publish")
"""Stages that do all or nothing."""


@pytest.mark.parametrize("stage", STAGES)
def test_killed_in_a_stage_and_run_again_gives_the_same_marts(server, before, tmp_path, stage):
    folder, kept, seconds = before
    place = STAGES.index(stage)
    state, wanted = STATE[stage], STATE[stage](kept[(*STAGES, "end")[place + 1]])
    old = state(kept[stage]) if stage in WHOLE else None
    published = fingerprint(kept[stage])
    moments, longest, kills, tried = random.Random(20211121), seconds[stage], 0, 0
    var = tmp_path / "var"
    while kills < KILLS:
        if fresh := tried % 2 == 0 or not var.exists():  # every other time into what a kill left
            shutil.rmtree(var, ignore_errors=True)
            shutil.copytree(kept[stage], var, symlinks=True)
        tried += 1
        how, took = server.run(stage, var, folder, moments.uniform(0.0, longest))
        assert how in ("killed", "done")
        kills += how == "killed"
        longest = min(longest, took) if how == "done" and fresh else longest  # one that has nothing to do is short
        left = state(var)
        if stage in WHOLE:
            assert left in (old, wanted), "as before, or as after: nothing between"
        assert fingerprint(var) == published or stage == "publish"
        if KILLS > 3 or kills == KILLS:
            assert server.run(stage, var, folder)[0] == "done"
            assert state(var) == wanted
    for later in STAGES[place + 1 :] if KILLS > 3 or place == 0 else ():
        assert server.run(later, var, folder)[0] == "done"
    assert fingerprint(var) == fingerprint(kept["end"]) or (KILLS <= 3 and 0 < place < len(STAGES) - 1)
