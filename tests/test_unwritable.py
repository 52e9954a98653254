"""Where a command cannot write, it says so in one line that names the place and the reason."""

from pathlib import Path

import pytest
from jixiao.cli import main

PDF = Path(__file__).parents[1] / "demo" / "samples" / "files" / "baiyun-2021.pdf"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("run", "2023"), "var/staging/2023"),
        (("discover", "demo"), "var/state/http/demo/walk-all.json"),
        (("sources", "check"), "var/state/http"),
        (("show", str(PDF), "--to", "{file}/shown"), "shown"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else value,
)
def test_a_file_in_place_of_a_folder(demo_run, tmp_path, monkeypatch, capsys, words, place):
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("JIXIAO_VAR", str(file / "var"))
    assert main([word.format(file=file) for word in words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    [line] = said.err.splitlines()
    assert line.startswith(f"jixiao: {file / place}")
    assert line.endswith(": Not a directory")
