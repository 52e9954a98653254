"""Feeds in place of lists: RSS, Atom, and sitemaps (of sitemaps), whose pages must be opened for their titles."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import lxml.etree

from jixiao.discover.asking import Asking
from jixiao.discover.client import Answer
from jixiao.discover.platforms import post_pattern
from jixiao.discover.posts import Post, absolute, parsed, plain, published, published_in
from jixiao.discover.selectors import Selectors
from jixiao.model import JixiaoError

_FEED: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<\?[^>]*>\s*)*<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.DOTALL
)
_MAPS_MOST: Final = 50
_OPENED_MOST: Final = 300
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ENGLISH: Final = re.compile(r"(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w* (\d{4})")


def is_feed(text: str) -> bool:
    """Tell whether an answer is a feed or a sitemap, not a page."""
    return bool(_FEED.match(text[:4000].lstrip("\ufeff")))


def is_sitemap(text: str) -> bool:
    """Tell whether a feed is a sitemap: addresses without titles."""
    return is_feed(text) and bool(re.search(r"<(?:urlset|sitemapindex)\b", text[:4000]))


def posts(first: Answer, selectors: Selectors | None, asking: Asking) -> Iterator[Post]:
    """Yield the entries of a feed; of a sitemap the posts, each opened for its title, the newest first."""
    root = _tree(first)
    if root is None:
        asking.found.problems.append(f"{first.url}: not well formed: no entry is read")
        return
    asking.found.site_map.setdefault("columns", {})[first.url] = _said(root, "channel/title", "title") or first.url
    if _name(root) in ("urlset", "sitemapindex"):
        yield from _mapped(first, root, selectors, asking)
        return
    column = _said(root, "channel/title", "title")
    entries = [element for element in root.iter() if _name(element) in ("item", "entry")]
    if not entries:
        asking.found.problems.append(f"{first.url}: a feed without an entry")
    for entry in entries:
        # Atom keeps the address in an attribute, RSS in the text.
        hrefs = [str(one.get("href")) for one in entry if _name(one) == "link" and one.get("href")]
        url = absolute(first.url, hrefs[0] if hrefs else _said(entry, "link", "guid"))
        day = _said(entry, "pubDate", "published", "updated", "date")
        day = _ENGLISH.sub(lambda m: f"{m[3]}-{_MONTHS.index(m[2]) + 1}-{m[1]}", day)
        if url:
            yield Post(url, plain(_said(entry, "title")), column, **published_in(day))


def shape_of(addresses: list[str]) -> str:
    """Return a pattern of the posts among addresses: as platforms write them, else the commonest with a number."""
    if any(map(post_pattern().search, addresses)):
        return post_pattern().pattern
    shapes = Counter(
        re.sub(r"\d+", "0", urlsplit(url).path) for url in addresses if re.search(r"\d", urlsplit(url).path)
    )
    commonest = shapes.most_common(1)[0][0] if shapes else ""
    return re.escape(commonest).replace("0", r"\d+") + "$" if commonest else r"(?!)"


def _mapped(first: Answer, root: Any, selectors: Selectors | None, asking: Asking) -> Iterator[Post]:
    addresses = sorted(_addresses(root, asking), key=lambda pair: pair[1], reverse=True)
    pattern = re.compile(
        selectors.address if selectors and selectors.address else shape_of([url for url, _ in addresses])
    )
    wanted = [(url, day) for url, day in addresses if pattern.search(url) and asking.source.allows(url)]
    if not wanted:
        asking.found.problems.append(f"{first.url}: none of its {len(addresses)} addresses is a post")
    if len(wanted) > _OPENED_MOST:
        words = f"{first.url}: {len(wanted)} posts, the newest {_OPENED_MOST} are opened: the rest is not read"
        asking.found.problems.append(words)
    for url, day in wanted[:_OPENED_MOST]:
        try:
            page = asking.client.get(url)
        except JixiaoError as error:
            asking.found.problems.append(f"post {url}: {error}")
            continue
        if page.status == 200:
            title, told = _of_page(page)
            yield Post(url, title, first.url, **published({"told": told, "changed": day}, "told", "changed"))


def _addresses(root: Any, asking: Asking) -> Iterator[tuple[str, str]]:
    """Yield the addresses of a sitemap with the days of their last change; sitemaps of sitemaps one level down."""
    maps = [_said(one, "loc") for one in root if _name(one) == "sitemap"]
    if len(maps) > _MAPS_MOST:
        asking.found.problems.append(f"{len(maps)} sitemaps, {_MAPS_MOST} are read")
    for address in maps[:_MAPS_MOST]:
        if not asking.source.allows(address):
            asking.found.notes.append(f"the sitemap {address} is elsewhere: not read")
            continue
        below = _tree(asking.client.get(address))
        if below is None:
            asking.found.problems.append(f"{address}: no sitemap that can be read")
        else:
            yield from _addresses(below, asking) if _name(below) == "urlset" else ()
    yield from ((_said(one, "loc"), _said(one, "lastmod")) for one in root if _name(one) == "url")


def _of_page(page: Answer) -> tuple[str, str]:
    """Return a post's title and day as its page tells them: by meta tags, else its first heading, else its title."""
    root: Any = parsed(page.text)
    if root is None:
        return "", ""
    meta = {str(one.get("name")).lower(): str(one.get("content") or "") for one in root.iter("meta")}
    heads = (str(one.text_content()) for tag in ("h1", "title") for one in root.iter(tag))
    said = [meta.get("articletitle", ""), *heads]
    return next((plain(one) for one in said if plain(one)), ""), meta.get("pubdate", "")


def _tree(answer: Answer) -> Any:
    if answer.status != 200:
        return None
    # No entity is resolved and nothing is fetched: what a stranger wrote is only ever text.
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        return lxml.etree.fromstring(answer.content, parser)
    except (lxml.etree.LxmlError, ValueError):
        return None


def _name(element: Any) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _said(element: Any, *paths: str) -> str:
    """Return the text of the first path that has one, whatever the namespaces."""
    for path in paths:
        at = [element]
        for name in path.split("/"):
            at = [child for one in at for child in one if _name(child) == name]
        if at and (text := "".join(at[0].itertext()).strip()):
            return text
    return ""
