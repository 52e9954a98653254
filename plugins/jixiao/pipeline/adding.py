"""Contracts from a look at a site (`jixiao sources add`), and what such a site shows otherwise since."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import yaml

from jixiao.discover import Client, Source, Walk, walk
from jixiao.discover.look import Column, Look, look, search_address
from jixiao.discover.platforms import platforms
from jixiao.extract.identity.names import is_organization
from jixiao.extract.identity.organization import name_in
from jixiao.extract.identity.regions import region_of, regions
from jixiao.files import write_bytes
from jixiao.model import JixiaoError
from jixiao.settings import Settings

_MANY: Final = 8


@dataclass(frozen=True, slots=True)
class Added:
    """What was written and where, in lines for a person, and what a walk of one year would take and leave."""

    path: Path | None
    lines: list[str]
    walk: Walk | None


def add(url: str, year: int, name: str | None, region_code: str | None, loopback: bool) -> Added:
    """Look at a site, write its contract, not enabled, and walk it for one fiscal year; nothing is fetched.

    `path` is None where nothing of ours was found: the lines then say what was seen. Raises `JixiaoError` where the
    site cannot be asked, or a contract of that name is there.
    """
    settings = Settings.load()
    ident = name or _ident(url)
    path = settings.sources / f"{ident}.yaml"
    if path.exists():
        raise JixiaoError(f"{settings.sources.name}/{path.name} is there already: give another --name, or delete it")
    probe = _probe(url, ident, loopback)
    client = Client(probe, settings.var / "state" / "http" / ident, settings.contact)
    try:
        seen = look(url, probe, client)
        lines = list(_told(seen, client))
        if not seen.columns:
            words = f"{seen.address}: no list with posts of ours was found: no contract is written"
            return Added(None, [*lines, words], None)
        probe = probe.model_copy(update={"address": seen.address})
        text = contract(seen, probe, _departments(seen, region_code), region_code)
        source = Source.model_validate({"id": ident, **yaml.safe_load(text)})
        found = walk(source, client, {year}) if source.departments else None
    finally:
        client.close()
    write_bytes(path, text.encode())
    return Added(path, lines, found)


def changes(source: Source) -> list[str]:
    """Return in words what a site shows otherwise than its contract says was seen; empty where that is all as it was.

    Raises as `look` does.
    """
    if source.seen is None:
        return []
    settings = Settings.load()
    probe = source.model_copy(update={"lists": ()})
    client = Client(probe, settings.var / "state" / "http" / source.id, settings.contact)
    before, on = source.seen, source.seen.day.isoformat()
    try:
        now = look(before.url or source.base, probe, client)
        gone = [
            f"the column {name} ({url}) that was seen on {on} {why}" for url, name, why in _gone(source, now, client)
        ]
    finally:
        client.close()
    known = {*before.columns}
    new = [one for one in now.columns if _path(source, one.url) not in known]
    words = [*gone, *(f"a column that was not there on {on}: {one.name} ({_path(source, one.url)})" for one in new)]
    if now.platform != before.platform:
        words.append(
            f"the platform was {before.platform} on {on} and looks like {now.platform or 'none that is known'}"
        )
    return words


def _gone(source: Source, now: Look, client: Client) -> Iterator[tuple[str, str, str]]:
    """Yield the columns that were seen and hold no list any more: address, name, and what became of each."""
    there = {_path(source, one.url) for one in now.columns}
    left = {_path(source, one.url): one for one in now.left}
    for url, name in (source.seen.columns if source.seen else {}).items():
        if url in there:
            continue
        if url in left:
            yield url, name, f"is no list of ours any more: {left[url].words}"
            continue
        try:
            status = client.get(source.base + url if url.startswith("/") else url).status
        except JixiaoError as error:
            yield url, name, f"cannot be read: {error}"
            continue
        yield url, name, f"answers {status}" if status != 200 else "is linked nowhere any more, and still answers"


def _probe(url: str, ident: str, loopback: bool) -> Source:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise JixiaoError(f"{url}: give the address of a site, with http:// or https://")
    if "@" in parts.netloc:
        raise JixiaoError("an address with a name and password is not asked")
    polite = {"delay_seconds": 0, "jitter_seconds": 0, "timeout_seconds": 10} if loopback else {"delay_seconds": 2}
    return Source.model_validate({
        "id": ident, "name": parts.hostname, "adapter": "generic", "address": f"{parts.scheme}://{parts.netloc}",
        "enabled": False, "allow_loopback": loopback, "politeness": polite,
    })  # fmt: skip


def _ident(url: str) -> str:
    host = (urlsplit(url).hostname or "").removeprefix("www.").removesuffix(".gov.cn")
    return re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-") or "site"


def _path(source: Source, url: str) -> str:
    return url.removeprefix(source.base) or "/"


def _departments(seen: Look, region_code: str | None) -> dict[str, tuple[str, str]]:
    """Return the departments that a site names: region code and how it is known; those of no region are left out."""
    named = dict.fromkeys(seen.departments, "")
    for title in seen.titles:
        name = title if is_organization(title) else name_in(title)
        if name:
            named.setdefault(name, "")
    found: dict[str, tuple[str, str]] = {}
    for name in named:
        # A tree of departments tells the region of each; other sites do not.
        told = seen.departments.get(name, "") if seen.platform != "gkmlpt" else ""
        place = region_of(name) or (region_of(told + name) if told else None)
        code = seen.site_code[:6]
        if place is not None:
            found[name] = place.code, "by its name" if not told else f"by its name and its region, {told}"
        elif region_code:
            found[name] = region_code, "as --region-code says"
        elif code in regions():
            found[name] = code, f"a guess: the site's code {seen.site_code} begins so"
        else:
            found[name] = "", "not known"
    return found


def _told(seen: Look, client: Client) -> Iterator[str]:
    """Yield what was seen, a line each."""
    asked = f"{seen.pages} pages, {client.requests} requests"
    yield f"site: {seen.name or 'without a name'}, {seen.address}: {asked}"
    yield f"robots.txt: {seen.robots}"
    for platform, words in seen.marks.items():
        yield f"platform: {platforms()[platform].name}: {', '.join(words)}"
    if not seen.marks:
        yield "platform: none that is known left a mark"
    for column in seen.columns:
        yield f"column: {column.name} ({column.url}): {_counted(column)}"
    for column in seen.left:
        yield f"left: {column.name} ({column.url}): {column.words}"
    yield from (f"not read: {failure}" for failure in seen.failures)


def _counted(column: Column) -> str:
    return column.words or f"{column.rows} rows were read, {len(column.ours)} of them may hold reports"


def contract(seen: Look, probe: Source, departments: dict[str, tuple[str, str]], region_code: str | None) -> str:
    """Return a contract as YAML, with comments on what was seen and what is a guess."""
    platform = seen.platform
    marks = ", ".join(seen.marks.get(platform, ["no platform left a mark: its lists are recognised by their rows"]))
    others = "; ".join(f"{name}: {', '.join(words)}" for name, words in seen.marks.items() if name != platform)
    today = date.today().isoformat()
    search = search_address(seen)
    hosts = [urlsplit(search).hostname or ""] if search and urlsplit(search).hostname not in probe.allowed_hosts else []
    lines = [
        f"# {_one_line(seen.name or seen.address)}: written by jixiao sources add on {today}, from {seen.pages} pages.",
        "# No run asks this site before a person has read this file and set enabled: true.",
        f"name: {_said(seen.name or seen.address)}  # seen: {seen.name_seen_in}",
        "enabled: false",
        f"adapter: {platform}  # seen: {_one_line(marks)}",
        *([f"# also seen: {_one_line(others)}"] if others else []),
        f"address: {_said(seen.address)}  # robots.txt on {today}: {seen.robots}",
        *(["allow_loopback: true"] if probe.allow_loopback else []),
        *(
            [f"hosts: [{', '.join(map(_said, [*probe.allowed_hosts, *hosts]))}]  # the search is elsewhere"]
            if hosts
            else []
        ),
        *(["# seen: Kaipuyun's search, with the site's code", f"search: {_said(search)}"] if search else []),
    ]
    if platform != "gkmlpt":
        lines.append("lists:")
        lines += [
            f"  - {_said(_path(probe, one.url))}  # seen: {_one_line(one.name)}: {_counted(one)}"
            for one in seen.columns
        ]
    lines += [
        f"# read and left: {_path(probe, one.url)} {_one_line(one.name)}: {_one_line(one.words)}" for one in seen.left
    ]
    if seen.address_pattern:
        lines += ["# a guess: the addresses of posts", f"selectors: {{address: {_said(seen.address_pattern)}}}"]
    lines += _of_departments(seen, departments, region_code)
    if seen.first_year:
        lines.append(
            f"first_fiscal_year: {seen.first_year}  # a guess: the earliest that a title among those read names"
        )
    lines += [
        "# guesses: how many reports a fiscal year must have, and by when",
        'expected: {least_reports: 1, by: "11-30", days_without_new: 450}',
        f"politeness: {json.dumps(_polite(probe)).replace(chr(34), '')}",
        "# What the look saw; jixiao sources check says what has changed since.",
        f"seen:\n  day: {today}\n  url: {_said(seen.start)}\n  platform: {platform}",
        f"  columns: {json.dumps({_path(probe, one.url): one.name for one in seen.columns}, ensure_ascii=False)}",
    ]
    return "\n".join(lines) + "\n"


def _of_departments(seen: Look, departments: dict[str, tuple[str, str]], region_code: str | None) -> list[str]:
    lines = ["# seen: the departments that posts, publishers or directories name; a region is as each line says"]
    rows = []
    for name, (code, how) in departments.items():
        prefix = (
            f", prefix: {_said(seen.departments[name])}"
            if seen.platform == "gkmlpt" and name in seen.departments
            else ""
        )
        row = f"- {{organization: {_said(name)}, region_code: {_said(code)}{prefix}}}  # region: {how}"
        rows.append(f"  {row}" if code else f"  # {row}")
    if any(code for code, _ in departments.values()):
        lines += ["departments:", *rows]
    else:
        lines += [
            "# none could be named with its region: say so, or give roster: in its place",
            "# departments:",
            *rows,
        ]
    if len(departments) > _MANY:
        lines.append(f"# many departments: a roster may say who must report: roster: {_said(region_code or '……')}")
    return lines


def _polite(probe: Source) -> dict[str, float]:
    polite = probe.politeness
    return {
        "delay_seconds": polite.delay_seconds,
        "jitter_seconds": polite.jitter_seconds,
        "timeout_seconds": polite.timeout_seconds,
    }


def _said(text: str) -> str:
    """Return a text as YAML that is one line: a JSON string is one."""
    return json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    """Return what a site says as words of a comment: no line of it can end the comment."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:300]
