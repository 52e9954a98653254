"""The commands of whoever reads what is published."""

import json
import os
import resource
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


def test_serve_answers_on_this_machine_only_and_only_by_its_own_name(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "JIXIAO_VAR": str(settings.var)}
    words = [sys.executable, "-m", "jixiao.cli", "serve", "--port", str(port)]
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline().startswith(f"http://127.0.0.1:{port}/")
            url, deadline = f"http://127.0.0.1:{port}/departments", time.monotonic() + 60
            with httpx.Client(trust_env=False) as client:
                while True:
                    try:
                        answer = client.get(url)
                        break
                    except httpx.ConnectError:
                        assert time.monotonic() < deadline
                        time.sleep(0.1)
                assert answer.status_code == 200
                assert client.get(url, headers={"Host": "evil.example"}).status_code == 400
        finally:
            process.terminate()


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
