"""What several tests need: the shared material (skipped where it is missing), a `var` of their own, the demo site."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[1]
SHARED = HOME.parent / "shared"
sys.path.insert(0, str(HOME))
# Two workers have the two cores already: a second thread of each DuckDB would only cost. `make test-cluster` has two.
os.environ.setdefault("JIXIAO_THREADS", "1")

from tests.sharing import (  # noqa: E402
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_xdist_make_scheduler,
)

__all__ = ["pytest_collection_finish", "pytest_collection_modifyitems", "pytest_xdist_make_scheduler"]


@pytest.fixture(scope="session")
def shared() -> Path:
    if not (SHARED / "reports").is_dir():
        pytest.skip("../shared is not beside the project: real reports cannot be read")
    return SHARED


FONT_FOLDERS = [Path(one) for one in ("/usr/share/fonts", "/usr/share/X11/fonts", "/usr/local/share/fonts")]
"""Where pdfium looks for the system's fonts."""


@pytest.fixture
def said_with_fonts(tmp_path: Path) -> Callable[[Path, list[str]], str]:
    """Run Python with a folder in place of the system's fonts, for that process alone; return what it prints."""
    places = [folder for folder in FONT_FOLDERS if folder.is_dir()]
    tried = ["unshare", "--mount", "mount", "--bind", str(tmp_path), str(places[0])] if places else []
    if not tried or shutil.which("unshare") is None or subprocess.run(tried, check=False).returncode:
        pytest.skip("this machine does not let a test hide the system's fonts")

    def said(folder: Path, words: list[str]) -> str:
        hide = " && ".join(f'mount --bind "{folder}" "{place}"' for place in places)
        command = ["unshare", "--mount", "sh", "-c", f'{hide} && exec "$@"', "sh", sys.executable, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    return said


@pytest.fixture
def site() -> Iterator[object]:
    from demo.site import serve

    with serve() as running:
        yield running


@pytest.fixture
def demo_run(site, tmp_path, monkeypatch):
    """A `var` of its own and the demo site as the only source, whose scan was read before."""
    from tests.reading import place_scan

    place_scan(tmp_path / "var" / "extractions")
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("JIXIAO_SOURCES_ONLY", "demo")
    monkeypatch.setenv("JIXIAO_DEMO_URL", site.url)
    return site
