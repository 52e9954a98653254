"""Hanweb's lists that a script fills: records by a proxy, or (its newer system) units, which are HTML in JSON."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode, urljoin

from jixiao.discover.asking import Asking
from jixiao.discover.client import Answer
from jixiao.discover.posts import Post, object_of, parsed
from jixiao.discover.rows import posts_on

_RECORD: Final = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.DOTALL)
_AT_ONCE: Final = 60
_UNIT: Final = "/front/page/build/unit"
_UNIT_ROWS: Final = 15
_UNITS_MOST: Final = 12
_PAGES_MOST: Final = 500


def is_filled_by_script(page: Answer) -> bool:
    """Tell whether a page's list comes as records, or from units."""
    return bool(_RECORD.search(page.text)) or bool(_units_of(page))


def posts(first: Answer, column: str, asking: Asking) -> Iterator[Post]:
    """Yield the rows of such a list; raises as `Client.get` does."""
    if _RECORD.search(first.text):
        yield from _records(first, column, asking)
    else:
        yield from _units(first, column, asking)


def _units(first: Answer, column: str, asking: Asking) -> Iterator[Post]:
    """Yield the rows of the unit that holds most of them, page by page until nothing new comes: no count is told."""
    asking.found.site_map.setdefault("columns", {})[first.url] = column
    best: list[Post] = []
    address = ""
    for unit in _units_of(first)[:_UNITS_MOST]:
        rows = _unit_rows(unit, 1, column, first, asking)
        if len(rows) > len(best):
            best, address = rows, unit
    if not best:
        asking.found.problems.append(f"{first.url}: no row of a list is recognised: not the layout that was expected")
        return
    seen: set[str] = set()
    for page in range(2, _PAGES_MOST):
        fresh = [post for post in best if post.url not in seen]
        if not fresh:
            return
        seen.update(post.url for post in fresh)
        yield from fresh
        best = _unit_rows(address, page, column, first, asking)
    asking.found.problems.append(f"{first.url}: more than {_PAGES_MOST} pages: the rest is not read")


def _units_of(page: Answer) -> list[str]:
    """Return the addresses of the units that a page asks for, their parameters with them."""
    root: Any = parsed(page.text)
    found = []
    for script in () if root is None else root.iter("script"):
        said = object_of(str(script.get("querydata") or "").replace("'", '"'))
        if said and _UNIT in str(script.get("url") or ""):
            words = {key: str(value) for key, value in said.items()}
            found.append(f"{urljoin(page.url, script.get('url'))}?{urlencode(words)}")
    return found


def _unit_rows(unit: str, page: int, column: str, first: Answer, asking: Asking) -> list[Post]:
    asked = urlencode({"paramJson": f'{{"pageNo":{page},"pageSize":{_UNIT_ROWS}}}'})
    answer = asking.client.get(f"{unit}&{asked}")
    said = object_of(answer.text) if answer.status == 200 else None
    data = (said or {}).get("data")
    if not isinstance(data, dict):
        asking.found.problems.append(f"{first.url}: its unit answered {answer.status} and no HTML on page {page}")
        return []
    return _rows_in(str(data.get("html") or ""), answer, column, first)


def _records(first: Answer, column: str, asking: Asking) -> Iterator[Post]:
    """Yield the records of a Hanweb column: those in the page, the others by `dataproxy.jsp`, 60 at a time."""
    found = asking.found
    total = re.search(r"totalRecord['\"]?\s*[:=]\s*['\"]?(\d+)", first.text, re.IGNORECASE)
    number = re.search(r"/col/col(\d+)/", first.url)
    found.site_map.setdefault("columns", {})[first.url] = column
    if total is None or number is None:
        found.problems.append(f"{first.url}: no totalRecord or column number: only the page itself is read")
        yield from _rows_in("".join(_RECORD.findall(first.text)), first, column, first)
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
        asked = {"startrecord": start, "endrecord": min(start + _AT_ONCE - 1, int(total[1])), "perpage": 20,
                 "col": 1, "columnid": number[1], "path": "/", "sourceContentType": 1, "permissiontype": 0,
                 **told}  # fmt: skip
        answer = asking.client.get(f"{proxy}?{urlencode(asked)}")
        records = _RECORD.findall(answer.text) if answer.status == 200 else []
        silent = not records and start == 1
        if silent:
            records = _RECORD.findall(first.text)  # some proxies answer nothing at all: the page holds the newest
        if not records:
            break
        count += len(records)
        yield from _rows_in("".join(records), answer, column, first)
        if silent:
            break
    if count < int(total[1]):
        found.problems.append(f"{first.url}: {count} of {total[1]} records came; the rest is not reachable")


def _rows_in(html: str, answer: Answer, column: str, first: Answer) -> list[Post]:
    return posts_on(replace(answer, content=html.encode(), headers={}, url=first.url), column)
