"""The total score that a form gives beside its label, and the grade that the report gives itself."""

import re
from decimal import Decimal

from jixiao.extract.identity.organization import right_of
from jixiao.extract.numbers import NUMBER, decimal_of
from jixiao.extract.tables.score_labels import is_total
from jixiao.model import Cell, Document, Evidence, Table
from jixiao.read.text import cell_evidence

GRADES = "优秀|良好|优|良|中等|中|差|较差|合格|不合格|基本合格|一般|较好"
_GRADE = re.compile(
    rf"(?:绩效|自评|评价|评定|综合|评分)?(?:等级|等次|档次|级别|结论|结果)(?:评定|评为|定)?(?:为|是|:|属于|属)*[“\"「]?(?P<grade>{GRADES})(?=[”\"」,。;)]|$|等?级|档)"
)
_GRADE_OTHER = re.compile(rf"(?:评定为|评为|属于?|为)[“\"「](?P<grade>{GRADES})[”\"」](?:等?[级次]|档)?(?=[,。;]|$)")
_GRADE_BEHIND = re.compile(
    rf"\d分[,、(]*(?:(?:自评|评价)?(?:评定|评级|评价|评为|等级|等次|档次|定)?(?:为|是|:)?)"
    rf"[“\"「]?(?P<grade>{GRADES})[”\"」]?(?:等?级|档)?(?=[,。;)]|$)"
)
# A form's fields side by side: 等级:良好 | 填报人:…
_GRADE_FIELD = re.compile(rf"(?:等级|等次|档次):(?P<grade>{GRADES})(?=[一-鿿]{{2,5}}:)")
_BAND = re.compile(r"以[上下]|低于|不足|\d分?[-~—至(]|[≥<]|分\)")
_SENTENCE = re.compile(r"[。;]")
_NEAR = 12
_MARKS_HEAD = re.compile(r"^(?:指标|标准)?(?:分值|权重|满分|标准分)")
_TOTAL_LABEL = re.compile(r"^(?:部门|单位|绩效)?(?:自评|综合)(?:综合)?(?:总分|总得分|得分)(?:\(分\))?[:]?$")
_TICKED = re.compile(rf"[☑√■✓✔](?P<before>{GRADES})|(?P<after>{GRADES})(?:\([√☑✓✔]\)|[☑√■✓✔])")


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
    return next((cell.text for cell in table.cells if cell.row in totals and re.fullmatch(GRADES, cell.text)), None)


def _is_of_a_band(text: str, match: re.Match[str]) -> bool:
    """Tell whether a rubric's bounds stand around a grade, in its sentence: 90分以上为优, 良(80-90分)."""
    before = _SENTENCE.split(text[max(0, match.start() - _NEAR) : match.start()])[-1]
    behind = _SENTENCE.split(text[match.end() : match.end() + _NEAR])[0]
    return bool(_BAND.search(before) or _BAND.search(behind))


def find_grade(document: Document) -> str | None:
    """Return the grade that the report gives itself; bands of a rubric (90分以上为优) are not that."""
    texts = [p.text for p in document.passages]
    texts += [c.text for table in document.tables for c in table.cells if len(c.text) < 120]
    for pattern in (_GRADE, _GRADE_FIELD, _GRADE_OTHER, _GRADE_BEHIND, _TICKED):
        for text in texts:
            for match in pattern.finditer(text):
                if pattern is _TICKED or not _is_of_a_band(text, match):
                    groups = match.groupdict()
                    return groups.get("grade") or groups.get("before") or groups.get("after")
    for table in document.tables:
        if (grade := _in_total_row(table)) is not None:
            return grade
        for cell in table.cells:
            if re.match(r"^(?:绩效|自评|评价)?(?:等级|等次)[:]?$", cell.text):
                beside = right_of(table.cells, cell)
                # 优(90分(含)-100分): the grade and its band
                if beside is not None and (band := re.fullmatch(rf"({GRADES})(?:\([^√☑]*\))?", beside.text)):
                    return band[1]
    return None
