"""The report's own fields: department, government, year, kind, grade."""

import csv
import re
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import pairwise

from jixiao.extract.numbers import NUMBER, decimal_of
from jixiao.extract.regions import chain_at_start, region_of
from jixiao.extract.tables.tokens import token_evidence, tokens_of
from jixiao.model import Cell, Document, Doubt, Evidence, Form
from jixiao.read.text import cell_evidence, normalise

_NAME_LABEL = re.compile(
    r"^(?:部门|单位|填报单位|预算部门|预算单位|主管部门|自评单位|部门\(单位\)|填报部门|评价单位|项目单位|申报单位)(?:名称)?(?:\((?:盖章|公章|章|单位)\))?[:]?$"
)
_NAME_INLINE = re.compile(
    r"(?:^|年度\)?|表)(?:部门|填报|预算|自评|评价|项目|编制)?(?:单位|部门)(?:\(单位\))?(?:名称)?(?:\((?:盖章|公章|章)\))?:"
    r"(?P<name>[^,。;:()\d]{4,40}?)(?=\(|,|。|;|填[报表]|日期|评价|联系|(?:部门|单位|预算)+编码|金额|20\d\d|$)"
)
_NAME_GLUED = re.compile(r"^(?:部门|单位)名称(?P<name>[一-鿿]{5,40}?)(?=\((?:汇总|本级)\)|财政归口|联系|填报|$)")
_TITLE = re.compile(
    r"(?P<org>[^,。;:]{0,40}?)(?:关于)?(?:20\d\d年?度?)?(?:本级|部门|单位)*(?:预算)?整体(?:预算)?(?:支出)?(?:预算)?(?:绩效)?(?:情况)?(?:的)?(?:绩效)?(?:自评|自我评价|评价)"
)
_SHORT = re.compile(r"^(?P<full>[^,。;:()“”]{4,40})\((?:以下|下)简?称")
ENDING = re.compile(
    r"(?:局|委员会|协会|联合会|办公室|中心|部|院|厅|会|队|站|馆|校|学|园|所|社|处|署|府|办|镇|乡|街道|委|联|台|公司|法院|检察院|总工会|团委|党校)$"
)
_YEAR_CHINESE = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_GRADES = "优秀|良好|优|良|中等|中|差|较差|合格|不合格|基本合格|一般|较好"
_GRADE = re.compile(
    rf"(?:绩效|自评|评价|评定|综合|评分)?(?:等级|等次|档次|级别|结论|结果)(?:评定|评为|定)?(?:为|是|:|属于|属)*[“\"「]?(?P<grade>{_GRADES})(?=[”\"」,。;)]|$|等?级|档)"
)
_GRADE_OTHER = re.compile(rf"(?:评定为|评为|属于?|为)[“\"「](?P<grade>{_GRADES})[”\"」](?:等?[级次]|档)?(?=[,。;]|$)")
_GRADE_BEHIND = re.compile(rf"\d分[(](?P<grade>{_GRADES})[)]")
_MARKS_HEAD = re.compile(r"^(?:指标|标准)?(?:分值|权重|满分|标准分)")
_TOTAL_LABEL = re.compile(r"^(?:部门|单位|绩效)?(?:自评|综合)(?:综合)?(?:总分|总得分|得分)(?:\(分\))?[:]?$")
_TICKED = re.compile(rf"[☑√■✓✔](?P<before>{_GRADES})|(?P<after>{_GRADES})(?:\([√☑✓✔]\)|[☑√■✓✔])")


@cache
def _abbreviations() -> tuple[tuple[str, str], ...]:
    rows = csv.DictReader((files("jixiao") / "data" / "departments.csv").read_text("utf-8").splitlines())
    return tuple(sorted(((r["abbreviation"], r["full"]) for r in rows), key=lambda pair: -len(pair[0])))


def expand(name: str) -> str:
    """Return a name with an official abbreviation at its end written out: 韶关市科协 → 韶关市科学技术协会."""
    for short, full in _abbreviations():
        if name.endswith(short) and not name.endswith(full):
            return name[: -len(short)] + full
    return name


def _tidy(name: str) -> str:
    name = re.sub(r"\((?:汇总|本级|机关|本部)\)$", "", name)
    name = re.sub(r"20\d\d年?度?|[〇○零一二三四五六七八九]{4}年度?", "", name)
    name = re.sub(
        r"^(?:附件\d*[:.、]?|关于|报送|[:.、\-—]+)+|(?:关于|的|年度|部门|单位|本级|\(本级\)|项目|预算|决算)+$", "", name
    )
    return name.strip("“”\"' —-")


def find_year(document: Document) -> int | None:
    """Return the fiscal year: of the title, of a cell beside 年度, else the year named most often as 年度."""
    # A title may be joined to the paragraph under it: of a long passage only the first clause counts.
    parts = [p.text if len(p.text) < 60 else re.split(r"[,。;:《(]", p.text)[0] for p in document.passages[:6]]
    for table in document.tables[:1]:
        parts += [line.text for line in table.caption]
        parts += [c.text for c in table.cells if c.row < 4]
    head = ";".join("".join(part.split()) for part in parts if len(part) < 60)
    head = re.sub(r"[〇○零一二三四五六七八九]{4}(?=年)", lambda m: m[0].translate(_YEAR_CHINESE), head)
    head = re.sub(r"附件\d{1,2}(?=20\d\d年)", "", head)
    for pattern in (
        r"(?<![\d\-.])(20[0-3]\d)年(?!\d{1,2}月)度?[^,。]{0,40}?(?:整体|绩效|自评)",
        r"(?<![\d\-.])(20[0-3]\d)(?![\d\-/.]|年\d{1,2}月)年?度?[^,。]{0,40}?(?:整体|绩效|自评)",
        r"年度[:(]?(20[0-3]\d)(?!\d)",
        r"(?<![\d\-.])(20[0-3]\d)年度",
        r"(?<!\d)(20[0-3]\d)年(?!\d)",
        r"(?<![\d\-.])(20[0-3]\d)(?![\d\-.,])",
    ):
        if match := re.search(pattern, head):
            return int(match[1])
    whole = "".join(p.text for p in document.passages)
    years = re.findall(r"(20[0-3]\d)年度", whole) or re.findall(r"(20[0-3]\d)年", whole)
    if not years:
        return None
    return int(max(sorted(set(years)), key=years.count))


def find_organization(document: Document) -> tuple[str | None, Evidence | None]:
    """Return the department's full name as the document gives it: a form's cell, the title, the first paragraph."""
    # A form may name the department above the one that reports.
    reporter = any("单位" in c.text and _NAME_LABEL.match(c.text) for table in document.tables[:2] for c in table.cells)
    for table in document.tables[:2]:
        for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
            if _NAME_LABEL.match(cell.text) and (cell.text != "主管部门" or not reporter):
                beside = _right_of(table.cells, cell)
                if beside is not None and len(beside.text) >= 4 and ENDING.search(_tidy(beside.text)):
                    return expand(_tidy(beside.text)), cell_evidence(beside)
    for label, value in pairwise(tokens_of(document)[:80]):
        if (match := _NAME_INLINE.match(label.text)) and ENDING.search(_tidy(match["name"])):
            return expand(_tidy(match["name"])), token_evidence(label)
        if (match := _NAME_GLUED.match(label.text)) and ENDING.search(match["name"]):
            return expand(_tidy(match["name"])), token_evidence(label)
        if _NAME_LABEL.match(label.text) and len(value.text) >= 4 and ENDING.search(_tidy(value.text)):
            return expand(_tidy(value.text)), token_evidence(value)
    whole = "".join(p.text for p in document.passages[:60])
    best: tuple[str, Evidence] | None = None
    for passage in document.passages[:12]:
        if match := _NAME_INLINE.search(passage.text):
            name = _tidy(match["name"])
            if ENDING.search(name):
                return expand(name), passage.evidence(*match.span("name"))
    titles = list(document.passages[:8])
    for index, passage in enumerate(titles):
        text = passage.text[:90]  # a title may be joined to the paragraph under it
        before = titles[index - 1].text if index else ""
        match = _TITLE.match(text) if len(passage.text) > 90 else _TITLE.search(text)
        if match is None and len(text) <= 40 and index + 1 < len(titles) and len(titles[index + 1].text) <= 40:
            match = _TITLE.search(text + titles[index + 1].text)  # broken over two lines
            match = match if match is not None and match.end("org") <= len(text) else None
        if match is None:
            continue
        org = text[: match.end("org")]
        dated = _tidy(re.split(r"20\d\d年?", org)[0])  # what stands behind the year is no part of the name
        name = dated if len(dated) >= 4 and ENDING.search(expand(dated)) else _tidy(org)
        if not ENDING.search(expand(name)) and len(before) <= 50:
            after = titles[index + 1].text if index + 1 < len(titles) else ""
            if not name and len(after) <= 30 and ENDING.search(expand(_tidy(after))) and not before:
                name = _tidy(after)
            else:
                name = _tidy(before) + name if not name else _tidy(before)
        if ENDING.search(expand(name)) and len(name) >= 3:
            best = (name, passage.evidence(0, min(len(text), 20)))
            break
    for passage in document.passages[:40]:
        for clause in re.split(r"[,。;]", passage.text):
            if (match := _SHORT.match(clause)) and ENDING.search(_tidy(match["full"])):
                full = _tidy(match["full"])
                if best is None or len(full) >= len(best[0]):
                    best = best if best and best[0] == full else (full, passage.evidence(0, len(full)))
                break
    if best is None:
        return None, None
    name = expand(best[0])
    _, at = chain_at_start(name)
    if at == 0 and (fuller := re.search(rf"([一-鿿]{{2,12}}[省市区县州旗]){re.escape(name)}", whole)):
        name = fuller[0]
    return name, best[1]


def _right_of(cells: tuple[Cell, ...], label: Cell) -> Cell | None:
    same = [
        c for c in cells if c.row <= label.row < c.row + c.row_span and c.col >= label.col + label.col_span and c.text
    ]
    return min(same, key=lambda c: c.col, default=None)


def find_region(organization: str | None, document: Document) -> tuple[str | None, tuple[Doubt, ...]]:
    """Return the GB/T 2260 code of the government the department belongs to, or None with the doubt."""
    whole = "".join(p.text for p in document.passages)
    if organization:
        region = region_of(organization, whole)
        if region is not None:
            return region.code, ()
    message = f"the government of {organization or 'an unnamed department'} cannot be told from the document"
    return None, (Doubt("unknown_region", message, Evidence()),)


def find_form(document: Document) -> Form:
    """Return score_form where the title names a form or a table holds most of the text, else narrative."""
    head = [p.text for p in document.passages[:5]]
    head += [normalise(line.text) for table in document.tables[:1] for line in table.caption]
    head += [c.text for table in document.tables[:1] for c in table.cells if c.row < 2]
    titles = "".join(text for text in head if len(text) <= 60)
    whole = "".join(head)
    report = re.search(r"(?:自评|评价)(?:工作)?(?:情况)?(?:的)?报告", whole)
    form = re.search(r"(?:自评|评价|评分|申报|得分)(?:指标)?(?:评分)?表", whole)
    if report and (not form or report.start() < form.start()):
        return "narrative"
    prose = sum(len(p.text) for p in document.passages)
    tabled = sum(len(c.text) for table in document.tables for c in table.cells)
    headings = sum(1 for p in document.passages if re.match(r"^[一二三四五六]、", p.text))
    titled = re.search(r"(?:自评|评价)表", titles) and not report
    if form and (headings < 3 or (titled and tabled > prose)):
        return "score_form"
    return "score_form" if tabled > 3 * prose and headings < 2 else "narrative"


def find_total(document: Document) -> tuple[Decimal, Evidence] | None:
    """Return the total that a form gives beside its label (自评总分(分) | 98.90)."""
    for table in document.tables:
        for cell in table.cells:
            beside = _right_of(table.cells, cell) if _TOTAL_LABEL.match(cell.text) else None
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


def find_grade(document: Document) -> str | None:
    """Return the grade that the report gives itself; bands of a rubric (90分以上为优) are not that."""
    texts = [p.text for p in document.passages]
    texts += [c.text for table in document.tables for c in table.cells if len(c.text) < 120]
    for pattern in (_GRADE, _GRADE_OTHER, _GRADE_BEHIND, _TICKED):
        for text in texts:
            for match in pattern.finditer(text):
                if re.search(
                    r"以上|\d分?[-~—至(]|≥|分\)", text[max(0, match.start() - 12) : match.end() + 12]
                ) and pattern not in (_TICKED, _GRADE_BEHIND):
                    continue
                groups = match.groupdict()
                return groups.get("grade") or groups.get("before") or groups.get("after")
    for table in document.tables:
        for cell in table.cells:
            if re.match(r"^(?:绩效|自评|评价)?(?:等级|等次)[:]?$", cell.text):
                beside = _right_of(table.cells, cell)
                # 优(90分(含)-100分): the grade and its band
                if beside is not None and (band := re.fullmatch(rf"({_GRADES})(?:\([^√☑]*\))?", beside.text)):
                    return band[1]
    return None
