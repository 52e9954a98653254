"""Reading one file starts fast: it loads nothing that only sites, the warehouse or Airflow need."""

import subprocess
import sys

UNNEEDED = ("airflow", "great_expectations", "httpx", "pandas", "pyarrow", "sqlalchemy", "fsspec", "upath")


def test_the_reading_process_loads_only_what_reading_needs():
    program = "import jixiao.extract.worker, jixiao.extract, jixiao.read, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & set(UNNEEDED)


def test_the_command_that_asks_for_a_file_loads_no_more():
    program = (
        "import sys; from pathlib import Path; from jixiao.cli import main\n"
        "main(['extract', sys.argv[1]]); print('LOADED', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "demo/samples/files/yuexiu-2023.docx"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.split(".")[0] for name in done.stdout.rpartition("LOADED")[2].split()}
    assert loaded & {"duckdb"}, "the rules ran"
    assert not loaded & {"airflow", "great_expectations", "httpx", "sqlalchemy"}
