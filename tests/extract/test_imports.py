"""Reading one file starts fast: it loads nothing that only sites, the warehouse or Airflow need."""

import subprocess
import sys

import pytest

UNNEEDED = ("airflow", "great_expectations", "httpx", "pandas", "pyarrow", "pydantic", "sqlalchemy", "fsspec", "upath")
OF_OTHERS = {"email", "importlib.metadata", "importlib.resources", "socket", "subprocess", "tempfile"}
"""What libraries import beside what they are there for; `jixiao.boxed.start` has them do without."""


def test_the_reading_process_loads_only_what_reading_needs():
    program = "import jixiao.extract.inside, jixiao.extract, jixiao.read, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & set(UNNEEDED)


def modules_of(program, *words):
    """Return what a program has imported, and of packages what they hold; what is put off is no module yet."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\n{LOADED}", *words], capture_output=True, text=True, check=True
    )
    return set(done.stdout.rpartition("LOADED")[2].split())


LOADED = "print('LOADED', *(name for name, one in sys.modules.items() if type(one).__name__ != '_PutOff'))"


def test_the_command_that_asks_for_a_file_loads_the_standard_library_and_little_of_that():
    program = "import sys; from jixiao.cli import main\nassert main(['extract', sys.argv[1]]) == 0"
    loaded = modules_of(program, "demo/samples/files/baiyun-2021.pdf")
    own = {name for name in loaded if name.startswith("jixiao")}
    assert {name.split(".")[0] for name in loaded - own} <= {*sys.stdlib_module_names, "__main__", *SITE}
    assert not loaded & {"asyncio", "ctypes", "dataclasses", "inspect", "zipfile"}
    assert not own & {
        "jixiao.model",
        "jixiao.kept",
        "jixiao.run_commands",
        "jixiao.boxed.inside",
        "jixiao.read.document",
    }


SITE = {"_distutils_hack", "sitecustomize"}
"""What an environment may import into every process."""
JUDGED = """
import sys; from pathlib import Path
from jixiao.boxed.start import ready
ready()
import jixiao.boxed.serving
from jixiao.check.worker import Judge; from jixiao.read.limits import Limits
judge, file = Judge(), Path(sys.argv[1])
judge.answer(file, {'limits': Limits()._asdict()})
assert 'duckdb' not in sys.modules, 'rules are judged after all is read'
assert judge.answer(file, {'contract': True})['contract']['amounts']
"""


@pytest.mark.parametrize("name", ["baiyun-2021.pdf", "liwan-2023.pdf"])
def test_the_process_that_reads_and_judges_a_page_loads_only_what_that_needs(name):
    loaded = modules_of(JUDGED, f"demo/samples/files/{name}")
    assert "duckdb" in loaded, "the rules ran"
    assert not {one.split(".")[0] for one in loaded} & {*UNNEEDED, "cv2", "onnxruntime", "pdfminer", "PIL", "yaml"}
    assert not loaded & OF_OTHERS
