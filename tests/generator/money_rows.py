"""From a seed, a report with one table of money whose every figure is known, in one of very many layouts.

Heads and labels are forms of the lexicon's own rows: what is tried is the structure around the words.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from jixiao.extract.lexicon import lexicon
from layout import Grid, excel, pdf, web, word

YEAR = 2023
OFFICE = "秀山县林业局"
TITLE = f"{OFFICE}{YEAR}年度部门整体支出绩效自评报告"
UNITS = {"元": Decimal(1), "万元": Decimal(10_000), "千元": Decimal(1_000)}
TOTALS = {
    "nature": ("合计", "总计", "支出合计", "年度资金总额", "部门整体支出", "本年支出合计", "总支出"),
    "function": ("合计", "本年支出合计", "支出合计", "总计"),
    "economic": ("合计", "支出合计"),
    "source": ("收入合计", "本年收入合计"),
}
ROWS = {
    "nature": ("basic", "personnel", "public_use", "project"),
    "three_public": ("total", "abroad", "vehicle_purchase", "vehicle_operation", "reception"),
    "function": ("201", "208", "210", "213", "221"),
    "economic": ("301", "302", "303", "310"),
    "source": ("general_public_budget", "government_fund", "other"),
    "project": ("苗圃道路硬化", "古树名木保护", "护林员劳务补助", "森林防火物资储备", "退化林修复"),
}
HEADLESS = re.compile(r"[“”‘’，、\"]|[为到至的]$|(?:追加|调剂|调整|调增|调减|变更)$|收支|采购|到位")
STAGES = {
    "initial_budget": (
        "年初预算数", "年初预算", "年初批复数", "年初预算安排数", "年初部门预算", "初始预算数", "期初预算数",
    ),
    "budget": (
        "全年预算数", "调整后预算数", "调整预算数", "全年（调整）预算数", "调整后预算", "年末预算数", "全年预算",
    ),
    "final": ("决算数", "全年执行数", "执行数", "实际支出数", "支出决算数", "实际完成数", "全年支出数", "决算金额"),
}  # fmt: skip
NOT_OURS = ("其中：上年结转资金", "政府采购金额", "年末结转和结余", "办公费", "培训费")


@dataclass
class Made:
    """A report of one table: the amounts that it states, and by which features it was laid out."""

    amounts: list[dict[str, object]]
    blocks: list[str | Grid]
    media: str
    features: dict[str, object] = field(default_factory=dict)

    def data(self) -> bytes:
        """Return the file."""
        write: dict[str, Callable[..., bytes]] = {"pdf": pdf, "docx": word, "xlsx": excel, "html": web}
        return write[self.media](self.blocks)


@cache
def words_for(role: str, value: str) -> tuple[str, ...]:
    """Return the forms of the lexicon that may stand alone in a cell for a value of a role."""
    found = []
    for row in lexicon().rows:
        if row.role != role or row.value.removeprefix("revenue/") != value or row.mark in ("weak", "part"):
            continue
        for form in row.forms:
            if 3 <= len(form) <= 12 and not HEADLESS.search(form) and row.fits(form, 0, len(form)):
                found.append(form)
    return tuple(dict.fromkeys(found))


class Maker:
    """Chooses facts and how they are laid out; `rows` by stages is the commonest table."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.used: set[Decimal] = set()
        self.amounts: list[dict[str, object]] = []
        self.unit = self.rng.choice(("元", "万元", "万元", "万元", "千元"))
        self.places = 2 if self.unit == "万元" else self.rng.choice((0, 2))
        self.commas = self.rng.random() < 0.4
        self.features: dict[str, object] = {"unit": self.unit}

    def pick(self, name: str, *ways: object) -> object:
        """Choose a way of a feature, and keep what was chosen."""
        way = self.rng.choice(ways)
        self.features[name] = way
        return way

    def odds(self, name: str, odds: float) -> bool:
        """Choose whether a feature is there."""
        way = self.rng.random() < odds
        if way:
            self.features[name] = True
        return way

    def value(self) -> Decimal:
        """Return a sum that the document does not state yet, in its unit."""
        while True:
            size = 10 ** self.rng.randint(2, 4) * {"元": 1000, "千元": 10, "万元": 1}[self.unit]
            one = (Decimal(self.rng.randint(size * 100, size * 900)) / 100).quantize(Decimal(1).scaleb(-self.places))
            if one not in self.used:
                self.used.add(one)
                return one

    def shown(self, value: Decimal) -> str:
        return f"{value:,f}" if self.commas else f"{value:f}"

    def told(self, year: int, flow: str, stage: str, scheme: str, item: str, value: Decimal) -> str:
        """State an amount, and return it as it is printed."""
        yuan = value * UNITS[self.unit]
        self.amounts.append(
            {"fiscal_year": year, "flow": flow, "stage": stage, "scheme": scheme, "item": item, "yuan": str(yuan)}
        )
        return self.shown(value)

    def label(self, scheme: str, item: str) -> str:
        if scheme == "project":
            return item
        forms = words_for("subject", f"{scheme}/{item}")
        usual = [form for form in forms if len(form) <= 9] or list(forms)
        return self.rng.choice(usual)

    def head(self, stage: str) -> str:
        """Return a head for a stage: a usual one, or any form of the lexicon."""
        if self.rng.random() < 0.7:
            return self.rng.choice(STAGES[stage])
        forms = [form for form in words_for("stage", stage) if len(form) <= 7 and "收入" not in form]
        return self.rng.choice(forms) + self.rng.choice(("", "数", "金额"))

    # The rows

    def rows(self, scheme: str) -> list[tuple[str, str]]:
        """Return some items of a scheme in order, with its total first, last or nowhere."""
        items = [item for item in ROWS[scheme] if item in ("total", "project", "basic") or self.rng.random() < 0.8]
        items = items if len(items) > 1 else list(ROWS[scheme])
        out = [(scheme, item) for item in items]
        if scheme in TOTALS or scheme == "project":
            where = self.pick("total", "first", "last", "none")
            if where != "none":
                out.insert(0 if where == "first" else len(out), (scheme, "*"))
        return out

    def said(self, year: int, stage: str, scheme: str, item: str, value: Decimal) -> str:
        """State the amount of a row under a stage; the total row of a list of projects is nobody's for certain."""
        flow = "revenue" if scheme == "source" else "expenditure"
        if item == "*":
            if scheme == "project":
                return self.shown(value)
            scheme, item = "total", "total"
        return self.told(year, flow, stage, scheme, item, value)

    def name(self, scheme: str, item: str, at: int) -> str:
        if item == "*":
            return self.rng.choice(TOTALS.get(scheme, ("合计",)))
        text = self.label(scheme, item)
        marks: dict[object, str] = {"1.": f"{at + 1}.", "（一）": f"（{'一二三四五六七八'[at % 8]}）", "": ""}
        text = marks[self.features["marks"]] + text
        if item in ("personnel", "public_use") and self.features["of_which"]:
            text = "其中：" + text
        return text

    # The columns

    def columns(self) -> list[tuple[int, str]]:
        """Return the columns of money: year and stage."""
        ways = (
            ((YEAR, "initial_budget"), (YEAR, "budget"), (YEAR, "final")),
            ((YEAR, "budget"), (YEAR, "final")),
            ((YEAR, "initial_budget"), (YEAR, "final")),
            ((YEAR - 1, "final"), (YEAR, "budget"), (YEAR, "final")),
            ((YEAR - 1, "final"), (YEAR, "final")),
            ((YEAR, "final"),),
        )
        at = self.rng.randrange(len(ways))
        self.features["columns"] = at
        return list(ways[at])

    def heads(self, columns: list[tuple[int, str]]) -> list[str]:
        """Return the heads of the columns; two years are told apart."""
        years = {year for year, _ in columns}
        how = self.pick("years", "digits", "words") if len(years) > 1 else "none"
        out = []
        for year, stage in columns:
            text = self.head(stage)
            if how == "digits":
                text = f"{year}年{text}"
            elif how == "words" and year < YEAR:
                text = self.rng.choice(("上年决算数", "上年支出数", "上年执行数"))
            out.append(text)
        return out

    def noise(self, sums: list[list[Decimal]]) -> list[list[str]]:
        """Return columns that are no money of ours, each with its head first; `sums` are by row and column."""
        out = []
        count = len(sums)
        if len(sums[0]) > 1 and self.odds("rate", 0.4):
            rates = [f"{row[-1] / row[-2] * 100:.2f}" for row in sums]
            sign = self.rng.choice(("", "%"))
            out.append([self.rng.choice(("执行率", "完成率（%）", "预算执行率"))] + [rate + sign for rate in rates])
        if self.odds("marks_column", 0.2):
            out.append(["分值", *[str(self.rng.randint(5, 10)) for _ in range(count)]])
            out.append(["得分", *[f"{self.rng.randint(30, 50) / 10:.1f}" for _ in range(count)]])
        if self.odds("people", 0.1):
            out.append(["实有人数", *[str(self.rng.randint(11, 95)) for _ in range(count)]])
        if self.odds("procurement", 0.1):
            out.append(["政府采购金额", *[self.shown(self.value()) for _ in range(count)]])
        if self.odds("carried", 0.15):
            out.append(["结转结余", *[self.shown(self.value()) for _ in range(count)]])
        if self.odds("remark", 0.2):
            out.append(["备注", *[self.rng.choice(("", "按进度", "含追加")) for _ in range(count)]])
        return out

    # The tables

    def where_unit(self, *ways: str) -> str:
        return str(self.pick("where_unit", *ways))

    def caption(self, where: str) -> list[str]:
        if where == "caption":
            return [self.rng.choice((f"单位：{self.unit}", f"金额单位：{self.unit}", f"（单位：{self.unit}）"))]
        return []

    def table(self, scheme: str) -> tuple[list[str], Grid]:
        rows, columns = self.rows(scheme), self.columns()
        where = self.where_unit("caption", "head", "cell", "side", "name")
        sums = [[self.value() for _ in columns] for _ in rows]
        heads = self.heads(columns)
        if where == "head":
            heads = [f"{head}（{self.unit}）" for head in heads]
        first = {"project": "项目名称"}.get(scheme) or self.rng.choice(("项目", "支出类别", "科目名称", "指标", ""))
        if where == "name":
            first = f"{first or '项目'}（{self.unit}）"
        tail = self.unit if where == "cell" else ""
        body = []
        for at, (row, values) in enumerate(zip(rows, sums, strict=True)):
            printed = [self.said(*column, *row, value) + tail for column, value in zip(columns, values, strict=True)]
            body.append([self.name(*row, at), *printed])
        noise = self.noise(sums)
        head = [first, *heads, *(column[0] for column in noise)]
        lines = [[*row, *(column[at + 1] for column in noise)] for at, row in enumerate(body)]
        if scheme in ("function", "economic") and self.odds("codes", 0.4):
            head = ["科目编码", *head]
            lines = [["" if item == "*" else item, *line] for (_, item), line in zip(rows, lines, strict=True)]
        if self.odds("sequence", 0.25):
            head = ["序号", *head]
            lines = [[str(at), *line] for at, line in enumerate(lines, 1)]
        if self.odds("not_ours_row", 0.3) and scheme not in ("project", "three_public"):
            label = self.rng.choice(NOT_OURS)
            extra = [label if cell == head.index(first) else "" for cell in range(len(head))]
            start = head.index(first) + 1
            extra[start : start + len(columns)] = [self.shown(self.value()) + tail for _ in columns]
            lines.insert(self.rng.randint(1, len(lines)), extra)
        if self.odds("empty_row", 0.15):
            lines.insert(self.rng.randint(1, len(lines)), [""] * len(head))
        return self.framed(head, lines, columns, where, first)

    def framed(
        self, head: list[str], lines: list[list[str]], columns: list[tuple[int, str]], where: str, first: str
    ) -> tuple[list[str], Grid]:
        """Put a second row of heads, a side label, a title row or a form's first row around a table."""
        rows: list[list[str | None]] = [[*head]]
        across: set[tuple[int, int]] = set()
        rows += [[*line] for line in lines]
        start = head.index(first) + 1
        if len(columns) > 1 and self.odds("two_heads", 0.25):
            over: list[str | None] = [*head]
            over[start : start + len(columns)] = [self.rng.choice(("资金情况", "预算执行情况", "金额"))] + [None] * (
                len(columns) - 1
            )
            below: list[str | None] = [None] * len(head)
            below[start : start + len(columns)] = head[start : start + len(columns)]
            across |= {(0, at) for at in range(start + 1, start + len(columns))}
            rows[:1] = [over, below]
        if where == "side" or self.odds("side", 0.15):
            said = self.rng.choice(("年度预算申请", "部门预算", "预算执行情况", "资金情况"))
            side = f"{said}（{self.unit}）" if where == "side" else said
            rows = [[side if at == 0 else None, *row] for at, row in enumerate(rows)]
            across = {(y, x + 1) for y, x in across}
        if self.odds("form_head", 0.2) and len(rows[0]) > 2:
            width = len(rows[0])
            across = {(y + 1, x) for y, x in across} | {(0, x) for x in range(2, width)}
            rows = [["部门名称", OFFICE, *[None] * (width - 2)], *rows]
        if self.odds("title_row", 0.15):
            width = len(rows[0])
            across = {(y + 1, x) for y, x in across} | {(0, x) for x in range(1, width)}
            rows = [["预算执行情况表", *[None] * (width - 1)], *rows]
        return self.caption(where), Grid(tuple(map(tuple, rows)), frozenset(across))
