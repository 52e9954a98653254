"""A rollback holds until somebody lifts it; of two publishers one waits, or says who is at work."""

import os
import threading
import time

import pytest
from jixiao.model import JixiaoError, TransientError
from jixiao.publish import current, publish, rollback
from jixiao.publish.hold import publishing, unpin

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
