"""What is kept beside the bytecode saves a start; without it, with a damaged or an old one, the same comes out."""

import marshal
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jixiao import EXTRACTOR_VERSION
from jixiao.extract import lexicon
from jixiao.kept import PLACE, Kept

SAMPLE = "demo/samples/files/yuexiu-2023.docx"
COUNTING = """
import json, sys
from pathlib import Path
import re._compiler, re._parser
from jixiao.kept import install
parsed, parse = [], re._parser.parse
def counting(*words):
    parsed.append(words)
    return parse(*words)
re._parser.parse = counting
install(Path(sys.argv[1]))
from jixiao.check import check_extraction
from jixiao.extract import extract
from jixiao.extract.contract import to_contract
from jixiao.read import read_document
extraction = extract(read_document(Path(sys.argv[2])))
print(len(parsed), "CONTRACT", json.dumps(to_contract(extraction, check_extraction(extraction))))
"""


def counted(kept: Path) -> tuple[int, str]:
    """Return how many patterns a process compiles with such a file, and the contract of a sample."""
    done = subprocess.run([sys.executable, "-c", COUNTING, kept, SAMPLE], capture_output=True, text=True, check=True)
    count, _, contract = done.stdout.partition("CONTRACT")
    return int(count), contract


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """A library of its own, kept; its file is beside its bytecode."""
    home = tmp_path_factory.mktemp("library")
    shutil.copytree(PLACE.parents[1], home / "jixiao", ignore=shutil.ignore_patterns("__pycache__"))
    env = {**os.environ, "PYTHONPATH": str(home), "JIXIAO_HOME": str(Path.cwd())}
    env["JIXIAO_VAR"] = str(home / "var")
    subprocess.run([sys.executable, "-m", "jixiao.keep"], env=env, check=True)
    assert not (home / "var").exists()
    return home / "jixiao" / "__pycache__" / PLACE.name


@pytest.fixture(scope="module")
def without(tmp_path_factory) -> tuple[int, str]:
    return counted(tmp_path_factory.mktemp("none") / "kept.bin")


def test_a_start_with_what_is_kept_compiles_hardly_a_pattern_and_says_the_same(kept, without):
    count, contract = counted(kept)
    assert contract == without[1]
    assert count < without[0] / 10


def test_what_is_kept_is_what_would_be_made(kept):
    held = Kept.of(kept)
    assert len(held.patterns) > 200
    assert len(held.methods) > 200
    assert len(held.files) > 30
    assert {name.split()[0] for name in held.made} == {"lexicon", "regions", "statements"}
    is_same = marshal.loads(held.made[f"lexicon {EXTRACTOR_VERSION}"]) == lexicon._made()
    assert is_same, "the lexicon's forms"  # not compared here: the difference would fill the log


@pytest.mark.parametrize("harm", ["cut", "changed", "of another Python", "not ours"])
def test_a_file_that_cannot_be_used_is_as_none(kept, tmp_path, harm, monkeypatch):
    held = kept.read_bytes()
    harmed = tmp_path / "kept.bin"
    if harm == "of another Python":
        harmed.write_bytes(held)
        monkeypatch.setattr("jixiao.kept._MADE_BY", "another")
    else:
        changed = held[:-1] + bytes([held[-1] ^ 1])
        harmed.write_bytes({"cut": held[:1000], "changed": changed, "not ours": marshal.dumps(["kept"])}[harm])
    assert not Kept.of(harmed).patterns


def test_a_changed_data_file_is_parsed_anew(kept):
    program = (
        "import sys; from pathlib import Path; from jixiao.kept import install, yaml_of; install(Path(sys.argv[1]))\n"
        "text = Path('plugins/jixiao/data/identities.yaml').read_text('utf-8')\n"
        "yaml_of(text); assert 'yaml' not in sys.modules\n"
        "assert yaml_of(text.replace('nature_split', 'another'))['sums'][1]['name'] == 'another'"
    )
    subprocess.run([sys.executable, "-c", program, kept], check=True)


def test_where_nothing_may_be_written_it_says_so_in_a_line(tmp_path):
    shutil.copytree(PLACE.parents[1], tmp_path / "jixiao", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "jixiao" / "__pycache__").write_text("in the way")
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "JIXIAO_HOME": str(Path.cwd())}
    done = subprocess.run([sys.executable, "-m", "jixiao.keep"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("nothing is kept in ")
    assert done.stderr.count("\n") == 1
