"""Which kind of document a file is: by its first title that speaks, else by its parts; never by words of the body."""

import re
from collections.abc import Sequence

from jixiao.extract.parts.titles import ENUMERATED, Title, is_title, title_of, words
from jixiao.extract.parts.units import Unit, goes_on
from jixiao.model import DocumentKind

_ANNOUNCED = re.compile(r"现(?:将|就)(?P<what>[^。;:]{6,60}?)(?:报告|说明|汇报|总结|公开|公示|公布|介绍|汇总)?如下")
_PLAIN = 2
_BODY_ROWS = 3
_HEAD_UNITS = 160
_ANNOUNCES_WITHIN = 20
_SENTENCE = 45


def first_titles(units: Sequence[Unit]) -> list[Title]:
    """Return the titles that speak before the body begins: a numbered heading, a long sentence, a table's rows."""
    found: list[Title] = []
    for here, unit in enumerate(units[:_HEAD_UNITS]):
        if _begins_body(unit):
            break
        for text in unit.titles():
            if not is_title(text) or goes_on(units, here):
                continue
            title = joined(units, here, text, is_first=True)
            if title is not None and title.kind == "contents":
                return found
            if title is not None:
                found.append(title)
                break
    return found


def joined(units: Sequence[Unit], here: int, text: str, is_first: bool = False) -> Title | None:
    """Return what a title says; one broken over two lines is joined where both together say more than either."""
    own = title_of(text, is_first)
    following = units[here + 1] if here + 1 < len(units) and not units[here].is_row else None
    if following is None or following.is_row or not is_title(following.text) or len(text + following.text) > 60:
        return own
    behind = title_of(following.text, is_first)
    both = title_of(text + following.text, is_first)
    if own is None and both is not None and (behind is None or both.weight > behind.weight):
        return both
    return own


def announced(units: Sequence[Unit]) -> Title | None:
    """Return what the sentence says with which a report without a title begins (现将…自评情况报告如下)."""
    head = "".join(unit.text for unit in units[:_ANNOUNCES_WITHIN] if not unit.is_row)
    for match in _ANNOUNCED.finditer(head):
        if (title := title_of(match["what"])) is not None and title.document is not None:
            return title
    return None


def of_head(titles: Sequence[Title]) -> Title | None:
    """Return the title that speaks for the document: the last before its body, a plain 绩效自评报告 only if alone.

    A part's heading does not: statements, and below the title of a form 当年绩效目标.
    """
    speaking = [title for title in titles if title.document is not None and title.kind != "statement"]
    if any(title.is_form and title.kind != "targets" for title in speaking):
        speaking = [title for title in speaking if title.kind != "targets"]
    return next((title for title in reversed(speaking) if title.weight > _PLAIN), speaking[-1] if speaking else None)


def decide(
    head: Title | None, said: Title | None, kinds: Sequence[str], titled: Sequence[Title]
) -> DocumentKind | None:
    """Return the document's kind by its title, the sentence that opens it, and the kinds of its parts."""
    has_project = any(kind in ("project_form", "project_report") for kind in kinds)
    has_overall = any(kind in ("overall_form", "overall_report", "base_table") for kind in kinds)
    has_accounts = any(kind in ("statement", "accounts_prose", "contents", "chapter") for kind in kinds)
    if head is not None:
        if head.document in ("final_accounts", "budget") and has_project and not (has_overall or has_accounts):
            return "project_self_evaluation"
        if (
            head.weight <= _PLAIN
            and has_project
            and not any(t.weight > _PLAIN and t.owner == "department" for t in titled)
        ):
            return "project_self_evaluation"
        return head.document
    if said is not None:
        return said.document
    first = next((title for title in titled if title.document is not None and title.weight > _PLAIN), None)
    if first is not None and first.kind != "statement":
        return first.document
    stated = [title.document for title in titled if title.kind == "statement"]
    if stated:
        return max(("final_accounts", "budget"), key=stated.count)
    if has_project and not has_overall:
        return "project_self_evaluation"
    return None


def is_blank_form(titles: Sequence[Title]) -> bool:
    """Tell whether a document's titles have blanks where its department stands (XX局): a form to fill in."""
    return any(blank in title.text for title in titles for blank in words("blanks"))


def _begins_body(unit: Unit) -> bool:
    if unit.is_row:
        return unit.at >= _BODY_ROWS
    return (
        bool(ENUMERATED.match(unit.text))
        or unit.text.endswith("。")
        or (len(unit.text) > _SENTENCE and bool(re.search(r"[,。;]", unit.text)))
    )
