"""A rollback holds until somebody lifts it; of two publishers one waits, or says who is at work."""

import json
import os
import shutil
import threading
import time

import pytest
from jixiao.model import JixiaoError, TransientError
from jixiao.publish import current, publish, rollback
from jixiao.publish.hold import publishing, unpin
from upath import UPath

from tests.publish.numbered import put


@pytest.fixture
def three(tmp_path):
    """Return a place with three versions, and a function that publishes another."""
    root = tmp_path / "published"

    def again(number):
        put(tmp_path / "w.duckdb", number)
        return publish(tmp_path / "w.duckdb", root)

    for number in (1, 2, 3):
        again(number)
    return root, again


def test_a_rollback_pins_until_it_is_lifted(three):
    """The next run published what a person had just rolled back from."""
    root, again = three
    assert rollback(root).version == 2
    with pytest.raises(JixiaoError, match=r"nothing is published: readers are pinned to version 2 \(by .*--unpin"):
        again(4)
    assert int(current(root).name) == 2
    assert rollback(root).version == 1, "further back"
    unpin(root)
    assert again(4).changed
    assert int(current(root).name) == 4


def test_the_second_publisher_waits(three):
    root, again = three
    done = []
    with publishing(root):
        other = threading.Thread(target=lambda: done.append(again(4).version))
        other.start()
        time.sleep(1)
        assert done == []
    other.join(60)
    assert done == [4]


def test_the_second_publisher_says_who_holds_it_when_it_takes_too_long(three):
    root, _ = three
    words = f"another publisher is at work.*process {os.getpid()}"
    with publishing(root), pytest.raises(TransientError, match=words), publishing(root, wait_seconds=0.5):
        pass
    with publishing(root, wait_seconds=0.5):
        pass


def test_a_damaged_manifest_costs_its_version(three):
    root, again = three
    (root / "versions" / "000002" / "manifest.json").write_text("{")
    (root / "versions" / "stray").write_text("")
    assert rollback(root).version == 1, "a version that cannot say what it holds is none to go back to"
    unpin(root)
    assert again(4).changed


@pytest.mark.parametrize("name", ["marts.duckdb", "parquet"])
def test_a_damaged_version_is_published_anew_though_its_marts_are_the_same(three, name):
    """It was called unchanged, and readers kept the damaged bytes."""
    root, again = three
    folder = current(root)
    path = folder / name if name != "parquet" else next((folder / name).rglob("*.parquet"))
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(bytes(damaged))
    assert again(3).version == 4
    assert not again(3).changed


def test_numbers_are_held_against_the_version_before_where_the_current_one_is_damaged(three, monkeypatch, capsys):
    """A damaged version of marts stopped every publication."""
    from jixiao.pipeline.publishing import _published

    root, _ = three
    monkeypatch.setenv("JIXIAO_PUBLISH_URL", str(root))
    query = "SELECT DISTINCT total_score::INTEGER FROM mart.department_year"
    assert _published(query) == [(3,)]
    (current(root) / "marts.duckdb").write_bytes(b"no database at all")
    assert _published(query) == [(2,)]
    assert "problem: " in capsys.readouterr().out


def test_a_version_whose_manifest_is_lost_is_read_until_there_is_another(three, monkeypatch):
    """It was cleared away as if a crash had left it, and readers had nothing when the next publication failed."""
    root, again = three
    folder = current(root)
    (folder / "manifest.json").unlink()
    (root / "versions" / "\N{SUPERSCRIPT TWO}").mkdir()
    with monkeypatch.context() as broken:
        broken.setattr("jixiao.publish._verify", lambda *_: (_ for _ in ()).throw(JixiaoError("a full disk")))
        with pytest.raises(JixiaoError, match="a full disk"):
            again(4)
    assert (current(root) / "marts.duckdb").exists()
    assert sorted(path.name for path in (root / "versions").iterdir()) == ["000001", "000002", "000003"]
    assert again(4).version == 4


@pytest.mark.parametrize("said", ["[]", '{"files": []}', '{"content": 5}'])
def test_a_manifest_of_another_shape_is_a_damaged_one(three, said):
    root, again = three
    (current(root) / "manifest.json").write_text(said)
    assert again(3).version == 4


@pytest.mark.parametrize("what", ["a folder", "elsewhere", "nowhere"])
def test_a_pointer_that_is_none_is_set_anew(three, what):
    """A backup that followed links, and links that somebody set, stopped every publication."""
    root, again = three
    link = root / "current"
    there = link.resolve()
    link.unlink()
    if what == "a folder":
        shutil.copytree(there, link)
    else:
        link.symlink_to(root.parent if what == "elsewhere" else "versions/000099")
    assert current(root) is None
    assert again(3).version == 4
    assert current(root).name == "000004"
    assert (what != "a folder") or (root / "current.stray-000004" / "marts.duckdb").exists()


@pytest.mark.parametrize("at", ["never", "2099-01-01T00:00:00+00:00", "2026-01-01T00:00:00", None, 5])
def test_a_holder_that_says_nothing_of_use_holds_nobody_for_ever(at):
    """On an object store: a time that was none was a traceback, one of a clock that ran ahead a wait until it came."""
    place = UPath(f"memory://held-{at}")
    holder = place / ".publishing.json"
    holder.write_text(json.dumps({"at": at}))
    with publishing(str(place), wait_seconds=0.5):
        assert json.loads(holder.read_text())["process"] == os.getpid()
        with pytest.raises(TransientError, match="another publisher"), publishing(str(place), wait_seconds=0.1):
            pass
    assert not holder.exists()
