"""An archive with files from a site, for tests that start where the archive ends."""

from pathlib import Path

import pytest
from jixiao.archive import Archive
from jixiao.discover import Candidate, Client, load_sources
from jixiao.settings import Settings

from demo.site import Reply

SAMPLE = Path(__file__).resolve().parents[2] / "demo" / "samples" / "files" / "yuexiu-2023.docx"


@pytest.fixture
def archived(demo_run, tmp_path):
    """Return a function that archives a file's bytes and returns the sighting."""
    source = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    client = Client(source, tmp_path / "http", None)

    def fetch(name, body):
        demo_run.overrides[f"/{name}"] = lambda: Reply(body)
        url, title = f"{demo_run.url}/{name}", "2023年部门整体支出绩效自评报告"
        candidate = Candidate("demo", url, url, title, "", name, "", None, 2023, "科协", "440104", True, "")
        return Archive(Settings.load().archive_url).fetch(candidate, client)[0]

    yield fetch
    client.close()
