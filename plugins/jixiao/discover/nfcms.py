"""Columns of the content system NFCMS: their JSON mirror `/postmeta`, else their pages of HTML.

Source: docs/publication-platforms.md of the project's shared material, section 2.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urljoin

import lxml.html

from jixiao.discover.client import Answer, Client
from jixiao.discover.posts import FILE, Post, Walk, absolute, day_in, day_of, declared, plain
from jixiao.model import JixiaoError

_PAGES_MOST: Final = 500
_CAPPED: Final = 2500
_DEPTH: Final = 4
_POST: Final = re.compile(r"/(?:content/(?:.*/)?m?post_\d+\.html|t\d{8}_\d+\.s?html|art_\d+_\d+\.html)(?:$|[?#])")


def posts(address: str, client: Client, found: Walk) -> Iterator[Post]:
    """Yield a column's posts, its sub-columns' too; by JSON where the site has it, else page by page."""
    first = client.get(address)
    if first.status != 200:
        found.problems.append(f"{address} answered {first.status}: no column there")
        return
    column = re.search(r"NFCMS_CAT_ID\s*=\s*[\"']?(\d+)", first.text)
    if column:
        found.site_map.setdefault("columns", {})[column[1]] = title_of(first.text)
        said = _mirror(first.url, column[1], client)
        if said is not None:
            yield from _mirrored(first.url, said, client, found, _DEPTH)
            return
        found.notes.append(f"{address}: no JSON mirror: read as HTML")
    yield from pages(first, lambda number: f"index_{number}.html", client, found)


def title_of(page: str) -> str:
    """Return the column's name, by its meta tag or its title."""
    match = re.search(r"<meta\s+name=\"ColumnName\"\s+content=\"([^\"]*)\"", page) or re.search(
        r"<title>(.*?)</title>", page, re.DOTALL
    )
    return plain(match[1]) if match else ""


def _mirror(base: str, column: str, client: Client) -> dict[str, Any] | None:
    answer = client.get(urljoin(base, f"/postmeta/i/{column}.json"))
    if answer.status != 200:
        return None
    try:
        said = json.loads(answer.text)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _mirrored(base: str, said: dict[str, Any], client: Client, found: Walk, depth: int) -> Iterator[Post]:
    name = plain(said.get("name"))
    articles = [row for row in said.get("articles") or [] if isinstance(row, dict)]
    if len(articles) >= _CAPPED:
        found.notes.append(f"the column {name} lists its newest {_CAPPED} posts only: older ones by search")
    for article in articles:
        url = absolute(base, str(article.get("url") or ""))
        day = day_of(article, "publish_time", "visible_publish_time", "created_at", "date")
        yield Post(url, plain(article.get("title")), name, plain(article.get("source")), day,
                   declared(article.get("attachment"), url))  # fmt: skip
    for child in said.get("children") or []:
        number = str(child.get("id") or "") if isinstance(child, dict) else ""
        below = _mirror(base, number, client) if number and depth else None
        if below is not None:
            yield from _mirrored(base, below, client, found, depth - 1)
        elif number:
            found.problems.append(f"the sub-column {child.get('name')} ({number}) of {name} cannot be read")


def pages(
    first: Answer, name_of: Callable[[int], str], client: Client, found: Walk, start: int = 2, last: int | None = None
) -> Iterator[Post]:
    """Yield the rows of a list's pages: the first, then `name_of(start)` … to one that is not there or not new."""
    seen: set[int] = set()
    answer = first
    column = title_of(first.text)
    for number in range(start, _PAGES_MOST):
        fresh = [post for post in rows(answer, column) if hash(post.url) not in seen]
        if not fresh:
            return
        seen.update(hash(post.url) for post in fresh)
        yield from fresh
        if last is not None and number > last:
            return
        url = urljoin(first.url, name_of(number))
        try:
            answer = client.get(url)
        except JixiaoError as error:
            found.problems.append(f"column {column}: {error}")
            return
        if answer.status != 200:
            if last is not None:
                found.problems.append(f"{url} answered {answer.status}, and the list said that there is such a page")
            return


def rows(answer: Answer, column: str) -> Iterator[Post]:
    """Yield a page's rows: every link to a post or a file, with the full title and the day beside it, in any order."""
    if not answer.text.strip():
        return
    root = lxml.html.fromstring(answer.text)
    for link in root.iter("a"):
        url = absolute(answer.url, str(link.get("href") or ""))
        if not url or not (_POST.search(url) or FILE.search(url.split("?")[0])):
            continue
        text = plain(_text(link))
        title = plain(link.get("title")) if link.get("title") else text
        day = None
        around = link
        for _ in range(3):
            parent = around.getparent()
            if parent is None or sum(1 for _ in parent.iter("a")) > 1:
                break
            around = parent
            day = day_in(_text(around).replace(text, " ", 1))
        if title:
            yield Post(url, title, column, "", day)


def _text(element: lxml.html.HtmlElement) -> str:
    return "".join(str(part) for part in element.itertext())
