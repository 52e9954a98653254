"""What every adapter yields (posts), what discovery makes of them (candidates), and what one walk found."""

import html
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypedDict
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

import lxml.etree
import lxml.html

from jixiao.discover.platforms import bodies

CHINA: Final = timezone(timedelta(hours=8))
FILE: Final = re.compile(r"\.(pdf|docx?|xlsx?|zip|rar|7z|ofd|wps|et)$", re.IGNORECASE)
PAGE_FILE: Final = re.compile(r"\.(s?html?|mht(ml)?)$", re.IGNORECASE)
# What a name may hide behind or turn round: control characters, marks of direction, joiners without width.
UNSEEN: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
# A script that hands out attachments by number (Boda, Hanweb): its address names no file.
_DOWNLOAD: Final = re.compile(r"/(?:download|downfile|downloadAttach\w*)\.(?:jsp|aspx?|do|php)\?", re.IGNORECASE)
_NO_NAME: Final = re.compile(r"^(点击(下载|查看)?|下载|附件|查看)?$")
_ATTACHMENT_ID: Final = re.compile(r"/attachment/\d+/\d+/(\d+)/")
_DAY: Final = re.compile(
    r"(20\d\d|19\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日?[T\s]{0,3}(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)


class Published(TypedDict):
    """The day of publication in China, and the time where it is told."""

    published_on: date | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file or post that was looked at; `taken` tells whether it is ours, `reason` why (not).

    `walk` names the walk that found it: its file is asked for once in a walk. `declared_size` is what the site says.
    `published_at` is the time on the day `published_on`, where the site tells one.
    """

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
    declared_size: int | None = None
    walk: str = ""
    published_at: datetime | None = None

    @property
    def is_page(self) -> bool:
        """Tell whether a web page is the document: a post that is the report, or a page kept in a folder of files."""
        if not is_web(self.url):
            return bool(PAGE_FILE.search(self.url))
        return self.url == self.post_url and not leads_to_file(self.url)

    @classmethod
    def from_record(cls, said: dict[str, Any]) -> "Candidate":
        """Read a candidate that was written as JSON."""
        return cls(**{**said, **published_from(said)})


class Candidates:
    """The candidates of a walk, in a file: ten thousand take no more memory than ten."""

    def __init__(self) -> None:
        self._file = tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".jsonl")  # noqa: SIM115
        self._count = 0

    def append(self, candidate: Candidate) -> None:
        """Add one."""
        self._file.write(record(candidate))
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Candidate]:
        self._file.flush()
        with Path(self._file.name).open(encoding="utf-8") as handle:
            for line in islice(handle, self._count):
                yield Candidate.from_record(json.loads(line))


def record(candidate: Candidate) -> str:
    """Return a candidate as one line of JSON."""
    return json.dumps(asdict(candidate), ensure_ascii=False, default=str) + "\n"


@dataclass(slots=True)
class Walk:
    """What one walk of a site found; `years` are the fiscal years that it asked for, None for every one.

    `problems` are in words and mean that something may be missing; `notes` tell what was met and handled.
    `passed_over` counts the posts of other departments, and those whose titles have nothing to do with reports: they
    are not kept one by one.
    `files` are the addresses taken, by `file_key`. `gone` are addresses that three full walks in a row did not meet
    any more. `fell_silent` tells that no report was found where the walk before had met some.
    """

    source_id: str
    years: frozenset[int] | None = None
    candidates: Candidates = field(default_factory=Candidates)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    site_map: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    passed_over: int = 0
    gone: list[str] = field(default_factory=list)
    fell_silent: bool = False

    @property
    def taken(self) -> int:
        """Return how many candidates were taken."""
        return len(self.files)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a post: address, name for people, size as the site states it.

    `said` is what the site calls it where that is a path: refused as such, and told.
    """

    url: str
    name: str
    size: int | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A row of a list. `publisher` is empty where lists do not tell; `others` are addresses of the same post.

    `led_to` tells that a department's directory led to a column elsewhere, which may be one for many departments.
    """

    url: str
    title: str
    column: str
    publisher: str = ""
    published_on: date | None = None
    attachments: tuple[Attachment, ...] = ()
    others: tuple[str, ...] = ()
    led_to: bool = False
    published_at: datetime | None = None

    @property
    def is_file(self) -> bool:
        """Tell whether the row leads straight to a file."""
        return leads_to_file(self.url)


def is_web(url: str) -> bool:
    """Tell whether an address is one of the web, not that of a file in a folder of ours."""
    return url.lower().startswith(("http://", "https://"))


def leads_to_file(url: str) -> bool:
    """Tell whether an address is that of a file, by its extension; a download script is told it as a parameter."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    script = not re.search(r"\.s?html?$", path)
    return bool(FILE.search(path)) or (script and any(FILE.search(value) for _, value in parse_qsl(parts.query)))


def file_key(url: str) -> str:
    """Return what is the same for one file at two addresses: host and attachment id, else the address's host and path.

    Scheme, department prefix and post id differ between cross-posts (docs/publication-platforms.md, section 1).
    """
    parts = urlsplit(url)
    if match := _ATTACHMENT_ID.search(parts.path):
        return f"{parts.hostname}#{match[1]}"
    return f"{parts.hostname}:{parts.port}{unquote(parts.path)}?{parts.query}"


def absolute(base: str, href: str) -> str:
    """Return an address without a fragment; what is no address (javascript:, a bare #) becomes empty."""
    href = _whole(html.unescape(href)).strip()
    if not href or href.startswith("#") or re.match(r"(?i)(javascript|mailto|data|tel):", href):
        return ""
    try:
        return urldefrag(urljoin(base, href))[0]
    except ValueError:
        return ""


def plain(text: object) -> str:
    """Return a title without tags and entities, its white space folded."""
    return " ".join(_whole(html.unescape(re.sub(r"<[^>]+>", "", str(text or "")))).split())


def _whole(text: str) -> str:
    """Return a text without the halves of characters that JSON lets through, and without what nobody sees in it."""
    return UNSEEN.sub("", text.encode("utf-8", "replace").decode())


def file_name(name: str, url: str) -> str:
    """Return a file's name for people: never a path, whatever the site says."""
    said = PurePosixPath(" ".join(_whole(unquote(name)).split()).replace("\\", "/")).name
    return said or PurePosixPath(_whole(unquote(urlsplit(url).path))).name


def published_from(record: dict[str, Any]) -> Published:
    """Return the day and time of publication of a candidate or sighting that was written as JSON."""
    day, moment = record["published_on"], record.get("published_at")
    return {
        "published_on": date.fromisoformat(day) if day else None,
        "published_at": datetime.fromisoformat(moment) if moment else None,
    }


def published(said: dict[str, Any], *keys: str) -> Published:
    """Return the day, and the time if told, in China of the first usable field: epoch seconds or text; 0 is no time."""
    for key in keys:
        value = said.get(key)
        if isinstance(value, str) and value.isdigit():
            value = int(value)
        if isinstance(value, int) and 0 < value < 2**34:
            moment = datetime.fromtimestamp(value, CHINA)
            return {"published_on": moment.date(), "published_at": moment if moment.time() != time() else None}
        found = published_in(str(value or ""))
        if found["published_on"]:
            return found
    return {"published_on": None, "published_at": None}


def published_in(text: str) -> Published:
    """Return the first day in a text, and the time behind it unless that is midnight: lists fill it with zeros."""
    day = moment = None
    if match := _DAY.search(text):
        with suppress(ValueError):
            day = date(int(match[1]), int(match[2]), int(match[3]))
            hour, minute, second = (int(part or 0) for part in match.group(4, 5, 6))
            clock = time(hour, minute, second)
            moment = datetime.combine(day, clock, CHINA) if clock != time() else None
    return {"published_on": day, "published_at": moment}


def json_after(text: str, key: str) -> Any:
    """Return the JSON value after `key` in a JavaScript literal, or None; strings inside it may hold anything."""
    match = re.search(rf"\b{key}\s*:\s*(?=[\[{{])", text)
    if match is None:
        return None
    try:
        return json.JSONDecoder().raw_decode(text, match.end())[0]
    except (ValueError, RecursionError):
        return None


def declared(items: object, base: str) -> tuple[Attachment, ...]:
    """Return the attachments of an API row: a list, or a list inside a JSON string; anything else is none."""
    if isinstance(items, str):
        items = json_of(items)
    found = []
    for item in rows_of(items):
        url = absolute(base, str(item.get("url") or ""))
        if url:
            size = str(item.get("size") or "")
            found.append(_attachment(url, str(item.get("name") or ""), int(size) if size.isdigit() else None))
    return tuple(found)


def linked(page: str, base: str) -> tuple[Attachment, ...]:
    """Return the files that a page links or shows in a frame; `alt` or `title` names those whose text is 点击下载."""
    found = []
    for link in re.finditer(r"<a\b([^>]*)>(.*?)</a>", page, re.DOTALL | re.IGNORECASE):
        said = _attributes(link[1])
        url = absolute(base, said.get("href", ""))
        names = (plain(said.get("alt")), plain(link[2]), plain(said.get("title")))
        marked = "nfw-cms-attachment" in said.get("class", "") or any(map(FILE.search, names))
        if not url or not (leads_to_file(url) or marked or _DOWNLOAD.search(url)):
            continue
        found.append(_attachment(url, next((n for n in names if not _NO_NAME.match(n)), "")))
    for frame in re.finditer(r"<(?:iframe|embed|object)\b([^>]*)>", page, re.IGNORECASE):
        said = _attributes(frame[1])
        shown = absolute(base, said.get("src") or said.get("data") or "")
        # A viewer gets the file's address as a parameter.
        for address in (shown, *(absolute(shown, value) for _, value in parse_qsl(urlsplit(shown).query))):
            if address and leads_to_file(address):
                found.append(_attachment(address, plain(said.get("title"))))
    return tuple(found)


def _attachment(url: str, said: str, size: int | None = None) -> Attachment:
    name = file_name(said, url)
    return Attachment(url, name, size, _whole(said) if "/" in said or "\\" in said else "")


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): value for name, value in re.findall(r"([\w-]+)\s*=\s*[\"']([^\"']*)[\"']", text)}


def body_of(page: str) -> str:
    """Return the part of a page that holds the post itself, by the containers that the platforms use; empty for none.

    Pages of one platform were seen with the containers of another (docs/publication-platforms.md, section 5).
    """
    root: Any = parsed(page)
    if root is None:
        return ""
    return "".join(lxml.html.tostring(part, encoding="unicode") for part in root.xpath(bodies()))


def parsed(page: str) -> lxml.html.HtmlElement | None:
    """Return a page's tree; None where there is nothing in it."""
    try:
        # As bytes: a page may declare an encoding of its own, and it was decoded by then.
        return lxml.html.document_fromstring(page.encode(), lxml.html.HTMLParser(encoding="utf-8"))
    except (lxml.etree.LxmlError, ValueError):
        return None


def json_of(text: str) -> Any:
    """Return what a JSON text says; None for what is none, or is nested beyond all reason."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def object_of(text: str) -> dict[str, Any] | None:
    """Return the JSON object that a text is, or None."""
    said = json_of(text)
    return said if isinstance(said, dict) else None


def rows_of(said: object) -> list[dict[str, Any]]:
    """Return the objects of a JSON list; whatever else a site says there is no row."""
    return [row for row in said if isinstance(row, dict)] if isinstance(said, list) else []


def length_of(body: str) -> int:
    """Return how many characters of text a post's body holds."""
    return len(re.sub(r"\s+", "", plain(re.sub(r"(?s)<(script|style)\b.*?</\1>", "", body))))


def united(*groups: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Return the attachments of all groups, each file once, with the first name and size that was told."""
    found: dict[str, Attachment] = {}
    for item in (item for group in groups for item in group):
        key = file_key(item.url)
        known = found.get(key)
        if known is None:
            found[key] = item
        else:
            bare = known.name == file_name("", known.url)
            found[key] = replace(known, name=item.name if bare else known.name, size=known.size or item.size)
    return tuple(found.values())
