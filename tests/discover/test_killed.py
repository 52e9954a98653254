"""Killed at any moment and run again: no document lost, none doubled, no request repeated that had succeeded."""

import multiprocessing
import os
import random
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from jixiao.archive import Archive
from jixiao.discover import client_for, load_sources, walk
from jixiao.settings import Settings

from demo.site import Reply

# A process that has imported everything forks those that are killed: a kill falls into their work.
FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload([__name__])


def walk_and_fetch(root: Path, environment: dict[str, str]) -> None:
    """Do what a run does on the demo site as far as the archive."""
    os.environ |= environment
    source = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    client = client_for(source, root / "state", None)
    found = walk(source, client, fetch_follows=True)
    Archive(str(root / "archive")).fetch_all([c for c in found.candidates if c.taken], client)
    client.end_walk()


def ended(run) -> None:
    run.join(60)
    assert run.exitcode == 0


def test_killed_anywhere_and_run_again(demo_run, tmp_path):
    def slow(target, headers):
        time.sleep(0.03)
        return Reply(b"User-agent: *\n", "text/plain") if target == "/robots.txt" else None

    demo_run.hooks.append(slow)
    whole = demo_run.answer

    def without_validators(target, headers):
        # Nothing tells the client that a page is unchanged: what it asks twice is sent twice.
        reply = whole(target, headers)
        return replace(reply, headers={**reply.headers, "X-Demo-No-Validators": "1"})

    demo_run.answer = without_validators

    def start():
        run = FORKING.Process(target=walk_and_fetch, args=(tmp_path, dict(os.environ)))
        run.start()
        return run

    moments = random.Random(20231121)
    kills = 0
    for number in range(7):
        before, files = demo_run.request_count, demo_run.file_count
        run = start()
        while run.is_alive():
            # The first four anywhere, the others when files are being fetched.
            if number < 4 and demo_run.request_count >= before + moments.randint(2, 9):
                break
            if number >= 4 and demo_run.file_count > files:
                break
            time.sleep(0.005)
        if run.is_alive():
            run.kill()
            kills += 1
        run.join()
    ended(start())
    assert kills >= 6
    archive = Archive(str(tmp_path / "archive"))
    source = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    kept = list(archive.sightings())
    assert {s.organization for s in kept} == {d.organization for d in source.departments}
    assert len({s.url for s in kept}) == len(kept) == len({s.sha256 for s in kept}) == 5
    for sighting in kept:
        body = archive.local_copy(sighting.sha256, tmp_path).read_bytes()
        assert len(body) == sighting.byte_size
    # An answer that was under way when the process died had not succeeded: at most one a kill.
    repeated = sum(count - 1 for count in Counter(demo_run.sent).values())
    assert repeated <= kills
    files = demo_run.file_count
    ended(start())
    assert demo_run.file_count == files, "the next walk reads the lists again, and no file that they say is the same"
