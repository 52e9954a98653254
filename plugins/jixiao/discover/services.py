"""Lists and searches that answer JSON: where to ask and what the answer says, by the platform's row."""

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qs, urljoin, urlsplit

from jixiao.discover.asking import Asking
from jixiao.discover.client import Answer, Blocked
from jixiao.discover.platforms import Service, platforms
from jixiao.discover.posts import Post, absolute, object_of, plain, published, rows_of
from jixiao.model import JixiaoError

_PAGES_MOST: Final = 500
_HITS_MOST: Final = 100_000


def found_in(page: Answer, service: Service) -> str:
    """Return what the page tells of the service's address; empty where it tells nothing."""
    match = re.search(service.found, page.text) if service.found else None
    return match[1] if match else ""


def listed(found: str, service: Service, column: str, base: str, asking: Asking) -> Iterator[Post]:
    """Yield the rows of a list that a script fills; `JixiaoError` where it does not answer as described."""

    def answered(page: int) -> tuple[str, Answer]:
        url = urljoin(base, service.address.format(found, page=page))
        return url, asking.client.get(url)

    count = 0
    for page in range(1, _PAGES_MOST + 1):
        url, answer = answered(page)
        rows, total = _read(url, answer, service)
        yield from (_post(row, service, column, base) for row in rows)
        count += len(rows)
        if not rows or (total is not None and count >= total):
            if total is not None and count < total:
                raise JixiaoError(f"{url}: the list ends after {count} of {total} posts")
            return
    raise JixiaoError(f"{base}: more than {_PAGES_MOST} pages: the rest is not read")


def searched(address: str, texts: tuple[str, ...], asking: Asking) -> Iterator[Post]:
    """Yield what Kaipuyun's search finds by a form; `address` tells the site's code as `siteCode`.

    Raises as `listed` does. A search that answers that it does not want us is not asked otherwise.
    """
    service = platforms()["kaipuyun"].service
    if service is None:
        return
    code = parse_qs(urlsplit(address).query).get("siteCode", [""])[0]
    plain_address = address.split("?", 1)[0]
    for text in texts:
        count = 0
        for page in range(1, _PAGES_MOST + 1):
            form = {key: value.format(code, text=text, page=page) for key, value in service.form.items()}
            answer = asking.client.post(plain_address, form, dict)
            said = object_of(answer.text) if answer.status == 200 else None
            if said is not None and (said.get("ok") is False or said.get("code") in (-101, "-101")):
                raise Blocked(f"{plain_address}: the search answered {said.get('code')}: it does not want us: blocked")
            rows, total = _read(plain_address, answer, service)
            if total is not None and total > _HITS_MOST:
                raise JixiaoError(f"{plain_address}: {total} hits for {text}: it ignored the words")
            yield from (_post(row, service, "", asking.source.base + "/") for row in rows)
            count += len(rows)
            if len(rows) < int(service.form["pageSize"]) or (total is not None and count >= total):
                break


def _read(url: str, answer: Answer, service: Service) -> tuple[list[dict[str, Any]], int | None]:
    said = object_of(answer.text) if answer.status == 200 else None
    rows = None if said is None else _first(said, service.rows)
    if not isinstance(rows, list):
        raise JixiaoError(f"{url}: answered {answer.status}, not the JSON of a list: {answer.text[:60]!r}")
    total = str(_first(said, service.total))
    return rows_of(rows), int(total) if total.isdecimal() else None


def _post(row: dict[str, Any], service: Service, column: str, base: str) -> Post:
    day = {str(number): _first(row, (path,)) for number, path in enumerate(service.day)}
    url = absolute(base, str(_first(row, service.url) or ""))
    return Post(url, plain(_first(row, service.title)), column, **published(day, *day))


def _first(said: Any, paths: tuple[str, ...]) -> Any:
    """Return what the first path that leads anywhere leads to."""
    for path in paths:
        at = said
        for key in path.split("."):
            at = at.get(key) if isinstance(at, dict) else None
        if at is not None:
            return at
    return None
