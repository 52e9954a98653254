"""Sites whose lists are data: JSON, feeds, forms."""

import json

from demo.platforms.base import HEX, ORGANIZATIONS, PDF, SITE_CODE, YEARS, Entry, Platform, entries, page_of, parts_of
from demo.platforms.pages import trs
from demo.site import Reply


def ucap(made: Platform) -> None:
    """A list that a script fills from JSON, and posts named by 32 hex digits."""
    made.column, channel = "/demo/czyjs/list.shtml", "00112233445566778899aabbccddeeff"
    made.second = f"/common/search/{channel}"

    def path(entry: Entry) -> str:
        return f"/demo/czyjs/{entry.day[0]}09/{HEX.format(entry.number)}.shtml"

    made.put(
        made.column,
        page_of(f"<ul id='l'></ul><script>load('/common/search/{channel}')</script>", "<title>预决算公开</title>"),
    )
    parts = parts_of()

    def search(query: dict[str, list[str]]) -> Reply:
        number = int(query["page"][0])
        some = parts[number - 1] if number <= len(parts) else []
        rows = [{"title": e.title, "url": path(e), "publishedTimeStr": e.on() + " 09:30:00"} for e in some]
        return Reply(json.dumps({"data": {"total": len(entries()), "results": rows}}).encode(), "application/json")

    made.pages[made.second] = search
    made.details(path, "<UCAPTITLE>x</UCAPTITLE><UCAPCONTENT>{}</UCAPCONTENT>", lambda e: f"/demo/files/{e.number}.pdf")
    made.home({"/demo/czyjs/list.shtml": "预决算公开", "/demo/zcwj/list.shtml": "政策文件"})


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
        page_of(
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
    made.put("/", page_of("<div id=app></div><script src=app.js></script>"))


def unified(made: Platform) -> None:
    """A tree of regions and departments that share names with elsewhere; everything is asked for by forms."""
    made.column, made.second = "/yjsgk/list.do", "/yjsgk/front/department/getdepartmentname.do"
    years = "".join(f'<option value="{year + 1}">{year + 1}</option>' for year in YEARS)
    regions = "".join(
        f'<a href="front/glwj/list.do?groupid={n}&date=2024">{name}</a>' for n, name in ((160, "演示区"), (161, "邻区"))
    )
    scripts = "<script>var a='front/department/getdepartmentname.do', b='front/budgetfinal/itemsandpag.do'</script>"
    made.put(made.column, page_of(f"<select>{years}</select>{regions}{scripts}", "<title>预决算公开统一平台</title>"))
    made.put("/", page_of(f"<a href='/yjsgk/list.do'>预决算公开</a>{regions.replace('front/', '/yjsgk/front/')}"))

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
    made.put("/yjsgk/front/glwj/list.do", page_of("<div id=files></div>"))


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
