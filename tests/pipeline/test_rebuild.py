"""Everything is made again from the archive and the corrections: the same marts, byte for byte."""

import io
import json
import re
import shutil
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jixiao.archive import Archive
from jixiao.cli import main
from jixiao.pipeline import run_year
from jixiao.settings import Settings

from demo.site import Reply


def published(root):
    """Return the hashes of the current version's Parquet files, and the rows of each mart."""
    manifest = json.loads((Path(root) / "current" / "manifest.json").read_text())
    return {name: sha for name, sha in manifest["files"].items() if name.endswith(".parquet")}, manifest["rows"]


def other_figures(docx):
    """Return a Word file whose sums are others: what a department puts in place of its report."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "word/document.xml":
                data = re.sub(rb"(\d)\.(\d)(\d)(?=\D)", rb"\1.\g<2>5", data)
            new.writestr(info.filename, data)
    return out.getvalue()


@pytest.fixture
def walks(demo_run):
    """A year of the demo site, walked again after one report was replaced; one file of it never comes."""
    run_year(2023)
    archive = Archive(Settings.load().archive_url)
    seen = next(one for one in archive.sightings() if one.url.endswith(".docx"))
    body = other_figures(archive.local_copy(seen.sha256, Path()).read_bytes())
    demo_run.overrides[urlsplit(seen.url).path] = lambda: Reply(body, headers={"ETag": "other"})
    run_year(2023)
    return demo_run


def test_the_same_marts_from_archive_and_corrections_alone(walks, monkeypatch, tmp_path, capsys):
    """A load reads the newest walk only: 37 rows of document_revisions were lost when the warehouse was."""
    before, rows = published(Settings.load().publish_url)
    assert rows["document_revisions"] > 0
    elsewhere = tmp_path / "restored"
    shutil.copytree(Settings.load().archive_url, elsewhere / "archive")  # what a backup holds, in an empty folder
    monkeypatch.setenv("JIXIAO_VAR", str(elsewhere))
    monkeypatch.delenv("JIXIAO_DEMO_URL")  # no site is asked
    assert main(["rebuild"]) == 0
    assert "version 1, new" in capsys.readouterr().out
    again, counts = published(Settings.load().publish_url)
    assert counts == rows
    assert again == before
    assert main(["rebuild"]) == 0
    assert "the same as before" in capsys.readouterr().out
