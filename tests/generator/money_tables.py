"""From a seed, a report with one table of money whose every figure is known, in one of very many layouts."""

from layout import Grid
from money_rows import OFFICE, ROWS, STAGES, TITLE, YEAR, Made
from money_statements import Statements

Lines = list[str]
Rows = list[list[str | None]]


class _Forms(Statements):
    """The tables besides the commonest."""

    def across(self, scheme: str) -> tuple[list[str], Grid]:
        """Return a table whose columns are items and whose rows are stages."""
        rows, columns = self.rows(scheme), self.columns()
        self.features["marks"], self.features["of_which"] = "", False
        where = self.where_unit("caption", "head", "name")
        names = [self.name(*row, 0) for row in rows]
        if where == "head":
            names = [f"{name}（{self.unit}）" for name in names]
        first = f"项目（{self.unit}）" if where == "name" else self.rng.choice(("项目", "指标", "年度"))
        lines = []
        for head, column in zip(self.heads(columns), columns, strict=True):
            lines.append([head, *(self.said(*column, *row, self.value()) for row in rows)])
        return self.caption(where), Grid(tuple(map(tuple, [[first, *names], *lines])))

    def pairs(self, scheme: str) -> tuple[list[str], Grid]:
        """Return labels beside their figures, one or two pairs a row."""
        rows = [(scheme, item) for item in ROWS[scheme]]
        stage = str(self.pick("stage", "initial_budget", "budget", "final"))
        where = self.where_unit("caption", "head", "cell")
        tail = self.unit if where == "cell" else ""
        pairs = []
        self.features["marks"], self.features["of_which"] = "", False
        for row in rows:
            heads = [head for head in STAGES[stage] if scheme != "source" or "支出" not in head]
            text = self.label(*row) + self.rng.choice(heads)
            text += f"（{self.unit}）" if where == "head" else ""
            pairs.append([text, self.said(YEAR, stage, *row, self.value()) + tail])
        if self.pick("pairs", 1, 2) == 2:
            pairs += [["", ""]] * (len(pairs) % 2)
            pairs = [[*pairs[at], *pairs[at + 1]] for at in range(0, len(pairs), 2)]
        return self.caption(where), Grid(tuple(map(tuple, pairs)))

    def halves(self) -> tuple[list[str], Grid]:
        """Return income on the left and spending on the right, as statements have it."""
        stage = str(self.pick("stage", "budget", "final"))
        self.features["marks"], self.features["of_which"] = "", False
        where = self.where_unit("caption", "head")
        figure = {"budget": "预算数", "final": "决算数"}[stage]
        figure += f"（{self.unit}）" if where == "head" else ""
        right = str(self.pick("right", "nature", "function"))
        left_rows = [("source", item) for item in ROWS["source"]]
        right_rows = [(right, item) for item in ROWS[right]][: self.rng.randint(2, 4)]
        lines = []
        for at in range(max(len(left_rows), len(right_rows))):
            line = []
            for rows in (left_rows, right_rows):
                if at < len(rows):
                    line += [self.label(*rows[at]), self.said(YEAR, stage, *rows[at], self.value())]
                else:
                    line += ["", ""]
            lines.append(line)
        both = [self.told(YEAR, flow, stage, "total", "total", self.value()) for flow in ("revenue", "expenditure")]
        lines.append(["本年收入合计", both[0], "本年支出合计", both[1]])
        head = ["收入", figure, "支出", figure]
        if self.odds("named_halves", 0.5):
            head = ["收入项目", figure, "支出项目", figure]
        return self.caption(where), Grid(tuple(map(tuple, [head, *lines])))

    def grid(self) -> tuple[Lines, Grid]:
        """Return the lines above the table and the table."""
        ways = {
            "rows": lambda: self.table(self.scheme()),
            "across": lambda: self.across(self.scheme("project")),
            "pairs": lambda: self.pairs(self.scheme("project")),
            "halves": self.halves,
            "sources": self.sources,
            "side by side": self.side_by_side,
            "groups": self.groups,
            "form": self.form,
            "units": self.units,
            "years over stages": self.years_over_stages,
            "classes by nature": self.classes_by_nature,
            "heads by nature": self.heads_by_nature,
            "projects by source": self.projects_by_source,
            "bare pairs": self.bare_pairs,
            "adjusted": self.adjusted,
            "of which": self.sums_of_which,
        }
        way = str(self.pick("way", "rows", "rows", "rows", *ways))
        self.features["of_which"], self.features["marks"] = False, ""
        if way == "rows":
            self.odds("of_which", 0.5)
            self.pick("marks", "", "", "1.", "（一）")
        return ways[way]()

    def scheme(self, *without: str) -> str:
        """Choose what the rows are of."""
        return str(self.pick("scheme", *(one for one in ROWS if one not in without)))

    def figures(self, columns: list[tuple[int, str]], scheme: str, item: str) -> list[str | None]:
        """State one row's amounts."""
        return [self.said(*column, scheme, item, self.value()) for column in columns]

    def sources(self) -> tuple[Lines, Grid]:
        """Return rows by nature, whose columns part each stage by the source of the money."""
        where = self.where_unit("caption", "name")
        stages = self.rng.choice((("budget", "final"), ("initial_budget", "final"), ("final",)))
        first = f"项目（{self.unit}）" if where == "name" else "项目"
        over: list[str | None] = [first]
        below: list[str | None] = [None]
        across = set()
        for stage in stages:
            across |= {(0, len(over) + 1), (0, len(over) + 2)}
            over += [self.head(stage), None, None]
            below += [self.rng.choice(("合计", "小计")), "财政拨款", "其他资金"]
        rows: Rows = [over, below]
        for scheme, item in [("nature", "basic"), ("nature", "project"), ("nature", "*")]:
            line: list[str | None] = [self.name(scheme, item, 0)]
            for stage in stages:
                line.append(self.said(YEAR, stage, scheme, item, self.value()))
                for source in ("fiscal_appropriation", "other"):
                    value = self.value()
                    line.append(self.shown(value))
                    if item == "*":
                        self.told(YEAR, "revenue", stage, "source", source, value)
                        self.amounts[-1]["optional"] = True
            rows.append(line)
        return self.caption(where), Grid(tuple(map(tuple, rows)), frozenset(across))

    def side_by_side(self) -> tuple[Lines, Grid]:
        """Return one list in two halves of the same heads."""
        scheme = self.scheme("project", "three_public")
        where = self.where_unit("caption", "head")
        columns = [(YEAR, "budget"), (YEAR, "final")][: self.rng.randint(1, 2)]
        heads = [head + (f"（{self.unit}）" if where == "head" else "") for head in self.heads(columns)]
        rows = [(scheme, item) for item in ROWS[scheme]][:4]
        lines: Rows = [["项目", *heads] * 2]
        for at in range(0, len(rows), 2):
            line: list[str | None] = []
            for row in rows[at : at + 2]:
                line += [self.name(*row, 0), *self.figures(columns, *row)]
            lines.append(line + [""] * (len(lines[0]) - len(line)))
        return self.caption(where), Grid(tuple(map(tuple, lines)))

    def groups(self) -> tuple[Lines, Grid]:
        """Return rows in groups with a label of their own, merged or printed once, and a row that sums each."""
        where = self.where_unit("caption", "head")
        columns = self.columns()
        heads = [head + (f"（{self.unit}）" if where == "head" else "") for head in self.heads(columns)]
        lines: Rows = [[self.rng.choice(("支出类别", "类别", "")), "项目", *heads]]
        merged = self.odds("merged", 0.6)
        groups = {"basic": ["personnel", "public_use"], "project": list(ROWS["project"][:3])}
        for of, items in groups.items():
            first = len(lines)
            where_sum = self.pick(f"sum of {of}", "first", "last", "none")
            body: Rows = []
            for item in items:
                scheme = "nature" if of == "basic" else "project"
                body.append([None, self.name(scheme, item, 0), *self.figures(columns, scheme, item)])
            whole: list[str | None] = (
                [None, "小计", *self.figures(columns, "nature", of)] if where_sum != "none" else []
            )
            lines += [whole, *body] if where_sum == "first" else [*body, whole] if whole else body
            lines[first][0] = self.label("nature", of)
        if not merged:
            lines = [["" if cell is None else cell for cell in line] for line in lines]
        if self.odds("whole", 0.7):
            lines.append(["合计", None, *self.figures(columns, "nature", "*")])
            return self.caption(where), Grid(tuple(map(tuple, lines)), frozenset({(len(lines) - 1, 1)}))
        return self.caption(where), Grid(tuple(map(tuple, lines)))

    def form(self) -> tuple[Lines, Grid]:
        """Return a form: whose it is, its money beside a label at the side, then indicators with targets and marks."""
        where = self.where_unit("side", "head")
        columns = [(YEAR, "initial_budget"), (YEAR, "budget"), (YEAR, "final")]
        heads = [head + (f"（{self.unit}）" if where == "head" else "") for head in self.heads(columns)]
        side = self.rng.choice(("年度预算申请", "部门预算", "年度资金", "预算执行情况"))
        side += f"（{self.unit}）" if where == "side" else ""
        extra = self.rng.choice((["分值", "执行率", "得分"], ["执行率", "得分"], ["执行率"]))
        wide = 2 + len(columns) + len(extra)
        rows: Rows = [["部门名称", OFFICE, *[None] * (wide - 2)], [side, "", *heads, *extra]]
        across = {(0, x) for x in range(2, wide)}
        fill = {"分值": "10", "执行率": "97.35%", "得分": "9.73"}
        labels = [("nature", "*"), ("nature", "basic"), ("nature", "project")]
        for at, row in enumerate(labels):
            text = ("其中：" if at == 1 else "") + (self.name(*row, 0) if at else "年度资金总额")
            rows.append([None, text, *self.figures(columns, *row), *(fill[one] if at == 0 else "" for one in extra)])
        if self.odds("carried", 0.4):
            rows.append([None, "上年结转资金", *[self.shown(self.value()) for _ in columns], *["" for _ in extra]])
        top = len(rows)
        wanted = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "备注"][:wide]
        rows.append([*wanted, *[""] * (wide - len(wanted))])
        for name, target, done in (("造林面积", "1200", "1250.5"), ("管护补助发放", "350.25万元", "350.25万元")):
            line = ["产出指标", "数量指标", name, target, done, "10", "9.5", ""][:wide]
            rows.append([*line, *[""] * (wide - len(line))])
        if self.odds("stacked", 0.5):
            return [], Grid(tuple(map(tuple, rows)), frozenset(across))
        return [], Grid(tuple(map(tuple, rows[:top])), frozenset(across))

    def units(self) -> tuple[Lines, Grid]:
        """Return rows by unit, which are the units', and the row that sums them, which is the department's."""
        where = self.where_unit("caption", "head")
        columns = [(YEAR, "budget"), (YEAR, "final")]
        heads = [head + (f"（{self.unit}）" if where == "head" else "") for head in self.heads(columns)]
        lines: Rows = [["序号", "单位名称", *heads]]
        for at, name in enumerate((f"{OFFICE}（本级）", "秀山县林业技术推广站", "秀山县国有林场"), 1):
            lines.append([str(at), name, *(self.shown(self.value()) for _ in columns)])
        total: list[str | None] = ["", "合计"]
        for column in columns:
            total.append(self.said(*column, "nature", "*", self.value()))
        return self.caption(where), Grid(tuple(map(tuple, [*lines, total])))

    def years_over_stages(self) -> tuple[Lines, Grid]:
        """Return two rows of heads: years, each over the stages of its money."""
        scheme = self.scheme("project")
        where = self.where_unit("caption", "name")
        mark = self.rng.choice(("年", "年度"))
        stages = ("budget", "final")
        heads = [self.head(stage) for stage in stages]
        first = f"项目（{self.unit}）" if where == "name" else self.rng.choice(("项目", "科目名称"))
        over: list[str | None] = [first]
        for year in (YEAR - 1, YEAR):
            over += [f"{year}{mark}", None]
        across = {(0, 2), (0, 4)}
        rows: Rows = [over, [None, *heads, *heads]]
        columns = [(year, stage) for year in (YEAR - 1, YEAR) for stage in stages]
        rows += [[self.name(*row, 0), *self.figures(columns, *row)] for row in self.rows(scheme)]
        return self.caption(where), Grid(tuple(map(tuple, rows)), frozenset(across))


def made(seed: int) -> Made:
    """Return the report of a seed."""
    maker = _Forms(seed)
    lines, grid = maker.grid()
    media = str(maker.pick("media", "html", "html", "docx", "xlsx", "pdf"))
    blocks: list[str | Grid] = [TITLE, "一、部门概况", "本单位负责林业管理工作。", "二、预算执行情况", *lines, grid]
    return Made(maker.amounts, blocks, media, maker.features)
