"""The platform gkmlpt (政府信息公开目录平台) of Guangdong's government sites.

Source: docs/publication-platforms.md of the project's shared material, sections 1.1 to 1.4. What is not certain there
(SID, columns, prefix) is found at run time; what differs from the description is a problem, in words.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from jixiao.discover.client import Blocked, Client, Refused
from jixiao.discover.source import Department, Source
from jixiao.discover.titles import fiscal_year_of, is_report, may_hold_reports
from jixiao.model import JixiaoError

_CHINA: Final = timezone(timedelta(hours=8))
_FILE: Final = re.compile(r"\.(pdf|docx?|xlsx?|zip|rar|ofd)$", re.IGNORECASE)
_PAGES_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file or post that was looked at; `taken` tells whether it is ours, `reason` why (not)."""

    source_id: str
    url: str
    post_url: str
    post_title: str
    column: str
    attachment_name: str
    publisher: str
    published_on: date | None
    fiscal_year: int | None
    organization: str
    region_code: str
    taken: bool
    reason: str


@dataclass(slots=True)
class Walk:
    """What one walk of a site found."""

    source_id: str
    candidates: list[Candidate] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    site_map: dict[str, Any] = field(default_factory=dict)
    requests: int = 0


def json_after(text: str, key: str) -> Any:
    """Return the JSON value after `key` in a JavaScript literal, or None; strings inside it may hold anything."""
    match = re.search(rf"\b{key}\s*:\s*(?=[\[{{])", text)
    if match is None:
        return None
    try:
        return json.JSONDecoder().raw_decode(text, match.end())[0]
    except ValueError:
        return None


def _columns(tree: list[dict[str, Any]], pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield (id, name) of every column whose name matches; parents hold posts too, redirects are not asked."""
    for node in tree:
        name = str(node.get("name", ""))
        if pattern.search(name) and not node.get("jump_url"):
            yield int(node["id"]), name
        yield from _columns(node.get("children") or [], pattern)


def walk(source: Source, client: Client, fiscal_years: set[int] | None) -> Walk:
    """Walk every department of a site; one that fails is a problem and does not stop the others."""
    found = Walk(source.id)
    for department in source.departments:
        try:
            _walk_department(source, department, client, fiscal_years, found)
        except (Refused, Blocked, JixiaoError) as error:
            found.problems.append(f"{department.organization}: {error}")
    found.requests = client.requests
    found.candidates = list({(c.url, c.taken): c for c in found.candidates}.values())
    return found


def _walk_department(
    source: Source, department: Department, client: Client, years: set[int] | None, found: Walk
) -> None:
    prefix = department.prefix or ""
    index = client.get(f"{source.base}{prefix}/gkmlpt/index")
    if index.status != 200:
        raise JixiaoError(f"{index.url} answered {index.status}: no gkmlpt directory there")
    sid = re.search(r"SID:\s*'(\d+)'", index.text)
    tree = json_after(index.text, "TREE")
    if sid is None or not isinstance(tree, list):
        raise JixiaoError(f"{index.url}: no window._CONFIG with SID and TREE: not the platform that was expected")
    columns = dict(_columns(tree, re.compile(source.columns)))
    if not columns:
        found.problems.append(f"{department.organization}: no column matches {source.columns}; the whole site is read")
        columns = {0: "全部"}
    found.site_map[department.organization] = {"sid": sid[1], "prefix": prefix, "columns": columns}
    seen: set[tuple[str, int]] = set()
    for column, name in columns.items():
        for article in _articles(source, prefix, column, sid[1], client, found):
            key = (str(article.get("url")), int(article.get("id") or 0))
            if key not in seen:
                seen.add(key)
                _judge(source, department, client, name, article, years, found)


def _articles(
    source: Source, prefix: str, column: int, sid: str, client: Client, found: Walk
) -> Iterator[dict[str, Any]]:
    """Yield a column's articles, page by page, to its stated total or the first page that is not there."""
    count = 0
    for page in range(1, _PAGES_MOST + 1):
        url = f"{source.base}{prefix}/gkmlpt/api/all/{column}?page={page}&sid={sid}"
        answer = client.get(url)
        if answer.status == 404 and page > 1:
            return
        if answer.status != 200:
            found.problems.append(f"{url} answered {answer.status}")
            return
        try:
            said = json.loads(answer.text)
        except ValueError:
            if page == 1:
                found.problems.append(f"{url}: not JSON")
            return
        articles = said.get("articles") or []
        yield from articles
        count += len(articles)
        total = said.get("total")
        if not articles or (isinstance(total, int) and count >= total):
            return


def _published(article: dict[str, Any]) -> date | None:
    """Return the day of publication in China: create_time, display_publish_time, created_at; never `date`."""
    for key in ("create_time", "display_publish_time"):
        value = article.get(key)
        if isinstance(value, int) and value > 0:
            return datetime.fromtimestamp(value, _CHINA).date()
    match = re.match(r"(\d{4})-(\d\d)-(\d\d)", str(article.get("created_at") or ""))
    return date(int(match[1]), int(match[2]), int(match[3])) if match else None


def _judge(
    source: Source,
    department: Department,
    client: Client,
    column: str,
    article: dict[str, Any],
    years: set[int] | None,
    found: Walk,
) -> None:
    title = re.sub(r"<[^>]+>", "", str(article.get("title") or ""))
    publisher = str(article.get("publisher") or "")
    post_url = urldefrag(urljoin(source.base + "/", str(article.get("url") or article.get("post_url") or "")))[0]
    published = _published(article)

    def add(url: str, name: str, year: int | None, taken: bool, reason: str) -> None:
        found.candidates.append(
            Candidate(
                source.id, url, post_url, title, column, name, publisher, published, year,
                department.organization, department.region_code, taken, reason,
            )
        )  # fmt: skip

    if department.prefix is None and department.organization not in publisher:
        return  # on a portal that many departments share, only what this one published
    ours, why = is_report(title)
    if not ours and not may_hold_reports(title):
        add(post_url, "", fiscal_year_of(title), False, why)
        return
    if _FILE.search(urlsplit(post_url).path):
        attachments = [(post_url, title)]
    else:
        attachments = _attachments(source, client, article, post_url, found)
    if not attachments:
        add(post_url, "", fiscal_year_of(title), False, "the post has no attachment")
    for url, name in attachments:
        year = fiscal_year_of(name, title)
        name_ours, name_why = is_report(name)
        if not name_ours and not (ours and (len(attachments) == 1 or not may_hold_reports(name))):
            add(url, name, year, False, name_why)
        elif not name_ours and re.search(r"项目|专项", name) and "整体" not in name:
            add(url, name, year, False, "a project-level self-evaluation")
        elif years is not None and year not in years:
            add(url, name, year, False, f"fiscal year {year or 'not stated'} is not asked for")
        else:
            add(url, name, year, True, why if ours else name_why)


def _attachments(
    source: Source, client: Client, article: dict[str, Any], post_url: str, found: Walk
) -> list[tuple[str, str]]:
    """Return (address, name) of a post's files: those of the list API and those that its page links."""
    files: dict[str, str] = {}

    def add(address: str, name: str) -> None:
        url = urldefrag(urljoin(post_url, address))[0]
        label = unquote(name or urlsplit(url).path.rsplit("/", 1)[-1])
        if url not in files or files[url] in ("", "点击下载"):
            files[url] = label

    for item in article.get("attachment") or []:
        if isinstance(item, dict) and item.get("url"):
            add(str(item["url"]), str(item.get("name") or ""))
    if urlsplit(post_url).hostname not in source.allowed_hosts:
        found.problems.append(f"{post_url}: the post is on a host that the contract does not name")
        return list(files.items())
    answer = client.get(post_url)
    if answer.status != 200:
        found.problems.append(f"{post_url} answered {answer.status}")
        return list(files.items())
    detail = json_after(answer.text, "DETAIL")
    body = str(detail.get("content") or "") if isinstance(detail, dict) else ""
    for link in re.finditer(r"<a\b[^>]*>(.*?)</a>", body + answer.text, re.DOTALL | re.IGNORECASE):
        href = re.search(r"\bhref=[\"']([^\"']+)", link[0])
        if href is None or not _FILE.search(urlsplit(html.unescape(href[1])).path):
            continue
        alt = re.search(r"\balt=[\"']([^\"']+)", link[0])
        text = re.sub(r"<[^>]+>", "", link[1]).strip()
        add(html.unescape(href[1]), html.unescape(alt[1] if alt else text))
    return list(files.items())
