"""Every sum, rate and 'N分' of a page is enumerated, and nothing else that has digits."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from jixiao.extract.figures import Figure, figures_of
from jixiao.read import read_document

FILLER = "<p>" + "本报告说明部门整体支出绩效自评的组织和过程。" * 12 + "</p>"
FiguresIn = Callable[[str], tuple[Figure, ...]]


@pytest.fixture
def figures_in(tmp_path: Path) -> FiguresIn:
    def read(body: str) -> tuple[Figure, ...]:
        path = tmp_path / "report.html"
        path.write_text(f"<html><head><meta charset='utf-8'></head><body>{FILLER}{body}</body></html>", "utf-8")
        return figures_of(read_document(path))

    return read


def told(figures: tuple[Figure, ...]) -> list[str]:
    return [f"{one.kind} {one.printed} {one.value.normalize():f}" for one in figures]


def test_a_sentence_gives_its_sums_rates_and_points(figures_in: FiguresIn) -> None:
    found = figures_in(
        "<p>2023年（文号〔2023〕15号）预算1,250.50万元，支出1亿2345.60万元，执行率98.2%，比上年下降3个百分点，自评9.5分；"
        "编制56人，面积3200平方米，用时3分钟，未发生支出。</p>"
    )
    assert told(found) == [
        "sum 1,250.50万元 12505000",
        "sum 1亿2345.60万元 123456000",
        "rate 98.2% 98.2",
        "rate 3个百分点 3",
        "points 9.5分 9.5",
        "sum 未发生支出 0",
    ]
    assert found[-1].is_zero_in_words
    assert [one.id for one in found] == [f"F{number:04d}" for number in range(1, 7)]


def test_a_column_tells_what_its_bare_numbers_are(figures_in: FiguresIn) -> None:
    found = figures_in(
        "<p>单位：万元</p><table>"
        "<tr><td>序号</td><td>项目</td><td>年初预算数</td><td>执行率</td><td>执行率得分</td><td>人数</td></tr>"
        "<tr><td>1</td><td>基本支出</td><td>120.5</td><td>98</td><td>9.8</td><td>35</td></tr></table>"
    )
    assert told(found) == ["sum 120.5 1205000", "rate 98 98", "points 9.8 9.8"]
    assert (found[0].row, found[0].col, found[0].unit) == (1, 2, "万元")


def test_a_table_on_its_side_is_told_by_its_rows(figures_in: FiguresIn) -> None:
    found = figures_in(
        "<table><tr><td>全年预算数（元）</td><td>1200000</td></tr><tr><td>年末在职人数</td><td>21</td></tr>"
        "<tr><td>自评得分</td><td>97.5</td></tr></table>"
    )
    assert told(found) == ["sum 1200000 1200000", "points 97.5 97.5"]


def test_words_in_a_cell_are_read_as_a_sentence(figures_in: FiguresIn) -> None:
    found = figures_in(
        "<table><tr><td>指标</td><td>分值</td></tr><tr><td>评分标准</td><td>执行率达95%得2分，每低1个百分点扣0.1分，共200万元</td></tr></table>"
    )
    assert [(one.kind, one.value, one.row, one.col) for one in found] == [
        ("rate", Decimal(95), 1, 1),
        ("points", Decimal(2), 1, 1),
        ("rate", Decimal(1), 1, 1),
        ("points", Decimal("0.1"), 1, 1),
        ("sum", Decimal(2_000_000), 1, 1),
    ]


def test_a_sum_whose_unit_nobody_states_is_a_figure_without_one(figures_in: FiguresIn) -> None:
    found = figures_in("<table><tr><td>项目</td><td>决算数</td></tr><tr><td>基本支出</td><td>88.4</td></tr></table>")
    assert [(one.kind, one.unit) for one in found] == [("sum", "")]
