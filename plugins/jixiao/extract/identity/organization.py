"""Whose a document is: a form's cell, a line with a label, a title, the first paragraph; each only if it is a name."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from jixiao.extract.identity.names import expand, has_ending, is_organization, tidy
from jixiao.extract.identity.regions import chain_at_start
from jixiao.extract.identity.words import any_of, words
from jixiao.extract.tables.tokens import token_evidence, tokens_of
from jixiao.model import Cell, Document, Evidence, Passage, Table
from jixiao.read.text import cell_evidence

_BRACKETS = re.compile(r"\([^()]*\)")
_BETWEEN = re.compile(r"[、/和或与及]")
_LEVEL = re.compile(r"^[省市县区州旗乡镇]级(?=预?[算部单])")
_YEAR = re.compile(r"(?:20\d\d|[〇○零一二三四五六七八九]{4})(?:年度?|度)?|^年度")
_FORMS = 2
_HEAD_ROWS = 4
_TOKENS, _LABELLED, _OPENING, _SHORTENED = 80, 12, 8, 40
_SHORT_TITLE = 40
_SPOKEN_OF = 60
_LEADING_CODE = re.compile(r"^\d{3,}(?=[一-鿿])")
_CODES = ("编码", "代码")
_DATE = re.compile(r"20\d\d年\d{1,2}月\d{1,2}日")
Named = tuple[str, Evidence]


def find_organization(document: Document, titles: Sequence[str] = ()) -> tuple[str | None, Evidence | None]:
    """Return the department's full name as the document gives it; `titles` are the title lines that spoke for it."""
    named = next(_labelled(document), None)
    if named is not None:
        return expand(named[0]), named[1]
    titled = next(_titled(document, titles), None)
    best = _written_out(document, titled) or next(_in_forms(document.tables[:_FORMS]), None) or _signed(document)
    if best is None:
        return None, None
    name = expand(best[0])
    whole = "\n".join(passage.text for passage in document.passages[:_SPOKEN_OF])
    return (name if chain_at_start(name)[1] else _with_its_place(name, whole)), best[1]


def _with_its_place(name: str, text: str) -> str:
    """Return a name as a text writes it out, with its place before it: 万安街道 is 洛江区人民政府万安街道办事处."""
    fuller = re.search(rf"([一-鿿]{{2,20}}[省市区县州旗](?:人民政府)?){re.escape(name)}(?:{any_of('seats')})?", text)
    if fuller is None:
        return name
    known = (at for at in range(len(fuller[1]) - 1) if chain_at_start(fuller[0][at:])[1])
    return fuller[0][next(known, 0) :]


def is_label(text: str) -> bool:
    """Tell whether a cell labels the department's name (预算部门、单位名称, 填报单位(盖章):)."""
    pieces = _BETWEEN.split(_LEVEL.sub("", _BRACKETS.sub("", text).rstrip(":")))
    labels, parts = words("labels"), words("label_parts")
    if len(pieces) == 1:
        return pieces[0] in labels
    return all(piece in labels or piece in parts for piece in pieces) and any(
        piece in labels or (piece in parts and not piece.endswith(_CODES)) for piece in pieces
    )


def _without_code(label: str, value: str) -> str:
    """Return what stands beside a label without the code that the label announces (主管部门及代码 | 118…)."""
    return _LEADING_CODE.sub("", value) if any(code in label for code in _CODES) else value


def _labelled(document: Document) -> Iterator[Named]:
    """Give the names beside or behind a label: in the heads of forms, in lines, in paragraphs."""
    yield from _in_forms(document.tables[:1], end_row=_HEAD_ROWS)
    inline, glued = _inline(), _glued()
    for label, value in pairwise(tokens_of(document)[:_TOKENS]):
        for pattern in (inline, glued):
            if (match := pattern.match(label.text)) and is_organization(match["name"]):
                yield tidy(match["name"]), token_evidence(label)
        if is_label(label.text) and is_organization(name := _without_code(label.text, value.text)):
            yield tidy(name), token_evidence(value)
    for passage in document.passages[:_LABELLED]:
        if (match := inline.search(passage.text)) and is_organization(match["name"]):
            yield tidy(match["name"]), passage.evidence(*match.span("name"))


def _in_forms(forms: Sequence[Table], end_row: int | None = None) -> Iterator[Named]:
    """Give the names beside a label in the rows of forms down to `end_row` (exclusive)."""
    labels = [(table, cell) for table in forms for cell in _in_order(table) if is_label(cell.text)]
    # A form may name the department above the one that reports.
    has_reporter = any("单位" in cell.text for _, cell in labels)
    for table, cell in labels:
        if end_row is not None and cell.row >= end_row:
            continue
        beside = right_of(table.cells, cell)
        is_above = _BRACKETS.sub("", cell.text).rstrip(":") in words("above")
        if beside is None or (is_above and has_reporter):
            continue
        name = _without_code(cell.text, beside.text)
        if is_organization(name):
            yield tidy(name), cell_evidence(beside)


@cache
def _inline() -> re.Pattern[str]:
    """Return the pattern of a label with its mark and the name behind it, to the next label or mark."""
    stops = any_of("inline_stops")
    labels = rf"(?:{any_of('inline_labels')})(?:\([^()]{{1,6}}\))*(?:{any_of('inline_named')})?"  # 填报单位(部门)全称
    return re.compile(
        rf"(?:^(?:\d{{1,2}}[.、]|\(?[一二三四五六七八九十]{{1,2}}[)、])?|年度\)?|表){labels}(?:\([^()]{{1,6}}\))*:(?P<name>[^,。;:()\d]{{4,40}}?)(?=\(|,|。|;|{stops}|20\d\d|$)"
    )


@cache
def _glued() -> re.Pattern[str]:
    labels, stops, level = any_of("glued_labels"), any_of("glued_stops"), any_of("own_level")
    return re.compile(rf"^(?:{labels})(?P<name>[一-鿿]{{5,40}}?)(?=\((?:{level})\)|{stops}|$)")


def _titled(document: Document, titles: Sequence[str]) -> Iterator[Named]:
    """Give the names that the title begins with, or that stand on a line of their own above it, else below it."""
    lines = [(passage, line) for passage in document.passages for line in _lines(passage)]
    texts = [text for _, text in lines]
    for title in titles:
        at = next((here for here in range(len(texts)) if title.startswith(texts[here])), None)
        holding = (one for one in document.passages if title in one.text)
        passage = lines[at][0] if at is not None else next(holding, None)
        if name := name_in(title):
            yield name, _evidence(passage, name)
        if at is None:  # the words of a sentence: 现将某局2023年度…自评情况报告如下
            continue
        near = [here for here in (at - 1, at - 2, at - 3, at + 1, at + 2) if 0 <= here < len(texts)]
        for here in near:
            if len(texts[here]) <= _SHORT_TITLE and (name := name_in(texts[here]) or _alone(texts[here])):
                yield name, _evidence(lines[here][0], name)


def _lines(passage: Passage) -> list[str]:
    """Return the lines of a passage, normalised as its text is."""
    ends: dict[int, list[str]] = {}
    for character, (line, _) in zip(passage.text, passage.spots, strict=False):
        ends.setdefault(line, []).append(character)
    return ["".join(some) for _, some in sorted(ends.items())]


def _alone(text: str) -> str | None:
    return tidy(text) if is_organization(text) and ":" not in text else None


def name_in(title: str) -> str | None:
    """Return the name that a title begins with: it ends where a year stands, or where the title's kind begins."""
    bare = re.sub(rf"^(?:(?:{any_of('before')})\d*[:.、]?)+", "", title)
    bare = bare[match.end() :] if (match := _YEAR.match(bare)) else bare
    if (year := _YEAR.search(bare)) and is_organization(bare[: year.start()]):
        return tidy(bare[: year.start()])
    for end in range(min(len(bare), 40), 3, -1):
        if bare[end:].startswith(words("title_goes_on")) and is_organization(bare[:end]) and has_ending(bare[:end]):
            return tidy(bare[:end])
    return None


def _written_out(document: Document, titled: Named | None) -> Named | None:
    """Return the name that the text writes out before it shortens it (…(以下简称…)), if it is the title's or longer."""
    pattern = re.compile(rf"^(?P<full>[^,。;:()“”]{{4,40}})\((?:{any_of('short_name')})")
    best = titled
    for passage in document.passages[:_SHORTENED]:
        for clause in re.split(r"[,。;]", passage.text):
            if (match := pattern.match(clause)) and is_organization(match["full"]):
                full = tidy(match["full"])
                if best is None or len(full) >= len(best[0]):
                    best = best if best and best[0] == full else (full, passage.evidence(0, len(full)))
                break
    return best


def _signed(document: Document) -> Named | None:
    """Return the name that signs the text: on a line of its own above the date at its end."""
    for passage, below in pairwise(document.passages):
        if _DATE.fullmatch(below.text) and (name := _alone(passage.text)):
            return name, passage.evidence(0, len(passage.text))
    return None


def _evidence(passage: Passage | None, name: str) -> Evidence:
    at = passage.text.find(name) if passage is not None else -1
    if passage is None:
        return Evidence(text=name)
    return passage.evidence(max(at, 0), max(at, 0) + len(name))


def _in_order(table: Table) -> list[Cell]:
    return sorted(table.cells, key=lambda cell: (cell.row, cell.col))


def right_of(cells: tuple[Cell, ...], label: Cell) -> Cell | None:
    """Return the nearest cell with words to the right of another in its row."""
    same = [
        c for c in cells if c.row <= label.row < c.row + c.row_span and c.col >= label.col + label.col_span and c.text
    ]
    return min(same, key=lambda c: c.col, default=None)
