"""The total score that a form gives beside its label, and the grade that the report gives itself."""

import re
from decimal import Decimal
from functools import cache

from jixiao.extract.identity.organization import right_of
from jixiao.extract.identity.words import any_of, words
from jixiao.extract.numbers import NUMBER, decimal_of
from jixiao.extract.tables.score_labels import is_total
from jixiao.model import Cell, Document, Evidence, Table
from jixiao.read.text import cell_evidence

_QUOTE, _QUOTED, _RANK = r"[“\"「]", r"[”\"」]", r"(?:等?级|档)?"
_SENTENCE = re.compile(r"[。;]")
_CLAUSE = re.compile(r"[,。;]")
_SCORE = re.compile(rf"^\({NUMBER}分\)")
_NEAR = 12
_MARKS_HEAD = re.compile(r"^(?:指标|标准)?(?:分值|权重|满分|标准分)")
_TOTAL_LABEL = re.compile(r"^(?:部门|单位|绩效)?(?:自评|综合)(?:综合)?(?:总分|总得分|得分)(?:\(分\))?[:]?$")


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Return how running text gives a grade, the surest first."""
    grade = rf"(?P<grade>{any_of('grades')})"
    of, heads, given, links = (any_of(f"grade_{name}") for name in ("of", "heads", "given", "links"))
    ends = r"(?=[,。;)]|$)"
    return (
        # 自评等级为“优”
        re.compile(rf"(?:{of})?(?:{heads})(?:{given})?(?:{links})*{_QUOTE}?{grade}(?={_QUOTED}|[,。;)]|$|等?级|档)"),
        # A form's fields side by side: 等级:良好 | 填报人:…
        re.compile(rf"(?:{heads}):{grade}(?=[一-鿿]{{2,5}}:)"),
        # 综合评定:优(95.4分)
        re.compile(rf"(?:{of})*(?:{given})(?:{links})+{grade}(?=\({NUMBER}分\))"),
        # 综合评定为良
        re.compile(rf"(?:{of})(?:{given})(?:{links})+{grade}{ends}"),
        # 评定为优,95分
        re.compile(rf"(?:{given})(?:{links})+{grade}(?=,{NUMBER}分)"),
        # 评为“优”等次
        re.compile(rf"(?:{given}|{links})+{_QUOTE}{grade}{_QUOTED}(?:等?[级次]|档)?(?=[,。;]|$)"),
        # 得95分,评定为优秀
        re.compile(rf"\d分[,、(]*(?:{of})*(?:{given}|{heads})*(?:{links})?{_QUOTE}?{grade}{_QUOTED}?{_RANK}{ends}"),
    )


@cache
def _ticked() -> re.Pattern[str]:
    grades = any_of("grades")
    return re.compile(rf"[☑√■✓✔](?P<before>{grades})|(?P<after>{grades})(?:\([√☑✓✔]\)|[☑√■✓✔])")


@cache
def _band() -> re.Pattern[str]:
    return re.compile(rf"{any_of('band_words')}|\d分?[-~—至(]|[≥<]|分\)")


def find_total(document: Document) -> tuple[Decimal, Evidence] | None:
    """Return the total that a form gives beside its label (自评总分(分) | 98.90)."""
    for table in document.tables:
        for cell in table.cells:
            beside = right_of(table.cells, cell) if _TOTAL_LABEL.match(cell.text) else None
            if beside is None or _MARKS_HEAD.search(_head_of(table.cells, beside)):
                continue  # the full marks are not the total, where the total's own cell is empty
            if match := re.fullmatch(rf"(?P<total>{NUMBER})分?", beside.text):
                return decimal_of(match["total"]), cell_evidence(beside)
    return None


def _head_of(cells: tuple[Cell, ...], below: Cell) -> str:
    """Return the text of the last cell of words above a cell."""
    above = [
        cell
        for cell in cells
        if cell.row < below.row and cell.col <= below.col < cell.col + cell.col_span and not cell.text[:1].isdigit()
    ]
    return max(above, key=lambda cell: cell.row).text if above else ""


def _in_total_row(table: Table) -> str | None:
    """Return the grade that stands beside the total (总分 | 100 | 96.5 | 优)."""
    totals = {cell.row for cell in table.cells if is_total(cell.text)}
    return next((cell.text for cell in table.cells if cell.row in totals and cell.text in words("grades")), None)


def _is_of_a_band(text: str, match: re.Match[str]) -> bool:
    """Tell whether a rubric's bounds stand around a grade, in its sentence: 90分以上为优, 良(80-90分)."""
    before = _CLAUSE.split(text[max(0, match.start() - _NEAR) : match.start()])[-1]
    behind = _SENTENCE.split(_SCORE.sub("", text[match.end() : match.end() + _NEAR], count=1))[0]
    return bool(_band().search(before) or _band().search(behind))


def find_grade(document: Document) -> str | None:
    """Return the grade that the report gives itself; bands of a rubric (90分以上为优) are not that."""
    texts = [p.text for p in document.passages]
    texts += [c.text for table in document.tables for c in table.cells if len(c.text) < 120]
    for pattern in _patterns():
        for text in texts:
            for match in pattern.finditer(text):
                if not _is_of_a_band(text, match):
                    return match["grade"]
    if ticked := next((match for text in texts for match in _ticked().finditer(text)), None):
        return ticked["before"] or ticked["after"]
    grades = any_of("grades")
    for table in document.tables:
        if (grade := _in_total_row(table)) is not None:
            return grade
        for cell in table.cells:
            if re.match(r"^(?:绩效|自评|评价)?(?:等级|等次)[:]?$", cell.text):
                beside = right_of(table.cells, cell)
                # 优(90分(含)-100分): the grade and its band
                if beside is not None and (band := re.fullmatch(rf"({grades})(?:\([^√☑]*\))?", beside.text)):
                    return band[1]
    return None
