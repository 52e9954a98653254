"""What several tests need: the shared material (skipped where it is missing), a `var` of their own, the demo site."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[1]
SHARED = HOME.parent / "shared"
sys.path.insert(0, str(HOME))


@pytest.fixture(scope="session")
def shared() -> Path:
    if not (SHARED / "reports").is_dir():
        pytest.skip("../shared is not beside the project: real reports cannot be read")
    return SHARED


@pytest.fixture
def site() -> Iterator[object]:
    from demo.site import serve

    with serve() as running:
        yield running


@pytest.fixture
def demo_run(site, tmp_path, monkeypatch):
    """A `var` of its own and the demo site as the only source."""
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("JIXIAO_SOURCES_ONLY", "demo")
    monkeypatch.setenv("JIXIAO_DEMO_URL", site.url)
    return site
