"""Which posts and attachments are ours, by their titles; and the fiscal year that they name."""

import re
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

_YEAR: Final = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_ABOUT: Final = re.compile(r"整体|绩效|自评|决算")
_NOBODY: Final = re.compile(
    r"[\W\d_]*(?:附件\d*[\W_]*)?(?:[〇○零一二三四五六七八九]{4})?(?:年度?)?本?(?:部门|单位|整体|预算|决算|绩效|财政)"
)
NOTICE: Final = "a notice or rule about evaluations"
_HAN_DIGITS: Final = str.maketrans("〇○零一二三四五六七八九", "000123456789")


@cache
def _rows() -> dict[str, re.Pattern[str]]:
    """Return one pattern a kind of words, from the rows of `titles.yaml`."""
    said = yaml.load((files("jixiao") / "discover" / "titles.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return {kind: re.compile("|".join(row["pattern"] for row in rows)) for kind, rows in said.items()}


def says(kind: str, title: str) -> bool:
    """Tell whether a title has words of a kind, as `titles.yaml` names them."""
    return bool(_rows()[kind].search(re.sub(r"\s+", "", title)))


def is_report(title: str) -> tuple[bool, str]:
    """Tell whether a title names a department's overall self-evaluation, and why (not)."""
    if says("not_a_report", title) or (says("notice", title) and not says("publishes", title)):
        return False, NOTICE
    if says("not_by_itself", title) and "自评" not in title:
        return False, "an evaluation by someone else, no self-evaluation"
    if is_project(title):
        return False, "a project-level self-evaluation"
    if says("ours", title):
        return True, "title names an overall self-evaluation"
    return False, "title names no overall self-evaluation"


def is_project(title: str) -> bool:
    """Tell whether a title names the evaluation of a project, not of the department."""
    return says("project", title) and "整体" not in title


def may_hold_reports(title: str) -> bool:
    """Tell whether a post is worth opening: one of its attachments may be a report (in a 部门决算 post)."""
    return says("may_hold", title)


def may_hold_chapter(name: str) -> bool:
    """Tell whether a file may be final accounts with the self-evaluation as a chapter; the document itself tells."""
    return says("accounts", name)


def concerns_us(title: str) -> bool:
    """Tell whether a title is worth a line in what a walk found, taken or left."""
    return bool(re.search(r"绩效|自评|决算", title))


def names_nobody(title: str) -> bool:
    """Tell whether a title starts with its year or its kind, not with whose it is."""
    return bool(_NOBODY.match(title))


def names_nothing(name: str) -> bool:
    """Tell whether an attachment's name says nothing of its content (附件1.pdf, 10250001.pdf)."""
    stem = re.sub(r"\.\w{2,5}$", "", re.sub(r"\s+", "", name))
    return bool(
        re.fullmatch(
            r"(?:附件|附表|正文|扫描件|点击下载|20\d\d年度?|之|[\W\d_]|[a-zA-Z]|[一二三四五六七八九十])*", stem
        )
    )


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
