"""The contracts of sites, what they must yield, and the table that says whether they do."""

from datetime import date

import pytest
from jixiao.discover import cli_sources_check, client_for, load_sources, selected_sources, walk
from jixiao.discover.coverage import coverage
from jixiao.discover.net import Refused, check_address
from jixiao.discover.posts import file_key, leads_to_file
from jixiao.discover.titles import fiscal_year_of, is_report, names_nobody
from jixiao.pipeline.naming import names_for
from jixiao.settings import Settings

from demo.site import Reply


@pytest.fixture
def source(demo_run):
    return next(s for s in load_sources(Settings.load().sources) if s.id == "demo")


def found_by(source, tmp_path):
    client = client_for(source, tmp_path, None)
    try:
        return walk(source, client)
    finally:
        client.close()


def test_the_five_departments_are_configured_and_the_demo_site_is_never_among_real_ones(monkeypatch):
    monkeypatch.delenv("JIXIAO_SOURCES_ONLY", raising=False)
    chosen = selected_sources(Settings.load().sources)
    assert {s.departments[0].organization for s in chosen} == {
        "广州市白云区科学技术协会",
        "广州市增城区科学技术协会",
        "广州市越秀区科学技术协会",
        "广州市荔湾区科学技术协会",
        "韶关市科学技术协会",
    }
    assert not any(s.allow_loopback for s in chosen)


def test_too_few_reports_after_their_day_are_fatal_and_not_before(source, tmp_path):
    found = found_by(source, tmp_path)
    strict = source.model_copy(update={"expected": source.expected.model_copy(update={"least_reports": 4})})
    early = coverage(strict, 2023, found.candidates, [], date(2024, 10, 1))
    late = coverage(strict, 2023, found.candidates, [], date(2024, 12, 1))
    assert (early.verdict, early.fatal) == ("ok", False), "four were published"
    early = coverage(strict, 2021, found.candidates, [], date(2022, 11, 1))
    late = coverage(strict, 2021, found.candidates, [], date(2022, 12, 1))
    assert (early.verdict, early.fatal, late.verdict, late.fatal) == ("not_due", False, "few", True)
    assert late.words == "demo: 2 reports of 2021, at least 4 expected by 2022-11-30"


def test_a_site_that_suddenly_yields_nothing_fails_loudly(source, demo_run, tmp_path):
    for department in source.departments:
        demo_run.overrides[f"{department.prefix}/gkmlpt/index"] = lambda: Reply(b"<html>new design</html>")
    found = found_by(source, tmp_path)
    assert len(found.problems) == len(source.departments)
    assert coverage(source, 2021, found.candidates, [], date(2026, 1, 1)).fatal


def test_more_than_expected_and_nothing_new_for_long_are_warnings(source, tmp_path):
    found = found_by(source, tmp_path)
    few = source.model_copy(update={"expected": source.expected.model_copy(update={"most_reports": 3})})
    assert coverage(few, 2023, found.candidates, [], date(2024, 12, 1)).verdict == "many"
    stale = source.model_copy(update={"expected": source.expected.model_copy(update={"days_without_new": 30})})
    row = coverage(stale, 2023, found.candidates, [next(iter(found.candidates)).url], date(2024, 12, 1))
    assert (row.verdict, row.fatal, row.archived) == ("stale", False, 0)


def test_the_table_of_all_contracts_says_what_works(source, demo_run, tmp_path):
    lines, good = cli_sources_check([source], tmp_path, None, names_for)
    assert good
    assert lines[1].split() == ["demo", "yes", "allow", "gkmlpt", "3", "6"]
    demo_run.overrides["/gzbykx/gkmlpt/index"] = lambda: Reply(status=412)
    lines, good = cli_sources_check([source], tmp_path, None, names_for)
    assert not good
    assert lines[1].split()[1] == "blocked"
    assert "412: blocked" in lines[1]
    real = load_sources(Settings.load().sources)[0]
    lines, good = cli_sources_check([real], tmp_path, None, names_for)
    assert not good
    assert "set JIXIAO_CONTACT" in lines[1]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused(address):
    with pytest.raises(Refused, match="not a public address: refused before sending"):
        check_address("www.example.gov.cn", address, allow_loopback=False)


def test_a_contract_that_allows_loopback_allows_nothing_else():
    check_address("demo", "127.0.0.1", allow_loopback=True)
    check_address("demo", "8.8.8.8", allow_loopback=True)
    with pytest.raises(Refused):
        check_address("demo", "169.254.169.254", allow_loopback=True)


@pytest.mark.parametrize(
    ("title", "ours", "year"),
    [
        ("2024年公开2023年度部门整体支出绩效自评报告", True, 2023),
        ("某局2022年度部门整体支出绩效情况报告", True, 2022),
        ("二〇二三年度单位整体支出绩效自评表", True, 2023),
        ("某局部门整体支出绩效评价报告（2022年度）", True, 2022),
        ("2023年度某专项资金绩效自评报告", False, 2023),
        ("2023年度省级转移支付资金绩效自评表", False, 2023),
        ("2023年某项目支出绩效自评表", False, 2023),
        ("关于开展2023年部门整体支出绩效自评工作的通知", False, 2023),
        ("关于公布2023年部门整体支出绩效自评报告的通知", True, 2023),
        ("2024年部门整体支出绩效目标申报表", False, 2024),
        ("2022年部门整体支出财政重点评价报告", False, 2022),
        ("部门整体支出绩效自评报告", True, None),
        ("附件20231.部门整体支出绩效自评报告", True, None),
    ],
)
def test_titles(title, ours, year):
    assert is_report(title)[0] is ours
    assert fiscal_year_of(title) == year


def test_a_title_that_says_whose_report_it_is_is_told_from_one_that_does_not():
    assert names_nobody("2022年度部门整体支出绩效自评报告")
    assert names_nobody("附件1：二〇二二年单位整体支出绩效自评表")
    assert names_nobody("2022年部门决算")
    assert not names_nobody("另一单位2022年部门整体支出绩效自评报告")


def test_one_file_under_two_schemes_prefixes_and_posts_is_one_file():
    one = "https://www.example.gov.cn/gzxxkx/attachment/7/7800/7800123/10250001.pdf"
    assert file_key(one) == file_key("http://www.example.gov.cn/attachment/7/7800/7800123/10250002.pdf")
    assert file_key("https://a.cn/wzfj/%E8%A1%A8.pdf") == file_key("http://a.cn/wzfj/表.pdf")
    assert file_key(one) != file_key(one.replace("www", "other")), "numbers count per host"


def test_an_address_of_a_file_is_told_by_its_path_or_by_what_a_download_script_is_given():
    assert leads_to_file("https://a.cn/wzfj/2022年自评表.PDF")
    assert leads_to_file("https://a.cn/module/download/downfile.jsp?classid=0&filename=0b1c.docx")
    assert not leads_to_file("https://a.cn/pdfjs/viewer.html?file=/a.pdf"), "a viewer: the parameter is the file"
    assert not leads_to_file("https://a.cn/content/post_1.html")
