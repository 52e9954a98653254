"""Bytes are what their name says, or nobody reads them; what is lost is named, and asked for again."""

import json
from pathlib import Path

import pytest
from jixiao.archive import Archive
from jixiao.cli import main
from jixiao.discover import Candidate, Client, load_sources
from jixiao.model import JixiaoError
from jixiao.pipeline import extract_batch, extraction_path
from jixiao.publish.reading import original
from jixiao.settings import Settings

from demo.site import Reply

REPORT = "2023年部门整体支出绩效自评报告"


@pytest.fixture
def kept(demo_run, tmp_path):
    """Return a function that archives a file of the demo site, and where its bytes lie."""
    source = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    client = Client(source, tmp_path / "http", None)

    def fetch(name, body):
        demo_run.overrides[f"/{name}"] = lambda: Reply(body)
        url = f"{demo_run.url}/{name}"
        candidate = Candidate("demo", url, url, REPORT, "", name, "", None, 2023, "科协", "440104", True, "")
        [seen] = Archive(Settings.load().archive_url).fetch(candidate, client)
        sha256 = seen.sha256
        return sha256, Path(Settings.load().archive_url) / "objects" / sha256[:2] / sha256

    yield fetch
    client.close()


def alter(path):
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"100", b"900"))


def test_altered_bytes_are_not_read_nor_shown(kept, tmp_path):
    sha256, path = kept("a.html.pdf", b"%PDF-1.4 100")
    alter(path)
    with pytest.raises(JixiaoError, match=f"{sha256} has other bytes than its name says"):
        original(Settings.load(), sha256)
    batch = tmp_path / "00000.json"
    batch.write_text(json.dumps({"documents": [sha256]}))
    said = json.loads(Path(str(extract_batch(batch))).read_text())
    assert "has other bytes than its name says" in said["errors"][sha256]
    assert not extraction_path(sha256).exists()


def test_verify_names_what_is_damaged_and_missing_and_the_site_gives_it_again(kept, capsys):
    damaged, path = kept("a.pdf", b"%PDF-1.4 100")
    missing, lost = kept("b.pdf", b"%PDF-1.4 200")
    whole, _ = kept("c.pdf", b"%PDF-1.4 300")
    alter(path)
    lost.unlink()
    assert main(["archive", "verify"]) == 1
    said = capsys.readouterr().out
    assert f"original {damaged} is damaged: " in said
    assert f"original {missing} is missing: " in said
    assert whole not in said
    assert said.count("the site gave it again") == 2
    assert path.read_bytes() == b"%PDF-1.4 100"
    assert (path.parents[2] / "damaged" / damaged).read_bytes() == b"%PDF-1.4 900", "nothing is removed"
    assert main(["archive", "verify"]) == 0


def test_verify_says_so_where_the_site_has_another_file(kept, demo_run, capsys):
    _, path = kept("a.pdf", b"%PDF-1.4 100")
    path.unlink()
    demo_run.overrides["/a.pdf"] = lambda: Reply(b"%PDF-1.4 newer")
    assert main(["archive", "verify"]) == 1
    assert "the site has another file now" in capsys.readouterr().out


def test_shares_come_to_the_whole_and_go_on_where_one_ended(kept, capsys):
    _, path = kept("a.pdf", b"%PDF-1.4 100")
    kept("b.pdf", b"%PDF-1.4 200")
    path.unlink()
    verdicts = [main(["archive", "verify", "--shares", "4", "--offline"]) for _ in range(4)]
    assert sorted(verdicts) == [0, 0, 0, 1]
    said = [line for line in capsys.readouterr().out.splitlines() if "looked at" in line]
    assert sum(int(line.split()[0]) for line in said) == 2


def test_a_damaged_record_costs_itself(kept, capsys):
    """A sidecar that is cut off and a stray folder are named; the other documents are there as before."""
    first, _ = kept("a.pdf", b"%PDF-1.4 100")
    second, _ = kept("b.pdf", b"%PDF-1.4 200")
    archive = Path(Settings.load().archive_url)
    sidecar = next((archive / "sightings").rglob(f"{first}.json"))
    sidecar.write_text(sidecar.read_text()[:40])
    (archive / "sightings" / "stray.json").mkdir()
    (archive / "addresses" / "odd.json").write_bytes(b"\xff\xfe")
    opened = Archive(str(archive))
    assert [one.document_sha256 for one in opened.revisions()] == [second]
    assert len(opened.damaged()) == 3
    assert main(["archive", "verify", "--offline"]) == 1
    assert f"record sightings/{sidecar.parent.name}/{first}.json" in capsys.readouterr().out
    again, _ = kept("a.pdf", b"%PDF-1.4 100")
    assert again == first
    assert {one.sha256 for one in Archive(str(archive)).sightings()} == {first, second}, "the site was asked again"
