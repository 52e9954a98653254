"""What a person sees: `jixiao discover`, the site map and what changed in it, and a site that fell silent."""

import json
from datetime import date

import pytest
from jixiao.cli import main
from jixiao.model import JixiaoError
from jixiao.pipeline import archive_source, discover_source, open_run
from jixiao.settings import Settings

from demo.site import Reply


def _collect(year: int) -> None:
    run = open_run(year, "test")
    archive_source(run, "demo", discover_source(run, "demo"))


def test_discover_says_why_each_candidate_was_taken_or_left(demo_run, capsys):
    assert main(["discover", "demo"]) == 0
    lines = capsys.readouterr().out.splitlines()
    [report] = [line for line in lines if line.startswith("taken") and "白云区" in line]
    assert report == (
        "taken 2021  广州市白云区科学技术协会  [预决算公开]  2021年度广州市白云区科学技术协会部门整体支出绩效自评报告"
        " / 2021年度广州市白云区科学技术协会部门整体支出绩效自评报告.pdf: title names an overall self-evaluation"
    )
    assert any(line.startswith("left  2021") and line.endswith("a project-level self-evaluation") for line in lines)
    assert "site: 韶关市科学技术协会: SID 751901, prefix /sgskx" in lines
    assert "site: column 5121 预决算公开" in lines
    assert f"site: seen on {date.today()}" in lines
    assert lines[-1] == f"{demo_run.request_count} requests; 6 taken, 2 left, 0 posts passed over"


def test_the_site_map_is_remembered_and_what_changed_is_said(demo_run, capsys, monkeypatch):
    main(["discover", "demo"])
    path = Settings.load().var / "state" / "http" / "demo" / "site.json"
    said = json.loads(path.read_text("utf-8"))
    assert said["seen_on"] == date.today().isoformat()
    assert said["departments"]["广州市荔湾区科学技术协会"] == {"sid": "200905", "prefix": "/gzlwkx"}
    said["columns"]["5999"] = "决算旧栏"
    said["seen_on"] = "2026-01-05"
    path.write_text(json.dumps(said), "utf-8")
    demo_run.departments[0]["sid"] = "200977"
    demo_run.overrides["/gzlwkx/gkmlpt/index"] = lambda: Reply(status=404)
    assert main(["discover", "demo"]) == 1
    kept = json.loads(path.read_text("utf-8"))
    assert kept["departments"]["广州市荔湾区科学技术协会"]["prefix"] == "/gzlwkx", (
        "what a problem hides is not forgotten"
    )
    path.write_text(json.dumps(said), "utf-8")
    demo_run.overrides.clear()
    capsys.readouterr()
    assert main(["discover", "demo"]) == 0
    out = capsys.readouterr().out
    assert "note: the column 决算旧栏 (5999) that was seen on 2026-01-05 is no more" in out
    assert "note: 广州市白云区科学技术协会: its sid was 200901 on 2026-01-05 and is 200977" in out


def test_an_unknown_source_is_named(demo_run, capsys):
    assert main(["discover", "atlantis"]) == 2
    assert "atlantis: no such contract" in capsys.readouterr().err


def test_a_site_that_falls_silent_stops_the_run_even_before_its_reports_are_due(demo_run):
    posts = demo_run.departments[0]["posts"]
    posts[0]["title"] = "2040年度部门整体支出绩效自评报告"
    _collect(2040)
    posts[0]["title"] = "关于办公地址的说明"
    for _ in range(3):
        with pytest.raises(JixiaoError, match=r"demo: no report was found, the walks before had met 1"):
            discover_source(open_run(2040, "test"), "demo")
    discover_source(open_run(2040, "test"), "demo")  # by then it is gone, and was said often enough


def test_what_was_odd_about_a_file_is_said_in_the_log(demo_run, capsys):
    _collect(2021)
    path = next(path for path in demo_run.asked if path.startswith("/gzbykx/attachment/"))
    demo_run.overrides[path] = lambda: Reply(b"%PDF-1.4 shorter")
    capsys.readouterr()
    _collect(2021)
    assert f"note: {demo_run.url}{path}: the site declares" in capsys.readouterr().out
