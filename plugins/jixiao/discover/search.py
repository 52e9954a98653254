"""The search service of Guangdong's sites (JSONP), within one site's SID; it reaches posts that lists no longer show.

Source: docs/publication-platforms.md of the project's shared material, section 3.1.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

from jixiao.discover.client import Client
from jixiao.discover.posts import Post, Walk, absolute, day_of, declared, plain
from jixiao.discover.source import Source

TEXTS: Final = ("绩效自评", "部门整体支出绩效", "部门决算")
_ROWS: Final = 20
_PAGES_MOST: Final = 50
_TOO_MANY: Final = 100_000


def posts(source: Source, sid: str, client: Client, found: Walk) -> Iterator[Post]:
    """Yield what the search finds in the titles of one site; what fails is a problem."""
    for text in TEXTS:
        count = 0
        for page in range(1, _PAGES_MOST + 1):
            said = _asked(source, sid, text, page, client, found)
            if said is None:
                break
            total = int(str(said.get("count") or 0))
            if total > _TOO_MANY:
                found.problems.append(f"the search of site {sid} says {total} hits for {text}: it ignored the words")
                break
            results = [row for row in said.get("results") or [] if isinstance(row, dict)]
            for row in results:
                url = absolute(source.base + "/", str(row.get("url") or row.get("post_url") or ""))
                day = day_of(row, "display_publish_time", "publish_time", "pub_time")
                column = plain(row.get("classify_main_name"))
                yield Post(url, plain(row.get("title")), column, plain(row.get("publisher")), day,
                           declared(row.get("attachment"), url))  # fmt: skip
            count += len(results)
            if not results or count >= total:
                break


def prefix_of(url: str) -> str | None:
    """Return a department's prefix by an address of its directory, or None."""
    match = re.match(r"https?://[^/]+((?:/[^/]+)?)/gkmlpt/content/", url)
    return match[1] if match else None


def _asked(source: Source, sid: str, text: str, page: int, client: Client, found: Walk) -> dict[str, Any] | None:
    words = {"callback": "cb", "page": page, "pagesize": _ROWS, "isgkml": 1, "text": text, "order": 0,
             "position": "title", "including_url_doc": 1, "including_attach_doc": 1}  # fmt: skip
    url = f"{(source.search or '').rstrip('/')}/jsonp/site/{sid}?{urlencode(words)}"
    answer = client.get(url)
    match = re.fullmatch(r"\s*cb\((.*)\)\s*;?\s*", answer.text, re.DOTALL)
    try:
        said = json.loads(match[1]) if match else None
    except ValueError:
        said = None
    if answer.status != 200 or not isinstance(said, dict) or "results" not in said:
        found.problems.append(f"{url}: answered {answer.status}, not what the search answers: {answer.text[:60]!r}")
        return None
    return said
