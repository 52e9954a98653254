"""Cut a document into parts: at titles, at new sheets, and where a form's head names a project or another unit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from jixiao.extract.identity.names import is_organization, same
from jixiao.extract.parts.kinds import joined
from jixiao.extract.parts.titles import ENUMERATED, OwnerKind, Title, is_title, plain, title_of, words
from jixiao.extract.parts.units import Unit, goes_on, labelled, rows_before, same_place
from jixiao.model import DocumentKind

_FIELD_CODE = re.compile(r"\s*PAGEREF\s*\S+.*$")  # of a contents list whose fields lost their results
_PART_MARK = re.compile(r"^第[一二三四五六七八九十]+(?:部分|章)")
_NUMERALS = "一二三四五六七八九十"
_ANNEX = re.compile(r"^附[件表录]?[一二三四五六七八九十\d]*(?:[-—.]\d+)?[:：]?$")
_STRONG_END = re.compile(r"(?:表|报告|报告书|总结)$")
_RUN_IN = re.compile(r"^(?P<heading>[^,。;:]{4,30})[。:](?=.)")
_SUM = re.compile(r"\d[万亿千]?元")
_PLAIN = 2
_HEAD_ROWS = 4
_NEAR_TITLE = 6
_SENTENCE = 45


@dataclass(slots=True)
class Draft:
    """A part while it is cut: its kind, whose it is, and the units `first` to `end` (exclusive)."""

    kind: str
    owner: OwnerKind
    name: str | None
    title: str
    first: int
    end: int
    weight: int
    is_form: bool
    grounds: list[str] = field(default_factory=list)
    chapter: str = ""  # the numeral of the heading that opens a chapter of final accounts


class _Cutter:
    def __init__(self, units: Sequence[Unit], base: DocumentKind | None, ours: "Ours") -> None:
        self.units = units
        self.base = base
        self.ours = ours
        self.parts: list[Draft] = [Draft("prose", "department", None, "", 0, 0, 0, False)]
        self.titles: list[Title] = []
        self._enclosing: Draft = self.parts[0]
        self._listed: set[str] = set()
        self._after_annex = True

    @property
    def part(self) -> Draft:
        return self.parts[-1]

    def cut(self, kind: str, owner: OwnerKind, title: str, here: int, ground: str, **more: object) -> None:
        """Open a part at a unit."""
        fresh = Draft(kind, owner, None, title, here, here, 0, False, [ground])
        for name, value in more.items():
            setattr(fresh, name, value)
        if not fresh.is_form:
            self._enclosing = fresh
        self.parts.append(fresh)

    def run(self) -> list[Draft]:
        for here, unit in enumerate(self.units):
            self._sheet(here, unit)
            if self.part.kind == "contents" and not self._contents_end(here, unit):
                self.part.end = here + 1
                continue
            if not self._title(here, unit) and not self._chapter(here, unit):
                self._resume(here, unit)
                self._head(here, unit)
            self._after_annex = bool(_ANNEX.match(unit.text))
            self.part.end = here + 1
        return [part for part in self.parts if part.end > part.first]

    def _sheet(self, here: int, unit: Unit) -> None:
        if here and unit.sheet != self.units[here - 1].sheet:
            name = unit.sheet or ""
            is_list = any(word in name for word in words("dictionary_sheets"))
            kind, owner = ("dictionary", "none") if is_list else ("sheet", "department")
            self.cut(kind, owner, name, here, f"sheet {name}")  # type: ignore[arg-type]

    def _contents_end(self, here: int, unit: Unit) -> bool:
        """Tell whether the contents end before a unit; then the part that they stand in goes on."""
        line = _heading_words(unit.text)
        again = line in self._listed and self._is_plain_line(unit)
        tells = _is_sentence(unit) or unit.text.endswith("。") or _SUM.search(unit.text)
        if not again and not unit.is_row and not tells:
            self._listed.add(line)
            return False
        if unit.is_row and not again and unit.at == 0 and re.search(r"\.{3,}|…", unit.text):
            return False
        before = self.parts[-2] if len(self.parts) > 1 else self.parts[0]
        self._continue(before, here)
        return True

    @staticmethod
    def _is_plain_line(unit: Unit) -> bool:
        return not re.search(r"\.{3,}|…{2,}|\d$", unit.text)

    def _continue(self, part: Draft, here: int) -> None:
        again = Draft(part.kind, part.owner, part.name, part.title, here, here, part.weight, part.is_form)
        again.grounds = [*part.grounds, "goes on"]
        again.chapter = part.chapter
        self.parts.append(again)
        self._enclosing = again

    def _title(self, here: int, unit: Unit) -> bool:
        is_first = all(title.document is None for title in self.titles)
        for text in unit.titles():
            if not is_title(text) or goes_on(self.units, here):
                continue
            title = joined(self.units, here, text, is_first) if not unit.is_row else title_of(text, is_first)
            if title is None or not self._cuts(title, unit, is_first):
                continue
            if title.kind == "contents":
                self._listed.clear()
            self.titles.append(title)
            self.cut(
                title.kind,
                title.owner,
                title.text,
                here,
                f"title {title.text}",
                weight=title.weight,
                is_form=title.is_form,
            )
            return True
        return False

    def _cuts(self, title: Title, unit: Unit, is_first: bool) -> bool:
        """Tell whether a title opens a part here: within a text only what ends like a report or a form does."""
        if is_first or self._after_annex or unit.is_row or title.document is None:
            return True
        if title.weight <= _PLAIN:
            return self.part.kind not in ("overall_report", "overall_form", "prose") or self.part.is_form
        if (
            title.owner == self.part.owner == "department"
            and not title.is_form
            and self.base == "overall_self_evaluation"
        ):
            return title.document == "overall_self_evaluation"
        return bool(_STRONG_END.search(plain(title.text))) or self.base in ("final_accounts", "budget")

    def _chapter(self, here: int, unit: Unit) -> bool:
        """Open or end the chapter of final accounts that is the self-evaluation: a numbered heading that names it."""
        if self.base not in ("final_accounts", "budget") or unit.is_row:
            return False
        mark = ENUMERATED.match(unit.text)
        words_of = _run_in(unit.text[mark.end() :]) if mark is not None else ""
        if mark is not None and (words_of or not _is_sentence(unit)):
            words_of = words_of or unit.text[mark.end() :]
            title = title_of(words_of) if is_title(words_of) else None
            if title is not None and title.weight > _PLAIN and title.document in (
                "overall_self_evaluation", "project_self_evaluation",
            ):  # fmt: skip
                self.titles.append(title)
                self.cut(title.kind, title.owner, unit.text, here, f"chapter {unit.text}", weight=4, chapter=mark[0])
                return True
        ends = _PART_MARK.match(unit.text) or (mark and self.part.chapter and _follows(self.part.chapter, mark[0]))
        if ends and self.part.kind not in ("accounts_prose", "prose", "contents"):
            self.cut("accounts_prose", "department", unit.text, here, f"heading {unit.text}")
            return True
        return False

    def _resume(self, here: int, unit: Unit) -> None:
        """Let the text go on that a form with a title stands in: at the next heading or sentence below its table."""
        part = self.part
        if not part.is_form or unit.is_row or self._enclosing is part:
            return
        has_table = any(one.is_row for one in self.units[part.first : here])
        if has_table and (ENUMERATED.match(unit.text) or _is_sentence(unit)):
            self._continue(self._enclosing, here)

    def _head(self, here: int, unit: Unit) -> None:
        """See whom a form's head names: a project, or a unit that is not the department."""
        pairs = list(unit.pairs()) if unit.is_row or ":" in unit.text else []
        pairs += self._broken_pairs(here, unit) if pairs and not unit.is_row else []
        for label, value in pairs:
            if label in words("project_labels") and "整体" not in value and len(value) > 1:
                self._named(here, unit, "project_form", "project", value)
                return
            if label in words("unit_labels") and self.ours.is_other(value):
                self._named(here, unit, "unit_form", "unit", value)
                return

    def _broken_pairs(self, here: int, unit: Unit) -> list[tuple[str, str]]:
        """Return the unit that a line's labels name once the line is joined to the next, which it may break over."""
        below = self.units[here + 1] if here + 1 < len(self.units) else None
        if below is None or not same_place(unit, below) or below.page != unit.page:
            return []
        return [pair for pair in labelled(unit.text + below.text) if pair[0] in words("unit_labels")]

    def _named(self, here: int, unit: Unit, kind: str, owner: OwnerKind, name: str) -> None:
        part = self.part
        if part.owner in ("none", "project") and owner == "unit":
            return
        if part.owner == owner and part.name in (None, name):
            part.name = name
            return
        opened = rows_before(self.units, here) if unit.is_row else here
        is_near = here - part.first <= _NEAR_TITLE and (not unit.is_row or unit.at < _HEAD_ROWS)
        if is_near and part.weight <= (_PLAIN if owner == "project" else 9) and part.owner == "department":
            part.kind, part.owner, part.name = kind, owner, name
            part.grounds.append(f"{owner} {name}")
            return
        if is_near and part.weight > _PLAIN and owner == "project":
            return  # the title says that it is the department's
        if not unit.is_row:
            return
        start = here if unit.at >= _HEAD_ROWS or part.first > opened else opened
        start = max(start, part.first)
        if start < here:
            part.end = start
        self.cut(kind, owner, name, start, f"{owner} {name}", weight=4, is_form=True, name=name)


@dataclass(frozen=True, slots=True)
class Ours:
    """The department that a document is of: which names are its own."""

    name: str | None

    def is_other(self, name: str) -> bool:
        """Tell whether a name is certainly another organization's."""
        return self.name is not None and is_organization(name) and not same(self.name, name)


def cut(units: Sequence[Unit], base: DocumentKind | None, ours: Ours) -> tuple[list[Draft], list[Title]]:
    """Return the parts of a document in order (their units cover it once), and all titles that opened one."""
    cutter = _Cutter(units, base, ours)
    return cutter.run(), cutter.titles


def _heading_words(text: str) -> str:
    return re.sub(r"(?:[.…·_\s]{2,}\d*|\d{1,3})$", "", _FIELD_CODE.sub("", text))


def _is_sentence(unit: Unit) -> bool:
    return len(unit.text) > _SENTENCE and bool(re.search(r"[,。;]", unit.text)) and not unit.text.startswith("注")


def _run_in(text: str) -> str:
    """Return the heading that stands in one paragraph with its text: (一)整体支出绩效自评结果。2023年…."""
    found = _RUN_IN.match(text)
    return found["heading"] if found else ""


def _follows(first: str, later: str) -> bool:
    """Tell whether a heading's mark is of the same kind as another, and behind it in the count."""
    one, other = (re.sub(r"[^一二三四五六七八九十\d]", "", mark) for mark in (first, later))
    if first.replace(one, "") != later.replace(other, ""):
        return False
    return _count(other) > _count(one)


def _count(numeral: str) -> int:
    if numeral.isdigit():
        return int(numeral)
    tens, mark, ones = numeral.rpartition("十")
    digit = _NUMERALS.index(ones) + 1 if ones and ones in _NUMERALS else 0
    return (10 * (_NUMERALS.index(tens) + 1 if tens else 1) if mark else 0) + digit
