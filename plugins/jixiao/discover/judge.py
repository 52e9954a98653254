"""From posts to candidates: which of a post's files are ours, and the reason for each one taken or left."""

import re
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final
from urllib.parse import urlsplit

from jixiao.discover.client import Client
from jixiao.discover.posts import (
    Attachment,
    Candidate,
    Post,
    Published,
    Walk,
    absolute,
    body_of,
    declared,
    file_key,
    json_after,
    length_of,
    linked,
    object_of,
    plain,
    published_in,
    united,
)
from jixiao.discover.roster import Names
from jixiao.discover.source import Department, Source
from jixiao.discover.titles import (
    NOTICE,
    concerns_us,
    fiscal_year_of,
    is_project,
    is_report,
    may_hold_chapter,
    may_hold_reports,
    names_nobody,
    names_nothing,
    says,
)
from jixiao.model import JixiaoError

_IMAGE: Final = re.compile(r"<img\b[^>]*(?:nfw-cms-img|/img/|data:image)[^>]*>", re.IGNORECASE)
_SRC: Final = re.compile(r"\bsrc\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
_CONTENT: Final = re.compile(r"(https?://[^/]+)/(?!.*gkmlpt/).*content/m?post_(\d+)\.html")
_REPORT_LENGTH: Final = 400
_NOBODYS: Final = "neither its title nor the list nor its page says whose it is"
_OF_NO_ROSTER: Final = "it names no department of the roster or its places"
_NAMELESS: Final = "a file without a name of its own in a post that may hold reports: the document tells what it is"
_CHAPTER: Final = "final accounts: the self-evaluation may be a chapter, the document tells"


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a post's page shows: its files, its body, and who published it when, where the list did not tell."""

    url: str
    files: tuple[Attachment, ...]
    body: str
    publisher: str
    published: Published


class Judge:
    """Judges posts; a post or a file that was met before is not met again.

    They are one department's, or those of many: then `names` tells whose each file is, and `department` whose it is
    where it does not tell, if that is known.
    """

    def __init__(
        self, source: Source, department: Department | None, client: Client, found: Walk, names: Names | None = None
    ) -> None:
        """Prepare; `found` collects what the judge says."""
        self._source = source
        self._department = department
        self._names = names
        self._client = client
        self._found = found
        self._posts: set[int] = set()

    def look_at(self, post: Post, years: set[int] | None) -> None:
        """Judge one post; a failure to open it is a problem and does not stop the walk."""
        ours, why = is_report(post.title)
        worth_opening = ours or may_hold_reports(post.title)
        if not worth_opening and not concerns_us(post.title):
            self._found.passed_over += 1
            return
        key = hash(file_key(post.url.replace("/mpost_", "/post_")))
        if key in self._posts:
            return
        self._posts.add(key)
        if not worth_opening:
            self._add(post, Attachment(post.url, ""), False, why)
            return
        if not ours and (why == NOTICE or is_project(post.title)):
            self._add(post, Attachment(post.url, ""), False, why)
            return
        year = fiscal_year_of(post.title)
        if years is not None and ours and year is not None and year not in years and not post.is_file:
            self._add(post, Attachment(post.url, ""), False, f"fiscal year {year} is not asked for")
            return
        post, files = (post, (Attachment(post.url, post.title),)) if post.is_file else self._files_of(post, ours)
        verdicts = [self._verdict(post, item, len(files), ours, why) for item in files]
        for item, (taken, reason) in zip(files, _with_chapters(post, files, verdicts), strict=True):
            year = fiscal_year_of(item.name, post.title)
            if taken and year is None:
                reason += "; no title names the fiscal year: the document tells"
            elif taken and years is not None and year not in years:
                taken, reason = False, f"fiscal year {year} is not asked for"
            self._add(post, item, taken, reason)

    def pass_over(self, post: Post, years: set[int] | None) -> None:
        """Count a post that is not this department's; of a report that the list gives to nobody its page may tell."""
        if post.publisher or not is_report(post.title)[0] or not names_nobody(post.title):
            self._found.passed_over += 1
            return
        publisher = ""
        if not post.is_file and self._source.allows(post.url):
            try:
                publisher = self._opened(post.url).publisher
            except JixiaoError as error:
                self._found.problems.append(f"post {post.title}: {error}")
        if self._department is not None and self._department.named_in(publisher):
            self.look_at(replace(post, publisher=publisher), years)
        elif publisher:
            self._found.passed_over += 1
        else:
            self._add(post, Attachment(post.url, ""), False, _NOBODYS)

    def _verdict(self, post: Post, item: Attachment, count: int, ours: bool, why: str) -> tuple[bool, str]:
        name_ours, name_why = is_report(item.name)
        if item.url == post.url and not post.is_file:
            if not ours:
                return False, _CHAPTER
            return True, f"{why}; the post itself is the report: its body is long, and no file is attached"
        if name_ours:
            return True, name_why
        if is_project(item.name):
            return False, "a project-level self-evaluation"
        if urlsplit(item.url).path.lower().endswith((".zip", ".rar", ".7z")):
            return True, "an archive in a post that may hold reports: its members tell"
        if ours and (count == 1 or names_nothing(item.name)):
            return True, why
        if ours and self._names is not None and self._names.whose((), (_stem(item.name),)):
            return True, f"{why}, and the file is called as a department is"
        return False, name_why

    def _files_of(self, post: Post, ours: bool) -> tuple[Post, tuple[Attachment, ...]]:
        """Return a post's files: those that the list names, and those that its page and body link; and what that tells.

        A post under several addresses is opened by the first that shows files, the JSON mirror of its page the last.
        """
        files = post.attachments
        if not self._source.allows(post.url):
            if not files:
                host = urlsplit(post.url).netloc
                self._add(post, Attachment(post.url, ""), False, f"leads to {host}, which the contract does not name")
            return post, files
        failures: dict[str, str] = {}
        opened: _Opened | None = None
        pictures: tuple[Attachment, ...] = ()
        addresses = (post.url, *filter(self._source.allows, post.others))
        for url in dict.fromkeys((*addresses, *chain.from_iterable(map(_mirror_of, addresses)))):
            try:
                opened = self._opened(url)
            except JixiaoError as error:
                failures[url] = str(error)
                continue
            post = replace(post, publisher=post.publisher or opened.publisher)
            if post.published_on is None:
                post = replace(post, **opened.published)
            files = united(files, opened.files)
            if not ours and url == post.url and _tells_a_chapter(post, opened):
                files = (*files, Attachment(post.url, ""))
            if files:
                break
            if ours and url == post.url and length_of(opened.body) >= _REPORT_LENGTH:
                return post, (Attachment(post.url, ""),)
            pictures = pictures or _pictures(opened, post)
        if failures and opened is None:
            self._found.problems.append(f"post {post.title}: {'; '.join(failures.values())}")
        elif post.url in failures:
            self._found.notes.append(f"post {post.title}: read at another of its addresses: {failures[post.url]}")
        files = files or (pictures if ours else ())
        if opened is not None and not files:
            shown = "only pictures" if pictures or _IMAGE.search(opened.body) else "no attachment"
            self._add(post, Attachment(post.url, ""), False, f"the post has {shown}")
        return post, files

    def _opened(self, url: str) -> "_Opened":
        """Return what a post's page shows; `JixiaoError` where there is no page."""
        answer = self._client.get(url)
        if answer.status != 200:
            raise JixiaoError(f"{url} answered {answer.status}")
        page = answer.text
        if urlsplit(url).path.endswith(".json"):
            said = object_of(page)
            if said is None:
                raise JixiaoError(f"{url}: not the JSON of a post")
            detail, page = said, ""
        else:
            detail = json_after(page, "DETAIL")
            detail = detail if isinstance(detail, dict) else {}
        body = str(detail.get("content") or "") or body_of(page)
        attached = (declared(detail.get(key), answer.url) for key in ("attachment", "attachments"))
        files = united(*attached, linked(body, answer.url)) or linked(page, answer.url)
        publisher = plain(detail.get("source") or _meta(page, "ContentSource"))
        return _Opened(answer.url, files, body, publisher, published_in(_meta(page, "PubDate")))

    def _whose(self, post: Post, item: Attachment) -> Department | None:
        """Return whose a file is: whom its name, the post's title, the column or the publisher names, in this order."""
        if self._names is None:
            return self._department
        titles, names = (_stem(item.name), post.title), (post.column, post.publisher)
        return self._names.whose(titles, names) or self._department

    def _add(self, post: Post, item: Attachment, taken: bool, reason: str) -> None:
        whose = self._whose(post, item)
        if taken and whose is None:
            taken, reason = False, _OF_NO_ROSTER
        if taken:
            key = file_key(item.url)
            if key in self._found.files:
                taken, reason = False, f"the same file as {self._found.files[key]}"
            else:
                self._found.files[key] = item.url
        if item.said:
            reason += f"; the site calls it {item.said!r}: refused as a path, the name kept is {item.name!r}"
        self._found.candidates.append(
            Candidate(
                self._source.id, item.url, post.url, post.title, post.column, item.name,
                post.publisher, post.published_on, fiscal_year_of(item.name, post.title),
                whose.organization if whose else "", whose.region_code if whose else "",
                taken, reason, item.size, self._client.walk_token, post.published_at,
            )
        )  # fmt: skip


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _with_chapters(
    post: Post, files: tuple[Attachment, ...], verdicts: list[tuple[bool, str]]
) -> list[tuple[bool, str]]:
    """Return the verdicts of a post's files; where none is a report by its name, those are taken that may be one.

    Final accounts may hold it as a chapter, and files whose names say nothing (附件1.pdf to 附件20.pdf) may be it: each
    tells itself what it is. The body is taken where no file may be.
    """
    if any(taken for taken, _ in verdicts):
        return verdicts
    out = list(verdicts)
    bodies = [item.url == post.url and not post.is_file for item in files]
    for place, (item, body) in enumerate(zip(files, bodies, strict=True)):
        if not body and may_hold_chapter(item.name):
            out[place] = True, _CHAPTER
        elif not body and names_nothing(item.name):
            out[place] = True, _NAMELESS
    if not any(taken for taken, _ in out) and may_hold_chapter(post.title):
        out = [(True, _CHAPTER) if body else verdict for verdict, body in zip(out, bodies, strict=True)]
    return out


def _tells_a_chapter(post: Post, opened: _Opened) -> bool:
    """Tell whether final accounts stand in a post's body, with words of a self-evaluation among them."""
    long = length_of(opened.body) >= _REPORT_LENGTH
    return long and may_hold_chapter(post.title) and says("chapter", plain(opened.body))


def _meta(page: str, name: str) -> str:
    match = re.search(rf"<meta\s+name=[\"']{name}[\"']\s+content=[\"']([^\"']*)[\"']", page, re.IGNORECASE)
    return match[1] if match else ""


def _pictures(opened: _Opened, post: Post) -> tuple[Attachment, ...]:
    """Return the pictures of a body: a report that was scanned page by page."""
    urls = (absolute(opened.url, src) for tag in _IMAGE.findall(opened.body) for src in _SRC.findall(tag))
    return tuple(Attachment(url, f"{post.title} 图{number}") for number, url in enumerate(filter(None, urls), 1))


def _mirror_of(url: str) -> tuple[str, ...]:
    """Return the address of a post's JSON mirror, by the number in that of its page; none for other pages."""
    match = _CONTENT.match(url)
    if match is None:
        return ()
    number = int(match[2])
    return (f"{match[1]}/postmeta/p/{number // 10**6}/{number // 1000}/{number}.json",)
