"""The one walker of lists: first page, rows, next page, as the platform's row in `platforms.yaml` says.

Source: docs/publication-platforms.md, section 5.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from jixiao.discover import feeds, hanweb, services
from jixiao.discover.asking import Asking
from jixiao.discover.client import Answer
from jixiao.discover.platforms import Paging, Platform
from jixiao.discover.posts import Post
from jixiao.discover.rows import is_turned_by_script, next_link, posts_on, title_of
from jixiao.discover.selectors import Selectors
from jixiao.model import JixiaoError

_PAGES_MOST: Final = 500
_TOLD_ROWS: Final = re.compile(r"共\s*[:：]?\s*(\d+)\s*(?:条|篇|个?记录|项)|总记录数\s*[:：]?\s*(\d+)")


@dataclass(frozen=True, slots=True)
class _Way:
    """How a list goes on: the address behind page `number`, empty at its end; how many pages or rows it promised.

    `scripted`: by a script that is not known here.
    """

    behind: Callable[[Answer, int], str]
    start: int = 2
    last: int | None = None
    promised: bool = False
    rows: int | None = None
    scripted: bool = False


def posts(address: str, platform: Platform, asking: Asking) -> Iterator[Post]:
    """Yield the rows of a list of any platform: a feed, a script's JSON, records, or pages of HTML."""
    first = asking.client.get(address)
    if first.status != 200:
        asking.found.problems.append(f"{address} answered {first.status}: no list there")
        return
    selectors = asking.source.selectors
    column = title_of(first.text) or address
    if feeds.is_feed(first.text):
        yield from feeds.posts(first, selectors, asking)
        return
    if platform.service is not None and (found := services.found_in(first, platform.service)):
        try:
            yield from services.listed(found, platform.service, column, first.url, asking)
        except JixiaoError as error:
            asking.found.problems.append(f"{error}: only what the pages show is read")
        else:
            asking.found.site_map.setdefault("columns", {})[first.url] = column
            return
    if any(paging.kind == "records" for paging in platform.pages) and hanweb.is_filled_by_script(first):
        yield from hanweb.posts(first, column, asking)
        return
    known = platform.id != "generic"
    yield from pages(first, _way(first, platform, selectors), asking, selectors=selectors, known=known)


def numbered(first: Answer, paging: Paging) -> _Way:
    """Return the way of a list whose pages are counted in their names, to the first that is not there."""
    file = urlsplit(first.url).path.rsplit("/", 1)[-1] or "index.html"
    name, _, extension = file.partition(".")

    def behind(_: Answer, number: int) -> str:
        return urljoin(first.url, paging.name.format(name=name, number=number, extension=extension))

    return _Way(behind, paging.first)


def pages(
    first: Answer,
    way: _Way,
    asking: Asking,
    only_rows: bool = True,
    selectors: Selectors | None = None,
    known: bool = True,
) -> Iterator[Post]:
    """Yield the rows of a list's pages, to one that is not there or not new; what was promised and missed is a problem.

    A first page without a row is a problem, unless it holds more than rows (`only_rows` is false).
    """
    found = asking.found
    column = title_of(first.text)
    found.site_map.setdefault("columns", {})[first.url] = column
    seen: set[int] = set()
    asked = {first.url}
    answer = first
    for number in range(way.start, way.start + _PAGES_MOST):
        fresh = [post for post in posts_on(answer, column, selectors, known) if hash(post.url) not in seen]
        if not fresh:
            promised = way.promised and (way.last is None or number <= way.last + 1)
            if not seen and only_rows:
                found.problems.append(f"{first.url}: no row of a list is recognised: not the layout that was expected")
            elif seen and promised:
                found.problems.append(f"{answer.url}: no new row, and the list said that there is such a page")
            return
        seen.update(hash(post.url) for post in fresh)
        yield from fresh
        url = "" if way.last is not None and number > way.last else way.behind(answer, number)
        if not url:
            if way.scripted:
                found.problems.append(f"{answer.url}: its pages are turned by a script: only the first was seen")
            if way.rows is not None and len(seen) < way.rows:
                found.problems.append(f"{answer.url}: the list ends after {len(seen)} of {way.rows} posts")
            return
        if url in asked:
            found.problems.append(f"{answer.url}: its next page is {url}, which was read before: the rest is not read")
            return
        asked.add(url)
        try:
            answer = asking.client.get(url)
        except JixiaoError as error:
            found.problems.append(f"column {column}: {error}")
            return
        if answer.status != 200:
            if way.promised:
                found.problems.append(f"{url} answered {answer.status}, and the list said that there is such a page")
            return
    found.problems.append(f"{first.url}: more than {_PAGES_MOST} pages: the rest is not read")


def _way(first: Answer, platform: Platform, selectors: Selectors | None) -> _Way:
    """Return the first way of the platform that the page gives a hold for; where there is none, it is the only page."""
    for paging in platform.pages:
        way = _HOLDS[paging.kind](first, paging, selectors.next if selectors else "")
        if way is not None:
            return way
    return _Way(lambda *_: "", scripted=is_turned_by_script(first))


def _counted(first: Answer, paging: Paging, _: str) -> _Way | None:
    pager = re.search(paging.told, first.text, re.IGNORECASE)
    if pager is None:
        return None
    count = pager["count"]
    if not count.isdecimal():
        told = re.search(rf"\b{re.escape(count)}\s*=\s*(\d+)", first.text)
        count = told[1] if told else "1"

    def behind(_: Answer, number: int) -> str:
        name = paging.name.format(name=pager["name"], number=number, extension=pager["extension"])
        return urljoin(first.url, name)

    return _Way(behind, paging.first, int(count) - 1, promised=True)


def _linked(first: Answer, _: Paging, path: str) -> _Way | None:
    link = next_link(first, path)
    if link is None or not link[0]:
        return None

    def behind(answer: Answer, _: int) -> str:
        further = next_link(answer, path)
        # On its last page a list links that page itself, or nothing.
        return further[0] if further and further[0] != answer.url else ""

    told = _TOLD_ROWS.search(link[1])
    return _Way(behind, promised=True, rows=int(told[1] or told[2]) if told else None)


_HOLDS: Final[dict[str, Callable[[Answer, Paging, str], _Way | None]]] = {
    "counted": _counted,
    "linked": _linked,
    "numbered": lambda first, paging, _: numbered(first, paging),
    "records": lambda *_: None,
}
