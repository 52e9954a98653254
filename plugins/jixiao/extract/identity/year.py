"""The fiscal year of a document, and whether its title and its text speak of the same one."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from jixiao.extract.identity.organization import right_of
from jixiao.extract.identity.words import words
from jixiao.model import Document, Doubt, Evidence

_CHINESE = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_IN_A_HEAD = (
    r"(?<![\d\-.])(20[0-3]\d)年(?!\d{1,2}月)度?[^,。]{0,40}?(?:整体|绩效|自评)",
    r"(?<![\d\-.])(20[0-3]\d)(?![\d\-/.]|年\d{1,2}月)年?度?[^,。]{0,40}?(?:整体|绩效|自评)",
    r"年度[:(]?(20[0-3]\d)(?!\d)",
    r"(?<![\d\-.])(20[0-3]\d)年度",
    r"(?<!\d)(20[0-3]\d)年(?!\d)",
    r"(?<![\d\-.])(20[0-3]\d)(?![\d\-.,])",
)
_SHORT = 60
_OPENING = 6
_HEAD_ROWS = 4
_SPOKEN_OFTEN = 3


def find_year(document: Document, titles: Sequence[str] = ()) -> int | None:
    """Return the fiscal year: of the title, of a cell beside 年度, else the year named most often as 年度."""
    found = next((year for year in (_in_head(document, titles), _in_a_cell(document)) if year is not None), None)
    if found is not None:
        return found
    whole = "".join(passage.text for passage in document.passages)
    cells = "".join(cell.text for table in document.tables for cell in table.cells)
    for text in (whole, cells):
        years = re.findall(r"(20[0-3]\d)年度", text) or re.findall(r"(20[0-3]\d)年", text)
        if years:
            return int(max(sorted(set(years)), key=years.count))
    return None


def year_doubts(document: Document, year: int | None) -> tuple[Doubt, ...]:
    """Return the doubt about a title's year that the text never speaks of, while it often speaks of another."""
    if year is None:
        return ()
    spoken = Counter(
        int(said)
        for passage in document.passages
        if len(passage.text) > _SHORT or "。" in passage.text
        for said in re.findall(r"(?<!\d)(20[0-3]\d)年(?!\d{1,2}月)", passage.text)
    )
    most, count = max(spoken.items(), key=lambda pair: pair[1], default=(year, 0))
    if spoken[year] or count < _SPOKEN_OFTEN:
        return ()
    message = f"the title says {year}, the text speaks {count} times of {most} and never of {year}"
    return (Doubt("undecided_year", message, Evidence(), (str(year), str(most))),)


def _in_head(document: Document, titles: Sequence[str]) -> int | None:
    # A title may be joined to the paragraph under it: of a long passage only the first clause counts.
    parts = [
        p.text if len(p.text) < _SHORT else re.split(r"[,。;:《(]", p.text)[0] for p in document.passages[:_OPENING]
    ]
    for table in document.tables[:1]:
        parts += [line.text for line in table.caption]
        parts += [cell.text for cell in table.cells if cell.row < _HEAD_ROWS]
    for some in (parts, titles):
        head = ";".join("".join(part.split()) for part in some if len(part) < _SHORT)
        head = re.sub(r"[〇○零一二三四五六七八九]{4}(?=年)", lambda m: m[0].translate(_CHINESE), head)
        head = re.sub(r"附件\d{1,2}(?=20\d\d年)", "", head)
        for pattern in _IN_A_HEAD:
            if match := re.search(pattern, head):
                return int(match[1])
    return None


def _in_a_cell(document: Document) -> int | None:
    """Return the year that a form gives beside 年度, or in a cell of its own (2023年度), wherever it stands."""
    return next(_told_in_cells(document), None)


def _told_in_cells(document: Document) -> Iterator[int]:
    for table in document.tables:
        for cell in table.cells:
            if cell.text.rstrip(":") in words("year_labels"):
                beside = right_of(table.cells, cell)
                if beside is not None and (match := re.fullmatch(r"(20[0-3]\d)(?:年度?)?", beside.text)):
                    yield int(match[1])
            elif match := re.fullmatch(r"\(?(20[0-3]\d)年度\)?", cell.text):
                yield int(match[1])
