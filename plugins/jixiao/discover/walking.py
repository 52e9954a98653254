"""One walk of a site: each department's directory, lists and search, and what is no longer there."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from jixiao.discover import folder, gkmlpt, reading, search
from jixiao.discover.asking import Asking
from jixiao.discover.client import Client
from jixiao.discover.judge import Judge
from jixiao.discover.posts import Post, Walk, absolute
from jixiao.discover.roster import Names
from jixiao.discover.source import Department, Source
from jixiao.discover.titles import names_nobody
from jixiao.model import JixiaoError

WALKS_UNTIL_GONE = 3


def client_for(source: Source, state: Path, contact: str | None) -> Client:
    """Return the client of a site or folder; what it remembers lies in `state`."""
    cache = state / "http" / source.id
    return folder.FolderClient(source, cache) if source.adapter == "files" else Client(source, cache, contact)


def walk(
    source: Source,
    client: Client,
    fiscal_years: set[int] | None = None,
    fetch_follows: bool = False,
    names: Names | None = None,
) -> Walk:
    """Walk one site; problems are words in the result. `fiscal_years` None takes every year.

    With `names` the site is one of many departments: what they share is read once, and `names` tells whose a file is.

    A walk that was killed is taken up where it was: what it had asked is not asked again. With `fetch_follows` it is
    not over before the caller says so (`Client.end_walk`), when the files were fetched. What is not full (a problem
    hid something) counts for nothing when it comes to what is gone.
    """
    found = Walk(source.id, years=None if fiscal_years is None else frozenset(fiscal_years))
    name = "-".join(str(year) for year in sorted(fiscal_years)) if fiscal_years else "all"
    client.begin_walk(name)
    remembered = client.recall(client.cache / "site.json")
    if isinstance(client, folder.FolderClient):
        folder.look(client, found, fiscal_years)
    if names is not None:
        _look_at_many(source, client, found, remembered, names, fiscal_years)
    for department in _with_their_own(source, names):
        judge = Judge(source, department, client, found)
        for shared, posts in _parts(source, department, names is None, client, found, remembered):
            for post in posts:
                if _is_of(department, post, shared):
                    judge.look_at(post, fiscal_years)
                else:
                    judge.pass_over(post, fiscal_years)
    if client.connections:
        found.site_map["connections"] = client.connections
        found.notes += [f"{host} is spoken to by {how}" for host, how in client.connections.items()]
    met_before = _met_before(client, name)
    if not found.problems:
        found.notes += _differences(remembered, found.site_map)
        found.gone = _gone(client, name, found)
    if met_before and not found.taken:
        found.fell_silent = True
        found.problems.append(f"{source.id}: no report was found, the walks before had met {met_before}")
    if found.site_map.get("departments") or found.site_map.get("columns"):
        found.site_map["seen_on"] = date.today().isoformat()
        # What a problem hid this time is not forgotten.
        parts = ("departments", "columns") if found.problems else ()
        known = {part: {**remembered.get(part, {}), **found.site_map.get(part, {})} for part in parts}
        client.remember(client.cache / "site.json", found.site_map | known)
    found.requests = client.requests
    if not fetch_follows:
        client.end_walk()
    return found


def _with_their_own(source: Source, names: Names | None) -> Iterator[Department]:
    """Yield the departments that are looked for one by one: where `names` tells them, those with their own prefix."""
    for department in source.departments if source.adapter != "files" else ():
        if names is None or department.prefix is not None:
            yield department


def _is_of(department: Department, post: Post, shared: bool) -> bool:
    """Tell whether a post is a department's: on what many departments share, only what names it as its own."""
    if department.named_in(post.publisher, post.title, post.column):
        return True
    return not shared and (not post.led_to or (not post.publisher and names_nobody(post.title)))


def _parts(
    source: Source,
    department: Department,
    shared: bool,
    client: Client,
    found: Walk,
    remembered: dict[str, Any],
) -> Iterator[tuple[bool, Iterator[Post]]]:
    """Yield for each part of a site whether departments share it, and its posts; only its own unless `shared`.

    A part that fails is a problem, and the others are read all the same.
    """
    name = department.organization
    if source.adapter == "gkmlpt":
        posts = _directory_posts(source, department, client, found, remembered)
        yield department.prefix is None, _guarded(posts, name, found)
    if shared:
        yield from ((True, posts) for posts in _shared(Asking(source, client, found, department.named_in), name))


def _shared(asking: Asking, what: str) -> Iterator[Iterator[Post]]:
    """Yield the posts of each part of a site that departments share: its lists, and a search beside them."""
    source, found = asking.source, asking.found
    for address in source.lists:
        yield _guarded(reading.posts(absolute(source.base + "/", address), asking), what, found)
    if source.search and source.adapter != "gkmlpt":
        yield _guarded(reading.searched(asking), what, found)


def _look_at_many(
    source: Source,
    client: Client,
    found: Walk,
    remembered: dict[str, Any],
    names: Names,
    fiscal_years: set[int] | None,
) -> None:
    """Judge what many departments share, each part read once: the lists, the site's directory and its search.

    A department that the search finds to have a directory of its own is read there, too.
    """
    judge = Judge(source, None, client, found, names)
    for posts in _shared(Asking(source, client, found), source.name):
        for post in posts:
            judge.look_at(post, fiscal_years)
    if source.adapter != "gkmlpt" or (source.departments and all(one.prefix for one in source.departments)):
        return
    hits: list[Post] = []
    for post in _guarded(_portal_posts(source, client, found, hits), source.name, found):
        judge.look_at(post, fiscal_years)
    known = {name: said["prefix"] for name, said in remembered.get("departments", {}).items() if said.get("prefix")}
    told = {department.organization for department in source.departments if department.prefix}
    for post in hits:
        whose = names.whose((), (post.publisher,))
        if whose is not None and (prefix := search.prefix_of(post.url)):
            known[whose.organization] = prefix
    for name, prefix in sorted(known.items()):
        whose = names.whose((), (name,))
        if whose is None or name in told:
            continue
        own = Judge(source, whose, client, found, names)
        for post in _guarded(_own_posts(source, name, prefix, client, found), name, found):
            own.look_at(post, fiscal_years)


def _portal_posts(source: Source, client: Client, found: Walk, hits: list[Post]) -> Iterator[Post]:
    """Yield the posts of the directory that departments share, then those of the search, which are kept in `hits`."""
    directory = gkmlpt.read_directory(source, "", client)
    yield from gkmlpt.posts(source, directory, client, found)
    if source.search:
        hits += search.posts(source, directory.sid, client, found)
    yield from hits


def _own_posts(source: Source, name: str, prefix: str, client: Client, found: Walk) -> Iterator[Post]:
    directory = gkmlpt.read_directory(source, prefix, client)
    found.site_map.setdefault("departments", {})[name] = {"sid": directory.sid, "prefix": directory.prefix}
    yield from gkmlpt.posts(source, directory, client, found)


def _guarded(posts: Iterator[Post], what: str, found: Walk) -> Iterator[Post]:
    try:
        yield from posts
    except JixiaoError as error:
        found.problems.append(f"{what}: {error}")


def _directory_posts(
    source: Source, department: Department, client: Client, found: Walk, remembered: dict[str, Any]
) -> Iterator[Post]:
    """Yield the posts of a department's directory and of the search; the search tells a prefix that is not known."""
    directory = gkmlpt.read_directory(source, department.prefix or "", client)
    hits: list[Post] = []
    if source.search:
        hits = [
            post
            for post in search.posts(source, directory.sid, client, found)
            if department.prefix is not None or department.named_in(post.publisher, post.title)
        ]
    if department.prefix is None:
        own = {search.prefix_of(post.url) for post in hits if department.named_in(post.publisher)} - {None, ""}
        known = remembered.get("departments", {}).get(department.organization, {}).get("prefix")
        if len(own) == 1:
            # The search told where the department's own directory is: that is the one to read.
            directory = gkmlpt.read_directory(source, str(own.pop()), client)
            found.notes.append(f"{department.organization}: its directory is {directory.prefix}, by the search")
        elif known:
            directory = gkmlpt.read_directory(source, str(known), client)
            day = remembered.get("seen_on")
            found.notes.append(f"{department.organization}: its directory is {known}, as it was seen on {day}")
    found.site_map.setdefault("departments", {})[department.organization] = {
        "sid": directory.sid,
        "prefix": directory.prefix,
    }
    yield from gkmlpt.posts(source, directory, client, found)
    yield from hits


def _differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Say what a site's map shows otherwise than on the day it was last seen."""
    day = before.get("seen_on")
    words = [
        f"the column {name} ({number}) that was seen on {day} is no more"
        for number, name in before.get("columns", {}).items()
        if number not in now.get("columns", {})
    ]
    for name, was in before.get("departments", {}).items():
        found = now.get("departments", {}).get(name, was)
        words += [
            f"{name}: its {key} was {was[key]} on {day} and is {found[key]}" for key in was if was[key] != found[key]
        ]
    return words


def _met_before(client: Client, name: str) -> int:
    """Return how many reports the full walks of this name had met that are not gone."""
    said = client.recall(client.cache / f"met-{name}.json")
    return sum(1 for missed in said.get("missed", {}).values() if missed < WALKS_UNTIL_GONE)


def _gone(client: Client, name: str, found: Walk) -> list[str]:
    """Count, per address of a report, the full walks in a row that did not meet it; return those that are gone."""
    path = client.cache / f"met-{name}.json"
    before = client.recall(path)
    said: dict[str, int] = before.get("missed", {})
    # A walk that was killed after it had counted must not count twice.
    if before.get("walk") == client.walk_token:
        return sorted(url for url, missed in said.items() if missed >= WALKS_UNTIL_GONE)
    met = {candidate.url for candidate in found.candidates if candidate.taken}
    missed = {url: 0 if url in met else said[url] + 1 for url in said} | dict.fromkeys(met, 0)
    client.remember(path, {"walk": client.walk_token, "missed": dict(sorted(missed.items()))})
    return sorted(url for url, count in missed.items() if count >= WALKS_UNTIL_GONE)
