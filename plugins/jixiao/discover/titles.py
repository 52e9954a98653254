"""Which posts and attachments are ours, by their titles; and the fiscal year that they name."""

import re
from typing import Final

_OURS: Final = re.compile(
    r"整体(?:预算)?支出.{0,12}(?:绩效)?.{0,8}(?:自评|评价)|整体(?:预算)?支出.{0,6}绩效.{0,6}报告"
    r"|(?:部门|单位)整体.{0,6}绩效.{0,6}(?:自评|评价)|绩效自评(?:报告|表)"
)
_PROJECT: Final = re.compile(r"项目(?:支出)?(?:资金)?绩效|专项.{0,8}绩效|(?:项目|专项).{0,12}自评|转移支付.{0,8}绩效")
_MAY_HOLD: Final = re.compile(r"(?:部门|单位|年度?|本级).{0,8}决算|绩效自评|绩效评价|绩效.{0,4}报告")
_PUBLISHES: Final = re.compile(r"公开|公布|公示|的公告")
_NOTICE: Final = re.compile(r"通知|办法|方案")
_NOT_A_REPORT: Final = re.compile(r"培训|抽查|复核|结果应用|工作方案|管理办法|评审会|绩效目标(?!.{0,6}自评)")
_NOT_BY_ITSELF: Final = re.compile(r"第三方|财政(?:重点)?评价|重点评价|再评价")
_YEAR: Final = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_ABOUT: Final = re.compile(r"整体|绩效|自评|决算")
_NOBODY: Final = re.compile(
    r"[\W\d_]*(?:附件\d*[\W_]*)?(?:[〇○零一二三四五六七八九]{4})?(?:年度?)?本?(?:部门|单位|整体|预算|决算|绩效|财政)"
)
NOTICE: Final = "a notice or rule about evaluations"
_HAN_DIGITS: Final = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def is_report(title: str) -> tuple[bool, str]:
    """Tell whether a title names a department's overall self-evaluation, and why (not)."""
    text = re.sub(r"\s+", "", title)
    if _NOT_A_REPORT.search(text) or (_NOTICE.search(text) and not _PUBLISHES.search(text)):
        return False, NOTICE
    if _NOT_BY_ITSELF.search(text) and "自评" not in text:
        return False, "an evaluation by someone else, no self-evaluation"
    if is_project(text):
        return False, "a project-level self-evaluation"
    if _OURS.search(text):
        return True, "title names an overall self-evaluation"
    return False, "title names no overall self-evaluation"


def is_project(title: str) -> bool:
    """Tell whether a title names the evaluation of a project, not of the department."""
    text = re.sub(r"\s+", "", title)
    return bool(_PROJECT.search(text)) and "整体" not in text


def may_hold_reports(title: str) -> bool:
    """Tell whether a post is worth opening: one of its attachments may be a report (in a 部门决算 post)."""
    return bool(_MAY_HOLD.search(re.sub(r"\s+", "", title)))


def concerns_us(title: str) -> bool:
    """Tell whether a title is worth a line in what a walk found, taken or left."""
    return bool(re.search(r"绩效|自评|决算", title))


def names_nobody(title: str) -> bool:
    """Tell whether a title starts with its year or its kind, not with whose it is."""
    return bool(_NOBODY.match(title))


def names_nothing(name: str) -> bool:
    """Tell whether an attachment's name says nothing of its content (附件1.pdf, 10250001.pdf)."""
    stem = re.sub(r"\.\w{2,5}$", "", re.sub(r"\s+", "", name))
    return bool(re.fullmatch(r"(?:附件|附表|正文|扫描件|点击下载|[\W\d_]|[a-zA-Z]|[一二三四五六七八九十])*", stem))


def fiscal_year_of(*titles: str) -> int | None:
    """Return the year that the first title with a year names; never the day of publication.

    Of several years in a title it is the one nearest before what the title is about
    (2024年公开2023年度部门整体支出绩效自评报告: 2023).
    """
    for title in titles:
        text = re.sub(r"[〇○零一二三四五六七八九]{4}(?=年)", lambda m: m[0].translate(_HAN_DIGITS), title)
        years = list(_YEAR.finditer(text))
        if not years:
            continue
        about = _ABOUT.search(text, years[0].end())
        before = [year for year in years if about is None or year.end() <= about.start()]
        return int((before[-1] if about else years[0])[1])
    return None
