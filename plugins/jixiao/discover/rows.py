"""The rows of a list page: links to posts or files, each with its full title and the day beside it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

import lxml.etree
import lxml.html

from jixiao.discover.client import Answer
from jixiao.discover.platforms import day_patterns, post_pattern
from jixiao.discover.posts import Post, Published, absolute, leads_to_file, parsed, plain, published_in
from jixiao.discover.selectors import Selectors
from jixiao.model import JixiaoError

_UP: Final = 3
_PAGER_UP: Final = 4
_PAGER_LETTERS: Final = 200
_TITLE_LEAST: Final = 5
_ON: Final = re.compile(r"(?:下一?[页頁]|[后後]一?[页頁]|next(?:page)?)?[>›»→]*", re.IGNORECASE)
_MORE: Final = re.compile(r"(?:点击)?(?:加载|查看|显示)更多[.…]*")
_IDLE: Final = re.compile(r"javascript:\s*(?:void\s*\(?\s*0?\s*\)?|;)?\s*;?", re.IGNORECASE)
_TOLD_PAGES: Final = re.compile(r"共\s*(\d{1,4})\s*[页頁]|第?\s*\d{1,4}\s*[页頁]?\s*/\s*共?\s*(\d{1,4})\s*[页頁]")
_SCRIPT_PAGES: Final = re.compile(
    r"""\b(?:total_?pages?|pages?_?(?:count|total)|count_?pages?)["']?\s*[:=]\s*["']?(\d{1,4})\b""", re.IGNORECASE
)
# A calendar leaf: the day, then year and month, or the other way round.
_LEAF: Final = re.compile(r"(?<!\d)(?P<d>\d{1,2})\s+(?P<y>20\d\d)[-/.年](?P<m>\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Row:
    """A link with what stands around it; `place` is the way from the page's root to its row, the same for a block."""

    post: Post
    place: str


def posts_on(answer: Answer, column: str, selectors: Selectors | None = None, known: bool = True) -> list[Post]:
    """Return a page's rows, in any order: by the selectors, else by addresses as platforms write them (`known`).

    Where neither gives one, they are the largest block of dated links.
    """
    root = parsed(answer.text)
    if root is None:
        return []
    if selectors is not None and selectors.rows:
        return [row.post for row in _selected(root, answer.url, column, selectors)]
    rows = list(_rows(root, answer.url, column))
    if selectors is not None and selectors.address:
        pattern = re.compile(selectors.address)
        return [row.post for row in rows if pattern.search(row.post.url)]
    if known:
        pattern = post_pattern()
        found = [row.post for row in rows if pattern.search(row.post.url) or leads_to_file(row.post.url)]
        if found:
            return found
    return largest_block(rows)


def largest_block(rows: Iterable[Row]) -> list[Post]:
    """Return the dated links of the place on a page that holds most of them: what a person sees as the list."""
    dated = [row for row in rows if row.post.published_on and len(row.post.title) >= _TITLE_LEAST]
    counted = Counter(row.place for row in dated)
    if not counted:
        return []
    letters: Counter[str] = Counter()
    for row in dated:
        letters[row.place] += len(row.post.title)
    place = max(counted, key=lambda place: (counted[place], letters[place]))
    return [row.post for row in dated if row.place == place]


def next_link(answer: Answer, path: str = "") -> tuple[str, str] | None:
    """Return address and surroundings of the link to the next page; None for none, an empty address for a script."""
    root = parsed(answer.text)
    if root is None:
        return None
    links: list[Any] = _xpath(root, path) if path else [link for link in root.iter("a") if _leads_on(link)]
    for link in links:
        around = [plain(text_of(one)) for one in islice(link.iterancestors(), _PAGER_UP)]
        said = max((text for text in around if len(text) <= _PAGER_LETTERS), key=len, default="")
        return absolute(answer.url, str(link.get("href") or "")), said
    return None


def is_turned_by_script(answer: Answer) -> bool:
    """Tell whether a list goes on, by a script alone: something to press for more, or a count of pages above one."""
    root = parsed(answer.text)
    if root is None:
        return False
    texts = " ".join(str(text) for text in root.xpath("//body//text()[not(ancestor::script or ancestor::style)]"))
    counts = [int(match[1] or match[2]) for match in _TOLD_PAGES.finditer(texts)]
    counts += [int(match[1]) for match in _SCRIPT_PAGES.finditer(answer.text)]
    if counts:
        return max(counts) > 1
    return any(_is_pressed(one) for one in root.iter("a", "span", "li", "div", "button", "input"))


def title_of(page: str) -> str:
    """Return the column's name, by its meta tag or its title."""
    match = re.search(r"<meta\s+name=\"ColumnName\"\s+content=\"([^\"]*)\"", page, re.IGNORECASE) or re.search(
        r"<title>(.*?)</title>", page, re.DOTALL | re.IGNORECASE
    )
    return plain(match[1]) if match else ""


def links_of(page: Answer) -> list[lxml.html.HtmlElement]:
    """Return every link of a page."""
    root = parsed(page.text)
    return [] if root is None else list(root.iter("a"))


def text_of(element: lxml.html.HtmlElement) -> str:
    """Return all text in an element."""
    return "".join(str(part) for part in element.itertext())


def day_in(around: str, url: str) -> Published:
    """Return the day that stands around a link; else the one in its address, as platforms write it."""
    found = published_in(around)
    if found["published_on"]:
        return found
    leaf = _LEAF.search(around)
    parts = (leaf["y"], leaf["m"], leaf["d"]) if leaf else None
    if parts is None:
        match = next((match for pattern in day_patterns() if (match := pattern.search(url))), None)
        parts = (match[1], match[2], match[3]) if match else None
    if parts is not None:
        try:
            return {"published_on": date(*(int(part) for part in parts)), "published_at": None}
        except ValueError:
            pass
    return found


def _is_pressed(element: Any) -> bool:
    """Tell whether an element says that there is more, has a script to fetch it, and is not switched off."""
    said = re.sub(r"[\s\xa0]", "", text_of(element)) or str(element.get("title") or element.get("value") or "")
    if not said or not (_ON.fullmatch(said) or _MORE.fullmatch(said)):
        return False
    off = element.get("disabled") is not None or re.search(r"disab|unable", str(element.get("class") or ""), re.I)
    href = str(element.get("href") or "").strip()
    acts = href.lower().startswith("javascript:") and not _IDLE.fullmatch(href)
    return not off and (bool(element.get("onclick")) or acts)


def _leads_on(link: Any) -> bool:
    said = re.sub(r"[\s\xa0]", "", text_of(link)) or str(link.get("title") or "")
    return str(link.get("rel") or "").lower() == "next" or bool(said and _ON.fullmatch(said))


def _rows(root: lxml.html.HtmlElement, base: str, column: str) -> Iterator[Row]:
    for link in root.iter("a"):
        url = absolute(base, str(link.get("href") or ""))
        text = plain(text_of(link))
        title = _full(plain(link.get("title")), text)
        if not url or not title:
            continue
        around, around_it = link, ""
        inside = published_in(text)["published_on"] is not None
        for _ in range(_UP):
            parent = around.getparent()
            if parent is None or any(_elsewhere(other, base, url) for other in parent.iter("a")):
                break
            around = parent
            around_it = " ".join(" ".join(map(str, around.itertext())).replace(text, " ", 1).split())
        if inside and not published_in(around_it)["published_on"]:
            # The whole row is the link, its day with it.
            around_it, title = text, _without_day(link, title)
        yield Row(Post(url, title, column, **day_in(around_it, url)), _place(around))


def _elsewhere(link: lxml.html.HtmlElement, base: str, url: str) -> bool:
    return absolute(base, str(link.get("href") or "")) not in ("", url)


def _full(attribute: str, text: str) -> str:
    """Return a row's title: the attribute holds it whole where the text is cut."""
    return attribute if attribute and len(attribute) >= len(text.rstrip(".…")) else attribute or text


def _without_day(link: lxml.html.HtmlElement, title: str) -> str:
    """Return the longest text of a row that is one link: its title, without the day and without a summary's tag."""
    if link.get("title"):
        return title
    pieces = [plain(piece) for piece in link.itertext()]
    return max((piece for piece in pieces if piece), key=len, default=title)


def _place(element: lxml.html.HtmlElement) -> str:
    way = [f"{part.tag}.{part.get('class') or ''}" for part in element.iterancestors()]
    return "/".join([*reversed(way), str(element.tag)])


def _selected(root: lxml.html.HtmlElement, base: str, column: str, selectors: Selectors) -> Iterator[Row]:
    for row in _xpath(root, selectors.rows):
        link = next(iter(_xpath(row, selectors.link)), None)
        if link is None:
            continue
        url = absolute(base, str(link.get("href") or ""))
        text = plain(text_of(link))
        days = _xpath(row, selectors.day) if selectors.day else [row]
        around = " ".join(str(day) if isinstance(day, str) else text_of(day) for day in days)
        if url and (not selectors.address or re.search(selectors.address, url)):
            around = around if selectors.day else around.replace(text, " ", 1)
            yield Row(Post(url, _full(plain(link.get("title")), text), column, **day_in(around, url)), "")


def _xpath(element: Any, path: str) -> list[Any]:
    try:
        found = element.xpath(path)
    except lxml.etree.XPathError as error:
        raise JixiaoError(f"the selector {path}: {error}") from None
    return found if isinstance(found, list) else []
