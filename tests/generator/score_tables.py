"""From a seed, a page with a score table in one of many layouts, and what it says."""

import random
from dataclasses import dataclass, field
from decimal import Decimal

LEAVES = (
    "预算编制合理性", "结转结余控制率", "政府采购执行率", "绩效监控覆盖率", "资产账实相符率", "内控制度健全性",
    "河道清淤长度", "培训班次",
    "工程验收合格率", "任务按期完成率", "人均运行成本", "带动就业人数",
    "污水排放达标率", "长效管护机制健全性", "办事群众满意度",
    "信息公开及时性",
)  # fmt: skip
MIDDLE = ("预算管理", "资金管理", "资产管理", "数量指标", "质量指标", "时效指标", "社会效益指标", "满意度指标")
TOP = ("投入", "过程", "产出", "效果")
LEAF_HEADS = ("三级指标", "指标名称", "评价指标", "考核指标", "指标", "指标内容", "绩效指标", "评价内容", "考核项目")
MARKS_HEADS = ("分值", "权重", "标准分", "满分", "分值（分）", "权重（%）", "设定分值", "指标分值", "分数")
SCORE_HEADS = (
    "得分", "自评得分", "自评分", "实际得分", "评价得分", "单位自评得分", "自评得分（分）",
    "自评分值", "实得分", "部门自评分",
    "自评分数", "评分", "自评结果",
)  # fmt: skip
TOTALS = ("合计", "总分", "总计", "得分合计", "自评总分", "合 计", "总得分", "合计得分", "综合得分")
RUBRICS = (
    "达到100%得满分，每低1个百分点扣0.1分，扣完为止。", "制度健全得1分，执行到位得1分，否则不得分。",
    "≥95%得满分，90%—95%得一半。",
)  # fmt: skip
REASONS = ("个别项目启动较晚", "系统数据未及时更新", "受汛期影响进度滞后", "问卷回收数量偏少")
NUMBERS = ("{n}. {name}", "（{n}）{name}", "{o}{name}", "1.{n} {name}", "{n}、{name}")
IN_NAMES = ("（{}分）", "({}分)", "（满分{}分）", "（{}）", "（分值：{}）")
TITLE = "沛县农业农村局2022年度部门整体支出绩效自评表"
FILLER = "<p>本单位依照职责开展工作，由办公室牵头组织自评，收集资料并逐项核对。</p>" * 4


@dataclass
class Made:
    """A page: its HTML, its kind in words, and its truth: (name, full marks, score) rows, total, grade."""

    html: str
    kind: str
    rows: list = field(default_factory=list)
    total: Decimal = Decimal(0)
    grade: str | None = None


def _marks(rng, count):
    """Return `count` full marks that sum to 100."""
    cuts = sorted(rng.sample(range(1, 50), count - 1))
    return [Decimal(2 * (b - a)) for a, b in zip([0, *cuts], [*cuts, 50], strict=True)]


def _cell(text, rows=1, cols=1):
    span = (f' rowspan="{rows}"' if rows > 1 else "") + (f' colspan="{cols}"' if cols > 1 else "")
    return f"<td{span}>{text}</td>"


class _Table:
    """One table in the making: its heads, the cells of its rows, and its truth."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.traits = []
        self.count = self.rng.choice((6, 8, 12))
        self.depth = self.rng.choice((1, 2, 2, 3))
        self.names = self.rng.sample(LEAVES, self.count)
        self.full = _marks(self.rng, self.count)
        self.got = [m - self.rng.choice((0, 0, 0, Decimal("0.5"), 1)) for m in self.full]
        self.heads = []
        self.body = [[] for _ in range(self.count)]
        self.truth = []
        self.subtotals = {}

    def has(self, name, share):
        """Draw whether the table has a trait."""
        drawn = self.rng.random() < share
        if drawn:
            self.traits.append(name)
        return drawn

    def levels(self, in_name):
        """Add the columns of the levels above the indicators."""
        own = self.depth > 1 and not in_name and self.has("levels' own marks", 0.3)
        scored = own and self.has("levels' own scores", 0.4)
        named = self.depth > 1 and not own and self.has("marks in levels' names", 0.25)
        how = self.rng.choice(("merged", "merged", "blank", "repeated")) if self.depth > 1 and not own else "merged"
        if how != "merged":
            self.traits.append(f"levels {how}")
        if self.depth == 2 and not scored and how == "merged" and self.has("subtotal rows", 0.1):
            self.subtotals = {(at + 1) * self.count // 2: at * self.count // 2 for at in range(2)}
        for level in range(self.depth, 1, -1):
            size = (
                self.count // 2 if level == self.depth else self.count // 4 if self.count % 4 == 0 else self.count // 2
            )
            self.heads.append(("一级指标", "二级指标")[self.depth - level])
            self.heads += [self.rng.choice(("分值", "权重"))] if own else []
            self.heads += ["得分"] if scored else []
            pool = TOP if level == self.depth and self.depth == 3 else MIDDLE
            for at, name in enumerate(self.rng.sample(pool, self.count // size)):
                self._level(name, at * size, size, (own, scored, named, how))
        return own

    def _level(self, name, start, size, style):
        own, scored, named, how = style
        whole, reached = (sum(some[start : start + size]) for some in (self.full, self.got))
        said = f"{name}（{whole}分）" if named else name
        grown = 1 if start + size in self.subtotals else 0
        cells = [_cell(said, size + grown if how == "merged" else 1)]
        cells += [_cell(whole, size + grown)] if own else []
        cells += [_cell(reached, size + grown)] if scored else []
        self.body[start].extend(cells)
        for row in range(start + 1, start + size if how != "merged" else 0):
            self.body[row].append(_cell(said if how == "repeated" else ""))
        if own or named or grown:
            self.truth.append((name, whole, reached if scored or grown else None))

    def leaves(self, in_name):
        """Add the column of the indicators' names."""
        rng = self.rng
        numbered = rng.choice(NUMBERS) if self.has("numbered", 0.25) else "{name}"
        broken = self.has("broken names", 0.15)
        low = "三级指标" if self.depth == 3 else "二级指标" if self.depth == 2 and rng.random() < 0.6 else ""
        self.heads.append(low or rng.choice(LEAF_HEADS))
        for i, name in enumerate(self.names):
            said = numbered.format(n=i % 9 + 1, o="①②③④⑤⑥⑦⑧⑨"[i % 9], name=name)
            if in_name:
                said += rng.choice(("（{}分）", "({}分)", "（满分{}分）", "（{}）", "（分值：{}）")).format(
                    self.full[i]
                )
            self.body[i].append(_cell(said[:4] + "<br>" + said[4:] if broken else said))
            self.truth.append((name, self.full[i], self.got[i]))

    def columns(self, in_name, own):
        """Return the columns of figures and remarks: kind, head, and what stands in row i."""
        rng, full, got = self.rng, self.full, self.got
        if not in_name and self.has("both in one cell", 0.06):
            order = [("pair", rng.choice(("分值/得分", "得分/分值")), lambda i: f"{full[i]}/{got[i]}")]
            return [*self._beside()[0], *order, *self._beside()[1]]
        marks = []
        if not in_name:
            twice = not own and self.has("both heads say score", 0.08)
            unit = "%" if self.has("marks with %", 0.06) else ""
            head = "得分" if twice else "权重" if unit else rng.choice(MARKS_HEADS)
            marks.append(("marks", head, lambda i: f"{full[i]}{unit}"))
            score = "自评得分" if twice else rng.choice(SCORE_HEADS)
        else:
            score = rng.choice(SCORE_HEADS)
        said = rng.choice(("{}", "{}", "{}", "{}分"))
        middle, end = self._beside()
        marks = marks + middle if rng.random() < 0.6 else middle + marks
        marks.append(("score", score, lambda i: said.format(got[i])))
        if self.has("empty second score", 0.1):
            marks.append(("", rng.choice(("财政评价得分", "复核得分", "主管部门评分")), lambda i: ""))
        if self.has("rates", 0.1):
            marks.append(("rate", "得分率", lambda i: f"{(got[i] / full[i] * 100):.2f}%"))
        return marks + end

    def _beside(self):
        middle, end = [], []
        if self.has("values", 0.5):
            middle.append(("value", "年度指标值", lambda i: f"≥{90 + i % 9}%"))
            middle.append(("value", "实际完成值", lambda i: f"{91 + i % 9}%"))
        if self.has("rubric", 0.4):
            head = self.rng.choice(("评分标准", "计分办法", "评价标准", "指标解释"))
            middle.append(("rubric", head, lambda i: RUBRICS[i % 3]))
        if self.has("reasons", 0.4):
            head = self.rng.choice(("扣分原因", "偏差原因分析及改进措施", "备注", "扣分说明"))
            end.append(("reason", head, lambda i: REASONS[i % 4] if self.got[i] < self.full[i] else ""))
        return middle, end


def made(seed):
    """Return the page of a seed."""
    table = _Table(seed)
    rng, full, got = table.rng, table.full, table.got
    index = table.has("index", 0.15)
    if index:
        table.heads.append("序号")
        for i, cells in enumerate(table.body):
            cells.append(_cell(i + 1))
    in_name = table.has("marks in names", 0.15)
    own = table.levels(in_name)
    table.leaves(in_name)
    width = len(table.heads)
    order = table.columns(in_name, own)
    for _, head, value in order:
        table.heads.append(head)
        for i, cells in enumerate(table.body):
            cells.append(_cell(value(i)))
    lines = [f"<tr>{''.join(cells)}</tr>" for cells in table.body]
    for end, start in sorted(table.subtotals.items(), reverse=True):
        lines.insert(end, _sums("小计", 1, order, full[start:end], got[start:end], "", index))
    grade = ("优" if sum(got) >= 90 else "良") if order[-1][0] == "reason" and table.has("grade", 0.4) else None
    total = _sums(rng.choice(TOTALS), width, order, full, got, grade or "", False)
    first = table.has("total first", 0.15)
    lines.insert(0 if first else len(lines), total)
    said = _tables(table, lines, first)
    page = f"<h1>{TITLE}</h1>{FILLER}{said}"
    text = f"<html><head><meta charset=utf-8><title>{TITLE}</title></head><body>{page}</body></html>"
    return Made(text, ", ".join([f"{table.depth} levels", *table.traits]), table.truth, sum(got), grade)


def _sums(label, width, order, full, got, grade, index):
    """Return a row of sums."""
    row = ([_cell("")] if index else []) + [_cell(label, 1, width)]
    for kind, _, value in order:
        tail = "%" if kind == "marks" and str(value(0)).endswith("%") else ""
        told = {"marks": f"{sum(full)}{tail}", "score": sum(got), "reason": grade, "pair": f"{sum(full)}/{sum(got)}"}
        row.append(_cell(told.get(kind, "")))
    return f"<tr>{''.join(row)}</tr>"


def _tables(table, lines, first):
    """Return the rows as a table, or as two; a title, a head of two rows, or none over the names."""
    rng = table.rng
    heads = [_cell(text) for text in table.heads]
    if table.depth > 1 and not any("own" in trait for trait in table.traits) and table.has("head of two rows", 0.2):
        at = table.heads.index("一级指标")
        low = "".join(heads[at : at + table.depth])
        high = [_cell(text, 2) for text in table.heads]
        high[at : at + table.depth] = [_cell("评价指标", 1, table.depth)]
        head = [f"<tr>{''.join(high)}</tr>", f"<tr>{low}</tr>"]
    else:
        head = [f"<tr>{''.join(heads)}</tr>"]
    if table.has("title row", 0.2):
        head.insert(0, f"<tr>{_cell('绩效自评评分表', 1, len(heads))}</tr>")
    parts = [[*head, *lines]]
    whole = table.depth == 1 or "levels repeated" in table.traits
    if whole and not first and table.has("goes on in a second table", 0.25):
        cut = rng.randrange(2, len(lines) - 1)
        again = table.has("head again", 0.4)
        parts = [[*head, *lines[:cut]], [*(head if again else []), *lines[cut:]]]
    return "".join(f"<table border=1>{''.join(some)}</table>" for some in parts)
