"""Columns of the content system NFCMS: their JSON mirror `/postmeta`, else their pages of HTML.

Source: docs/publication-platforms.md, section 2.
"""

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urljoin

from jixiao.discover.asking import Asking
from jixiao.discover.client import Answer, Client
from jixiao.discover.listing import numbered, pages
from jixiao.discover.platforms import platforms
from jixiao.discover.posts import Post, Walk, absolute, declared, object_of, plain, published, rows_of
from jixiao.discover.rows import links_of, title_of

_CAPPED: Final = 2500
_DEPTH: Final = 4
_SUB_COLUMNS_MOST: Final = 200


def posts(address: str, asking: Asking, depth: int = _DEPTH, met: set[str] | None = None) -> Iterator[Post]:
    """Yield a column's posts, its sub-columns' too; by JSON where the site has it, else page by page."""
    client, found = asking.client, asking.found
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
    way = numbered(first, platforms()["nfcms"].pages[0])
    yield from pages(first, way, asking, only_rows=not below)
    for column_below in below:
        if column_below.removesuffix("index.html") in met:
            continue
        if len(met) > _SUB_COLUMNS_MOST:
            found.problems.append(f"{address}: more than {_SUB_COLUMNS_MOST} sub-columns: the rest is not read")
            return
        yield from posts(column_below, asking, depth - 1, met)


def _sub_columns(page: Answer) -> list[str]:
    """Return the columns that lie below a page's own address (one for each year and kind, say), in its order."""
    folder = page.url.rsplit("/", 1)[0] + "/"
    links = (absolute(page.url, str(link.get("href") or "")) for link in links_of(page))
    below = (url for url in links if url.startswith(folder) and re.search(r"/(index\.html)?$", url))
    return [url for url in dict.fromkeys(below) if url.removesuffix("index.html") != folder]


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
