"""Final accounts with the self-evaluation as a chapter: the post is opened, and its file or its body is taken."""

import pytest
from jixiao.archive import Archive
from jixiao.discover import Client, walk
from jixiao.extract import extract
from jixiao.read import read_document

from demo.site import Reply
from tests.discover.test_walk import demo_source

TITLE = "广州市白云区科学技术协会2023年度部门决算公开"
ACCOUNTS = [
    "广州市白云区科学技术协会2023年度部门决算",
    "第一部分 部门概况",
    "主要职责是组织科普活动、联系科技工作者、反映科技工作者的意见，推动科学技术的普及。" * 8,
    "第二部分 2023年度部门决算情况说明",
    "2023年度支出总计311.29万元，其中基本支出211.29万元，项目支出100.00万元。",
]
CHAPTER = [
    "第三部分 2023年度部门整体支出绩效自评报告",
    "一、部门整体支出情况",
    "2023年度部门整体支出年初预算313.88万元，决算311.29万元，预算执行率99.17%。",
    "二、自评结论",
    "经综合评价，2023年度部门整体支出绩效自评得分为94.28分，等级为优。",
]


@pytest.fixture
def posted(demo_run, tmp_path):
    """Publishes a post of final accounts, with a body of lines and files by their names; returns its candidates."""

    def publish(lines, files=()):
        names = enumerate(files)
        links = "".join(f'<p><a href="/gzbykx/attachment/9/9/{n}/{n}.pdf">{name}</a></p>' for n, name in names)
        body = "".join(f"<p>{line}</p>" for line in lines)
        page = f'<html><head><meta charset="utf-8"></head><body><div id="zoom">{body}{links}</div></body></html>'
        department = demo_run.departments[0]
        department["posts"] = [{"id": 10900199, "title": TITLE, "published": "2024-10-18"}]
        path = f"{department['prefix']}/gkmlpt/content/10/10900/post_10900199.html"
        demo_run.overrides[path] = lambda: Reply(page.encode())
        return list(walk(source, client).candidates)

    full = demo_source()
    source = full.model_copy(update={"departments": full.departments[:1]})
    client = Client(source, tmp_path / "http", None)
    yield publish, client
    client.close()


def test_a_body_that_holds_the_chapter_is_taken_and_gives_the_chapters_figures_alone(posted, tmp_path):
    publish, client = posted
    [one] = publish(ACCOUNTS + CHAPTER)
    assert (one.taken, one.url, one.fiscal_year) == (True, one.post_url, 2023)
    assert one.reason == "final accounts: the self-evaluation may be a chapter, the document tells"
    archive = Archive(str(tmp_path / "archive"))
    [kept] = archive.fetch(one, client)
    read = extract(read_document(archive.local_copy(kept.sha256, tmp_path / "copies")))
    assert (read.report.organization, str(read.report.total_score)) == ("广州市白云区科学技术协会", "94.28")
    assert {amount.yuan for amount in read.amounts} == {3138800, 3112900}, "of the accounts themselves nothing"


def test_a_file_of_final_accounts_is_taken_before_the_body(posted):
    publish, _ = posted
    found = publish(ACCOUNTS + CHAPTER, ["2023年度部门决算公开.pdf", "2023年度部门决算公开表.pdf"])
    assert [(one.attachment_name, one.taken) for one in found] == [
        ("2023年度部门决算公开.pdf", True),
        ("2023年度部门决算公开表.pdf", False),
        ("", False),
    ]


def test_the_body_is_taken_where_the_files_are_tables_only(posted):
    publish, _ = posted
    found = publish(ACCOUNTS + CHAPTER, ["2023年度收入支出决算表.pdf"])
    assert [(one.attachment_name, one.taken) for one in found] == [("2023年度收入支出决算表.pdf", False), ("", True)]


def test_a_report_among_the_files_is_the_only_one_taken(posted):
    publish, _ = posted
    found = publish(ACCOUNTS + CHAPTER, ["2023年度部门决算公开.pdf", "2023年度部门整体支出绩效自评报告.pdf"])
    assert [one.attachment_name for one in found if one.taken] == ["2023年度部门整体支出绩效自评报告.pdf"]


@pytest.mark.parametrize("lines", [ACCOUNTS, CHAPTER[:1]], ids=["no word of it", "a line that announces it"])
def test_a_body_without_the_chapter_is_left(posted, lines):
    publish, _ = posted
    assert [(one.taken, one.reason) for one in publish(lines)] == [(False, "the post has no attachment")]
