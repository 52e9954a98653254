"""Packages that a stage does without look as if they were not installed, and are there afterwards."""

import subprocess
import sys

_HIDDEN = """
import sys
from jixiao.without import named, without
with without("wave"):
    try:
        import wave
        raise SystemExit("wave was found")
    except ImportError:
        pass
    with named({"wave": {"opened": len}}):
        import wave as stand_in
        Kind = stand_in.Wave_read
    assert "wave" not in sys.modules
assert stand_in.Wave_read is Kind and isinstance(Kind, type) and stand_in.opened is len
import wave
assert stand_in.Wave_write is wave.Wave_write and Kind is not wave.Wave_read
"""
_BARE = """
import sys
from jixiao.without import bare, left_out, named, put_off
NAMED = ("pdfminer", "pdfminer.pdftypes", "pdfminer.psparser", "pdfminer.utils")
with bare("pdfplumber"), named({name: {} for name in NAMED}):
    from pdfplumber import table
assert not [name for name in sys.modules if name.startswith(("pdfplumber", "pdfminer"))]
put_off("wave")
import wave
assert "chunk" not in sys.modules and "struct" not in vars(wave)
reader = wave.Wave_read
import wave as later
assert later.Wave_read is reader is wave.Wave_read and "struct" in vars(wave)
left_out("this")
import this
import pdfplumber
assert pdfplumber.utils.pdfinternals.PDFObjRef.__module__ == "pdfminer.pdftypes"
assert pdfplumber.table is not table
"""
_GATE = """
import sys
from jixiao.warehouse.gx_start import started
from jixiao.without import without
with without("pandas"):
    gx = started()
    from jixiao.warehouse.gx_rows import RowsThatDiffer
    assert not {"pandas", "requests", "sqlalchemy.orm"} & set(sys.modules), "the gate imported what it does not use"
from great_expectations import util
assert util.pd.isna(None) and not util.pd.isna(gx)
import pandas, requests, sqlalchemy.orm
assert util.pd.Timestamp is pandas.Timestamp
"""


def _runs(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_hidden_module_is_not_found_and_is_there_afterwards():
    _runs(_HIDDEN)


def test_a_package_is_whole_after_a_module_of_it_was_taken_alone_and_what_is_put_off_is_there_when_asked_for():
    done = subprocess.run([sys.executable, "-c", _BARE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_the_gate_starts_without_what_it_only_names():
    _runs(_GATE)
