"""A full disk in any stage is one line; once there is room the same stage goes on, and the marts are the same.

And two fiscal years that are loaded at the same moment.
"""

import os
import shutil

import duckdb
import pytest

from tests.faults.stages import NAMES, STAGES, YEAR, fingerprint, write_report
from tests.faults.test_faults import small_disk
from tests.faults.test_kills import STATE, loaded

WRITES = {
    "extract": "extractions", "load": "warehouse", "gate": "validation", "marts": "warehouse", "publish": "published",
}  # fmt: skip
"""Where a stage writes, below `var`."""


@pytest.mark.parametrize("stage", WRITES)
def test_a_full_disk_is_one_line_and_is_made_good_by_the_next_run(server, before, tmp_path, stage):
    folder, kept, _ = before
    var = shutil.copytree(kept[stage], tmp_path / "var", symlinks=True)
    with small_disk(tmp_path / "disk", 96) as disk:
        (var / WRITES[stage]).mkdir(exist_ok=True)
        shutil.move(var / WRITES[stage], disk / "part")
        (var / WRITES[stage]).symlink_to(disk / "part")
        filler = disk / "filler"
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        with filler.open("wb") as handle:
            os.posix_fallocate(handle.fileno(), 0, max(1, free - 2 * os.statvfs(disk).f_frsize))
        published = fingerprint(kept[stage])
        assert server.run(stage, var, folder)[0] == "failed"
        said = (var / "said").read_text("utf-8").splitlines()
        assert [line for line in said if line.startswith("jixiao: ")] == said[-1:], said
        assert "No space left" in said[-1]
        assert fingerprint(var) == published
        filler.unlink()
        assert server.run(stage, var, folder)[0] == "done", (var / "said").read_text("utf-8")
        assert STATE[stage](var) == STATE[stage](kept[(*STAGES, "end")[STAGES.index(stage) + 1]])
        assert list(disk.rglob(".*.new")) == []


def test_two_years_loaded_at_once_are_both_there(server, tmp_path):
    folder = tmp_path / "reports"
    for year in (YEAR - 1, YEAR):
        write_report(folder / f"{year}.html", NAMES[0], year - 1990, 40, year)
    at_once = tmp_path / "var"
    at_once.mkdir()
    assert server.run("both", at_once, folder)[0] == "done", (at_once / "said").read_text("utf-8")
    with duckdb.connect(str(at_once / "warehouse" / "jixiao.duckdb"), read_only=True) as connection:
        query = "SELECT fiscal_year, max(yuan)::INTEGER FROM core.amounts WHERE stage = 'final' GROUP BY ALL ORDER BY 1"
        assert connection.execute(query).fetchall() == [(2022, 720_000), (2023, 730_000)]
    assert loaded(at_once).keys() >= {"core.reports", "core.coverage_expectations"}
