"""The rough side of the demo site: every oddity and fault that the real sites are known for, under prefixes of its own.

`install(site)` adds it: a gkmlpt department `/rough` with odd rows, an NFCMS column with its JSON mirror, the search
service, a TRS, a Hanweb and a UCAP list, and faults under `/fault/`. What real sites do: docs/publication-platforms.md;
what is tried: tests/discover/README.md.
"""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from email.message import Message
from urllib.parse import parse_qs, quote, unquote, urlsplit

from demo.archives import rar4, rar5, seven_zip
from demo.site import Reply, Site

SID = "200999"
ORGANIZATION = "演示区科学技术协会"
RAR = rar4({"2013.pdf": bytes(99)})[:-50]
SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c\x00\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PDF = b"%PDF-1.4\n% a small file that only looks like a PDF: "
SHOWN = 11000016  # a post whose body stands in the page as well, not in the script only
TABLE, NESTED, EMPTY, STRAY, JUMP = 6001, 6002, 6003, 6004, 6005


def zip_with_gbk_names(members: dict[str, bytes]) -> bytes:
    """Return a zip as Chinese Windows writes it: names in GBK, and no word of that."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    body = made.getvalue()
    for name in members:
        # zipfile writes UTF-8 and sets the flag; the same number of bytes is kept by padding the GBK name.
        utf8, gbk = name.encode(), name.encode("gbk")
        body = body.replace(utf8, gbk + b" " * (len(utf8) - len(gbk)))
    out = bytearray(body)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = out.find(signature)
        while start >= 0:
            out[start + offset + 1] &= 0xF7  # bit 11: the name is UTF-8
            start = out.find(signature, start + 4)
    return bytes(out)


def _json(said: object) -> Reply:
    return Reply(json.dumps(said).replace("/", "\\/").encode(), "application/json")


def _page(body: str, head: str = "") -> Reply:
    return Reply(f"<html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode())


class Rough:
    """What the rough side answers; `files` maps paths to bytes, `pages` to replies."""

    def __init__(self, site: Site) -> None:
        """Build all pages for the site's address."""
        self.site = site
        self.url = site.url
        self.flaky: dict[str, int] = {}
        self.pages: dict[str, Callable[[dict[str, list[str]], Message], Reply]] = {}
        self.files: dict[str, bytes] = {}
        self._directory()
        self._column()
        self._search()
        self._classic()
        self._faults()

    def hook(self, target: str, headers: Message) -> Reply | None:
        """Answer a request, or leave it to the site."""
        parts = urlsplit(target)
        path = unquote(parts.path)
        if path in self.files:
            return Reply(self.files[path], "application/octet-stream")
        made = self.pages.get(path)
        return made(parse_qs(parts.query), headers) if made else None

    def _put(self, path: str, reply: Reply) -> None:
        self.pages[path] = lambda query, headers: reply

    def _detail(self, number: int, content: str, **detail: object) -> None:
        said = json.dumps({"id": number, "title": "", "content": content, "attachments": [], **detail})
        for char, escaped in (("<", "\\u003C"), (">", "\\u003E"), ('\\"', "\\u0022"), ("&", "\\u0026"), ("/", "\\/")):
            said = said.replace(char, escaped)
        shown = f'<div class="article-content">{content}</div>' if number == SHOWN else ""
        reply = _page(f"{shown}<script>window._CONFIG = {{ SID: '{SID}',\n DETAIL: {said}, TREE: [], X: 1 }};</script>")
        for kind in ("post", "mpost"):
            self._put(f"/rough/gkmlpt/content/{number // 10**6}/{number // 1000}/{kind}_{number}.html", reply)

    def _directory(self) -> None:
        tree = [
            {"id": TABLE, "name": "预决算公开", "parent": 0, "post_count": 726, "jump_url": "", "children": [
                {"id": NESTED, "name": "2022年", "parent_id": TABLE, "jump_url": "", "children": []}]},
            {"id": EMPTY, "name": "财政资金", "children": []},
            {"id": STRAY, "name": "绩效管理"},
            {"id": JUMP, "name": "部门决算专栏", "jump_url": "/nfcms/zwgk/bmjs/index.html", "children": []},
            {"id": 6006, "name": "财政年报", "jump_url": "https://www.example.gov.cn/nb/"},
            {"id": 6007, "name": "人事信息"},
        ]  # fmt: skip
        self._put(
            "/rough/gkmlpt/index",
            _page(f"<script>window._CONFIG = {{APP_URL: '{self.url}/rough', SID: '{SID}',\n"
                  f"TREE: {json.dumps(tree)} , SERVICE_AREA_ID: 200}};</script>"),
        )  # fmt: skip
        rows = {TABLE: self._odd_rows(), NESTED: self._nested_rows(), EMPTY: [], STRAY: self._stray_rows()}
        rows[0] = [row for part in rows.values() for row in part]
        for column, articles in rows.items():
            self.pages[f"/rough/gkmlpt/api/all/{column}"] = self._lister(column, articles)

    def _lister(self, column: int, rows: list[dict[str, object]]) -> Callable[[dict[str, list[str]], Message], Reply]:
        def answer(query: dict[str, list[str]], headers: Message) -> Reply:
            page = max(1, int(query.get("page", ["1"])[0]))
            start = (page - 1) * 100
            if start >= len(rows):
                if column == EMPTY:
                    return _json({"classify": {}, "total": 0, "offset": start, "articles": []})
                return _page("没有了") if column == STRAY else Reply(b"404", status=404)
            said = {"classify": {"post_count": len(rows) + 400}, "total": len(rows), "offset": start}
            if column in (STRAY, NESTED):
                del said["total"]  # one ends in a page of HTML, the other in a 404
            if column == STRAY and "short" in self.flaky:
                said["total"] = len(rows) + 5
            return _json({**said, "articles": rows[start : start + 100]})

        return answer

    def _row(self, number: int, title: str, **more: object) -> dict[str, object]:
        url = f"{self.url}/rough/gkmlpt/content/{number // 10**6}/{number // 1000}/post_{number}.html"
        return {"id": number, "title": title, "type": "normal", "url": url, "publisher": ORGANIZATION,
                "date": 1757347200, "create_time": 1693526400, **more}  # fmt: skip

    def _file(self, number: int, name: str, data: bytes, size: int | None = None) -> dict[str, object]:
        path = f"/rough/attachment/0/{number // 1000}/{number}/{number}.{name.rsplit('.', 1)[-1]}"
        self.files[path] = data
        return {"id": number, "name": name, "type": "doc", "mime": "application/msword",
                "size": str(len(data) if size is None else size), "url": self.url + path}  # fmt: skip

    def _odd_rows(self) -> list[dict[str, object]]:
        link = '<p>"}}, TREE: <a class="nfw-cms-attachment" href="{}" alt="{}">点击下载</a></p>'.format
        docx = self.site.files / "yuexiu-2023.docx"
        self._detail(
            11000001, link(self._file(810001, "x.pdf", PDF + b"1")["url"], "2022年部门整体支出绩效自评报告.pdf")
        )
        self._detail(11000002, "<p>正文</p>")
        self.files["/img/1/1/1/1.png"] = b"\x89PNG\r\n\x1a\n a page"
        self._detail(11000003, '<p><img class="nfw-cms-img" src="/img/1/1/1/1.png"></p>')
        self._detail(11000008, "<p>见附件</p>")
        self._detail(11000009, "<p>见附件</p>")
        self._detail(11000010, "<p>见附件</p>")
        self._detail(11000011, "<p>见附件</p>")
        self._detail(11000012, "<p>见附件</p>")
        api = [self._file(810002, "附件1.docx", docx.read_bytes())]
        self.files["/attachment/0/810/810007/straight.pdf"] = PDF + b"straight"
        zipped = zip_with_gbk_names({
            "附件/2022年部门整体支出绩效自评报告.pdf": PDF + b"in the zip",
            "../../../etc/passwd": b"root",
            "2022年科普项目支出绩效自评表.pdf": PDF + b"project",
        })  # fmt: skip
        several = [
            self._file(810010, "2022年度部门决算公开.pdf", PDF + b"accounts"),
            self._file(810011, "2022年度部门整体支出绩效自评表.pdf", PDF + b"form", size=99),
            self._file(810012, "2022年科普项目绩效自评表.pdf", PDF + b"project 2"),
        ]
        return [
            self._row(11000001, "2022年度部门整体支出绩效自评报告（正文内附件）",
                      create_time=0, created_at="2023-09-01 00:00:00"),
            self._row(11000002, "2022年部门整体支出绩效自评报告（仅列表附件）", attachment=api, create_time=None),
            self._row(11000003, "2022年部门整体支出绩效自评报告（图片）", attachment=[]),
            {**self._row(1, "2022年部门整体支出绩效自评报告（外部链接）"), "type": "url", "url": "https://mp.weixin.qq.com/s/abc"},
            {**self._row(2, "2022年部门整体支出绩效自评报告（直链）"), "type": "url",
             "url": f"{self.url}/attachment/0/810/810007/straight.pdf"},
            {**self._row(11000001, "2022年度部门整体支出绩效自评报告（正文内附件）"), "id": 77,
             "url": f"{self.url.split(':', 1)[1]}/rough/gkmlpt/content/11/11000/mpost_11000001.html#6001"},
            self._row(11000008, "2022年部门决算", attachment=several),
            self._row(11000009, "2022年度部门整体支出绩效自评报告打包",
                      attachment=[self._file(810013, "附件.zip", zipped)]),
            self._row(11000010, "2022年度部门整体支出绩效自评报告（空）",
                      attachment=[self._file(810014, "报告.pdf", b"")]),
            self._row(11000011, "2022年度部门整体支出绩效自评报告（错误页）",
                      attachment=[self._file(810015, "报告.pdf", b"<!DOCTYPE html><html>error</html>")]),
            self._row(11000012, "部门整体支出绩效自评报告",
                      attachment=[self._file(810016, "../../etc/passwd", PDF + b"no year") | {
                          "url": f"{self.url}/wzfj/{'省'}部门整体支出绩效自评报告.pdf"}]),
            self._row(11000013, "关于召开党组会议的消息"),
            *self._odd_pages(),
        ]  # fmt: skip

    def _odd_pages(self) -> list[dict[str, object]]:
        """Return rows whose files are found in one place only, and rows whose files are of every kind."""
        viewer = "/pdfjs/web/viewer.html?file=/attachment/0/830/830001/viewed.pdf"
        self._detail(11000014, f'<p><iframe src="{viewer}" title="2017年部门整体支出绩效自评报告"></iframe></p>')
        self.files["/attachment/0/830/830001/viewed.pdf"] = PDF + b"in a viewer"
        self._detail(11000015, "<p>见附件</p>", attachments=[self._file(830002, "附件.pdf", PDF + b"in DETAIL only")])
        text = "".join(
            f"<p>{n}、本部门2015年整体支出绩效自评情况说明，预算执行率为{90 + n}%。</p>" for n in range(1, 20)
        )
        self._detail(SHOWN, f"<h1>2015年部门整体支出绩效自评报告</h1>{text}")
        self._put("/rough/content/post_11000017.html", _page("<p>见附件</p>"))
        self._put(
            "/postmeta/p/11/11000/11000017.json",
            _json(
                {
                    "id": 11000017,
                    "content": "<p>见附件</p>",
                    "json_ext": "[]",
                    "gkml_data": '{"document_number":""}',
                    "attachment": [
                        self._file(830003, "2014年部门整体支出绩效自评报告.pdf", PDF + b"in the mirror only")
                    ],
                }
            ),
        )
        kinds = [
            self._file(
                830010, "2013年部门整体支出绩效自评表.xlsx", (self.site.files / "yuexiu-2023.docx").read_bytes()
            ),
            self._file(830011, "2013年部门整体支出绩效自评报告.doc", OLD_OFFICE + b" old word"),
            self._file(830012, "2013年部门整体支出绩效自评报告扫描件.png", b"\x89PNG\r\n\x1a\n scan"),
            self._file(
                830013,
                "2013年部门整体支出绩效自评材料.rar",
                rar5(
                    {"2013年部门整体支出绩效自评报告.pdf": PDF + b"in a RAR", "2013年科普项目支出绩效自评表.pdf": PDF}
                ),
            ),
            self._file(
                830014,
                "2013年部门整体支出绩效自评底稿.7z",
                seven_zip({"自评/2013年部门整体支出绩效自评底稿表.pdf": PDF + b"in a 7z", "../../etc/passwd": PDF}),
            ),
            self._file(830017, "2013年部门整体支出绩效自评原件.rar", RAR),
            self._file(830018, "2013年部门整体支出绩效自评存档.7z", SEVEN_ZIP),
            self._file(830015, "2013年部门整体支出绩效自评说明.txt", "一句话".encode()),
            self._file(
                830016,
                "2013年部门整体支出绩效自评压缩.zip",
                zip_with_gbk_names(
                    {
                        "2013年部门整体支出绩效自评报告.pdf": PDF + b"2013 in a zip",
                        "2013年整体支出绩效自评附件.rar": rar4({"附件1.pdf": PDF + b"in a RAR in a zip"}),
                    }
                ),
            ),
        ]
        self._detail(11000018, "<p>见附件</p>")
        self._detail(11000019, "<p>见附件</p>")
        tables = self._file(830020, "公开表.zip", zip_with_gbk_names({"收入决算表.pdf": PDF + b"tables"}))
        return [
            self._row(11000014, "2017年部门整体支出绩效自评报告（框内）"),
            self._row(11000015, "2016年部门整体支出绩效自评报告（仅详情）"),
            self._row(11000016, "2015年部门整体支出绩效自评报告（正文即报告）"),
            self._row(11000017, "2014年部门整体支出绩效自评报告（仅镜像）",
                      post_url=f"{self.url}/rough/content/post_11000017.html"),
            self._row(11000018, "2013年部门整体支出绩效自评材料", attachment=kinds),
            self._row(11000019, "2012年部门决算公开", attachment=[tables]),
            {**self._row(3, "2012年部门整体支出绩效自评报告（他站）"), "type": "url",
             "url": "https://www.example.gov.cn/gkmlpt/content/1/1/post_1.html#9"},
        ]  # fmt: skip

    def _nested_rows(self) -> list[dict[str, object]]:
        self.files["/wzfj/省部门整体支出绩效自评报告.pdf"] = PDF + b"no year"
        self._detail(11000020, "<p>附件</p>")
        data = self.files["/rough/attachment/0/810/810001/810001.pdf"]
        twin = self._file(810020, "2022年部门整体支出绩效自评报告.pdf", data)
        return [self._row(11000020, "2022年部门整体支出绩效自评报告（另一处）", attachment=[twin])]

    def _stray_rows(self) -> list[dict[str, object]]:
        return [self._row(11001000 + number, f"第{number}次工作会议") for number in range(100)]

    def _column(self) -> None:
        """NFCMS: a column with a mirror (reached by the directory's jump), one without, and its second page."""
        head = '<meta name="ColumnName" content="部门预决算">'
        script = '<script>window.NFCMS_SITE_ID=668001;window.NFCMS_PUB_TYPE="cat";window.NFCMS_CAT_ID="9510";</script>'
        self._put("/nfcms/zwgk/bmjs/index.html", _page(script, head))
        post = f"{self.url}/nfcms/zwgk/bmjs/content/post_10250002.html"
        self._put("/postmeta/i/9510.json", _json({"id": 9510, "name": "部门预决算", "articles": [], "children": [
            {"id": 9511, "name": "2020年"}]}))  # fmt: skip
        self._put("/postmeta/i/9511.json", _json({"id": 9511, "name": "2020年", "children": [], "articles": [
            {"id": 10250002, "title": "2020年部门整体支出<br/>绩效自评报告", "url": post, "source": ORGANIZATION,
             "publish_time": 1630454400, "json_ext": "[]"},
            {"id": 10250003, "title": "2020年度部门整体支出绩效自评表", "url": post, "source": "另一单位"},
        ]}))  # fmt: skip
        self.files["/attachment/0/820/820001/10250002.pdf"] = PDF + b"nfcms"
        link = '<a href="/attachment/0/820/820001/10250002.pdf" alt="2020年部门整体支出绩效自评报告.pdf">点击下载</a>'
        self._put("/nfcms/zwgk/bmjs/content/post_10250002.html", _page(link))
        row = '<li><a href="{}" title="{}">{}…</a><span class="time">{}</span></li>'.format
        first = row(
            "../ys/content/post_1.html", ORGANIZATION + "2019年部门整体支出绩效自评报告", "演示区科学", "2020-09-01"
        )
        first += row("https://other.gov.cn/gkmlpt/content/1/1462/post_1462661.html#1611",
                     ORGANIZATION + "2019年度部门整体支出绩效自评表", "演示区", "2021-01-01")  # fmt: skip
        second = row(
            "/wzfj/" + quote("2018年部门整体支出绩效自评报告.pdf"),
            ORGANIZATION + "2018年部门整体支出绩效自评报告",
            "演",
            "2019-08-30",
        )
        other = row("/nfcms/x/content/post_2.html", "另一单位2019年部门整体支出绩效自评报告", "另", "2020-08-30")
        for number, year in ((3, 2016), (4, 2011), (5, 2010)):
            told = {
                3: "",
                4: '<meta name="ContentSource" content="另一单位">',
                5: f'<meta name="ContentSource" content="{ORGANIZATION}"><meta name="PubDate" content="2011-09-02">',
            }
            link = f'<a href="/wzfj/{year}.pdf">附件</a>'
            self._put(f"/nfcms/x/content/post_{number}.html", _page(link, told[number]))
            self.files[f"/wzfj/{year}.pdf"] = PDF + str(year).encode()
            title = f"{year}年度部门整体支出绩效自评报告"
            other += row(
                f"/nfcms/x/content/post_{number}.html", title, str(year), f"{year + 1}-08-30" if number < 5 else ""
            )
        below = (
            '<a href="2017/bmjs/index.html">2017年</a><a href="/nfcms/plain/">首页</a><a href="/nfcms/bmjs/">更多</a>'
        )
        self._put("/nfcms/plain/index.html", _page(f"{below}<div class='pageList'><ul>{first}{other}</ul></div>", head))
        year = row("/wzfj/2017.pdf", ORGANIZATION + "2017年部门整体支出绩效自评报告", "演", "2018-08-30")
        self._put("/nfcms/plain/2017/bmjs/index.html", _page(f"<ul>{year}</ul>", head))
        self.files["/wzfj/2017.pdf"] = PDF + b"2017"
        self._put("/nfcms/plain/index_2.html", _page(f"<div class='pageList'><ul>{second}</ul></div>", head))
        self._put("/nfcms/ys/content/post_1.html", _page('<a href="a/2019.doc">2019年部门整体支出绩效自评报告.doc</a>'))
        self.files["/nfcms/ys/content/a/2019.doc"] = OLD_OFFICE + b" old word"
        self.files["/wzfj/2018年部门整体支出绩效自评报告.pdf"] = PDF + b"2018"

    def _search(self) -> None:
        file = self._file(810030, "2015年部门整体支出绩效自评报告.pdf", PDF + b"2015")
        self._detail(11000030, f'<p><a href="{file["url"]}" alt="{file["name"]}">点击下载</a></p>')
        title = "2015年度<em>部门整体支出</em>绩效自评报告"
        old = self._row(11000030, title, attachment=json.dumps([file]))

        def answer(query: dict[str, list[str]], headers: Message) -> Reply:
            if "no jsonp" in self.flaky:
                return _page("接口已停用")
            if "callback" not in query:
                return _json({"errcode": -1, "errmsg": "调用失败，请检查参数"})
            hits = [old] if query["page"] == ["1"] and "部门整体支出" in query["text"][0] else []
            said = {"count": "3000000" if "ignored" in self.flaky else len(hits), "results": hits}
            return Reply(f"{query['callback'][0]}({json.dumps(said)});".encode(), "application/javascript")

        def session(query: dict[str, list[str]], headers: Message) -> Reply:
            reply = _page("<script>var _CSRF = 'token-1';</script>")
            return Reply(reply.body, headers={"Set-Cookie": "cmssearch_session=s1; Path=/"})

        def unified(query: dict[str, list[str]], headers: Message) -> Reply:
            if headers.get("X-CSRF-TOKEN") != "token-1" or "cmssearch_session=s1" not in headers.get("Cookie", ""):
                return Reply("<title>页面已过期</title>".encode(), status=419)
            if "keywords" not in query or "unified ignores" in self.flaky:
                return _json({"data": {"news": {"list": [], "total": 3000000}}})
            hits = [{"title": title, "url": old["url"], "post_url": old["url"], "pub_time": "2016-08-30"}]
            hits = hits if query["page"] == ["1"] and "部门整体支出" in query["keywords"][0] else []
            return _json({"data": {"news": {"list": hits, "total": len(hits)}, "service": {"list": [], "total": 0}}})

        self.pages[f"/jsonp/site/{SID}"] = answer
        self.pages[f"/search/all/{SID}"] = session
        self.pages["/api/search/all"] = unified

    def _classic(self) -> None:
        row = '<li><a href="{}">{}</a><span>{}</span></li>'.format
        name = ORGANIZATION + "{}年部门整体支出绩效自评报告"
        script = '<script>var countPage = 2; createPageHTML(countPage, 0, "index", "html");</script>'
        page = _page(row("./202209/t20220901_11.html", name.format(2021), "2022-09-01") + script)
        gbk = Reply(page.body.decode().replace("utf-8", "gb2312").encode("gb18030"), "text/html")
        self._put("/trs/index.html", gbk)
        self._put("/trs/index_1.html", _page(row("./202109/t20210901_10.html", name.format(2020), "2021-09-01")))
        for path, year in (("202209/t20220901_11", 2021), ("202109/t20210901_10", 2020)):
            folder = path.split("/")[0]
            self._put(f"/trs/{path}.html", _page(f'<div class="TRS_Editor"><a href="./P{year}.pdf">附件</a></div>'))
            self.files[f"/trs/{folder}/P{year}.pdf"] = PDF + str(year).encode()
        record = "<record><![CDATA[{}]]></record>".format
        records = [record(row(f"/art/2022/9/{n}/art_77_{n}.html", f"第{n}次例会", "2022-09-01")) for n in range(1, 70)]
        records.append(record(row("/art/2022/9/1/art_77_900.html", name.format(2021), "2022-09-01")))
        self._put("/art/2022/9/1/art_77_900.html", _page('<a href="/art/attach/0/900.xls">自评表.xls</a>'))
        self.files["/art/attach/0/900.xls"] = OLD_OFFICE + b" old excel"
        detail = f"202208/{'0a' * 16}.shtml"
        self._put(
            "/ucap/list.shtml", _page(f"<ul>{row('./202209/' + '1b' * 16 + '.shtml', '会议', '2022-09-02')}</ul>")
        )
        self._put("/ucap/list_2.shtml", _page(f"<ul>{row(detail, name.format(2019), '2022-08-30')}</ul>"))
        attached = '<a href="/ucap/files/2019.pdf">附件1</a>'
        stray = '<div class="side"><a href="/ucap/files/other.pdf">附件2</a></div>'
        self._put(f"/ucap/{detail}", _page(f"<UCAPTITLE>2019</UCAPTITLE><UCAPCONTENT>{attached}</UCAPCONTENT>{stray}"))
        self.files["/ucap/files/2019.pdf"] = PDF + b"2019"
        self._put("/ucap/script/list.shtml", _page("<script src='datacall.js'></script>"))
        told = "<script>var p = {totalRecord:70,webid:3,unitid:'u9'}</script>"
        self._put("/col/col77/index.html", _page(f"<recordset>{''.join(records[:20])}</recordset>{told}"))

        def proxy(query: dict[str, list[str]], headers: Message) -> Reply:
            start, end = int(query["startrecord"][0]), int(query["endrecord"][0])
            return Reply(f"<datastore>{''.join(records[start - 1 : end])}</datastore>".encode(), "text/xml")

        self.pages["/module/web/jpage/dataproxy.jsp"] = proxy

    def _faults(self) -> None:
        def cookie(query: dict[str, list[str]], headers: Message) -> Reply:
            if "pass=1" in headers.get("Cookie", ""):
                return _page("welcome")
            return Reply(status=302, headers={"Location": "/fault/cookie", "Set-Cookie": "pass=1; Path=/"})

        def once(first: Reply) -> Callable[[dict[str, list[str]], Message], Reply]:
            left = [first]
            return lambda query, headers: left.pop() if left else _page("at last")

        self.pages["/fault/cookie"] = cookie
        self.pages["/fault/agent"] = lambda query, headers: (
            _page("welcome") if "jixiao/" in headers.get("User-Agent", "") else Reply(status=403)
        )
        self.pages["/fault/busy"] = once(Reply(status=503))
        self.pages["/fault/reset"] = once(Reply(reset=True))
        self._put("/fault/always-reset", Reply(reset=True))
        self._put("/fault/later", Reply(status=429, headers={"Retry-After": "86400"}))
        self._put("/fault/slow", Reply(b"slow", delay=2.0))
        self._put("/fault/loop", Reply(status=302, headers={"Location": "/fault/loop"}))
        self._put("/fault/challenge", _page("<script>document.cookie='a=1';location.reload()</script>"))
        packed = gzip.compress("不请自来的压缩".encode())
        self._put("/fault/gzip", Reply(packed, headers={"Content-Encoding": "gzip"}))
        self._put("/fault/short", Reply(b"%PDF-1.4", headers={"Content-Length": "100"}))


def install(site: Site) -> Rough:
    """Add the rough side to a running site."""
    rough = Rough(site)
    site.hooks.append(rough.hook)
    return rough
