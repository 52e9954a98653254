"""The commands of whoever reads what is published."""

import json
import os
import resource
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from jixiao.archive.store import sha256_of
from jixiao.cli import main

sys.path.insert(0, str(Path(__file__).parent))
from dashboard_reports import PROSE


def test_the_application_is_ready_within_two_seconds_and_without_airflow():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = "import jixiao_dashboard.app, sys; sys.exit('airflow' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2


@pytest.mark.parametrize("ended", [signal.SIGTERM, signal.SIGKILL])
def test_serve_answers_on_this_machine_only_by_its_own_name_and_leaves_nothing_behind(settings, ended):
    env = {**os.environ, "JIXIAO_VAR": str(settings.var)}
    words = [sys.executable, "-m", "jixiao.cli", "serve", "--port", "0", "--processes", "2"]
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().partition("  ")[0]
        assert url.startswith("http://127.0.0.1:")
        with httpx.Client(trust_env=False, timeout=60) as client:
            assert client.get(f"{url}departments").status_code == 200
            assert client.get(url, headers={"Host": "evil.example"}).status_code == 400
        process.send_signal(ended)
    deadline = time.monotonic() + 30
    while True:  # the second process ends too: nobody listens there any more
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", int(url.rstrip("/").rpartition(":")[2]))) != 0:
                break
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_report_is_known_by_how_its_hash_begins(settings, capsys, tmp_path):
    sha256 = sha256_of(PROSE)
    target = tmp_path / "page.png"
    assert main(["evidence", sha256[:10], "A0001", "--to", str(target)]) == 0
    assert "A0001  财政拨款收入预算数: 3,138,800 元 (page 1)" in capsys.readouterr().out
    assert target.read_bytes().startswith(b"\x89PNG")
    assert main(["evidence", sha256[:10], "A0001", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["document_sha256"], said["figures"][0]["value"], said["figures"][0]["page"]) == (sha256, 3138800.0, 1)
    assert main(["evidence", sha256, "X1"]) == main(["evidence", "../x"]) == 2
    capsys.readouterr()
    missing = tmp_path / "missing" / "page.png"
    assert main(["evidence", sha256, "A0001", "--to", str(missing)]) == 2
    assert capsys.readouterr().err == f"jixiao: {missing}: No such file or directory\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["extract", "FOLDER"], "is a folder: name one file in it"),
        (["summary", "1800"], "fiscal year 1800 was never run"),
    ],
)
def test_bad_input_is_one_line(settings, tmp_path, capsys, words, said):
    assert main([str(tmp_path) if word == "FOLDER" else word for word in words]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_lists_for_programs(settings, capsys):
    assert main(["quarantine", "list", "--json"]) == 0
    assert isinstance(json.loads(capsys.readouterr().out), list)
    assert main(["gate", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["summary", "--json"]) == 0
    assert {row["fiscal_year"] for row in json.loads(capsys.readouterr().out)} == {2021, 2023}


def _leaves(parser, words=()):
    """Yield every command of the program, with its words."""
    import argparse

    inside = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    for action in inside:
        for name, child in action.choices.items():
            yield (*words, name), child
            yield from _leaves(child, (*words, name))


def test_every_command_s_help_has_an_example_that_the_program_takes():
    from jixiao.cli import _parser

    found = dict(_leaves(_parser()))
    assert len(found) > 20
    for words, parser in found.items():
        example = shlex.split(parser.format_help().partition("Example: jixiao ")[2])
        if words[0] != "run":  # another name of ingest
            assert example[: len(words)] == list(words), words
        assert _parser().parse_args(example)


def test_the_demo_s_site_is_there_for_whoever_asks_for_it(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path))
    monkeypatch.delenv("JIXIAO_DEMO_URL", raising=False)
    assert main(["discover", "demo"]) == 0
    assert "6 taken, 2 left" in capsys.readouterr().out
    assert "JIXIAO_DEMO_URL" not in os.environ


def test_colour_is_for_terminals(monkeypatch):
    from jixiao.arguments import tinted

    assert tinted("FAILED", "red") == "FAILED"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert tinted("FAILED", "red") == "\x1b[31mFAILED\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert tinted("FAILED", "red") == "FAILED"
