"""Small sites on the platforms that `sources add` knows, each as odd as the real one: what they share is their posts.

`install(site, kind)` turns a running demo site into one; `KINDS` are those there are. What real sites do is told in
docs/publication-platforms.md.
"""

import json
import re
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
_HEX = "0123456789abcdef0123456789ab{:04d}"


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
            _page(f"<div class=nav>{nav}<a href='#'>无障碍</a></div><ul class=news>{news}</ul>", code + head),
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
            page = _page(f"<h1>{entry.title}</h1>{body.format(link)}{side}", f"<title>{entry.title}</title>")
            self.put(urlsplit(path(entry)).path, page)


def _page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"


def _parts() -> list[list[Entry]]:
    every = entries()
    return [every[start : start + ROWS_A_PAGE] for start in range(0, len(every), ROWS_A_PAGE)]


def _items(some: list[Entry], path: Callable[[Entry], str], form: str = "{}-{:02d}-{:02d}") -> str:
    """Return rows as most skins have them: the text is cut, the title whole in its attribute, one row leads astray."""
    rows = (
        f'<li><a href="{path(entry)}" title="{entry.title}">{entry.title[:14]}…</a><span>{entry.on(form)}</span></li>'
        for entry in some
    )
    return f'<ul class="list">{"".join(rows)}</ul><a href="javascript:void(0)">打印</a>'


def trs(made: Platform) -> None:
    """Pages from index_1, told by a script; the first is in gb2312 and says so."""
    made.column, made.second = "/zwgk/czyjs/index.html", "/zwgk/czyjs/index_1.html"
    parts = _parts()

    def path(entry: Entry) -> str:
        return f"./{entry.day[0]}09/t{entry.on('{}{:02d}{:02d}')}_{entry.number}.html"

    script = f'<script>var countPage = {len(parts)}; createPageHTML(countPage, 0, "index", "html");</script>'
    for number, part in enumerate(parts):
        text = _page(_items(part, path) + script, "<title>财政预决算</title>")
        name = f"index_{number}.html" if number else "index.html"
        made.put(
            f"/zwgk/czyjs/{name}", text if number else text.replace("utf-8", "gb2312").encode("gb18030"), "text/html"
        )
    made.details(
        lambda e: "/zwgk/czyjs/" + path(e)[2:],
        '<div class="TRS_Editor">{}</div>',
        lambda e: f"/zwgk/P02024{e.number}.pdf",
    )
    made.home({"/zwgk/czyjs/": "财政预决算", "/zwgk/rsxx/": "人事信息"})
    made.pages["/zwgk/czyjs/"] = made.pages["/zwgk/czyjs/index.html"]


def hanweb(made: Platform) -> None:
    """Records in the page, and more by a proxy; files come from a script that is told their names."""
    made.column, made.second = "/col/col77/index.html", "/module/web/jpage/dataproxy.jsp"

    def path(entry: Entry) -> str:
        return f"/art/{entry.day[0]}/{entry.day[1]}/{entry.day[2]}/art_77_{entry.number}.html"

    records = [f"<record><![CDATA[{_items([entry], path, '[ {}-{:02d}-{:02d} ]')}]]></record>" for entry in entries()]
    told = f"<script>var p = {{totalRecord:{len(records)},webid:3,unitid:'u9'}}</script>"
    first = (
        f"<script type='text/xml'><datastore><recordset>{''.join(records[:5])}</recordset></datastore></script>{told}"
    )
    made.put(made.column, _page(first, '<meta name="ColumnName" content="部门预决算公开">'))

    def proxy(query: dict[str, list[str]]) -> Reply:
        start, end = int(query["startrecord"][0]), int(query["endrecord"][0])
        return Reply(f"<datastore>{''.join(records[start - 1 : end])}</datastore>".encode(), "text/xml")

    made.pages["/module/web/jpage/dataproxy.jsp"] = proxy
    made.details(
        path, '<div id="zoom">{}</div>', lambda e: f"/module/download/downfile.jsp?classid=0&filename={e.number}.pdf"
    )
    made.home(
        {"/col/col77/index.html": "部门预决算公开", "/col/col78/index.html": "机构职能"},
        **{"Set-Cookie": "zh_choose_3=s; Path=/"},
    )


def ucap(made: Platform) -> None:
    """A list that a script fills from JSON, and posts named by 32 hex digits."""
    made.column, channel = "/demo/czyjs/list.shtml", "00112233445566778899aabbccddeeff"
    made.second = f"/common/search/{channel}"

    def path(entry: Entry) -> str:
        return f"/demo/czyjs/{entry.day[0]}09/{_HEX.format(entry.number)}.shtml"

    made.put(
        made.column,
        _page(f"<ul id='l'></ul><script>load('/common/search/{channel}')</script>", "<title>预决算公开</title>"),
    )
    parts = _parts()

    def search(query: dict[str, list[str]]) -> Reply:
        number = int(query["page"][0])
        some = parts[number - 1] if number <= len(parts) else []
        rows = [{"title": e.title, "url": path(e), "publishedTimeStr": e.on() + " 09:30:00"} for e in some]
        return Reply(json.dumps({"data": {"total": len(entries()), "results": rows}}).encode(), "application/json")

    made.pages[made.second] = search
    made.details(path, "<UCAPTITLE>x</UCAPTITLE><UCAPCONTENT>{}</UCAPCONTENT>", lambda e: f"/demo/files/{e.number}.pdf")
    made.home({"/demo/czyjs/list.shtml": "预决算公开", "/demo/zcwj/list.shtml": "政策文件"})


def boda(made: Platform) -> None:
    """Pages that count down, so that their addresses move with every post; files from a script that names none."""
    made.column = "/zwgk/czyjs.htm"
    parts = _parts()
    made.second = f"/zwgk/czyjs/{len(parts) - 1}.htm"

    def path(entry: Entry) -> str:
        return f"info/1021/{entry.number}.htm"

    for number, part in enumerate(parts):
        further = len(parts) - 1 - number  # the last page is 1.htm
        up = "../../" if number else "../"
        link = f"{further}.htm" if number else f"czyjs/{further}.htm"
        pager = (
            f'<span class="p_next p_fun"><a href="{link}">下页</a></span>'
            if further
            else '<span class="p_next_d">下页</span>'
        )
        pager = f'<span class="p_t">共{len(entries())}条</span><span class="p_pages">{pager}</span>'
        text = _items(part, lambda e, up=up: up + path(e), "{}/{:02d}/{:02d}") + pager
        head = '<title>财政预决算</title><script src="/system/resource/js/vsbscreen.min.js"></script>'
        made.put(f"/zwgk/czyjs/{further + 1}.htm" if number else made.column, _page(text, head))
    made.details(
        lambda e: "/" + path(e),
        '<form name="_newscontent_fromname"><div id="vsb_content">正文</div>{}</form>',
        lambda e: f"/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid={e.number}",
    )
    made.home({"zwgk/czyjs.htm": "财政预决算", "zwgk/ldzc.htm": "领导之窗"}, '<link href="/index.vsb.css">')


def powereasy(made: Platform) -> None:
    """ASP.NET pages; the last page links itself as the next."""
    made.column, made.second = "/Category_12/Index.aspx", "/Category_12/Index_2.aspx"
    parts = _parts()

    def path(entry: Entry) -> str:
        return f"/Item/{entry.number}.aspx"

    for number, part in enumerate(parts, 1):
        further = min(number + 1, len(parts))
        pager = f'<div class="page">共 {len(entries())} 条 <a href="/Category_12/Index_{further}.aspx">下一页</a></div>'
        name = f"Index_{number}.aspx" if number > 1 else "Index.aspx"
        made.put(f"/Category_12/{name}", _page(_items(part, path, "{}年{}月{}日") + pager, "<title>预决算公开</title>"))
    made.details(path, '<div id="fontzoom">{}</div>', lambda e: f"/UploadFiles/2024/{e.number}.pdf")
    made.home(
        {"/Category_12/Index.aspx": "预决算公开", "/Category_13/Index.aspx": "通知公告"},
        '<meta name="generator" content="PowerEasy SiteFactory">',
    )


def plain(made: Platform) -> None:
    """A table of links with 下一页, in gb2312 without a word of it, beside a longer menu and a shorter list of news."""
    made.column, made.second = "/list.asp", "/list.asp?page=2"
    parts = _parts()

    def page(query: dict[str, list[str]]) -> Reply:
        number = int(query.get("page", ["1"])[0])
        rows = "".join(
            f'<tr class="row"><td>·<a href="show.asp?id={e.number}">{e.title}</a></td>'
            f"<td align=right>[{e.on('{}.{:02d}.{:02d}')}]</td></tr>"
            for e in parts[number - 1]
        )
        menu = "".join(f'<li><a href="/menu{n}.asp">第{n}个很长的菜单项目</a></li>' for n in range(30))
        news = "".join(
            f'<div class="hot"><a href="/hot.asp?id={n}">热点新闻第{n}条</a> 2026-01-0{n}</div>' for n in (1, 2, 3)
        )
        further = f'<a href="list.asp?page={number + 1}">下一页</a>' if number < len(parts) else "下一页"
        body = f"<ul>{menu}</ul>{news}<table>{rows}</table><p>共{len(entries())}条记录 {further}</p>"
        return Reply(
            f"<html><head><title>部门决算</title></head><body>{body}</body></html>".encode("gb18030"), "text/html"
        )

    made.pages["/list.asp"] = page
    every = {str(entry.number): entry for entry in entries()}

    def show(query: dict[str, list[str]]) -> Reply:
        entry = every.get(query["id"][0])
        if entry is None:
            return Reply(status=404)
        link = f'<a href="/up/{entry.number}.pdf">{entry.file}</a>' if entry.file else ""
        return Reply(_page(f"<h1>{entry.title}</h1><div class='content'>{link}</div>").encode())

    made.pages["/show.asp"] = show
    for entry in entries():
        made.put(f"/up/{entry.number}.pdf", PDF + str(entry.number).encode(), "application/pdf")
    made.home({"/list.asp": "部门决算", "/intro.asp": "单位简介"})


def feed(made: Platform) -> None:
    """A site of scripts that has a feed all the same."""
    made.column = "/feed/yjs.xml"
    items = "".join(
        f"<item><title><![CDATA[{e.title}]]></title><link>{made.site.url}/d/{e.number}</link>"
        f"<pubDate>Sun, {e.day[2]:02d} {'Sep' if e.day[1] == 9 else 'Mar'} {e.day[0]} 09:00:00 +0800</pubDate></item>"
        for e in entries()
    )
    made.put(
        made.column,
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>预决算公开</title>{items}</channel></rss>',
        "application/rss+xml",
    )
    made.details(lambda e: f"/d/{e.number}", "<article>{}</article>", lambda e: f"/f/{e.number}.pdf")
    made.put(
        "/",
        _page(
            "<div id=app></div><script src=app.js></script>",
            '<link rel="alternate" type="application/rss+xml" title="预决算公开" href="/feed/yjs.xml">',
        ),
    )


def sitemap(made: Platform) -> None:
    """A site of scripts that only its map tells of."""
    made.column = "/sitemap.xml"
    rows = "".join(f"<url><loc>{made.site.url}/d/{e.number}</loc><lastmod>{e.on()}</lastmod></url>" for e in entries())
    rows += f"<url><loc>{made.site.url}/about</loc></url>"
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    made.put("/map1.xml", f'<?xml version="1.0"?><urlset xmlns="{space}">{rows}</urlset>', "text/xml")
    index = f"<sitemap><loc>{made.site.url}/map1.xml</loc></sitemap>"
    made.put(made.column, f'<?xml version="1.0"?><sitemapindex xmlns="{space}">{index}</sitemapindex>', "text/xml")
    made.robots += f"Sitemap: {made.site.url}/sitemap.xml\n"
    made.details(lambda e: f"/d/{e.number}", "<article>{}</article>", lambda e: f"/f/{e.number}.pdf")
    made.put("/", _page("<div id=app></div><script src=app.js></script>"))


def unified(made: Platform) -> None:
    """A tree of regions and departments that share names with elsewhere; everything is asked for by forms."""
    made.column, made.second = "/yjsgk/list.do", "/yjsgk/front/department/getdepartmentname.do"
    years = "".join(f'<option value="{year + 1}">{year + 1}</option>' for year in YEARS)
    regions = "".join(
        f'<a href="front/glwj/list.do?groupid={n}&date=2024">{name}</a>' for n, name in ((160, "演示区"), (161, "邻区"))
    )
    scripts = "<script>var a='front/department/getdepartmentname.do', b='front/budgetfinal/itemsandpag.do'</script>"
    made.put(made.column, _page(f"<select>{years}</select>{regions}{scripts}", "<title>预决算公开统一平台</title>"))
    made.put("/", _page(f"<a href='/yjsgk/list.do'>预决算公开</a>{regions.replace('front/', '/yjsgk/front/')}"))

    def said(value: object) -> Reply:
        return Reply(json.dumps(value).encode(), "application/json")

    def departments(query: dict[str, list[str]]) -> Reply:
        names = ORGANIZATIONS if query["pid"] == ["160"] else ("邻区档案局",)
        return said([{"iid": 500 + n, "name": name, "pid": 160, "dtype": 1} for n, name in enumerate(names)])

    def posts(query: dict[str, list[str]]) -> Reply:
        number, year = int(query["groupid"][0]) - 500, int(query["date"][0]) - 1
        some = [e for e in entries() if e.organization == ORGANIZATIONS[number] and str(year) in e.title]
        return said(
            {
                "totalPage": 1,
                "budgetTemplates": [{"uuid": f"u{e.number}", "title": f"{year}年度部门决算"} for e in some],
            }
        )

    def files(query: dict[str, list[str]]) -> Reply:
        some = [e for e in entries() if f"'u{e.number}'" == query["uuid"][0]]
        more = [{"iid": 9, "t_oldname": "收入决算表.xls", "t_uploaddate": ""}]
        return said([{"iid": e.number, "t_oldname": e.file, "t_uploaddate": e.on()} for e in some] + more)

    made.pages["/yjsgk/front/department/getdepartmentname.do"] = departments
    made.pages["/yjsgk/front/budgetfinal/itemsandpag.do"] = posts
    made.pages["/yjsgk/front/budgetfinal/getTemporaryFiles.do"] = files
    made.pages["/yjsgk/front/budgetfinal/download.do"] = lambda query: Reply(
        PDF + query["iid"][0].encode(), "application/pdf"
    )
    made.put("/yjsgk/front/glwj/list.do", _page("<div id=files></div>"))


def kaipuyun(made: Platform) -> None:
    """A TRS site whose column shows the newest posts only; the search, by a form with the site's code, has them all."""
    trs(made)
    first = made.pages["/zwgk/czyjs/"]({}).body.decode("gb18030").replace("countPage = 3", "countPage = 1")
    for path in ("/zwgk/czyjs/", "/zwgk/czyjs/index.html"):
        made.put(path, first.replace("gb2312", "utf-8"))
    made.second = "/query/s"

    def search(query: dict[str, list[str]]) -> Reply:
        if query["siteCode"] != [SITE_CODE]:
            return Reply(json.dumps({"ok": False, "code": -101}).encode(), "application/json")
        hits = [e for e in entries() if query["qt"][0] in e.title] if query["page"] == ["1"] else []
        rows = [
            {"data": {"titleO": e.title, "title": e.title.replace("绩效自评", "<em>绩效自评</em>"), "docDate": e.on(),
                      "url": f"{made.site.url}/zwgk/czyjs/{e.day[0]}09/t{e.on('{}{:02d}{:02d}')}_{e.number}.html"}}
            for e in hits
        ]  # fmt: skip
        return Reply(json.dumps({"ok": True, "resultDocs": rows}).encode(), "application/json")

    made.pages["/query/s"] = search
    script = f"<script>var api = '{made.site.url}/query/s'; // api.so-gov.cn\n</script>"
    script += f"<a href='/so/s?siteCode={SITE_CODE}'>搜索</a>"
    made.put("/", made.pages["/"]({}).body.decode().replace("<body>", f"<body>{script}"))


def nfcms(made: Platform) -> None:
    """Pages from index_2, without the JSON mirror."""
    made.column, made.second = "/zwgk/czyjs/index.html", "/zwgk/czyjs/index_2.html"

    def path(entry: Entry) -> str:
        return f"content/post_{entry.number}.html"

    variables = '<script>window.NFCMS_SITE_ID=668001;window.NFCMS_CAT_ID="9510";</script>'
    for number, part in enumerate(_parts(), 1):
        name = f"index_{number}.html" if number > 1 else "index.html"
        made.put(f"/zwgk/czyjs/{name}", _page(_items(part, path) + variables, "<title>财政预决算</title>"))
    made.pages["/zwgk/czyjs/"] = made.pages["/zwgk/czyjs/index.html"]
    made.details(
        lambda e: "/zwgk/czyjs/" + path(e),
        '<div class="article-content">{}</div>',
        lambda e: f"/attachment/0/{e.number}/{e.number}/1.pdf",
    )
    made.home({"/zwgk/czyjs/": "财政预决算"}, "<script>window.NFCMS_SITE_ID=668001;</script>")


KINDS: dict[str, Callable[[Platform], None]] = {
    "trs": trs, "hanweb": hanweb, "ucap": ucap, "boda": boda, "powereasy": powereasy, "plain": plain, "feed": feed,
    "sitemap": sitemap, "unified": unified, "kaipuyun": kaipuyun, "nfcms": nfcms,
}  # fmt: skip


def adapter_of(kind: str) -> str:
    """Return the adapter that a contract names for a kind of site."""
    return {"plain": "generic", "feed": "generic", "sitemap": "generic", "kaipuyun": "trs"}.get(kind, kind)


def install(site: Site, kind: str) -> Platform:
    """Turn a running demo site into one of another platform."""
    made = Platform(site)
    KINDS[kind](made)
    site.hooks.append(made.hook)
    return made


def second_page(made: Platform, target: str) -> bool:
    """Tell whether a request asks for what follows a list's first page, in the platform's own way."""
    return re.fullmatch(re.escape(made.second) + r"(?:\?.*)?", target) is not None if made.second else False
