"""Whether a report is a form or a text: by its title, then by where its words stand."""

import re
from collections.abc import Sequence

from jixiao.model import Document, Form
from jixiao.read.text import normalise

_HEADING = re.compile(r"^[一二三四五六]、")
_SHORT = 60
_OPENING = 5


def find_form(document: Document, titles: Sequence[str] = ()) -> Form:
    """Return score_form where the title names a form or tables hold most of the words, else narrative."""
    head = [p.text for p in document.passages[:_OPENING]]
    head += [normalise(line.text) for table in document.tables[:1] for line in table.caption]
    head += [c.text for table in document.tables[:1] for c in table.cells if c.row < 2]
    # A remark of the page (公开目录:自评报告) and a sentence are no title.
    said = "".join(titles) or "".join(t for t in head if len(t) <= _SHORT and "。" not in t)
    report = re.search(r"(?:自评|评价)(?:工作)?(?:情况)?(?:的)?报告", said)
    form = re.search(r"(?:自评|评价|评分|申报|得分)(?:指标)?(?:评分)?表", said)
    if report and (not form or report.start() < form.start()):
        return "narrative"
    prose = sum(len(p.text) for p in document.passages)
    tabled = sum(len(c.text) for table in document.tables for c in table.cells)
    headings = sum(1 for p in document.passages if _HEADING.match(p.text))
    if form and (headings < 3 or (not report and tabled > prose)):
        return "score_form"
    return "score_form" if tabled > 3 * prose and headings < 2 else "narrative"
