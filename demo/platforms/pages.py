"""Sites whose lists are pages."""

import json

from demo.platforms.base import PDF, Entry, Platform, entries, items_of, page_of, parts_of
from demo.site import Reply


def trs(made: Platform) -> None:
    """Pages from index_1, told by a script; the first is in gb2312 and says so."""
    made.column, made.second = "/zwgk/czyjs/index.html", "/zwgk/czyjs/index_1.html"
    parts = parts_of()

    def path(entry: Entry) -> str:
        return f"./{entry.day[0]}09/t{entry.on('{}{:02d}{:02d}')}_{entry.number}.html"

    script = f'<script>var countPage = {len(parts)}; createPageHTML(countPage, 0, "index", "html");</script>'
    for number, part in enumerate(parts):
        text = page_of(items_of(part, path) + script, "<title>财政预决算</title>")
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

    records = [f"<record><![CDATA[{items_of([entry], path, '[ {}-{:02d}-{:02d} ]')}]]></record>" for entry in entries()]
    told = f"<script>var p = {{totalRecord:{len(records)},webid:3,unitid:'u9'}}</script>"
    first = (
        f"<script type='text/xml'><datastore><recordset>{''.join(records[:5])}</recordset></datastore></script>{told}"
    )
    made.put(made.column, page_of(first, '<meta name="ColumnName" content="部门预决算公开">'))

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


def jpaas(made: Platform) -> None:
    """Hanweb's newer system: units of the page come as HTML in JSON, and past the last page the last comes again."""
    made.column, made.second = "/col/col77/index.html", ""
    parts = parts_of()

    def path(entry: Entry) -> str:
        return f"/art/{entry.day[0]}/{entry.day[1]}/{entry.day[2]}/art_77_{entry.number}.html"

    unit = "/api-gateway/jpaas-publish-server/front/page/build/unit"
    said = "{'parseType':'bulidstatic','webId':'7','pageId':'77','tagId':'%s'}"
    script = f'<script url="{unit}" queryData="{said}"></script>'
    units = "".join(script % tag for tag in ("导航", "列表"))
    made.put(made.column, page_of(units, '<meta name="ColumnName" content="部门预决算公开">'))

    def answered(query: dict[str, list[str]]) -> Reply:
        number = int(json.loads(query["paramJson"][0])["pageNo"])
        some = parts[min(number, len(parts)) - 1] if query["tagId"] == ["列表"] else []
        said = {"success": True, "data": {"html": items_of(some, path)}}
        return Reply(json.dumps(said).encode(), "application/json")

    made.pages[unit] = answered
    made.details(path, '<div id="zoom">{}</div>', lambda e: f"/attach/0/{e.number}.pdf")
    made.home({"/col/col77/index.html": "部门预决算公开", "/col/col78/index.html": "机构职能"})


def boda(made: Platform) -> None:
    """Pages that count down, so that their addresses move with every post; files from a script that names none."""
    made.column = "/zwgk/czyjs.htm"
    parts = parts_of()
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
        text = items_of(part, lambda e, up=up: up + path(e), "{}/{:02d}/{:02d}") + pager
        head = '<title>财政预决算</title><script src="/system/resource/js/vsbscreen.min.js"></script>'
        made.put(f"/zwgk/czyjs/{further + 1}.htm" if number else made.column, page_of(text, head))
    made.details(
        lambda e: "/" + path(e),
        '<form name="_newscontent_fromname"><div id="vsb_content">正文</div>{}</form>',
        lambda e: f"/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid={e.number}",
    )
    made.home({"zwgk/czyjs.htm": "财政预决算", "zwgk/ldzc.htm": "领导之窗"}, '<link href="/index.vsb.css">')


def powereasy(made: Platform) -> None:
    """ASP.NET pages; the last page links itself as the next."""
    made.column, made.second = "/Category_12/Index.aspx", "/Category_12/Index_2.aspx"
    parts = parts_of()

    def path(entry: Entry) -> str:
        return f"/Item/{entry.number}.aspx"

    for number, part in enumerate(parts, 1):
        further = min(number + 1, len(parts))
        pager = f'<div class="page">共 {len(entries())} 条 <a href="/Category_12/Index_{further}.aspx">下一页</a></div>'
        name = f"Index_{number}.aspx" if number > 1 else "Index.aspx"
        made.put(
            f"/Category_12/{name}", page_of(items_of(part, path, "{}年{}月{}日") + pager, "<title>预决算公开</title>")
        )
    made.details(path, '<div id="fontzoom">{}</div>', lambda e: f"/UploadFiles/2024/{e.number}.pdf")
    made.home(
        {"/Category_12/Index.aspx": "预决算公开", "/Category_13/Index.aspx": "通知公告"},
        '<meta name="generator" content="PowerEasy SiteFactory">',
    )


def plain(made: Platform) -> None:
    """A table of links with 下一页, in gb2312 without a word of it, beside a longer menu and a shorter list of news."""
    made.column, made.second = "/list.asp", "/list.asp?page=2"
    parts = parts_of()

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
        return Reply(page_of(f"<h1>{entry.title}</h1><div class='content'>{link}</div>").encode())

    made.pages["/show.asp"] = show
    for entry in entries():
        made.put(f"/up/{entry.number}.pdf", PDF + str(entry.number).encode(), "application/pdf")
    made.home({"/list.asp": "部门决算", "/intro.asp": "单位简介"})


def nfcms(made: Platform) -> None:
    """Pages from index_2, without the JSON mirror."""
    made.column, made.second = "/zwgk/czyjs/index.html", "/zwgk/czyjs/index_2.html"

    def path(entry: Entry) -> str:
        return f"content/post_{entry.number}.html"

    variables = '<script>window.NFCMS_SITE_ID=668001;window.NFCMS_CAT_ID="9510";</script>'
    for number, part in enumerate(parts_of(), 1):
        name = f"index_{number}.html" if number > 1 else "index.html"
        made.put(f"/zwgk/czyjs/{name}", page_of(items_of(part, path) + variables, "<title>财政预决算</title>"))
    made.pages["/zwgk/czyjs/"] = made.pages["/zwgk/czyjs/index.html"]
    made.details(
        lambda e: "/zwgk/czyjs/" + path(e),
        '<div class="article-content">{}</div>',
        lambda e: f"/attachment/0/{e.number}/{e.number}/1.pdf",
    )
    made.home({"/zwgk/czyjs/": "财政预决算"}, "<script>window.NFCMS_SITE_ID=668001;</script>")
