"""Bytes are what their name says, or nobody reads them; what is lost is named, and asked for again."""

import io
import json
import os
import time
import zipfile
from pathlib import Path

import pytest
from jixiao.archive import Archive
from jixiao.cli import main
from jixiao.discover import Candidate, Client, load_sources
from jixiao.model import JixiaoError
from jixiao.pipeline import extract_batch, extraction_path, sweep_leftovers, verify_share
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


def alter(path, old=b"100", new=b"900"):
    path.chmod(0o644)
    before = path.read_bytes()
    path.write_bytes(before.replace(old, new))
    assert path.read_bytes() != before


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


def test_a_sidecar_and_a_zip_that_are_gone_are_named(kept, capsys):
    """Of what is simply not there any more nobody heard, and damaged accounts were never looked at."""
    first, _ = kept("a.pdf", b"%PDF-1.4 100")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr(f"{REPORT}.pdf", b"%PDF-1.4 200")
    kept("b.zip", packed.getvalue())
    archive = Path(Settings.load().archive_url)
    next((archive / "sightings").rglob(f"{first}.json")).unlink()
    container = next((archive / "containers").rglob("*.json")).stem
    (archive / "objects" / container[:2] / container).unlink()
    (archive / "accounts" / "demo").mkdir(parents=True)
    (archive / "accounts" / "demo" / "2023.json").write_text("{")
    assert main(["archive", "verify", "--offline"]) == 1
    said = capsys.readouterr().out
    assert f"record sidecar of {first} at " in said
    assert f"original {container} is missing: " in said
    assert "record accounts/demo/2023.json" in said
    assert main(["archive", "verify"]) == 1
    assert "the site gave it again" in capsys.readouterr().out


@pytest.mark.parametrize(
    "damage", ['{"sequence": "many"}', "[]", '{"sighting": {"url": null}}', '{"url": 1, "documents": [1]}']
)
def test_records_that_are_json_of_another_shape_cost_themselves(kept, damage, capsys):
    first, original = kept("a.pdf", b"%PDF-1.4 100")
    archive = Path(Settings.load().archive_url)
    (archive / "index" / "sequence.json").write_text(damage)
    (archive / "sightings" / "odd").mkdir()
    (archive / "sightings" / "odd" / "odd.json").write_text(damage)
    (archive / "addresses" / "odd.json").write_text(damage)
    (archive / "objects" / ("f" * 2)).mkdir(exist_ok=True)
    (archive / "objects" / ("f" * 2) / ("f" * 64)).mkdir()
    second, _ = kept("b.pdf", b"%PDF-1.4 200")
    assert {one.sha256 for one in Archive(str(archive)).sightings()} == {first, second}
    assert [one.document_sha256 for one in Archive(str(archive)).revisions()] == [first, second]
    assert main(["archive", "verify", "--offline"]) == 1
    assert f"original {'f' * 64} is damaged" in capsys.readouterr().out
    assert original.exists()


@pytest.mark.parametrize("shares", ["0", "-1", "x", "1.5", "\N{SUPERSCRIPT TWO}"])
def test_a_share_of_none_is_refused(kept, shares, capsys):
    with pytest.raises(SystemExit):
        main(["archive", "verify", f"--shares={shares}"])
    assert "is no number from 1" in capsys.readouterr().err


@pytest.mark.parametrize("folder", ["sightings", "addresses"])
def test_no_field_of_a_record_stops_the_others(kept, folder):
    """A name that was a number, or a day that was none, ended every load; an address with other headers its source."""
    first, _ = kept("a.pdf", b"%PDF-1.4 100")
    second, _ = kept("b.pdf", b"%PDF-1.4 200")
    archive = Path(Settings.load().archive_url)
    path = next(
        path for path in sorted((archive / folder).rglob("*.json")) if first in path.name or first in path.read_text()
    )
    said = json.loads(path.read_text())
    within = said["sighting"] if folder == "sightings" else said
    for name, value in (
        (name, value) for name in (*said, *within) for value in (None, 5, 10**30, "x", [None], {"a": 1})
    ):
        spoiled = json.loads(json.dumps(said))
        (spoiled if name in said else spoiled["sighting"])[name] = value
        path.write_text(json.dumps(spoiled))
        opened = Archive(str(archive))
        assert second in {one.sha256 for one in opened.sightings()}, (name, value)
        assert second in {one.document_sha256 for one in opened.revisions()}, (name, value)
        opened.unwitnessed()
    assert kept("a.pdf", b"%PDF-1.4 100")[0] == first


def test_what_nobody_comes_to_the_end_of_is_no_record_and_no_original(kept, tmp_path, capsys):
    """A pipe in the archive held every load for ever."""
    first, path = kept("a.pdf", b"%PDF-1.4 100")
    second, _ = kept("b.pdf", b"%PDF-1.4 200")
    archive = Path(Settings.load().archive_url)
    os.mkfifo(archive / "sightings" / "pipe.json")
    (archive / "addresses" / "zeros.json").symlink_to("/dev/zero")
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(JixiaoError, match="other bytes"):
        original(Settings.load(), first)
    assert {one.sha256 for one in Archive(str(archive)).sightings()} == {first, second}
    assert main(["archive", "verify", "--offline"]) == 1
    said = capsys.readouterr().out
    assert f"original {first} is damaged" in said
    assert "sightings/pipe.json" in said
    assert "addresses/zeros.json" in said


def test_a_sidecar_leads_nowhere_out_of_the_archive(kept, tmp_path, capsys):
    """Its SHA-256 became a path: verify moved a file that it named away, as damaged bytes."""
    kept("a.pdf", b"%PDF-1.4 100")
    archive = Path(Settings.load().archive_url)
    victim = tmp_path / "victim"
    victim.write_text("not ours")
    (archive / "objects" / "aa").mkdir(exist_ok=True)
    way = "aa/" + os.path.relpath(victim, archive / "objects" / "aa" / "aa")
    (archive / "objects" / "aa" / "aa").mkdir()
    sidecar = next((archive / "sightings").rglob("*.json"))
    said = json.loads(sidecar.read_text())
    said["sighting"]["sha256"] = way[:3] + "./" * ((64 - len(way)) // 2) + "/" * (len(way) % 2) + way[3:]
    assert len(said["sighting"]["sha256"]) == 64
    sidecar.with_name("odd.json").write_text(json.dumps(said))
    main(["archive", "verify", "--offline"])
    assert victim.exists()
    assert "odd.json" in capsys.readouterr().out


def test_the_weekly_task_is_red_for_what_no_site_gives_again(kept, demo_run, capsys):
    _, again = kept("a.pdf", b"%PDF-1.4 100")
    gone, lost = kept("b.pdf", b"%PDF-1.4 200")
    verify_share(1)
    again.unlink()
    verify_share(1)
    assert again.exists(), "the site gave it again, and nobody need know"
    lost.unlink()
    demo_run.overrides["/b.pdf"] = lambda: Reply(status=404)
    with pytest.raises(JixiaoError, match=f"the archive has lost something: original {gone} is missing"):
        verify_share(1)


def test_what_killed_runs_left_is_swept_wherever_this_machine_writes(kept, monkeypatch, tmp_path, capsys):
    _, path = kept("a.pdf", b"%PDF-1.4 100")
    monkeypatch.setenv("JIXIAO_PUBLISH_URL", str(tmp_path / "elsewhere"))
    old = time.time() - 2 * 86400
    left = [path.with_name(".b.0123.new"), Settings.load().var / "validation" / ".data_docs.0123.new"]
    left.append(tmp_path / "elsewhere" / ".current.0123.new")
    for one in left:
        one.parent.mkdir(parents=True, exist_ok=True)
    left[0].write_bytes(b"half")
    left[1].mkdir()
    left[2].symlink_to("versions/000001")
    young = path.with_name(".c.0123.new")
    young.write_bytes(b"being written")
    for one in left:
        os.utime(one, (old, old), follow_symlinks=False)
    assert sweep_leftovers() == 3
    assert [one for one in left if os.path.lexists(one)] == []
    assert young.exists()
    assert path.exists()
