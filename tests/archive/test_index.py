"""A load reads one index in place of all sidecars, and it says what they say, whatever happened between."""

import json
import random
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
from jixiao.archive import Archive, Sighting, Told
from jixiao.archive.index import Index
from jixiao.cli import main
from jixiao.discover import Candidate, Client, load_sources
from jixiao.settings import Settings

from demo.site import Reply

PDF, RTF = b"%PDF-1.4 ", b"{\\rtf1 "


@pytest.fixture
def kept(demo_run):
    """Archives bytes at an address of the demo site, of a department and year."""
    source = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    client = Client(source, Settings.load().var / "http", None)
    walks = iter(range(10**6))

    def keep(path: str, data: bytes, organization: str = "科协", year: int | None = 2021):
        """The first letter of a path is the post's; a file of an odd number is RTF."""
        head = RTF if path[2:3] in "13579" else PDF
        demo_run.overrides[path] = lambda: Reply(head + data, "application/octet-stream")
        url, title = demo_run.url + path, f"{year or ''}年部门整体支出绩效自评报告"
        made = Candidate(
            "demo", url, f"{demo_run.url}{path[:2]}.html", title, "", f"{title}.pdf", "", None, year, organization,
            "440111", True, "", walk=str(next(walks)),
        )  # fmt: skip
        [seen] = Archive(Settings.load().archive_url).fetch(made, client)
        return seen

    yield keep
    client.close()


@pytest.fixture
def place() -> Path:
    return Path(Settings.load().archive_url)


def by_sidecars(archive: Path, told):
    """Return the chains as the sidecars tell them, without an index."""
    opened = Archive(str(archive))
    opened._index.families = lambda of: None
    return opened.revisions(told)


def test_chains_are_those_of_the_sidecars_over_any_history(kept, place):
    dice = random.Random(16)
    told = {}
    for _ in range(60):
        path = f"/{dice.choice('ab')}{dice.randint(1, 4)}"
        year = dice.choice([2021, 2022, None])
        seen = kept(path, str(dice.randint(1, 9)).encode(), dice.choice(["科协", "财政局", ""]), year)
        told[seen.sha256] = Told("档案馆", dice.choice([2023, None]))
        if dice.random() < 0.3:
            Archive(str(place)).mark_gone([seen.url])
        if dice.random() < 0.2:
            assert Archive(str(place)).revisions(told) == by_sidecars(place, told)
    chains = Archive(str(place)).revisions(told)
    assert chains == by_sidecars(place, told)
    assert len(chains) > 15


def test_only_chains_that_may_be_others_are_worked_out_and_they_are_those_of_all(kept, place):
    dice = random.Random(17)
    told, point, loaded, parts = {}, None, [], 0
    for _ in range(40):
        path = f"/{dice.choice('ab')}{dice.randint(1, 6)}"
        seen = kept(
            path, str(dice.randint(1, 9)).encode(), dice.choice(["科协", "财政局", "档案局"]), dice.choice([2021, None])
        )
        told[seen.sha256] = Told("档案馆", dice.choice([2023, None]))
        if dice.random() < 0.2:
            Archive(str(place)).mark_gone([seen.url])
        came = Archive(str(place)).chains(lambda _: told, point, [seen.sha256])
        point, parts = came.point, parts + (came.of is not None)
        stay = [one for one in loaded if came.of is not None and one.organization not in came.of]
        loaded = sorted(stay + came.links, key=lambda one: (one.organization, one.fiscal_year, one.name, one.revision))
        assert loaded == Archive(str(place)).revisions(told)
    assert parts == 39
    Archive(str(place)).make_index()
    assert Archive(str(place)).chains(lambda _: told, point, ()).of is None, "another index counts anew"


def test_no_sidecar_is_read_once_there_is_an_index(kept, place):
    kept("/a.pdf", b"1")
    before = Archive(str(place)).revisions()
    kept("/b.pdf", b"2")
    kept("/a.pdf", b"3")
    for folder in ("sightings", "addresses"):
        (place / folder).rename(place / f"{folder}.away")
    chains = Archive(str(place)).revisions()
    assert len(before) == 1
    assert len(chains) == 3, "what came later was noted as it came"


@pytest.mark.parametrize("killed", ["expect", "note"])
def test_a_sidecar_whose_writer_was_killed_is_found(kept, place, monkeypatch, killed):
    kept("/a.pdf", b"1")
    Archive(str(place)).revisions()
    with monkeypatch.context() as patched:
        patched.setattr(Index, killed, lambda *_: None)
        kept("/b.pdf", b"2")
    assert len(Archive(str(place)).revisions()) == 2
    assert Archive(str(place)).revisions() == by_sidecars(place, {})


@pytest.mark.parametrize("spoiled", ["older", "damaged", "empty", "missing", "half made"])
def test_an_index_that_is_not_the_archives_is_made_anew(kept, place, spoiled):
    index = place / "index" / "sightings.sqlite"
    kept("/a.pdf", b"1")
    Archive(str(place)).revisions()
    older = shutil.copy(index, place.parent / "older.sqlite")
    kept("/b.pdf", b"2")
    if spoiled == "older":
        shutil.copy(older, index)
    elif spoiled == "damaged":
        index.write_bytes(index.read_bytes()[:5000] + bytes(3000))
    elif spoiled == "empty":
        index.write_bytes(b"")
    elif spoiled == "missing":
        index.unlink()
    else:
        import sqlite3

        with sqlite3.connect(index) as opened:
            opened.execute("UPDATE state SET value = 0 WHERE key = 'whole'")
            opened.execute("DELETE FROM seen")
        opened.close()
    assert len(Archive(str(place)).revisions()) == 2


def test_a_command_makes_it_anew(kept, place, capsys):
    kept("/a.pdf", b"1")
    assert main(["archive", "index"]) == 0
    assert "1 sidecars are in the index" in capsys.readouterr().out
    kept("/a.pdf", b"2")
    assert len(Archive(str(place)).revisions()) == 2


ODD = (
    {"sha256": "x" * 64}, {"url": ""}, {"byte_size": True}, {"byte_size": -1}, {"fiscal_year": 1}, {"more": 1},
    {"published_on": "2024-13-01"}, {"published_at": "soon"}, {"container_sha256": "1"}, {"publisher": None}, None,
)  # fmt: skip


def test_many_records_of_sightings_are_told_sound_at_once_where_each_is(kept):
    said = json.loads(json.dumps(asdict(kept("/a.pdf", b"1")), default=str))
    sound = [said, said | {"published_on": "2024-01-31", "fiscal_year": None}]
    assert Sighting.all_sound(sound)
    for one in ODD:
        odd = one if one is None else said | one
        with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
            Sighting.from_record(odd)
        assert not Sighting.all_sound([*sound, odd])
        assert not Sighting.all_sound([odd, *sound])
