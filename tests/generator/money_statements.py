"""Tables of statements and of projects: heads in two rows, columns by source or nature, codes and rows of 款 and 项."""

from layout import Grid
from money_rows import ROWS, YEAR, Maker

Lines = list[str]
Rows = list[list[str | None]]
_PAIRS = (
    ("预算", "支出"),
    ("预算数", "支出数"),
    ("预算安排", "实际支出"),
    ("安排资金", "使用资金"),
    ("预算金额", "支出金额"),
)


class Statements(Maker):
    """Tables whose columns are of more than a stage."""

    def classes_by_nature(self) -> tuple[Lines, Grid]:
        """Return classes, 款 and 项 by rows, with the whole, basic and project expenditure as columns."""
        stage = str(self.pick("stage", "budget", "final"))
        title = {"budget": "支出预算表", "final": "支出决算表"}[stage]
        lines: Rows = [["科目编码", "科目名称", self.rng.choice(("合计", "本年支出合计")), "基本支出", "项目支出"]]
        wholes = [("total", "total"), ("nature", "basic"), ("nature", "project")]
        lines.append(["", "合计", *(self.told(YEAR, "expenditure", stage, *one, self.value()) for one in wholes)])
        for code in ROWS["function"][: self.rng.randint(1, 3)]:
            whole = self.told(YEAR, "expenditure", stage, "function", code, self.value())
            lines.append([code, self.label("function", code), whole, *self.nobodys(2)])
            lines.append([f"{code}01", "管理事务", *self.nobodys(3)])
            lines.append([f"{code}0101", "行政运行", *self.nobodys(3)])
        return [title, f"单位：{self.unit}"], Grid(tuple(map(tuple, lines)))

    def heads_by_nature(self) -> tuple[Lines, Grid]:
        """Return stages by rows under heads in two rows: basic expenditure with its parts, project expenditure."""
        where = self.where_unit("caption", "name")
        first = f"项目（{self.unit}）" if where == "name" else self.rng.choice(("项目", "年度", "指标"))
        over: list[str | None] = [first, "合计", "基本支出", None, None, "项目支出"]
        below: list[str | None] = [None, None, "小计", "人员经费", "公用经费", None]
        items = [("nature", "*"), *(("nature", one) for one in ("basic", "personnel", "public_use", "project"))]
        rows: Rows = [over, below]
        for stage in self.rng.choice((("initial_budget", "budget", "final"), ("budget", "final"))):
            rows.append([self.head(stage), *(self.said(YEAR, stage, *item, self.value()) for item in items)])
        return self.caption(where), Grid(tuple(map(tuple, rows)), frozenset({(0, 3), (0, 4)}))

    def projects_by_source(self) -> tuple[Lines, Grid]:
        """Return projects with the whole of their money and its sources, which are nothing of the department's."""
        where = self.where_unit("caption", "head")
        stage = str(self.pick("stage", "budget", "final"))
        unit = f"（{self.unit}）" if where == "head" else ""
        over: list[str | None] = ["序号", "项目名称", self.head(stage) + unit, None, None]
        below: list[str | None] = [None, None, self.rng.choice(("合计", "小计")), "财政拨款", "其他资金"]
        rows: Rows = [over, below]
        for at, name in enumerate(ROWS["project"][:4], 1):
            rows.append([str(at), name, self.said(YEAR, stage, "project", name, self.value()), *self.nobodys(2)])
        return self.caption(where), Grid(tuple(map(tuple, rows)), frozenset({(0, 3), (0, 4)}))

    def bare_pairs(self) -> tuple[Lines, Grid]:
        """Return rows whose two columns say no more than 预算 and 支出."""
        where = self.where_unit("caption", "head", "cell")
        scheme = str(self.pick("scheme", "nature", "project", "three_public"))
        unit = f"（{self.unit}）" if where == "head" else ""
        tail = self.unit if where == "cell" else ""
        heads = self.rng.choice(_PAIRS)
        first = {"project": "项目名称", "three_public": "项目"}.get(scheme, "支出类别")
        rows: Rows = [[first, *(head + unit for head in heads)]]
        rate = self.odds("rate", 0.5)
        if rate:
            rows[0].append("执行率")
        for item in ROWS[scheme]:
            values = [self.value(), self.value()]
            told = [
                self.said(YEAR, stage, scheme, item, value)
                for stage, value in zip(("budget", "final"), values, strict=True)
            ]
            rows.append([self.name(scheme, item, 0), *(text + tail for text in told)])
            if rate:
                rows[-1].append(f"{values[1] / values[0] * 100:.2f}%")
        return self.caption(where), Grid(tuple(map(tuple, rows)))

    def adjusted(self) -> tuple[Lines, Grid]:
        """Return what was planned, what was added, what came of it and what was spent."""
        where = self.where_unit("caption", "head")
        unit = f"（{self.unit}）" if where == "head" else ""
        scheme = str(self.pick("scheme", "nature", "function", "economic"))
        change = self.rng.choice(("预算调整数", "调整数", "追加预算数", "年中追加", "追加（追减）"))
        after = self.rng.choice(("调整后预算数", "全年预算数", "调整后预算"))
        rows: Rows = [
            ["项目", *(head + unit for head in (self.rng.choice(("年初预算数", "预算数")), change, after, "决算数"))]
        ]
        for item in [(scheme, one) for one in ROWS[scheme]]:
            first = self.said(YEAR, "initial_budget", *item, self.value())
            rest = [self.said(YEAR, stage, *item, self.value()) for stage in ("budget", "final")]
            rows.append([self.name(*item, 0), first, *self.nobodys(1), *rest])
        return self.caption(where), Grid(tuple(map(tuple, rows)))

    def sums_of_which(self) -> tuple[Lines, Grid]:
        """Return a tree by marks: 一、基本支出, （一）人员经费, 其中 that is nobody's, 二、项目支出, its entries."""
        where = self.where_unit("caption", "name")
        first = f"项目（{self.unit}）" if where == "name" else "项目"
        columns = self.columns()
        rows: Rows = [[first, *self.heads(columns)]]
        tree = [
            ("一、", "nature", "basic"), ("（一）", "nature", "personnel"), ("（二）", "nature", "public_use"),
            ("其中：", "", "办公费"), ("二、", "nature", "project"),
            ("（一）", "project", "苗圃道路硬化"), ("（二）", "project", "古树名木保护"),
        ]  # fmt: skip
        for mark, scheme, item in tree:
            if not scheme:
                rows.append([mark + item, *self.nobodys(len(columns))])
                continue
            label = self.label(scheme, item)
            rows.append([mark + label, *(self.said(*column, scheme, item, self.value()) for column in columns)])
        rows.append(
            [
                self.rng.choice(("合计", "支出合计", "总计")),
                *(self.said(*c, "nature", "*", self.value()) for c in columns),
            ]
        )
        return self.caption(where), Grid(tuple(map(tuple, rows)))

    def nobodys(self, count: int) -> list[str | None]:
        """Return sums that are no amount of the department's classifications."""
        return [self.shown(self.value()) for _ in range(count)]
