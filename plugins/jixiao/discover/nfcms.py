"""Columns of the content system NFCMS: their JSON mirror `/postmeta`, else their pages of HTML.

Source: docs/publication-platforms.md, section 2.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urljoin

import lxml.html

from jixiao.discover.client import Answer, Client
from jixiao.discover.posts import (
    Post,
    Walk,
    absolute,
    declared,
    leads_to_file,
    object_of,
    parsed,
    plain,
    published,
    published_in,
    rows_of,
)
from jixiao.model import JixiaoError

_PAGES_MOST: Final = 500
_CAPPED: Final = 2500
_DEPTH: Final = 4
_SUB_COLUMNS_MOST: Final = 200
_POST: Final = re.compile(
    r"/(?:content/(?:.*/)?m?post_\d+\.html|t\d{8}_\d+\.s?html|art_\d+_\d+\.html|\d{6}/[0-9a-f]{32}\.s?html)(?:$|[?#])"
)


def posts(
    address: str, client: Client, found: Walk, depth: int = _DEPTH, met: set[str] | None = None
) -> Iterator[Post]:
    """Yield a column's posts, its sub-columns' too; by JSON where the site has it, else page by page."""
    met = set() if met is None else met
    met.add(address.removesuffix("index.html"))
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
    below = _sub_columns(first) if depth else []
    yield from pages(first, lambda number: f"index_{number}.html", client, found, only_rows=not below)
    for column_below in below:
        if column_below.removesuffix("index.html") in met:
            continue
        if len(met) > _SUB_COLUMNS_MOST:
            found.problems.append(f"{address}: more than {_SUB_COLUMNS_MOST} sub-columns: the rest is not read")
            return
        yield from posts(column_below, client, found, depth - 1, met)


def _sub_columns(page: Answer) -> list[str]:
    """Return the columns that lie below a page's own address (one for each year and kind, say), in its order."""
    folder = page.url.rsplit("/", 1)[0] + "/"
    links = (absolute(page.url, str(link.get("href") or "")) for link in _links(page))
    below = (url for url in links if url.startswith(folder) and re.search(r"/(index\.html)?$", url))
    return [url for url in dict.fromkeys(below) if url.removesuffix("index.html") != folder]


def title_of(page: str) -> str:
    """Return the column's name, by its meta tag or its title."""
    match = re.search(r"<meta\s+name=\"ColumnName\"\s+content=\"([^\"]*)\"", page) or re.search(
        r"<title>(.*?)</title>", page, re.DOTALL
    )
    return plain(match[1]) if match else ""


def _mirror(base: str, column: str, client: Client) -> dict[str, Any] | None:
    answer = client.get(urljoin(base, f"/postmeta/i/{column}.json"))
    return object_of(answer.text) if answer.status == 200 else None


def _mirrored(base: str, said: dict[str, Any], client: Client, found: Walk, depth: int) -> Iterator[Post]:
    name = plain(said.get("name"))
    articles = rows_of(said.get("articles"))
    if len(articles) >= _CAPPED:
        found.notes.append(f"the column {name} lists its newest {_CAPPED} posts only: older ones by search")
    for article in articles:
        url = absolute(base, str(article.get("url") or ""))
        yield Post(
            url,
            plain(article.get("title")),
            name,
            plain(article.get("source")),
            attachments=declared(article.get("attachment"), url),
            **published(article, "publish_time", "visible_publish_time", "created_at", "date"),
        )
    for child in rows_of(said.get("children")):
        number = str(child.get("id") or "")
        below = _mirror(base, number, client) if number and depth else None
        if below is not None:
            yield from _mirrored(base, below, client, found, depth - 1)
        elif number:
            found.problems.append(f"the sub-column {child.get('name')} ({number}) of {name} cannot be read")


def pages(
    first: Answer,
    name_of: Callable[[int], str],
    client: Client,
    found: Walk,
    start: int = 2,
    last: int | None = None,
    only_rows: bool = True,
) -> Iterator[Post]:
    """Yield the rows of a list's pages: the first, then `name_of(start)` … to one that is not there or not new.

    A first page without a row is a problem, unless it holds more than rows (`only_rows` is false).
    """
    seen: set[int] = set()
    answer = first
    column = title_of(first.text)
    found.site_map.setdefault("columns", {})[first.url] = column
    for number in range(start, _PAGES_MOST):
        fresh = [post for post in rows(answer, column) if hash(post.url) not in seen]
        if not fresh:
            if not seen and only_rows:
                found.problems.append(f"{first.url}: no row of a list is recognised: not the layout that was expected")
            elif last is not None and start < number <= last + 1:
                found.problems.append(f"{answer.url}: no new row, and the list said that there is such a page")
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
    found.problems.append(f"{first.url}: more than {_PAGES_MOST} pages: the rest is not read")


def rows(answer: Answer, column: str) -> Iterator[Post]:
    """Yield a page's rows: every link to a post or a file, with the full title and the day beside it, in any order."""
    for link in _links(answer):
        url = absolute(answer.url, str(link.get("href") or ""))
        if not url or not (_POST.search(url) or leads_to_file(url)):
            continue
        text = plain(_text(link))
        title = plain(link.get("title")) if link.get("title") else text
        around_it = ""
        around = link
        for _ in range(3):
            parent = around.getparent()
            if parent is None or sum(1 for _ in parent.iter("a")) > 1:
                break
            around = parent
            around_it = _text(around).replace(text, " ", 1)
        if title:
            yield Post(url, title, column, **published_in(around_it))


def _links(page: Answer) -> list[lxml.html.HtmlElement]:
    root = parsed(page.text)
    return [] if root is None else list(root.iter("a"))


def _text(element: lxml.html.HtmlElement) -> str:
    return "".join(str(part) for part in element.itertext())
