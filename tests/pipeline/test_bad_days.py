"""Bad days: a site that is dead, one that dies half way, a year before there was anything; what is published then."""

import socket

import duckdb
import pytest
import yaml
from jixiao.cli import main
from jixiao.model import JixiaoError, TransientError
from jixiao.pipeline import (
    archive_source,
    discover_source,
    dry_run,
    missing_sources,
    open_run,
    run_year,
    sources_of,
)
from jixiao.settings import Settings

from demo.site import Reply
from tests.warehouses import empty_warehouse


@pytest.fixture
def contracts(demo_run, tmp_path, monkeypatch):
    """The demo site twice, each with its own departments; `JIXIAO_SECOND_URL` is where the second is."""
    said = yaml.safe_load((Settings.load().sources / "demo.yaml").read_text("utf-8"))
    quick = {"delay_seconds": 0, "jitter_seconds": 0, "timeout_seconds": 2, "attempts": 1}
    folder = tmp_path / "contracts"
    folder.mkdir()
    (folder / "demo.yaml").write_text(
        yaml.safe_dump({**said, "departments": said["departments"][:4], "politeness": quick}), "utf-8"
    )
    other = {
        **said,
        "departments": said["departments"][4:],
        "address_from": "JIXIAO_SECOND_URL",
        "first_fiscal_year": 2020,
        "expected": {"least_by_year": {2021: 0}},
        "politeness": quick,
    }
    (folder / "second.yaml").write_text(yaml.safe_dump(other), "utf-8")
    monkeypatch.setenv("JIXIAO_SOURCES", str(folder))
    monkeypatch.setenv("JIXIAO_SOURCES_ONLY", "demo,second")
    monkeypatch.setenv("JIXIAO_SECOND_URL", demo_run.url)
    empty_warehouse(Settings.load().warehouse_path)
    return demo_run


@pytest.fixture
def nobody() -> str:
    """An address on loopback at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def _departments() -> list[tuple[str, int]]:
    database = Settings.load().var / "published" / "current" / "marts.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute("SELECT region_name, fiscal_year FROM mart.department_year ORDER BY ALL").fetchall()


def test_a_dead_site_fails_alone_and_marts_do_not_shrink_unless_the_operator_allows_it(
    contracts, nobody, monkeypatch, capsys
):
    monkeypatch.setenv("JIXIAO_SECOND_URL", nobody)
    with pytest.raises(JixiaoError, match=r"published without 1 of its sources: second: "):
        run_year(2023)
    assert _departments() == [("越秀区", 2023), ("韶关市", 2023)]
    run = open_run(2023, "command")
    with pytest.raises(JixiaoError, match=r"the run lacks 1 of 2 sources: second"):
        missing_sources(run)
    with pytest.raises(TransientError):  # worth another try, unlike a contract that is broken
        discover_source(run, "second")
    monkeypatch.setenv("JIXIAO_SECOND_URL", contracts.url)
    run_year(2023)
    assert (before := _departments()) == [("荔湾区", 2023), ("越秀区", 2023), ("韶关市", 2023)]
    # What is published does not shrink unless the operator allows it.
    with duckdb.connect(str(Settings.load().warehouse_path)) as connection:
        connection.execute(
            "INSERT INTO core.quarantine BY NAME SELECT document_sha256 AS item_id, 'read' AS stage, 'open' AS state, "
            "'no longer read' AS reason FROM core.reports WHERE organization LIKE '%荔湾%'"
        )
        connection.execute("UPDATE raw.gate SET writes = writes + 1")
    assert main(["ingest", "2021"]) == 2
    assert "second 2023: 0, published 1" in capsys.readouterr().err
    assert _departments() == before
    assert main(["ingest", "2021", "--allow-fewer"]) == 0


def test_a_site_that_dies_after_discovery_leaves_yesterdays_marts(contracts, capsys):
    run_year(2021)
    before = _departments()
    contracts.hooks.append(lambda path, _: Reply(status=503) if "/attachment/" in path else None)
    assert main(["ingest", "2023"]) == 2
    said = capsys.readouterr().err
    assert "nothing is published: documents that could not be fetched or read reach 20%" in said
    assert "second: 1 of 1" in said
    assert _departments() == before
    with duckdb.connect(str(Settings.load().warehouse_path)) as connection:
        waiting = connection.execute("SELECT count(*) FROM core.quarantine WHERE stage = 'archive'").fetchone()
    assert waiting == (4,), "what failed is recorded all the same"


def test_a_year_before_the_first_one_succeeds_with_nothing_found(contracts, monkeypatch):
    monkeypatch.setenv("JIXIAO_SOURCES_ONLY", "second")
    asked = contracts.request_count
    run_year(2019)
    assert contracts.request_count == asked, "a site is not asked for a year it never published"
    assert _departments() == []


def test_one_department_or_one_site_may_be_chosen_and_tried_dry(contracts):
    lines = dry_run(2023, organization="广州市荔湾区科学技术协会")
    assert [line.split("  ")[:2] for line in lines] == [["second", "广州市荔湾区科学技术协会"]]
    assert contracts.file_count == 0
    run = open_run(2023, "choice")
    assert sources_of(run, ["demo"]) == ["demo"]
    with pytest.raises(JixiaoError, match="no contract is named elsewhere"):
        sources_of(run, ["elsewhere"])
    with pytest.raises(JixiaoError, match="no contract names the department 某局"):
        sources_of(run, organization="某局")


def test_two_runs_of_one_year_share_no_file(contracts):
    one, other = (open_run(2023, name) for name in ("manual__1", "manual__2"))
    for run in (one, other):
        archive_source(run, "demo", discover_source(run, "demo"))
    paths = [{path.relative_to(run) for path in run.rglob("*.json*")} for run in (one, other)]
    assert paths[0] == paths[1] != set()
    assert one != other
