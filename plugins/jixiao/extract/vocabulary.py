"""The words of the budget: what a label is about (subject), which stage of the year, which flow.

One table for prose and tables. The official charts are in `jixiao/data/accounts.csv`.
"""

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from jixiao.model import Flow, Scheme, Stage, Subject


@dataclass(frozen=True, slots=True)
class Term:
    """A recognised term in a label: its place and what it stands for."""

    start: int
    end: int
    scheme: Scheme
    item: str


# 其他支出 closes both charts: which one is meant, its neighbours tell.
OTHER_FUNCTION, OTHER_ECONOMIC = "229", "399"
_THREE_PUBLIC = "[“\"‘']?三公[”\"’']?(?:经费)?[”\"’']?"
_TERMS: tuple[tuple[str, Scheme, str], ...] = (
    (
        r"公务用车(?:购置费?(?:、|及|和|与)运行(?:维护)?费?|运行(?:维护)?费?(?:、|及|和|与)购置费?)",
        "three_public",
        "vehicles",
    ),
    (
        r"公务用车(?:购置)(?:费用?|支出)?|(?<![一-鿿])购车(?:费用?|支出)?|(?<=[和及与])购车",
        "three_public",
        "vehicle_purchase",
    ),
    (r"公(?:务(?:用)?)?车(?:辆)?运(?:行(?:维护)?|维)(?:费用?|支出)?", "three_public", "vehicle_operation"),
    (r"(?:公务|(?<![一-鿿]))接待(?:费用?|支出)|公务接待|(?<![一-鿿])招待费", "three_public", "reception"),
    (
        r"(?:因公|(?<![一-鿿]))出国(?:\(境\)|境)?(?:费用?|支出|经费)|因公出国(?:\(境\)|境)?|(?<![一-鿿])出国\(境\)",
        "three_public",
        "abroad",
    ),
    (_THREE_PUBLIC + r"(?:(?:一般公共预算)?财政拨款)?(?:支出)?", "three_public", "total"),
    (r"一般公共预算(?:财政)?(?:拨款)?(?:资金)?(?:收入)?", "source", "general_public_budget"),
    (r"政府性?基金(?:预算)?(?:财政)?(?:拨款)?(?:收入)?", "source", "government_fund"),
    (r"财政专项资金", "source", "special_fund"),
    (r"(?:当年|本年)?财政(?:性)?拨款(?:资金)?(?:收入)?", "source", "fiscal_appropriation"),
    (r"其他(?:资金|收入)(?:来源)?", "source", "other"),
    (r"(?<![制外聘])人员(?:经费|支出)|人员类(?:经费|支出)", "nature", "personnel"),
    (r"(?<![一-鿿])其他支出(?:\(类\))?", "function", OTHER_FUNCTION),
    (r"(?:日常|运转类)?公用(?:经费|支出)", "nature", "public_use"),
    (r"基本支出", "nature", "basic"),
    (r"项目支出|特定目标类(?:项目)?|(?<![一-鿿])项目经费", "nature", "project"),
    (r"(?:单位)?预留机动(?:经费|资金)|单位机动经费", "nature", "reserve"),
    (
        r"收[、,]?支(?:总[计额]|合计)|(?:部门|单位)?整体(?:预算)?支出|(?:部门|单位|本年度?|年度|全年|当年)(?:资金|总)?支出(?:总[额计数])?|总支出|支出总[额计数]|支出[合共]计"
        r"|(?:年度|部门|预算)?资金总额|年度总金额|(?:年度)?预算资金|预算总[额计]|部门预算(?!支出|收入|编制|管理|公开|绩效|完成|执行|既|的)|预算支出|决算支出|支出决算|支出预算|支出总计|支出合计",
        "total",
        "total",
    ),
    # Not every income is the department's: 村集体经营性收入, 伙食费收入, 税收收入.
    (
        r"(?:(?<![一-鿿])|(?<=[我本全][局院校会委镇乡府办处站所])|(?<=年)|(?<=年度)|(?<=批复)|(?<=安排)|(?<=调整后)|(?<=单位)|(?<=部门)|(?<=其中)|(?<=中心))"
        r"(?:部门|单位|本年度?|年度|全年|当年|年初|总|预算|决算|实际)*(?<!支出)收入(?!支出)(?:总[额计数]|合计)?",
        "total",
        "revenue",
    ),
)

_STAGE = re.compile(
    r"(?P<final>(?:预算)?执行(?:数|金额|总额|资金)|决算(?:数|金额|总额|支出|收入)?|(?<!预算)支出(?:数|金额|额)|实际(?:支出|完成|执行|使用|到位|发生|收入)(?:数|金额|额)?"
    r"|(?:全年|累计|已|共|实)(?:执行|支出|使用|支付)(?:数|金额|额)?|完成支出|支出完成(?:数)?|支出决算|到位资金|当年支出(?!预算))"
    r"|(?P<initial_budget>年初(?:部门|单位)?(?:收入|支出|收支)?(?:预算|批复)(?:安排|批复|下达)?(?:数|金额|资金|总额)?|年初(?:安排|下达)(?:数|金额)?|初始预算(?:数)?|预算批复(?:数|金额)?|批复预算(?:数)?)"
    r"|(?P<budget>(?:全年(?:\(调整后?\))?|年度|调整后?|调整后的|本年|当年|年中调整后?|部门)?预算(?:调整后?|安排)?(?:数|金额|总额|资金|指标|总计|合计)?(?!执行|编制|管理|绩效|级次|单位|部门|公开|法|完成|科目|支[出付](?:进度|率))|调整(?:后)?(?:数|金额)|(?:年度|年中)?调整后$|年末可用(?:数|资金)?|(?:(?<=支出)|(?<=经费)|^)安排(?:数|资金)?$)"
)
_BUDGET_IN_NAME = re.compile(r"一般公共预算|政府性基金预算|国有资本经营预算|公共财政预算")
_YEAR = re.compile(r"(20[0-3]\d)年?(?:度)?")
_LAST_YEAR = re.compile(
    r"(?:比|较|与)?(?:上年度?|去年|上一年度?|同期)(?:决算|同期|实际|支出|执行|年初预算)*(?:数|为|的)*$"
)
FILLER = re.compile(
    r"^(?:[数为是:=约共计达到了均各总额金支出收入预决算合安排资经费用年度全本实际完成执行其中的()、“”‘’\"'及和与]|万元|元)*$"
)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Scheme, str], ...]:
    rows = []
    text = (files("jixiao") / "data" / "accounts.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        scheme: Scheme = "function" if row["scheme"] == "function" else "economic"
        # A short name such as 教育 or 其他 means the class only as 教育支出.
        name = re.escape(row["name"])
        tail = "支出" if len(row["name"]) <= 4 and not name.endswith("支出") else "(?:支出)?"
        kind = r"(?:\((?:类|\d{3}类?)\))?"
        rows.append((re.compile(name + kind + tail + kind), scheme, row["code"]))
    rows += [(re.compile(pattern), scheme, item) for pattern, scheme, item in _TERMS]
    return tuple(rows)


def terms_in(text: str) -> list[Term]:
    """Return the recognised terms of a label in order; of overlapping ones the longer, then the earlier listed."""
    found: list[Term] = []
    for pattern, scheme, item in _patterns():
        for match in pattern.finditer(text):
            if match.end() > match.start():
                found.append(Term(match.start(), match.end(), scheme, item))
    found.sort(key=lambda term: (-(term.end - term.start), term.start))
    kept: list[Term] = []
    for term in found:
        if all(term.end <= other.start or term.start >= other.end for other in kept):
            kept.append(term)
    return sorted(kept, key=lambda term: term.start)


def subjects_in(text: str) -> list[Term]:
    """Return the terms that can be the subject: a total (三公经费支出决算) only where nothing else is named."""
    terms = terms_in(text)
    return [term for term in terms if term.scheme != "total"] or terms


def among(term: Term, schemes: Collection[Scheme]) -> Term | None:
    """Return a term as the classifications of its neighbours make it; 其他支出 alone names nothing."""
    if term.item != OTHER_FUNCTION:
        return term
    if "function" in schemes:
        return term
    return replace(term, scheme="economic", item=OTHER_ECONOMIC) if "economic" in schemes else None


def stage_in(text: str) -> tuple[Stage, int, int] | None:
    """Return the last stage word of a label, where it ends and where it starts."""
    # 一般公共预算 and 政府性基金预算 name a source, not a stage.
    masked = _BUDGET_IN_NAME.sub(lambda m: "＊" * len(m[0]), text)
    last = None
    end = 0
    for match in _STAGE.finditer(masked):
        end = match.end()
        if last is not None and last["initial_budget"] and match[0] in {"预算", "预算数", "预算总额", "预算总计"}:
            continue  # 年初批复收支总预算 is one budget, the initial one
        last = match
    if last is None:
        return None
    if last["final"]:
        return "final", end, last.start()
    return ("initial_budget" if last["initial_budget"] else "budget"), end, last.start()


def year_in(text: str) -> int | None:
    """Return the last fiscal year named in a label."""
    years = _YEAR.findall(text)
    return int(years[-1]) if years else None


def is_last_year(text: str) -> bool:
    """Tell whether a label ends in words for the year before (比上年, 上年决算数)."""
    return bool(_LAST_YEAR.search(text))


def subject_of(term: Term, label: str) -> Subject:
    """Return what a term is about; sources are revenue unless the label says 支出."""
    if term.item == "revenue":
        return Subject("revenue", "total", "total")
    flow: Flow = "expenditure"
    if term.scheme == "source":
        after = label[term.end : term.end + 4]
        flow = "expenditure" if after.startswith("支出") else "revenue"
    return Subject(flow, term.scheme, term.item)
