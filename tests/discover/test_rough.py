"""The points of README.md against the rough side of the demo site, over real HTTP."""

import json
import re
import socket
import threading
from dataclasses import replace

import pytest
from jixiao.archive import Archive, FetchFailure, Sighting
from jixiao.discover import Client, load_sources, walk
from jixiao.discover.client import Blocked, Refused
from jixiao.discover.source import Department, Politeness, Source
from jixiao.model import JixiaoError
from jixiao.read import read_document
from jixiao.settings import Settings

from demo.rough import ORGANIZATION, RAR, SEVEN_ZIP, install
from demo.site import Reply
from tests.libarchive import needs_libarchive

DEPARTMENT = Department(organization=ORGANIZATION, region_code="440111", prefix="/rough")


@pytest.fixture
def rough(demo_run):
    return install(demo_run)


@pytest.fixture
def source(rough) -> Source:
    demo = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    quick = Politeness(delay_seconds=0, jitter_seconds=0, timeout_seconds=1, attempts=2)
    return demo.model_copy(update={"departments": (DEPARTMENT,), "politeness": quick})


@pytest.fixture
def client(source, tmp_path):
    client = Client(source, tmp_path / "http", None)
    yield client
    client.close()


def other_layout(source: Source, adapter: str, address: str) -> Source:
    return source.model_copy(update={"adapter": adapter, "lists": (address,)})


def by_title(found) -> dict[str, tuple[bool, str, str]]:
    return {c.post_title: (c.taken, c.attachment_name, c.reason) for c in found.candidates}


def test_every_kind_of_row_is_taken_or_left_in_words(source, client):
    found = walk(source, client)
    said = by_title(found)
    taken, name, _ = said["2022年度部门整体支出绩效自评报告（正文内附件）"]
    assert (taken, name) == (True, "2022年部门整体支出绩效自评报告.pdf"), "the name is in alt, the text is 点击下载"
    assert said["2022年部门整体支出绩效自评报告（仅列表附件）"][0]
    name = "2022年部门整体支出绩效自评报告（图片） 图1"
    assert said["2022年部门整体支出绩效自评报告（图片）"][:2] == (True, name), "a scan, page by page in the body"
    assert "mp.weixin.qq.com, which the contract does not name" in said["2022年部门整体支出绩效自评报告（外部链接）"][2]
    assert said["2022年部门整体支出绩效自评报告（直链）"][0], "a row that leads straight to a file"
    assert said["2022年度部门整体支出绩效自评报告打包"][0]
    assert said["2020年部门整体支出绩效自评报告"][0], "by the redirect of a column, through the JSON mirror's children"
    assert "关于召开党组会议的消息" not in said
    assert found.passed_over == 102, "what has nothing to do with reports, or is another department's, is counted"
    days = {c.post_title: str(c.published_on) for c in found.candidates}
    assert days["2022年度部门整体支出绩效自评报告（正文内附件）"] == "2023-09-01", "a time of 0 is no time"
    assert days["2022年部门整体支出绩效自评报告（图片）"] == "2023-09-01", "not the day of signing, 2025-09-09"
    times = {c.post_title: str(c.published_at) for c in found.candidates}
    assert times["2022年部门整体支出绩效自评报告（仅列表附件）"] == "None", "midnight stands for no time"
    assert times["2022年部门整体支出绩效自评报告（图片）"] == "2023-09-01 08:00:00+08:00"


def test_one_attachment_among_several_is_ours(source, client):
    found = [c for c in walk(source, client).candidates if c.post_title == "2022年部门决算"]
    assert {(c.attachment_name, c.taken, c.reason) for c in found} == {
        ("2022年度部门决算公开.pdf", False, "title names no overall self-evaluation"),
        ("2022年度部门整体支出绩效自评表.pdf", True, "title names an overall self-evaluation"),
        ("2022年科普项目绩效自评表.pdf", False, "a project-level self-evaluation"),
    }


def test_pictures_of_a_scan_are_kept_as_what_they_are(source, client, tmp_path):
    [one] = [c for c in walk(source, client).candidates if c.post_title == "2022年部门整体支出绩效自评报告（图片）"]
    [kept] = Archive(str(tmp_path / "archive")).fetch(one, client)
    assert (kept.media_type, kept.fiscal_year) == ("image/png", 2022)


def test_the_same_post_under_two_ids_and_as_its_mobile_twin_is_met_once(source, client):
    found = walk(source, client)
    urls = [c.url for c in found.candidates if c.taken]
    assert len(urls) == len(set(urls))
    assert sum("正文内附件" in c.post_title for c in found.candidates) == 1


def test_what_differs_from_the_description_is_said(source, client):
    found = walk(source, client)
    assert any("counts 419 posts and lists 19: older ones only by search" in note for note in found.notes)
    assert any("leads to https://www.example.gov.cn/nb/, which the contract does not name" in n for n in found.notes)
    assert found.problems == [], "lists end in a 404, in a page of HTML, and without articles"


def test_a_list_that_stops_short_of_its_own_total_is_a_problem(source, rough, client):
    rough.flaky["short"] = 1
    [problem] = walk(source, client).problems
    assert problem.endswith("the list ends after 100 of 105 posts")


def test_a_directory_without_a_column_that_matches_is_read_as_a_whole(source, client):
    found = walk(source.model_copy(update={"columns": "没有这样的栏目"}), client)
    assert any("no column matches 没有这样的栏目: the whole site is read" in note for note in found.notes)
    assert sum(c.taken for c in found.candidates) > 5
    assert {c.column for c in found.candidates} == {"全部"}


def test_the_names_of_a_site_never_become_paths(source, client, tmp_path):
    archive = Archive(str(tmp_path / "archive"))
    [one] = [c for c in walk(source, client).candidates if c.post_title == "部门整体支出绩效自评报告"]
    assert (one.attachment_name, one.fiscal_year) == ("passwd", None)
    assert "no title names the fiscal year: the document tells" in one.reason
    assert one.reason.endswith("the site calls it '../../etc/passwd': refused as a path, the name kept is 'passwd'")
    [kept] = archive.fetch(one, client)
    assert kept.media_type == "application/pdf"
    assert not list(tmp_path.rglob("passwd*"))


def test_files_are_what_their_bytes_say(source, client, tmp_path):
    archive = Archive(str(tmp_path / "archive"))
    results = archive.fetch_all([c for c in walk(source, client).candidates if c.taken], client)
    kinds = {r.post_title: r.media_type for r in results if not isinstance(r, FetchFailure)}
    assert kinds["2022年部门整体支出绩效自评报告（仅列表附件）"].endswith("wordprocessingml.document")
    reasons = "\n".join(r.reason for r in results if isinstance(r, FetchFailure))
    assert "the file is empty" in reasons
    assert "the site sent an HTML page in place of the file" in reasons
    one, other = (r for r in results if r.url.endswith(("810001.pdf", "810020.pdf")))
    assert one.sha256 == other.sha256, "the same bytes at two addresses are one document"


def test_a_zip_gives_the_reports_in_it_and_nothing_else(source, client, tmp_path):
    archive = Archive(str(tmp_path / "archive"))
    [one] = [c for c in walk(source, client).candidates if c.attachment_name == "附件.zip"]
    report, refused = archive.fetch(one, client)
    assert refused.reason.endswith("its member '../../../etc/passwd' has a name that leads out of the zip: refused")
    assert report.attachment_name.strip() == "2022年部门整体支出绩效自评报告.pdf", "the name is GBK in the zip"
    assert report.url == f"{one.url}#0"
    assert b"in the zip" in archive.local_copy(report.sha256, tmp_path).read_bytes()
    assert report.container_sha256
    assert archive.local_copy(report.container_sha256, tmp_path).read_bytes()[:2] == b"PK"
    [sidecar] = (tmp_path / "archive" / "containers").rglob("*.json")
    assert json.loads(sidecar.read_text("utf-8"))["remarks"] == ["2022年科普项目支出绩效自评表.pdf"], "left in the zip"


def test_a_zip_of_other_papers_is_no_failure_where_a_report_was_not_promised(source, client, tmp_path):
    archive = Archive(str(tmp_path / "archive"))
    [one] = [c for c in walk(source, client).candidates if c.attachment_name == "公开表.zip"]
    for _ in range(2):  # and again from what is remembered
        assert archive.fetch(one, client) == []
    assert archive.remarks == [f"{one.url}: none of the zip's 1 members is a report: 收入决算表.pdf"]
    assert archive.nothing_in == {one.url}
    promised = replace(one, post_title="2012年部门整体支出绩效自评报告")
    [failure] = Archive(str(tmp_path / "other")).fetch(promised, client)
    assert failure.reason == "公开表.zip: none of the zip's 1 members is a report: 收入决算表.pdf"


def test_files_that_are_shown_in_one_place_only_are_found_there(source, client):
    said = by_title(walk(source, client))
    assert said["2017年部门整体支出绩效自评报告（框内）"][:2] == (True, "2017年部门整体支出绩效自评报告")
    assert said["2016年部门整体支出绩效自评报告（仅详情）"][0], "in DETAIL's own list of attachments"
    name = "2014年部门整体支出绩效自评报告.pdf"
    assert said["2014年部门整体支出绩效自评报告（仅镜像）"][:2] == (True, name), "by post_url, then its JSON mirror"
    assert "www.example.gov.cn, which the contract does not name" in said["2012年部门整体支出绩效自评报告（他站）"][2]


def test_a_post_that_is_the_report_itself_is_kept_as_its_page(source, client, tmp_path, demo_run):
    [one] = [
        c for c in walk(source, client).candidates if c.post_title == "2015年部门整体支出绩效自评报告（正文即报告）"
    ]
    assert one.taken
    assert "the post itself is the report" in one.reason
    sent = len(demo_run.sent)
    [kept] = Archive(str(tmp_path / "archive")).fetch(one, client)
    assert (kept.media_type, kept.fiscal_year) == ("text/html", 2015)
    assert len(demo_run.sent) == sent, "the page was asked for when the post was opened"
    read = read_document(Archive(str(tmp_path / "archive")).local_copy(kept.sha256, tmp_path))
    assert any("预算执行率为91%" in line.text for page in read.pages for line in page.lines)


@needs_libarchive
def test_rar_and_7z_give_the_reports_in_them_and_damaged_ones_are_kept(source, client, tmp_path):
    archive = Archive(str(tmp_path / "archive"))
    material = [
        c for c in walk(source, client).candidates if c.post_title == "2013年部门整体支出绩效自评材料" and c.taken
    ]
    results = archive.fetch_all(material, client)
    found = {r.url.rsplit("/", 1)[-1]: r.attachment_name for r in results if isinstance(r, Sighting)}
    assert found["830013.rar#0"] == "2013年部门整体支出绩效自评报告.pdf"
    assert found["830014.7z#0"] == "2013年部门整体支出绩效自评底稿表.pdf"
    assert found["830016.zip#1.0"] == "附件1.pdf", "in a RAR in a zip, of a post that promises the report"
    assert "830013.rar#1" not in found, "a project's evaluation is left"
    reasons = {r.url.rsplit("/", 1)[-1]: r.reason for r in results if isinstance(r, FetchFailure)}
    assert reasons["830014.7z#1"].endswith("has a name that leads out of the 7z archive: refused")
    for reason, head in ((reasons["830017.rar"], RAR), (reasons["830018.7z"], SEVEN_ZIP)):
        assert "archive is damaged, one of several volumes or of an unknown kind" in reason
        sha256 = re.search(r"kept as ([0-9a-f]{64})", reason)[1]
        assert archive.local_copy(sha256, tmp_path).read_bytes() == head
    kinds = {r.attachment_name.strip().rsplit(".", 1)[-1]: r.media_type for r in results if isinstance(r, Sighting)}
    assert kinds["xlsx"].endswith("wordprocessingml.document"), "its extension says otherwise"
    assert (kinds["doc"], kinds["png"], kinds["pdf"]) == ("application/x-ole-storage", "image/png", "application/pdf")
    assert archive.fetch_all(material, client) == results, "said again as long as nothing changed"


def test_a_size_other_than_declared_is_remarked(source, client, tmp_path):
    archive = Archive(str(tmp_path / "archive"))
    [one] = [c for c in walk(source, client).candidates if c.taken and c.declared_size == 99]
    [kept] = archive.fetch(one, client)
    assert archive.remarks == [f"{one.url}: the site declares 99 bytes, {kept.byte_size} came"]
    [sidecar] = (tmp_path / "archive" / "sightings").rglob("*.json")
    assert json.loads(sidecar.read_text("utf-8"))["remarks"] == [f"the site declares 99 bytes, {kept.byte_size} came"]


def test_the_search_reaches_what_the_list_no_longer_shows(source, rough, tmp_path):
    source = source.model_copy(update={"search": rough.url})
    client = Client(source, tmp_path / "search", None)
    found = walk(source, client)
    client.close()
    assert any(c.taken and c.fiscal_year == 2015 for c in found.candidates)
    assert found.problems == []


def test_a_search_that_ignored_the_words_is_a_problem(source, rough, tmp_path):
    rough.flaky.update({"ignored": 1, "unified ignores": 1})
    source = source.model_copy(update={"search": rough.url})
    client = Client(source, tmp_path / "search", None)
    [problem] = walk(source, client).problems
    assert problem.count("3000000 hits for 绩效自评: it ignored the words") == 2, "by both interfaces"
    client.close()


@pytest.mark.parametrize("fault", ["no jsonp", "ignored"])
def test_the_unified_search_with_its_token_stands_in(source, rough, demo_run, tmp_path, fault):
    rough.flaky[fault] = 1
    source = source.model_copy(update={"search": rough.url})
    for _ in range(2):  # the second walk asks anew, with a session of its own
        client = Client(source, tmp_path / "search", None)
        found = walk(source, client)
        client.close()
        assert any(c.taken and c.post_title == "2015年度部门整体支出绩效自评报告" for c in found.candidates)
        assert found.problems == []
        assert any("is asked by its unified interface, for" in note for note in found.notes)
    assert demo_run.asked.count("/api/search/all") == 6, "one page for each of three texts, twice"
    assert sum(path.startswith("/search/all/") for path in demo_run.asked) == 2


def test_a_search_that_is_down_stops_nothing_else(source, rough, tmp_path):
    rough.flaky["no jsonp"] = 1
    rough.pages["/api/search/all"] = lambda query, headers: Reply(status=404)
    source = source.model_copy(update={"search": rough.url})
    client = Client(source, tmp_path / "search", None)
    found = walk(source, client)
    client.close()
    assert "answered 404, not what the search answers" in "".join(found.problems)
    assert sum(c.taken for c in found.candidates) > 5


def test_the_search_leads_to_a_department_whose_prefix_is_unknown(source, rough, demo_run, tmp_path):
    index = rough.pages["/rough/gkmlpt/index"]({}, None)
    demo_run.overrides["/gkmlpt/index"] = lambda: index
    unknown = DEPARTMENT.model_copy(update={"prefix": None})
    source = source.model_copy(update={"search": rough.url, "departments": (unknown,)})
    client = Client(source, tmp_path / "search", None)
    found = walk(source, client)
    client.close()
    assert found.site_map["departments"][ORGANIZATION]["prefix"] == "/rough"
    assert sum(c.taken for c in found.candidates) > 5


def test_columns_of_html_are_read_to_their_last_page(source, client, demo_run):
    found = walk(other_layout(source, "nfcms", "/nfcms/plain/index.html"), client)
    said = by_title(found)
    assert said[f"{ORGANIZATION}2019年部门整体支出绩效自评报告"][0], "the full title is in the attribute"
    assert said[f"{ORGANIZATION}2018年部门整体支出绩效自评报告"][0], "page 2 is index_2.html"
    assert "other.gov.cn, which the contract does not name" in said[f"{ORGANIZATION}2019年度部门整体支出绩效自评表"][2]
    assert not any("另一单位" in title for title in said), "another department's"
    assert said[f"{ORGANIZATION}2017年部门整体支出绩效自评报告"][0], "in a column below"
    days = {str(c.published_on) for c in found.candidates}
    assert days == {"2020-09-01", "2021-01-01", "2019-08-30", "2018-08-30", "2017-08-30", "2011-09-02"}
    assert not any(path.startswith("/nfcms/bmjs") for path in demo_run.asked), "a column elsewhere is another's"


def test_a_column_that_departments_share_gives_only_what_names_ours(source, client):
    """Also where the department has a directory of its own, and where its directory leads to such a column."""
    found = walk(source.model_copy(update={"lists": ("/nfcms/plain/index.html",)}), client)
    said = by_title(found)
    assert said[f"{ORGANIZATION}2018年部门整体支出绩效自评报告"][0]
    assert said["2016年度部门整体支出绩效自评报告"][2] == "neither its title nor the list nor its page says whose it is"
    assert "2011年度部门整体支出绩效自评报告" not in said, "its page says that it is another department's"
    [ours] = [c for c in found.candidates if c.post_title == "2010年度部门整体支出绩效自评报告"]
    assert (ours.taken, ours.publisher, str(ours.published_on)) == (True, ORGANIZATION, "2011-09-02"), "by its page"
    assert not any("另一单位" in title for title in said)
    assert "2020年度部门整体支出绩效自评表" not in said, "published by another department"
    assert found.problems == []


def test_trs_lists_count_from_index_1(source, client):
    found = walk(other_layout(source, "trs", "/trs/index.html"), client)
    assert {c.fiscal_year for c in found.candidates if c.taken} == {2020, 2021}
    assert found.problems == []


def test_hanweb_columns_are_read_to_their_stated_total(source, client):
    found = walk(other_layout(source, "hanweb", "/col/col77/index.html"), client)
    assert [(c.taken, c.fiscal_year) for c in found.candidates] == [(True, 2021)]
    assert found.problems == []


def test_ucap_lists_and_bodies_are_read(source, client):
    found = walk(other_layout(source, "ucap", "/ucap/list.shtml"), client)
    assert [(c.taken, c.fiscal_year, c.url.rsplit("/", 1)[-1]) for c in found.candidates] == [(True, 2019, "2019.pdf")]
    assert found.problems == []


def test_a_list_that_a_script_fills_is_said_to_be_another_layout(source, client):
    found = walk(other_layout(source, "ucap", "/ucap/script/list.shtml"), client)
    assert "no row of a list is recognised: not the layout that was expected" in "".join(found.problems)


def test_a_promised_page_that_is_a_stub_is_a_problem(source, client, rough):
    rough.pages["/trs/index_1.html"] = lambda query, headers: Reply(b"<html>stub</html>")
    found = walk(other_layout(source, "trs", "/trs/index.html"), client)
    assert "index_1.html: no new row, and the list said that there is such a page" in "".join(found.problems)


def test_a_proxy_that_answers_nothing_leaves_the_rows_of_the_page(source, client, rough):
    newest = rough.pages["/module/web/jpage/dataproxy.jsp"]({"startrecord": ["51"], "endrecord": ["70"]}, None)
    page = rough.pages["/col/col77/index.html"]({}, None).body.decode()
    page = page[: page.index("<recordset>")] + newest.body.decode() + page[page.index("</recordset>") :]
    rough.pages["/col/col77/index.html"] = lambda query, headers: Reply(page.encode())
    rough.pages["/module/web/jpage/dataproxy.jsp"] = lambda query, headers: Reply(b"<datastore></datastore>")
    found = walk(other_layout(source, "hanweb", "/col/col77/index.html"), client)
    assert [c.fiscal_year for c in found.candidates if c.taken] == [2021]
    assert "20 of 70 records came; the rest is not reachable" in "".join(found.problems)


@pytest.mark.parametrize("path", ["cookie", "agent", "busy", "reset", "gzip"])
def test_faults_that_pass_are_passed(rough, client, path):
    assert client.get(f"{rough.url}/fault/{path}").text


def test_forced_gzip_is_unpacked(rough, client):
    assert client.get(f"{rough.url}/fault/gzip").text == "不请自来的压缩"


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("always-reset", JixiaoError, "ReadError|RemoteProtocolError|ConnectError"),
        ("later", Blocked, "asks to come back in 86400 s"),
        ("slow", JixiaoError, "ReadTimeout"),
        ("loop", Refused, "more than 5 redirects"),
        ("challenge", Blocked, "JavaScript challenge: blocked"),
        ("short", JixiaoError, "ReadTimeout|RemoteProtocolError"),
    ],
)
def test_faults_that_stay_are_named(rough, client, path, kind, words):
    with pytest.raises(kind, match=words):
        client.get(f"{rough.url}/fault/{path}")


def test_robots_txt_that_is_forbidden_allows_and_one_that_fails_holds_off(rough, demo_run, source, tmp_path):
    for status, allowed in ((403, True), (404, True), (503, False)):
        demo_run.overrides["/robots.txt"] = lambda status=status: Reply(status=status)
        client = Client(source, tmp_path / str(status), None)
        if allowed:
            assert client.get(f"{rough.url}/fault/gzip").status == 200
        else:
            with pytest.raises(Refused, match="held off"):
                client.get(f"{rough.url}/fault/gzip")
        client.close()


def test_a_redirect_to_another_port_of_loopback_sends_nothing_there(rough, demo_run, client):
    arrived = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)

        def accept() -> None:
            try:
                arrived.append(listener.accept())
            except TimeoutError:
                return

        thread = threading.Thread(target=accept)
        thread.start()
        target = f"http://127.0.0.1:{listener.getsockname()[1]}/secret"
        demo_run.overrides["/fault/away"] = lambda: Reply(status=302, headers={"Location": target})
        with pytest.raises(Refused, match=r"leads to http://127\.0\.0\.1:\d+/secret: .* refused before sending"):
            client.get(f"{rough.url}/fault/away")
        thread.join()
    assert arrived == []
