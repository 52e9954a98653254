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


def test_the_gate_starts_without_what_it_only_names():
    _runs(_GATE)
