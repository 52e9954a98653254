"""The search service of Guangdong's sites, within one site's SID; it reaches posts that lists no longer show.

Asked by its JSONP interface; where that does not answer as described, by the unified interface (a form with a token).
Source: docs/publication-platforms.md, section 3.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from jixiao.discover.client import Client
from jixiao.discover.posts import Post, Walk, absolute, declared, object_of, plain, published, rows_of
from jixiao.discover.source import Source
from jixiao.model import JixiaoError

TEXTS: Final = ("绩效自评", "部门整体支出绩效", "部门决算")
_ROWS: Final = 20
_PAGES_MOST: Final = 50
_TOO_MANY: Final = 100_000

# Given a text and a page, the rows of that page and how many hits there are in all.
_Page = Callable[[str, int], tuple[list[dict[str, Any]], int]]


def posts(source: Source, sid: str, client: Client, found: Walk) -> Iterator[Post]:
    """Yield what the search finds in the titles of one site; that nothing answers is a problem."""
    failures: list[str] = []
    for page_of in (_jsonp(source, sid, client), _unified(source, sid, client)):
        try:
            for text in TEXTS:
                yield from _hits(source, text, page_of)
        except JixiaoError as error:
            failures.append(str(error))
        else:
            break
    else:
        found.problems.append(f"the search of site {sid}: {'; '.join(failures)}")
        return
    if failures:
        found.notes.append(f"the search of site {sid} is asked by its unified interface, for {failures[0]}")


def _hits(source: Source, text: str, page_of: _Page) -> Iterator[Post]:
    count = 0
    for page in range(1, _PAGES_MOST + 1):
        rows, total = page_of(text, page)
        if total > _TOO_MANY:
            raise JixiaoError(f"{total} hits for {text}: it ignored the words")
        for row in rows:
            told = [absolute(source.base + "/", str(row.get(key) or "")) for key in ("url", "post_url")]
            url, *others = [address for address in told if address] or [""]
            yield Post(
                url,
                plain(row.get("title")),
                plain(row.get("classify_main_name")),
                plain(row.get("publisher")),
                attachments=declared(row.get("attachment"), url),
                others=tuple(others),
                **published(row, "display_publish_time", "publish_time", "pub_time"),
            )
        count += len(rows)
        if not rows or count >= total:
            return
    raise JixiaoError(f"more than {_PAGES_MOST} pages of hits for {text}")


def prefix_of(url: str) -> str | None:
    """Return a department's prefix by an address of its directory, or None."""
    match = re.match(r"https?://[^/]+((?:/[^/]+)?)/gkmlpt/content/", url)
    return match[1] if match else None


def _jsonp(source: Source, sid: str, client: Client) -> _Page:
    def page_of(text: str, page: int) -> tuple[list[dict[str, Any]], int]:
        words = {"callback": "cb", "page": page, "pagesize": _ROWS, "isgkml": 1, "text": text, "order": 0,
                 "position": "title", "including_url_doc": 1, "including_attach_doc": 1}  # fmt: skip
        url = f"{_service(source)}/jsonp/site/{sid}?{urlencode(words)}"
        answer = client.get(url)
        match = re.fullmatch(r"\s*cb\((.*)\)\s*;?\s*", answer.text, re.DOTALL)
        said = object_of(match[1]) if match and answer.status == 200 else None
        if said is None or "results" not in said:
            raise _unexpected(url, answer.status, answer.text)
        return rows_of(said["results"]), _number(said.get("count"))

    return page_of


def _unified(source: Source, sid: str, client: Client) -> _Page:
    token: dict[str, str] = {}

    def signed() -> Mapping[str, str]:
        """Return the headers that the form needs; the token belongs to this process's cookies, so it is not cached."""
        if not token:
            url = f"{_service(source)}/search/all/{sid}?keywords={quote(TEXTS[0])}"
            answer = client.ask(url)
            match = re.search(r"_CSRF\s*=\s*['\"]([^'\"]+)['\"]", answer.text)
            if answer.status != 200 or match is None:
                raise _unexpected(url, answer.status, answer.text)
            token.update({"X-CSRF-TOKEN": match[1], "Referer": url})
        return token

    def page_of(text: str, page: int) -> tuple[list[dict[str, Any]], int]:
        url = f"{_service(source)}/api/search/all"
        form = {"keywords": text, "site_id": sid, "page": str(page), "sort": "time", "range": "site",
                "position": "title", "recommand": "1"}  # fmt: skip
        answer = client.post(url, form, signed)
        said = object_of(answer.text) if answer.status == 200 else None
        data = (said or {}).get("data")
        news = data.get("news") if isinstance(data, dict) else None
        if not isinstance(news, dict) or "list" not in news:
            raise _unexpected(url, answer.status, answer.text)
        return rows_of(news["list"]), _number(news.get("total"))

    return page_of


def _service(source: Source) -> str:
    return (source.search or "").rstrip("/")


def _number(said: object) -> int:
    return int(str(said)) if str(said).isdigit() else 0


def _unexpected(url: str, status: int, text: str) -> JixiaoError:
    return JixiaoError(f"{url}: answered {status}, not what the search answers: {text[:60]!r}")
