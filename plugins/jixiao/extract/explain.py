"""How one sum of running text was decided: its words, the readings with their costs and grounds, and the margin."""

from jixiao.extract.assign import choose
from jixiao.extract.names import own_names
from jixiao.extract.prose import Sum, read_sums
from jixiao.model import Amount, Document, Extraction


def explain(document: Document, read: Extraction, amount: Amount) -> list[str]:
    """Return the lines that tell how an amount was read; of one that stands in a table, where it stands."""
    year = read.report.fiscal_year
    sums = read_sums(document.passages, year, own_names(read.report.organization)).sums if year else []
    choose(sums)
    at = amount.evidence
    for one in sums:
        figure = one.piece.figure
        if figure is None or one.yuan != amount.yuan:
            continue
        place = one.passage.evidence(figure.start, figure.end)
        if (place.page, place.box, place.text) == (at.page, at.box, at.text):
            return _told(one)
    return [f"{amount.label} {amount.yuan:f} 元 stands in a table ({at.text})"]


def _told(one: Sum) -> list[str]:
    figure = one.piece.figure
    lines = [f"{one.piece.words} {figure.printed if figure else ''}  margin {one.margin:.2f}"]
    for number, reading in enumerate(one.readings):
        mark = "*" if number == one.chosen else " "
        lines.append(f"{mark} {reading.cost:5.2f}  {reading.words()}  ({'; '.join(reading.grounds)})")
    return lines
