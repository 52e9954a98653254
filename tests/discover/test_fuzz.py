"""Whatever a site answers, a walk and the fetching end in words, never in a crash. More seeds: JIXIAO_SEEDS=500."""

import json
import os
import random
from contextlib import suppress

import pytest
from jixiao.archive import Archive
from jixiao.discover import Client, load_sources, walk
from jixiao.discover.look import look
from jixiao.discover.source import Department, Politeness, Source
from jixiao.model import JixiaoError
from jixiao.settings import Settings

from demo import platforms
from demo.rough import ORGANIZATION, install
from demo.site import Reply

ODD = (None, 0, -1, "", [], {}, [1], {"a": 1}, 1e300, True, "2023-99-99", 10**30, "\0", "\ud800", "http://[bad/")
PIECES = (b'<?xml version="1.0" encoding="gbk"?>',
          b"\0", b"<<<", b'"', b"[" * 100_000, b"http://[bad/", b"charset=idna",
          b'<a href="http://[::1:x/a.pdf">z</a>', b'{"a":', b"\xff\xfe")  # fmt: skip
LAYOUTS = (
    ("gkmlpt", ()),
    ("nfcms", ("/nfcms/plain/index.html", "/nfcms/zwgk/bmjs/index.html")),
    ("trs", ("/trs/index.html",)),
    ("hanweb", ("/col/col77/index.html",)),
    ("ucap", ("/ucap/list.shtml",)),
)


def odd(chance: random.Random, said: object) -> object:
    if chance.random() < 0.05:
        return chance.choice(ODD)
    if isinstance(said, dict):
        return {key: odd(chance, value) for key, value in said.items()}
    return [odd(chance, value) for value in said] if isinstance(said, list) else said


def spoiled(chance: random.Random, reply: Reply) -> Reply:
    if "json" in reply.kind and chance.random() < 0.7:
        return Reply(json.dumps(odd(chance, json.loads(reply.body))).encode(), reply.kind)
    body = bytearray(reply.body)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(body) + 1)
        body[at : at + chance.choice((0, 1, 50, len(body)))] = chance.choice(PIECES)
    return Reply(bytes(body), reply.kind)


def spoiling(site, chance: random.Random) -> None:
    whole = site.answer

    def answer(target, headers):
        reply = whole(target, headers)
        spoil = reply.status == 200 and target != "/robots.txt" and chance.random() < 0.3
        return spoiled(chance, reply) if spoil else reply

    site.answer = answer


@pytest.mark.parametrize("seed", range(int(os.environ.get("JIXIAO_SEEDS", "12"))))
def test_spoiled_answers_of_every_platform_end_in_words(site, tmp_path, seed):
    """A walk by a contract, and the look that writes one."""
    kind = [*platforms.KINDS][seed % len(platforms.KINDS)]
    made = platforms.install(site, kind)
    spoiling(site, random.Random(seed))
    source = Source.model_validate({
        "id": "demo", "name": "演示", "adapter": platforms.adapter_of(kind),
        "address": site.url, "allow_loopback": True,
        "lists": [made.column], "search": f"{site.url}/query/s?siteCode={platforms.SITE_CODE}",
        "departments": [{"organization": name, "region_code": "440111"} for name in platforms.ORGANIZATIONS],
        "politeness": {"delay_seconds": 0, "jitter_seconds": 0, "timeout_seconds": 2, "attempts": 1},
    })  # fmt: skip
    for part in ("walk", "look"):
        client = Client(source, tmp_path / part, None)
        if part == "walk":
            found = walk(source, client)
            assert found.candidates or found.passed_over or found.problems
        else:
            with suppress(JixiaoError):  # a look may end in words, in nothing else
                look(site.url + "/", source, client)
        client.close()


@pytest.mark.parametrize("seed", range(int(os.environ.get("JIXIAO_SEEDS", "10"))))
def test_spoiled_answers_end_in_words(demo_run, tmp_path, seed):
    install(demo_run)
    spoiling(demo_run, random.Random(seed))
    demo = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    adapter, lists = LAYOUTS[seed % len(LAYOUTS)]
    department = Department(organization=ORGANIZATION, region_code="440111", prefix="/rough")
    politeness = Politeness(delay_seconds=0, jitter_seconds=0, timeout_seconds=2, attempts=1)
    changes = {"adapter": adapter, "lists": lists, "departments": (department,), "politeness": politeness}
    client = Client(demo.model_copy(update={**changes, "search": demo_run.url}), tmp_path / "http", None)
    found = walk(client.source, client)
    archive = Archive(str(tmp_path / "archive"))
    results = archive.fetch_all([c for c in found.candidates if c.taken], client)
    client.close()
    assert len(results) + len(archive.nothing_in) >= found.taken, "each address gives a document, or why it does not"
    assert found.candidates or found.passed_over or found.problems, "nothing at all is never without a word"
