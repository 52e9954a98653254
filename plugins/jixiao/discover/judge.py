"""From posts to candidates: which of a post's files are ours, and the reason for each one taken or left."""

import re
from urllib.parse import urlsplit

from jixiao.discover.client import Client
from jixiao.discover.posts import Attachment, Candidate, Post, Walk, file_key, json_after, linked, united
from jixiao.discover.source import Department, Source
from jixiao.discover.titles import (
    NOTICE,
    concerns_us,
    fiscal_year_of,
    is_project,
    is_report,
    may_hold_reports,
    names_nothing,
)
from jixiao.model import JixiaoError

_IMAGE = re.compile(r"<img\b[^>]*nfw-cms-img|<img\b[^>]*/img/", re.IGNORECASE)


class Judge:
    """Judges the posts of one department; a post or a file that was met before is not met again."""

    def __init__(self, source: Source, department: Department, client: Client, found: Walk) -> None:
        """Prepare; `found` collects what the judge says."""
        self._source = source
        self._department = department
        self._client = client
        self._found = found
        self._posts: set[int] = set()
        self._files: dict[str, str] = {c.url: file_key(c.url) for c in found.candidates if c.taken}

    def look_at(self, post: Post, years: set[int] | None) -> None:
        """Judge one post; a failure to open it is a problem and does not stop the walk."""
        key = hash(file_key(post.url.replace("/mpost_", "/post_")))
        if key in self._posts:
            return
        self._posts.add(key)
        ours, why = is_report(post.title)
        if not ours and not may_hold_reports(post.title):
            if concerns_us(post.title):
                self._add(post, Attachment(post.url, ""), False, why)
            else:
                self._found.passed_over += 1
            return
        if not ours and (why == NOTICE or is_project(post.title)):
            self._add(post, Attachment(post.url, ""), False, why)
            return
        year = fiscal_year_of(post.title)
        if years is not None and ours and year is not None and year not in years and not post.is_file:
            self._add(post, Attachment(post.url, ""), False, f"fiscal year {year} is not asked for")
            return
        files = (Attachment(post.url, post.title),) if post.is_file else self._files_of(post)
        for item in files:
            taken, reason = self._verdict(post, item, len(files), ours, why)
            year = fiscal_year_of(item.name, post.title)
            if taken and year is None:
                reason += "; no title names the fiscal year: the document tells"
            elif taken and years is not None and year not in years:
                taken, reason = False, f"fiscal year {year} is not asked for"
            self._add(post, item, taken, reason)

    def _verdict(self, post: Post, item: Attachment, count: int, ours: bool, why: str) -> tuple[bool, str]:
        name_ours, name_why = is_report(item.name)
        if name_ours:
            return True, name_why
        if is_project(item.name):
            return False, "a project-level self-evaluation"
        if urlsplit(item.url).path.lower().endswith((".zip", ".rar", ".7z")):
            return True, "an archive in a post that may hold reports: its members tell"
        if ours and (count == 1 or names_nothing(item.name)):
            return True, why
        return False, name_why

    def _files_of(self, post: Post) -> tuple[Attachment, ...]:
        """Return a post's files: those that the list names, and those that its page and body link."""
        from_list = united(post.attachments, linked(post.body, post.url))
        if not self._source.allows(post.url):
            if not from_list:
                host = urlsplit(post.url).netloc
                self._add(post, Attachment(post.url, ""), False, f"leads to {host}, which the contract does not name")
            return from_list
        try:
            answer = self._client.get(post.url)
        except JixiaoError as error:
            self._found.problems.append(f"post {post.title}: {error}")
            return from_list
        if answer.status != 200:
            self._found.problems.append(f"{post.url} answered {answer.status}")
            return from_list
        page = answer.text
        detail = json_after(page, "DETAIL")
        body = str(detail.get("content") or "") if isinstance(detail, dict) else ""
        files = united(from_list, linked(body, answer.url), linked(page, answer.url))
        if not files:
            shown = "only images" if _IMAGE.search(body or page) else "no attachment"
            self._add(post, Attachment(post.url, ""), False, f"the post has {shown}")
        return files

    def _add(self, post: Post, item: Attachment, taken: bool, reason: str) -> None:
        if taken:
            key = file_key(item.url)
            other = next((url for url, known in self._files.items() if known == key), None)
            if other is not None:
                taken, reason = False, f"the same file as {other}"
            else:
                self._files[item.url] = key
        self._found.candidates.append(
            Candidate(
                self._source.id, item.url, post.url, post.title, post.column, item.name,
                post.publisher, post.published_on,
                fiscal_year_of(item.name, post.title), self._department.organization, self._department.region_code,
                taken, reason, item.size, self._client.walk_token,
            )
        )  # fmt: skip
