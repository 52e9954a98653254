"""Which posts and attachments are ours, by their titles; and the fiscal year that they name."""

import re
from typing import Final

_OURS: Final = re.compile(
    r"整体(?:预算)?支出.{0,12}(?:绩效)?.{0,8}(?:自评|评价)|(?:部门|单位)整体.{0,6}绩效.{0,6}(?:自评|评价)|绩效自评(?:报告|表)"
)
_PROJECT: Final = re.compile(r"项目(?:支出)?(?:资金)?绩效|专项资金.{0,6}绩效|项目.{0,12}自评")
_MAY_HOLD: Final = re.compile(r"部门决算|单位决算|绩效自评|绩效评价")
_NOT_A_REPORT: Final = re.compile(r"通知|办法|培训|抽查|结果应用|工作方案")
_YEAR: Final = re.compile(r"(20[0-3]\d)\s*年?")


def is_report(title: str) -> tuple[bool, str]:
    """Tell whether a title names a department's overall self-evaluation, and why (not)."""
    text = re.sub(r"\s+", "", title)
    if _NOT_A_REPORT.search(text):
        return False, "a notice or rule about evaluations"
    if _PROJECT.search(text) and "整体" not in text:
        return False, "a project-level self-evaluation"
    if _OURS.search(text):
        return True, "title names an overall self-evaluation"
    return False, "title names no overall self-evaluation"


def may_hold_reports(title: str) -> bool:
    """Tell whether a post is worth opening: one of its attachments may be a report (in a 部门决算 post)."""
    return bool(_MAY_HOLD.search(re.sub(r"\s+", "", title)))


def fiscal_year_of(*titles: str) -> int | None:
    """Return the year that the first title with a year names; never the day of publication."""
    for title in titles:
        if match := _YEAR.search(title):
            return int(match[1])
    return None
