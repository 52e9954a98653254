"""From a seed, a report whose facts are known and consistent, in one of many layouts and formats."""

import csv
import random
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from layout import Grid, Title, excel, pdf, web, word

REGIONS = Path(__file__).resolve().parents[2] / "plugins" / "jixiao" / "data" / "regions.csv"
UNITS = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
OFFICES = ("财政局", "民政局", "司法局", "审计局", "统计局", "水利局", "林业局", "商务局")
LEVELS = (("履职效能", "管理效率"), ("投入", "过程", "产出", "效果"), ("产出指标", "效益指标", "满意度指标"))
LEAVES = (
    "预算编制合理性", "资产管理规范性", "信息公开及时性", "制度健全性", "任务完成质量", "服务对象满意度",
    "采购规范性", "绩效目标明确性", "监督检查覆盖面", "档案管理完整性", "培训组织情况", "社会影响力",
)  # fmt: skip
ITEMS = {
    "basic": "基本支出", "personnel": "人员经费", "public_use": "公用经费", "project": "项目支出", "total": "合计",
}  # fmt: skip
SOURCES = {
    "general_public_budget": "一般公共预算财政拨款收入", "government_fund": "政府性基金预算财政拨款收入",
    "other": "其他收入",
}  # fmt: skip
FUNCTIONS = {"201": "一般公共服务支出", "208": "社会保障和就业支出", "210": "卫生健康支出", "221": "住房保障支出"}
ECONOMIC = {"301": "工资福利支出", "302": "商品和服务支出", "303": "对个人和家庭的补助", "310": "资本性支出"}
THREE_PUBLIC = {
    "abroad": "因公出国（境）费", "vehicle_purchase": "公务用车购置费", "vehicle_operation": "公务用车运行维护费",
    "reception": "公务接待费",
}  # fmt: skip
FILLER = (
    "本单位依照部门职责开展工作，按照财政部门的要求组织了自评，成立了由分管领导牵头的工作小组，收集资料并逐项核对。",
    "自评工作坚持实事求是，先由各科室填写，再由财务人员汇总，最后集体讨论确定，全部材料存档备查。",
    "下一步将加强预算管理，细化项目计划，按月跟踪支出进度，并把自评结果用于以后年度的安排。",
)


@dataclass(frozen=True)
class Made:
    """A report: its facts, how it is laid out, and its blocks."""

    truth: dict
    media: str
    shape: str
    flush: bool
    """The title is set like the text."""
    blocks: list

    def data(self) -> bytes:
        """Return the file."""
        if self.media.startswith("pdf"):
            rotate = {"pdf-turned": 90, "pdf-turned-back": 270}.get(self.media, 0)
            return pdf(self.blocks, wide=self.media != "pdf", rotate=rotate)
        return {"docx": word, "xlsx": excel, "html": web}[self.media](self.blocks)

    @property
    def suffix(self) -> str:
        """Return the file's suffix."""
        return "." + self.media.split("-")[0]


@cache
def _regions():
    with REGIONS.open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@cache
def _governments():
    """Return counties, cities and provinces whose own name tells where they are."""
    rows = _regions().values()
    names = Counter(row["name"] for row in rows)
    return [row for row in rows if row["name"][-1] in "省县市州盟" and names[row["name"]] == 1]


def _money(rng, places, unit):
    """Return {stage: {item: printed}}: what is spent never exceeds the budget, and parts sum to wholes."""
    step = Decimal(1).scaleb(-places)
    size = {"元": 10_000_000, "万元": 1_000, "亿元": 3}[unit]

    def figure(low, high):
        return (Decimal(rng.randint(int(low * 1000), int(high * 1000))) / 1000).quantize(step)

    budget, final = {}, {}
    for item in ("personnel", "public_use", "project"):
        budget[item] = max(figure(size // 2 + 1, size * 2 + 2), step)
        final[item] = (budget[item] * Decimal(rng.randint(900, 1000)) / 1000).quantize(step)
    for stage in (budget, final):
        stage["basic"] = stage["personnel"] + stage["public_use"]
        stage["total"] = stage["basic"] + stage["project"]
    return {"budget": budget, "final": final}


def _shown(value, commas):
    return f"{value:,f}" if commas else f"{value:f}"


def made(seed: int) -> Made:
    """Return the report of a seed."""
    rng = random.Random(seed)
    level = rng.choice(("province", "city", "county", "county"))
    government = rng.choice([row for row in _governments() if row["level"] == level])
    year = rng.randint(2018, 2024)
    office = government["name"] + rng.choice(OFFICES)
    media = rng.choice(("pdf", "pdf", "pdf-wide", "pdf-turned", "pdf-turned-back", "docx", "xlsx", "html"))
    unit = rng.choice(("元", "万元", "万元", "万元", "亿元"))
    places = {"元": rng.choice((0, 2)), "万元": rng.choice((0, 2, 2, 3, 4, 6)), "亿元": rng.choice((2, 3, 4, 6))}[unit]
    commas = rng.random() < 0.3
    money = _money(rng, places, unit)
    rate = {item: (money["final"][item] / money["budget"][item] * 100).quantize(Decimal("0.01")) for item in ITEMS}
    shape = "table" if media == "xlsx" else rng.choice(("prose", "table", "table"))
    order = ["personnel", "public_use", "basic", "project", "total"]
    if rng.random() < 0.5:
        order = ["basic", "personnel", "public_use", "project", "total"]

    budget_word, final_word = rng.choice(
        (("全年预算数", "全年执行数"), ("预算数", "决算数"), ("调整预算数", "实际支出数"))
    )
    rate_word = rng.choice(("执行率", "预算执行率", "完成率"))
    sign = rng.choice(("%", "%", "")) if shape == "prose" else "%"
    flush = rng.random() < 0.2
    title = f"{office}{year}年度部门整体支出绩效自评报告"
    blocks = [title if flush else Title(title), FILLER[0]]
    if shape == "prose":
        said = []
        for item in ("total", "basic", "personnel", "public_use", "project"):
            label = f"{year}年部门整体支出" if item == "total" else ITEMS[item]
            planned, spent = (_shown(money[stage][item], commas) + unit for stage in ("budget", "final"))
            said.append(f"{label}{budget_word}{planned}，{final_word}{spent}，{rate_word}{rate[item]}{sign}。")
        blocks.append("".join(said))
    else:
        where = rng.choice(("caption", "header", "cell"))
        in_head, in_cell = (f"（{unit}）" if where == "header" else ""), (unit if where == "cell" else "")
        heads = [f"{budget_word}{in_head}", f"{final_word}{in_head}", rate_word]
        columns = [0, 1, 2] if rng.random() < 0.7 else [1, 0, 2]
        rows = [("项目", *(heads[c] for c in columns))]
        for item in order:
            cells = [_shown(money[stage][item], commas) + in_cell for stage in ("budget", "final")] + [f"{rate[item]}%"]
            rows.append((ITEMS[item], *(cells[c] for c in columns)))
        if where == "caption":
            blocks += _caption(rng, "预算执行情况", unit)
        blocks.append(Grid(tuple(rows), breaks=_breaks(rng, rows)))
    blocks.append(FILLER[1])
    more = _details(rng, blocks, shape, year, money, lambda value: _shown(value, commas), unit)

    scores, total_score = _scores(rng, blocks, shape)
    blocks.append(f"综合以上情况，自评总分为{total_score}分。")
    blocks.append(FILLER[2])
    amounts = [
        {
            "fiscal_year": year,
            "flow": "expenditure",
            "stage": stage,
            "scheme": "total" if item == "total" else "nature",
            "item": item,
            "yuan": str(value * UNITS[unit]),
        }
        for stage, some in money.items()
        for item, value in some.items()
    ]
    amounts += [
        {
            "fiscal_year": at,
            "flow": flow,
            "stage": stage,
            "scheme": scheme,
            "item": item,
            "yuan": str(value * UNITS[unit]),
        }
        for at, flow, stage, scheme, item, value in more
    ]
    report = {
        "organization": office,
        "region_code": government["code"],
        "fiscal_year": year,
        "total_score": str(total_score),
    }
    rates = [{"name": "budget_completion_rate", "percent": str(rate[item])} for item in ITEMS]
    truth = {"report": report, "amounts": amounts, "scores": scores, "ratios": rates}
    return Made(truth, media, shape, flush, blocks)


def _split(rng, whole, names):
    """Return {name: part}: figures printed like the whole that sum to it."""
    step = Decimal(1).scaleb(whole.as_tuple().exponent)
    cuts = sorted(rng.sample(range(1, int(whole / step)), len(names) - 1))
    edges = [0, *cuts, int(whole / step)]
    return {name: (b - a) * step for name, a, b in zip(names, edges, edges[1:], strict=False)}


def _details(rng, blocks, shape, year, money, shown, unit):
    """Add revenue, classes and 三公经费, or some; return (year, flow, stage, scheme, item, figure) of each."""
    said = []
    whole = {stage: money[stage]["total"] for stage in money}
    for flow, scheme, names, title in (
        ("revenue", "source", SOURCES, "收入"),
        ("expenditure", "function", FUNCTIONS, "支出按功能分类"),
        ("expenditure", "economic", ECONOMIC, "支出按经济分类"),
    ):
        if rng.random() < 0.5:
            continue
        parts = {stage: _split(rng, whole[stage], names) for stage in whole}
        tabled = shape == "table" and rng.random() < 0.5
        if tabled:
            rows = [(name, *(shown(parts[stage][item]) for stage in whole)) for item, name in names.items()]
            rows.insert(rng.choice((0, len(rows))), (f"{title[:2]}合计", *(shown(whole[stage]) for stage in whole)))
            rows.insert(0, ("项目", "预算数", "决算数"))
            blocks += [*_caption(rng, f"{title}情况", unit), Grid(tuple(rows), breaks=_breaks(rng, rows))]
        else:
            listed = "，".join(f"{name}{shown(parts['final'][item])}{unit}" for item, name in names.items())
            blocks.append(f"{year}年{title[:2]}决算合计{shown(whole['final'])}{unit}，{title[2:]}其中：{listed}。")
        for stage in whole if tabled else ("final",):
            said += [(year, flow, stage, scheme, item, value) for item, value in parts[stage].items()]
            if flow == "revenue":
                said.append((year, flow, stage, "total", "total", whole[stage]))
    if unit != "亿元" and rng.random() < 0.5:
        said += _three_public(rng, blocks, shape, year, whole["final"] / 20, shown, unit)
    return said


def _three_public(rng, blocks, shape, year, most, shown, unit):
    """Add the 三公经费 of two years; return (year, flow, stage, scheme, item, figure) of each."""
    step = Decimal(1).scaleb((most * 20).as_tuple().exponent)
    spent = {}
    for at in (year - 1, year):
        total = (most * rng.randint(50, 100) / 100).quantize(step)
        spent[at] = {"total": total, **_split(rng, total, THREE_PUBLIC)}
    names = {"total": "“三公”经费", **THREE_PUBLIC}
    if shape == "table" and rng.random() < 0.5:
        ages = (year - 1, year) if rng.random() < 0.5 else (year, year - 1)
        rows = [(name, *(shown(spent[at][item]) for at in ages)) for item, name in names.items()]
        rows[0] = ("“三公”经费合计", *rows[0][1:])
        rows.insert(0, ("项目", *(f"{at}年决算数" for at in ages)))
        blocks += [*_caption(rng, "“三公”经费情况", unit), Grid(tuple(rows), breaks=_breaks(rng, rows))]
    else:
        now, before = spent[year], spent[year - 1]
        listed = [f"{name}{shown(now[item])}{unit}，上年为{shown(before[item])}{unit}" for item, name in names.items()]
        blocks.append(f"{year}年{listed[0].replace('费', '费支出', 1)}。其中：{'；'.join(listed[1:])}。")
    return [
        (at, "expenditure", "final", "three_public", item, value) for at in spent for item, value in spent[at].items()
    ]


def _caption(rng, title, unit):
    """Return the lines above a table: its name and unit in a line each, in one line, or with words between."""
    return rng.choice(
        (
            [title, f"单位：{unit}"],
            [f"单位：{unit}", title],
            [f"{title}（单位：{unit}）"],
            [f"{title}如下表所示（金额单位：{unit}），数据取自部门决算，与财政批复的口径一致："],
            [f"单位：{unit}", title, "以下各项取自部门决算报表。", "各项已与财政部门核对一致。"],
        )
    )


def _breaks(rng, rows):
    """Return where a table goes on overleaf, if it does."""
    return (rng.randrange(2, len(rows)),) if rng.random() < 0.4 else ()


def _scores(rng, blocks, shape):
    """Add the scores to the blocks; return their rows and the total."""
    levels = rng.choice(LEVELS)
    blocks.append("各项指标的自评得分如下。")
    leaves = rng.sample(LEAVES, 12)
    per = 12 // len(levels)
    marks = [100 // 12 + (1 if i < 100 % 12 else 0) for i in range(12)]
    got = [Decimal(m) - rng.choice((Decimal(0), Decimal(0), Decimal("0.5"), Decimal(1))) for m in marks]
    rows = [{"path": [n], "full_marks": str(m), "score": str(g)} for n, m, g in zip(leaves, marks, got, strict=True)]
    if shape == "prose":
        blocks += [f"{n}，该指标分值{m}分，自评得分{g}分。" for n, m, g in zip(leaves, marks, got, strict=True)]
        return rows, sum(got)
    if rng.random() < 0.5:
        table = [("一级指标", "二级指标", "分值", "自评得分")]
        for i, name in enumerate(leaves):
            table.append((levels[i // per] if i % per == 0 else None, name, str(marks[i]), str(got[i])))
    else:  # the levels' own marks are printed beside them
        table = [("一级指标", "分值", "二级指标", "分值", "自评得分")]
        for i, name in enumerate(leaves):
            level = (None, None)
            if i % per == 0:
                whole = str(sum(marks[i : i + per]))
                level = (levels[i // per], whole)
                rows.append({"path": [levels[i // per]], "full_marks": whole, "score": None})
            table.append((*level, name, str(marks[i]), str(got[i])))
    blocks.append(Grid(tuple(table), breaks=_breaks(rng, table)))
    return rows, sum(got)
