"""The classic list layouts: TRS (`createPageHTML`), Hanweb (`dataproxy.jsp`) and UCAP (`list_2.shtml`).

Source: docs/publication-platforms.md, section 5.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

from jixiao.discover import nfcms
from jixiao.discover.client import Client
from jixiao.discover.posts import Post, Walk

_PAGER: Final = re.compile(
    r"createPageHTML\(\s*(\w+)\s*,\s*\d+\s*,\s*[\"'](\w+)[\"']\s*,\s*[\"'](s?html?)[\"']", re.IGNORECASE
)
_RECORD: Final = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.DOTALL)
_AT_ONCE: Final = 60


def trs_posts(address: str, client: Client, found: Walk) -> Iterator[Post]:
    """Yield the rows of a TRS list: page 1 is `index.html`, page 2 is `index_1.html`."""
    first = client.get(address)
    if first.status != 200:
        found.problems.append(f"{address} answered {first.status}: no list there")
        return
    pager = _PAGER.search(first.text)
    if pager is None:
        found.problems.append(f"{address}: no createPageHTML: only the first page is read")
        yield from nfcms.rows(first, nfcms.title_of(first.text))
        return
    count = pager[1]
    if not count.isdigit():
        told = re.search(rf"\b{re.escape(count)}\s*=\s*(\d+)", first.text)
        count = told[1] if told else "1"
    name, extension = pager[2], pager[3]
    yield from nfcms.pages(
        first, lambda number: f"{name}_{number}.{extension}", client, found, start=1, last=int(count) - 1
    )


def ucap_posts(address: str, client: Client, found: Walk) -> Iterator[Post]:
    """Yield the rows of a UCAP list: page 1 is `list.shtml`, page 2 `list_2.shtml`."""
    first = client.get(address)
    if first.status != 200:
        found.problems.append(f"{address} answered {first.status}: no list there")
        return
    name, _, extension = (urlsplit(first.url).path.rsplit("/", 1)[-1] or "list.shtml").partition(".")
    yield from nfcms.pages(first, lambda number: f"{name}_{number}.{extension}", client, found)


def hanweb_posts(address: str, client: Client, found: Walk) -> Iterator[Post]:
    """Yield the records of a Hanweb column: those in the page, the others by `dataproxy.jsp`, 60 at a time."""
    first = client.get(address)
    if first.status != 200:
        found.problems.append(f"{address} answered {first.status}: no column there")
        return
    column = nfcms.title_of(first.text)
    total = re.search(r"totalRecord['\"]?\s*[:=]\s*['\"]?(\d+)", first.text, re.IGNORECASE)
    number = re.search(r"/col/col(\d+)/", first.url)
    found.site_map.setdefault("columns", {})[first.url] = column
    if total is None or number is None:
        found.problems.append(f"{address}: no totalRecord or column number: not the layout that was expected")
        return
    told = {
        name: match[1]
        for name in ("webid", "unitid", "appid")
        if (match := re.search(rf"\b{name}['\"]?\s*[:=]\s*['\"]?(\w+)", first.text, re.IGNORECASE))
    }
    path = re.search(r"/module/[\w/]*dataproxy\.jsp", first.text)
    proxy = urljoin(first.url, path[0] if path else "/module/web/jpage/dataproxy.jsp")
    count = 0
    for start in range(1, int(total[1]) + 1, _AT_ONCE):
        asked = {"startrecord": start, "endrecord": min(start + _AT_ONCE - 1, int(total[1])), "perpage": 20, "col": 1,
                 "columnid": number[1], "path": "/", "sourceContentType": 1, "permissiontype": 0, **told}  # fmt: skip
        answer = client.get(f"{proxy}?{urlencode(asked)}")
        records = _RECORD.findall(answer.text) if answer.status == 200 else []
        silent = not records and start == 1
        if silent:
            records = _RECORD.findall(first.text)  # some proxies answer nothing at all: the page holds the newest
        if not records:
            break
        count += len(records)
        whole = replace(answer, content="".join(records).encode(), headers={}, url=first.url)
        yield from nfcms.rows(whole, column)
        if silent:
            break
    if count < int(total[1]):
        found.problems.append(f"{address}: {count} of {total[1]} records came; the rest is not reachable")
