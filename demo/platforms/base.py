"""What the sites of all platforms share: their posts, a front page, pages of posts with files."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import parse_qs, unquote, urlsplit

from demo.site import Reply, Site

ORGANIZATIONS = ("演示区科学技术协会", "演示区财政局", "演示区档案馆")
YEARS = (2021, 2022, 2023)
ROWS_A_PAGE = 5
SITE_CODE = "4401110001"
PDF = b"%PDF-1.4\n% a small file that only looks like a PDF: "
HEX = "0123456789abcdef0123456789ab{:04d}"


@dataclass(frozen=True)
class Entry:
    """A post: its number, title, day (year, month, day), and the file that is attached, none for a notice."""

    number: int
    title: str
    day: tuple[int, int, int]
    file: str = ""
    organization: str = ""

    def on(self, form: str = "{}-{:02d}-{:02d}") -> str:
        """Return the day as the platform writes it."""
        return form.format(*self.day)


def entries() -> list[Entry]:
    """Return the posts of the column, the newest first; every third is something else."""
    found: list[Entry] = []
    for year in reversed(YEARS):
        for organization in ORGANIZATIONS:
            title = f"{organization}{year}年度部门整体支出绩效自评报告"
            number = 4000 - len(found)
            found.append(Entry(number, title, (year + 1, 9, len(found) % 9 + 1), f"{title}.pdf", organization))
        number = 4000 - len(found)
        found.append(Entry(number, f"{ORGANIZATIONS[1]}关于开展{year + 1}年绩效自评工作的通知", (year + 1, 3, 5)))
        found.append(Entry(number - 1, f"{year}年科普活动项目支出绩效自评表", (year + 1, 3, 4), "x.pdf"))
    return found


@dataclass
class Platform:
    """A running site of one platform; `column` is the path of its list, `second` of what follows its first page."""

    site: Site
    column: str = ""
    second: str = ""
    pages: dict[str, Callable[[dict[str, list[str]]], Reply]] = field(default_factory=dict)
    robots: str = "User-agent: *\nDisallow: /private/\n"

    def hook(self, target: str, headers: Message) -> Reply | None:
        """Answer every request: this is the whole site."""
        parts = urlsplit(target)
        if parts.path == "/robots.txt":
            return Reply(self.robots.encode(), "text/plain")
        made = self.pages.get(unquote(parts.path))
        return made(parse_qs(parts.query, keep_blank_values=True)) if made else Reply(b"<h1>404</h1>", status=404)

    def put(self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8", **headers: str) -> None:
        """Serve a body at a path."""
        data = body.encode() if isinstance(body, str) else body
        self.pages[path] = lambda query: Reply(data, kind, headers=headers)

    def home(self, links: dict[str, str], head: str = "", **headers: str) -> None:
        """Serve the front page: news that concern nobody here, and links by their addresses."""
        news = "".join(
            f'<li><a href="/news/{n}.html">第{n}次工作会议召开</a><span>2026-01-0{n}</span></li>' for n in range(1, 7)
        )
        nav = "".join(f'<a href="{address}">{name}</a>' for address, name in links.items())
        code = f'<meta name="SiteIDCode" content="{SITE_CODE}"><meta name="SiteName" content="演示区人民政府">'
        self.put(
            "/",
            page_of(f"<div class=nav>{nav}<a href='#'>无障碍</a></div><ul class=news>{news}</ul>", code + head),
            **headers,
        )

    def details(self, path: Callable[[Entry], str], body: str, attached: Callable[[Entry], str]) -> None:
        """Serve each post's page, its file in `body` behind {}, and beside it what belongs to no post."""
        side = '<div class="side"><a href="/files/stray.pdf">办事指南.pdf</a></div>'
        for entry in entries():
            link = ""
            if entry.file:
                address = attached(entry)
                link = f'<p>附件：<a href="{address}">{entry.file}</a></p>'
                at = urlsplit(address)
                data = PDF + str(entry.number).encode()
                self.pages.setdefault(at.path, lambda query, data=data: Reply(data, "application/octet-stream"))
            page = page_of(f"<h1>{entry.title}</h1>{body.format(link)}{side}", f"<title>{entry.title}</title>")
            self.put(urlsplit(path(entry)).path, page)


def page_of(body: str, head: str = "") -> str:
    """Return a page."""
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"


def parts_of() -> list[list[Entry]]:
    """Return the posts page by page."""
    every = entries()
    return [every[start : start + ROWS_A_PAGE] for start in range(0, len(every), ROWS_A_PAGE)]


def items_of(some: list[Entry], path: Callable[[Entry], str], form: str = "{}-{:02d}-{:02d}") -> str:
    """Return rows as most skins have them: the text is cut, the title whole in its attribute, one row leads astray."""
    rows = (
        f'<li><a href="{path(entry)}" title="{entry.title}">{entry.title[:14]}…</a><span>{entry.on(form)}</span></li>'
        for entry in some
    )
    return f'<ul class="list">{"".join(rows)}</ul><a href="javascript:void(0)">打印</a>'
