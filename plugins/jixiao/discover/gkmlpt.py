"""The platform gkmlpt (政府信息公开目录平台) of Guangdong's government sites.

Source: docs/publication-platforms.md, section 1. What is not certain there
(SID, columns, prefix) is found at run time; what differs from the description is said in words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from jixiao.discover import nfcms
from jixiao.discover.asking import Asking
from jixiao.discover.client import Client
from jixiao.discover.posts import Post, Walk, absolute, declared, json_after, object_of, plain, published, rows_of
from jixiao.discover.source import Source
from jixiao.model import JixiaoError

_PAGES_MOST: Final = 1000
WHOLE_SITE: Final = 0


@dataclass(frozen=True, slots=True)
class Directory:
    """One site of the platform: a department's, or a portal that many departments share."""

    prefix: str
    sid: str
    tree: tuple[dict[str, Any], ...]


def read_directory(source: Source, prefix: str, client: Client) -> Directory:
    """Read `window._CONFIG` of the index; `JixiaoError` where there is none."""
    answer = client.get(f"{source.base}{prefix}/gkmlpt/index")
    if answer.status != 200:
        raise JixiaoError(f"{answer.url} answered {answer.status}: no gkmlpt directory there")
    sid = re.search(r"\bSID\s*:\s*['\"](\d+)['\"]", answer.text)
    tree = json_after(answer.text, "TREE")
    if sid is None or not isinstance(tree, list):
        raise JixiaoError(f"{answer.url}: no window._CONFIG with SID and TREE: not the platform that was expected")
    return Directory(prefix, sid[1], tuple(rows_of(tree)))


def columns_of(nodes: tuple[dict[str, Any], ...], pattern: re.Pattern[str]) -> Iterator[tuple[int, str, str]]:
    """Yield (id, name, jump address) of every column whose name matches, parents too: they hold posts as well.

    Everything below a column that matches belongs to it, whatever its name (2023年 below 部门决算).
    """
    for node in nodes:
        name = str(node.get("name", ""))
        children = tuple(rows_of(node.get("children")))
        if pattern.search(name) and str(node.get("id", "")).isdigit():
            yield int(node["id"]), name, str(node.get("jump_url") or "")
            yield from columns_of(children, re.compile(""))
        else:
            yield from columns_of(children, pattern)


def posts(source: Source, directory: Directory, client: Client, found: Walk) -> Iterator[Post]:
    """Yield the posts of every column that the contract's pattern names; of the whole site where it names none."""
    columns = {number: (name, jump) for number, name, jump in columns_of(directory.tree, source.column_pattern)}
    if not columns:
        found.notes.append(
            f"{source.base}{directory.prefix}: no column matches {source.columns}: the whole site is read"
        )
        columns = {WHOLE_SITE: ("全部", "")}
    found.site_map.setdefault("columns", {}).update({str(number): name for number, (name, _) in columns.items()})
    for number, (name, jump) in columns.items():
        if not jump:
            yield from _articles(source, directory, number, name, client, found)
            continue
        address = absolute(f"{source.base}{directory.prefix}/", jump)
        if source.allows(address):
            yield from (replace(post, led_to=True) for post in nfcms.posts(address, Asking(source, client, found)))
        else:
            found.notes.append(f"the column {name} leads to {address}, which the contract does not name: not read")


def _articles(
    source: Source, directory: Directory, column: int, name: str, client: Client, found: Walk
) -> Iterator[Post]:
    """Yield a column's posts, page by page, to its stated total or the first page that is not there."""
    count, total = 0, None
    for page in range(1, _PAGES_MOST + 1):
        url = f"{source.base}{directory.prefix}/gkmlpt/api/all/{column}?page={page}&sid={directory.sid}"
        try:
            answer = client.get(url)
        except JixiaoError as error:
            found.problems.append(f"column {name}, page {page}: {error}")
            return
        said = object_of(answer.text) if answer.status == 200 else None
        if said is None and page == 1:
            what = "not the JSON of the list API" if answer.status == 200 else f"answered {answer.status}"
            found.problems.append(f"{url}: {what}")
            return
        # Past its end a list answers 404, a page of HTML, or no articles.
        articles = rows_of((said or {}).get("articles"))
        for article in articles:
            yield _post(source, directory, name, article)
        count += len(articles)
        total = (said or {}).get("total", total)
        if page == 1:
            stated = (said or {}).get("classify") or {}
            stated = stated.get("post_count") if isinstance(stated, dict) else None
            if isinstance(total, int) and isinstance(stated, int) and stated > total:
                found.notes.append(
                    f"the column {name} counts {stated} posts and lists {total}: older ones only by search"
                )
        if not articles:
            if isinstance(total, int) and count < total:
                found.problems.append(f"{url}: the list ends after {count} of {total} posts")
            return
        if isinstance(total, int) and count >= total:
            return
    found.problems.append(f"column {name}: more than {_PAGES_MOST} pages: the rest is not read")


def _post(source: Source, directory: Directory, column: str, article: dict[str, Any]) -> Post:
    base = f"{source.base}{directory.prefix}/gkmlpt/"
    told = [absolute(base, str(article.get(key) or "")) for key in ("url", "post_url")]
    url, *others = [address for address in told if address] or [""]
    return Post(
        url,
        plain(article.get("title")),
        column,
        plain(article.get("publisher")),
        attachments=declared(article.get("attachment"), url),
        others=tuple(others),
        **published(article, "create_time", "display_publish_time", "created_at"),  # never `date`: the day of signing
    )
