"""Readers while versions come and go: no answer is torn, none fails."""

import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from jixiao.publish import publish
from jixiao.publish.reading import KeptReading
from jixiao.publish.shelf import shelf
from jixiao.warehouse import build_marts, open_warehouse


@pytest.fixture
def two_versions(settings):
    """Publish a second version; point back at the first at the end."""
    at = shelf(settings.publish_url)
    first = at.versions()[-1]
    with open_warehouse(settings.warehouse_path) as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE core.regions SET name = name || '新' WHERE code = '440100'")
        build_marts(engine)
    second = publish(settings.warehouse_path, Path(settings.publish_url)).version
    assert second != first
    yield at, first, second
    at.switch(first)


def test_eight_readers_see_whole_versions_while_the_pointer_moves(two_versions):
    at, *both = two_versions
    reading, seen, failed, over = KeptReading(), Counter(), [], threading.Event()

    def ask():
        while not over.is_set():
            try:
                with reading() as marts:
                    name = "SELECT DISTINCT place_name FROM mart.place_year WHERE place = '4401'"
                    answers = {marts.row(name)["place_name"] for _ in range(3)}
                    seen[marts.manifest["version"], *answers] += 1
            except Exception as error:  # noqa: BLE001 - whatever it is, the reader saw it
                failed.append(repr(error))

    readers = [threading.Thread(target=ask) for _ in range(8)]
    for reader in readers:
        reader.start()
    for turn in range(40):
        at.switch(both[turn % 2])
        time.sleep(0.03)
    over.set()
    for reader in readers:
        reader.join(30)
    assert failed == []
    assert len(seen) == 2, "each version has its own answer, and no other"
