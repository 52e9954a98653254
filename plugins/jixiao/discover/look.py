"""One polite look at a site that no contract knows: its platform, its columns of reports, who is named there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from jixiao.discover import feeds, gkmlpt, listing, tree
from jixiao.discover.asking import Asking
from jixiao.discover.client import Answer, Client
from jixiao.discover.platforms import platforms, post_pattern, recognised
from jixiao.discover.posts import Post, Walk, absolute, leads_to_file, parsed, plain
from jixiao.discover.rows import posts_on, text_of, title_of
from jixiao.discover.source import Source
from jixiao.discover.titles import fiscal_year_of, is_report, may_hold_reports
from jixiao.model import JixiaoError

_ASKED_MOST: Final = 60
_ROWS_MOST: Final = 40
_DEPTH: Final = 3
_NAME_MOST: Final = 24
_LED_MOST: Final = 2
_REFRESH: Final = re.compile(
    r"http-equiv=[\"']?refresh[\"']?[^>]*?url=[\"']?([^\"'>\s]+)"
    r"|^\s*(?:<[^>]*>\s*){0,8}(?:window\.|self\.|top\.)?location(?:\.href)?\s*=\s*[\"']([^\"']+)",
    re.IGNORECASE,
)
# Links by what they promise: columns of ours, columns that may hold ours, and the way to such.
_PROMISES: Final = (
    re.compile(r"预决算|决算|绩效"),
    re.compile(r"预算|财政(?:信息|资金|财务|收支)|财政$|资金信息"),
    re.compile(r"信息公开|公开(?:目录|平台|专栏|内容|指南)|政务公开|重点领域|部门(?:文件|信息|动态)|通知公告"),
)
_GKMLPT: Final = re.compile(r"(?P<base>https?://[^/]+)(?P<prefix>(?:/[\w-]+)?)/gkmlpt/(?:index|mindex)")
_SEARCH: Final = re.compile(r"[\"'](?P<url>(?:https?:)?//[^\"'\s]*?(?:/query)?/s)(?:\?[^\"']*)?[\"']")
_CODE: Final = re.compile(
    r"siteCode(?:=|[\"']\s+value=[\"'])(\w{10})|name=[\"']SiteIDCode[\"']\s+content=[\"'](\w{10})", re.IGNORECASE
)
_PAGER: Final = re.compile(r"\d{0,3}|[首上下前后尾末][一]?页|最后一页|[<>«»›‹.…]+|跳转|GO", re.IGNORECASE)


@dataclass(slots=True)
class Column:
    """A list that was read: its address, its name, how many rows were seen and what of them concerns us."""

    url: str
    name: str
    rows: int = 0
    ours: list[Post] = field(default_factory=list)
    words: str = ""


@dataclass(slots=True)
class Look:
    """What a site showed from `start` on; `marks` are what each platform was recognised by, `platform` the likeliest.

    `columns` hold posts of ours, `left` are lists that do not and pages that promised one. `departments` are those of
    a platform's own tree or directories, with what is known of each; `names` those that posts name as publisher.
    """

    address: str
    start: str
    name: str = ""
    name_seen_in: str = ""
    site_code: str = ""
    robots: str = ""
    platform: str = ""
    marks: dict[str, list[str]] = field(default_factory=dict)
    columns: list[Column] = field(default_factory=list)
    left: list[Column] = field(default_factory=list)
    search: str = ""
    departments: dict[str, str] = field(default_factory=dict)
    address_pattern: str = ""
    titles: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    pages: int = 0

    @property
    def first_year(self) -> int | None:
        """Return the earliest fiscal year that a report's title names."""
        years = (fiscal_year_of(post.title) for column in self.columns for post in column.ours)
        return min((year for year in years if year), default=None)


def look(url: str, source: Source, client: Client) -> Look:
    """Return what a site shows from `url` on, in about 60 requests; `source` is a contract that allows its host.

    Raises as `Client.get` does where the first page does not come, and `JixiaoError` where robots.txt forbids it.
    """
    client.begin_walk("look")
    try:
        return _looked(url, source, client)
    finally:
        client.end_walk()  # the next look asks again, however this one ended


def _looked(url: str, source: Source, client: Client) -> Look:
    seen = Look(source.base, url)
    seen.robots = client.robots_verdict(url)
    if seen.robots != "allow":
        raise JixiaoError(f"{url}: robots.txt forbids it: this site is left alone")
    first = client.get(url)
    if first.status != 200:
        raise JixiaoError(f"{url} answered {first.status}")
    for _ in range(_LED_MOST):
        further = _REFRESH.search(first.text)
        at = absolute(first.url, next(filter(None, further.groups()))) if further else ""
        if not at or not source.allows(at):
            break
        first = client.get(at)  # a first page that only leads to the real one
    parts = urlsplit(first.url)
    seen.address = f"{parts.scheme}://{parts.netloc}"  # where it led to: https, say
    _Looking(source, client, seen).at(first)
    return seen


class _Looking:
    """The state of one look: what is still to be opened, and what the pages so far have shown."""

    def __init__(self, source: Source, client: Client, seen: Look) -> None:
        self.source, self.client, self.seen = source, client, seen
        self.queue: list[tuple[int, int, str, str]] = []
        self.met: set[str] = set()
        self.prefixes: dict[str, str] = {}

    def at(self, first: Answer) -> None:
        """Look at the first page and at what it leads to, the most promising first."""
        self._name(first)
        self._notice(first)
        self.met |= {first.url, *(post.url for post in posts_on(first, ""))}
        self._queue_links(first, 0)
        for address in self.client.sitemaps(first.url):
            self._put(3, 0, address, "sitemap")
        while self.queue and self.client.requests < _ASKED_MOST:
            self.queue.sort()
            _, depth, url, name = self.queue.pop(0)
            if self.seen.columns and name == "sitemap":
                continue
            self._open(url, name, depth)
        if self.queue:
            self.seen.failures.append(f"{len(self.queue)} more pages were named and not opened")
        if not self.seen.columns and self.seen.platform != "gkmlpt":
            self._read(first, title_of(first.text))  # perhaps the address is that of the list itself
        self._gkmlpt(first)
        if self.seen.columns and not self.seen.platform:
            self.seen.platform = "generic"

    def _open(self, url: str, name: str, depth: int) -> None:
        try:
            page = self.client.get(url)
        except JixiaoError as error:
            self.seen.failures.append(f"{name}: {error}")
            return
        if page.status != 200:
            self.seen.left.append(Column(url, name, words=f"answered {page.status}"))
            return
        self.met.add(page.url)
        self._notice(page)
        self._read(page, name)
        if depth < _DEPTH and not feeds.is_feed(page.text):
            # What lies below a column of ours is ours, whatever it is called: 2023年, or a department.
            below = re.sub(r"(?:index\.\w+|\.\w+)?$", "", urlsplit(page.url).path).rstrip("/") + "/"
            self._queue_links(page, depth + 1, below if _PROMISES[0].search(name) else None)

    def _notice(self, page: Answer) -> None:
        """Note the marks of platforms, the site's code and its search on one more page."""
        self.seen.pages += 1
        links = [url for url, _ in _links(page)]
        for platform, words in recognised(page.text, links, self.client.cookies(page.url)).items():
            known = self.seen.marks.setdefault(platform, [])
            known += [one for one in words if one not in known]
        named = {name: len(words) for name, words in self.seen.marks.items() if platforms()[name].lists}
        self.seen.platform = max(named, key=lambda name: named[name], default="")
        if (code := _CODE.search(page.text)) and not self.seen.site_code:
            self.seen.site_code = code[1] or code[2]
        if "kaipuyun" in self.seen.marks and not self.seen.search:
            offered = (urljoin(page.url, match["url"]) for match in _SEARCH.finditer(page.text))
            self.seen.search = next((url for url in offered if self._is_search(url)), "")

    def _is_search(self, url: str) -> bool:
        """Tell whether an address may be the search's: a page must not send us to any host that it likes."""
        return self.source.allows(url) or (urlsplit(url).hostname or "").endswith(".so-gov.cn")

    def _name(self, page: Answer) -> None:
        match = re.search(r"name=[\"']SiteName[\"']\s+content=[\"']([^\"']+)", page.text, re.IGNORECASE)
        self.seen.name = plain(match[1]) if match else title_of(page.text)
        self.seen.name_seen_in = "its meta tag SiteName" if match else "the title of its first page, if it has one"

    def _queue_links(self, page: Answer, depth: int, below: str | None = None) -> None:
        for url, name in _links(page):
            if match := _GKMLPT.match(url):
                self.prefixes.setdefault(match["prefix"], name)
            promise = next((rank for rank, words in enumerate(_PROMISES) if words.search(name)), None)
            if promise is None and below and urlsplit(url).path.startswith(below) and not _PAGER.fullmatch(name):
                promise = 1
            if promise is not None and len(name) <= _NAME_MOST:
                self._put(promise, depth, url, name)

    def _put(self, rank: int, depth: int, url: str, name: str) -> None:
        if url in self.met or _GKMLPT.match(url) or leads_to_file(url) or post_pattern().search(url):
            return
        self.met.add(url)
        if self.source.allows(url):
            self.queue.append((rank, depth, url, name))
        elif rank == 0:
            self.seen.left.append(Column(url, name, words="on another host: add that site by itself"))

    def _read(self, page: Answer, name: str) -> None:
        """Read a list as far as its first rows, and keep it where posts of ours are among them."""
        platform = platforms()[self.seen.platform or "generic"]
        found = Walk("look")
        asking = Asking(self.source, self.client, found)
        column = Column(page.url, title_of(page.text) or name)
        try:
            if platform.tree is not None and re.search(re.escape(platform.tree.departments.address), page.text):
                self.seen.departments |= tree.departments(page.url, platform.tree, asking)
                self.seen.columns.append(column)
                column.words = f"a tree of {len(self.seen.departments)} departments"
                return
            for post in islice(listing.posts(page.url, platform, asking), _ROWS_MOST):
                column.rows += 1
                self.met.add(post.url)
                if is_report(post.title)[0] or may_hold_reports(post.title):
                    column.ours.append(post)
        except JixiaoError as error:
            column.words = str(error)
        if column.ours:
            self.seen.columns.append(column)
            self.seen.titles += [title for post in column.ours for title in (post.publisher, post.title) if title]
            if feeds.is_sitemap(page.text):
                self.seen.address_pattern = feeds.shape_of([post.url for post in column.ours])
        else:
            column.words = column.words or ("none of ours among its rows" if column.rows else "; ".join(found.problems))
            self.seen.left.append(column)

    def _gkmlpt(self, first: Answer) -> None:
        """Read the directories that pages led to: each names its columns; its link or its posts name the department."""
        if self.seen.platform != "gkmlpt":
            return
        for prefix, name in sorted(self.prefixes.items()):
            found = Walk("look")
            try:
                directory = gkmlpt.read_directory(self.source, prefix, self.client)
                rows = list(islice(gkmlpt.posts(self.source, directory, self.client, found), _ROWS_MOST))
            except JixiaoError as error:
                self.seen.failures.append(f"{name}: {error}")
                continue
            publishers = {post.publisher for post in rows if post.publisher}
            whose = publishers.pop() if len(publishers) == 1 else name
            self.seen.departments[whose] = prefix
            ours = [post for post in rows if is_report(post.title)[0] or may_hold_reports(post.title)]
            column = Column(f"{self.source.base}{prefix}/gkmlpt/index", name, len(rows), ours)
            (self.seen.columns if ours else self.seen.left).append(column)


def _links(page: Answer) -> Iterator[tuple[str, str]]:
    """Yield address and words of every link, frame and feed of a page."""
    root: Any = parsed(page.text)
    if root is None:
        return
    for element in root.iter("a", "iframe", "frame", "link"):
        kind = str(element.get("type") or "")
        if element.tag == "link" and "rss" not in kind and "atom" not in kind:
            continue
        url = absolute(page.url, str(element.get("href") or element.get("src") or ""))
        name = plain(element.get("title")) or plain(text_of(element))
        if url and urlsplit(url).scheme in ("http", "https"):
            yield url, name


def search_address(seen: Look) -> str:
    """Return the contract's `search` for a site with Kaipuyun's search; empty where its code is not told."""
    found = seen.search or ("https://api.so-gov.cn/query/s" if "kaipuyun" in seen.marks else "")
    return f"{found}?siteCode={seen.site_code}" if found and seen.site_code else ""
