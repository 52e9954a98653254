"""Reading one file starts fast: it loads nothing that only sites, the warehouse or Airflow need."""

import subprocess
import sys

UNNEEDED = ("airflow", "great_expectations", "httpx", "pandas", "pyarrow", "pydantic", "sqlalchemy", "fsspec", "upath")


def test_the_reading_process_loads_only_what_reading_needs():
    program = "import jixiao.extract.inside, jixiao.extract, jixiao.read, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & set(UNNEEDED)


def modules_of(program, *words):
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.rpartition("LOADED")[2].split()}


def test_the_command_that_asks_for_a_file_loads_neither_what_reads_nor_what_judges():
    program = (
        "import sys; from jixiao.cli import main\n"
        "assert main(['extract', sys.argv[1]]) == 0; print('LOADED', *sys.modules)"
    )
    loaded = modules_of(program, "demo/samples/files/baiyun-2021.pdf")
    assert not loaded & {
        *UNNEEDED,
        "asyncio",
        "duckdb",
        "numpy",
        "pdfplumber",
        "pypdfium2",
        "yaml",
    }


def test_the_process_that_reads_and_judges_a_page_of_prose_loads_only_what_that_needs():
    program = (
        "import sys; from pathlib import Path\n"
        "from jixiao.check.worker import Judge; from jixiao.read.limits import Limits\n"
        "judge, file = Judge(), Path(sys.argv[1])\n"
        "judge.answer(file, {'limits': Limits()._asdict()})\n"
        "assert judge.answer(file, {'contract': True})['contract']['amounts']\n"
        "print('LOADED', *sys.modules)"
    )
    loaded = modules_of(program, "demo/samples/files/baiyun-2021.pdf")
    assert "duckdb" in loaded, "the rules ran"
    assert not loaded & {*UNNEEDED, "cv2", "onnxruntime", "pdfplumber"}
