"""Files are there whole or not at all, whoever is killed and whoever writes beside."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jixiao.files import sweep, write_json, writing


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "kept.json"
    write_json(path, {"值": 1})
    with pytest.raises(TypeError), writing(path) as handle:
        handle.write(None)
    assert path.read_text("utf-8") == '{\n "值": 1\n}\n'
    assert list(tmp_path.iterdir()) == [path]


def test_two_runs_that_write_one_file_do_not_share_a_temporary_name(tmp_path):
    path = tmp_path / "one.json"
    with writing(path) as first:
        first.write(b"first")
        with writing(path) as second:
            second.write(b"second")
        assert path.read_bytes() == b"second"
    assert path.read_bytes() == b"first"


def test_what_a_killed_writer_leaves_is_swept_once_it_is_old(tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from jixiao.files import writing\n"
        "with writing(Path(sys.argv[1])) as handle: handle.write(b'half'); print('in', flush=True); time.sleep(60)"
    )
    run = subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "a" / "f.json")], stdout=subprocess.PIPE)
    assert run.stdout.readline() == b"in\n"
    run.send_signal(signal.SIGKILL)
    run.wait()
    (left,) = (tmp_path / "a").iterdir()
    assert sweep(tmp_path) == 0, "it may still be being written"
    day_before_yesterday = time.time() - 2 * 86400
    os.utime(left, (day_before_yesterday, day_before_yesterday))
    assert sweep(tmp_path) == 1
    assert not list(Path(tmp_path / "a").iterdir())
