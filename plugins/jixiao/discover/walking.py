"""One walk of a site: each department's directory, lists and search, and what is no longer there."""

import json
from collections.abc import Iterator
from datetime import date
from itertools import chain

from jixiao.discover import gkmlpt, lists, nfcms, search
from jixiao.discover.client import Client
from jixiao.discover.judge import Judge
from jixiao.discover.posts import Post, Walk, absolute
from jixiao.discover.source import Department, Source
from jixiao.model import JixiaoError

_LISTS = {"gkmlpt": nfcms.posts, "nfcms": nfcms.posts, "trs": lists.trs_posts, "hanweb": lists.hanweb_posts}
WALKS_UNTIL_GONE = 3


def walk(source: Source, client: Client, fiscal_years: set[int] | None = None) -> Walk:
    """Walk one site; problems are words in the result. `fiscal_years` None takes every year.

    A walk that was killed is taken up where it was: what it had asked is not asked again. What is not full (a
    problem hid something) counts for nothing when it comes to what is gone.
    """
    found = Walk(source.id)
    name = "-".join(str(year) for year in sorted(fiscal_years)) if fiscal_years else "all"
    client.begin_walk(name)
    for department in source.departments:
        try:
            _walk_department(source, department, client, fiscal_years, found)
        except JixiaoError as error:
            found.problems.append(f"{department.organization}: {error}")
    if client.connections:
        found.site_map["connections"] = client.connections
        found.notes += [f"{host} is spoken to by {how}" for host, how in client.connections.items()]
    if found.site_map.get("departments") or found.site_map.get("columns"):
        client.remember(client.cache / "site.json", {**found.site_map, "seen_on": date.today().isoformat()})
    found.requests = client.requests
    if not found.problems:
        found.gone = _gone(client, name, found)
    client.end_walk()
    return found


def _walk_department(
    source: Source, department: Department, client: Client, years: set[int] | None, found: Walk
) -> None:
    judge = Judge(source, department, client, found)
    shared = department.prefix is None or source.adapter != "gkmlpt"
    for post in _posts(source, department, client, found):
        # On a portal that many departments share, only what this one published.
        if not shared or department.named_in(post.publisher, post.title, post.column):
            judge.look_at(post, years)


def _posts(source: Source, department: Department, client: Client, found: Walk) -> Iterator[Post]:
    read = _LISTS[source.adapter]
    parts: list[Iterator[Post]] = []
    if source.adapter == "gkmlpt":
        directory = gkmlpt.read_directory(source, department.prefix or "", client)
        prefixes = found.site_map.setdefault("departments", {})
        prefixes[department.organization] = {"sid": directory.sid, "prefix": directory.prefix}
        if source.search:
            hits = [
                post
                for post in search.posts(source, directory.sid, client, found)
                if department.prefix is not None or department.named_in(post.publisher, post.title)
            ]
            own = {search.prefix_of(post.url) for post in hits if department.named_in(post.publisher)} - {None, ""}
            if department.prefix is None and len(own) == 1:
                # The search told where the department's own directory is: that is the one to read.
                directory = gkmlpt.read_directory(source, str(own.pop()), client)
                prefixes[department.organization] = {"sid": directory.sid, "prefix": directory.prefix}
                found.notes.append(f"{department.organization}: its directory is {directory.prefix}, by the search")
            parts.append(iter(hits))
        parts.insert(0, gkmlpt.posts(source, directory, client, found))
    for address in source.lists:
        parts.append(read(absolute(source.base + "/", address), client, found))
    return chain.from_iterable(parts)


def _gone(client: Client, name: str, found: Walk) -> list[str]:
    """Count, per address of a report, the full walks in a row that did not meet it; return those that are gone."""
    path = client.cache / f"met-{name}.json"
    said: dict[str, int] = json.loads(path.read_text("utf-8"))["missed"] if path.exists() else {}
    # A walk that was killed after it had counted must not count twice.
    if path.exists() and json.loads(path.read_text("utf-8"))["walk"] == client.walk_token:
        return sorted(url for url, missed in said.items() if missed >= WALKS_UNTIL_GONE)
    met = {candidate.url for candidate in found.candidates if candidate.taken}
    missed = {url: 0 if url in met else said[url] + 1 for url in said} | dict.fromkeys(met, 0)
    client.remember(path, {"walk": client.walk_token, "missed": dict(sorted(missed.items()))})
    return sorted(url for url, count in missed.items() if count >= WALKS_UNTIL_GONE)
