"""Rates in running text: completion, share, change, and the named rates of the score tables' indicators."""

import re
from dataclasses import dataclass, field, replace

from jixiao.extract.clauses import Piece
from jixiao.extract.foreign import ANOTHERS, limited, sign_of
from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.names import free_words, speaks_of_a_project
from jixiao.extract.numbers import sums_in
from jixiao.extract.scope import Scopes
from jixiao.extract.scoped import WEAK_MARKS, Told, subject_of
from jixiao.model import Change, Evidence, Money, Passage, Ratio, RatioName, Stage, Subject

_CONTROL: dict[str, RatioName] = {
    "public_use": "public_use_control_rate",
    "three_public": "three_public_control_rate",
}

# 分别达到50%、75%、92%的各得5分
_RUBRIC = re.compile(r"(?:[、和及]\d+(?:\.\d+)?%)*(?:的,?各?|各)[得扣计]\d")


@dataclass(slots=True)
class Rates:
    """The rates and changes found so far; `open_change` is a sum of change that a rate may still join."""

    ratios: list[Ratio] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    open_change: int | None = None

    def change_of_sum(self, about: Subject | None, piece: Piece, year: int, evidence: Evidence) -> None:
        """Take a sum of change (增加5万元)."""
        sign, figure = sign_of(piece), piece.figure
        if about is None or sign is None or figure is None or _against_budget(piece):
            return
        self.changes.append(Change(year, about, piece.words, evidence, sign * figure.value, figure.ulp))
        self.open_change = len(self.changes) - 1


def _against_budget(piece: Piece) -> bool:
    return piece.has("against", "budget")


def read_rate(passage: Passage, piece: Piece, scopes: Scopes, given: Token | None, rates: Rates, versus: bool) -> str:
    """Add the rate that ends a piece; return why one is left out, or an empty string."""
    figure = piece.figure
    if figure is None or figure.unit == "个百分点":
        return "percentage points"
    if _RUBRIC.match(piece.text, figure.end):
        return "a rate of a rubric"
    piece = _of_formula(piece, scopes)
    if limit := limited(piece):
        return limit
    if scopes.owner == "a target":
        return scopes.owner
    about, year = _about(piece, scopes, given)
    last = _last_rate(piece)
    evidence = passage.evidence(figure.start, figure.end)
    if last is not None and last.value == "none":
        return "a rate of the work"
    if sign_of(piece) is not None:
        return _growth(piece, scopes, about, rates, evidence, versus)
    if piece.has("share") and not _is_of_budget(piece, scopes):
        return _share(piece, scopes, about, year, rates, evidence)
    if last is not None and last.value not in ("budget_completion_rate", "none"):
        return _named(passage, piece, last, scopes, about, year, rates, evidence)
    return _completion(passage, piece, last, scopes, about, year, rates, evidence)


def _is_of_budget(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether a share is what was spent of the budget: 全部资金支出1271.64万元,占预算总额的99.02%."""
    share = piece.of("share")[0]
    of = any(token.row.mark == "of" and token.start == share.start for token in piece.of("rate"))
    last = scopes.told[-1] if scopes.told else None
    own = any(token.value == "final" for token in piece.of("stage"))
    return of and (own or (last is not None and last.is_sum and last.stage == "final"))


def _in_reach(piece: Piece, scopes: Scopes) -> list[Told]:
    """Return the figures before that a rate may be of: not those of a bracket that has closed behind a figure.

    基本支出100万元(其中人员经费80万元),占20% is of the first; 车辆运行费(20万元),下降5% is of the sum in the bracket.
    """
    at = piece.index - 1
    while at >= 0 and scopes.pieces[at].depth > piece.depth:
        at -= 1
    if at < 0 or at == piece.index - 1 or scopes.pieces[at].figure is None:
        return scopes.told
    return [one for one in scopes.told if one.piece <= at]


def _about(piece: Piece, scopes: Scopes, given: Token | None) -> tuple[Subject | None, int]:
    """Return what a rate is of: its clause's term, else what the sum before it is of, else its sentence's."""
    before = _in_reach(piece, scopes)
    if given is not None:
        about = subject_of(given, piece.text)
        same = [one.subject for one in before if one.subject and one.subject.item == about.item]
        return (None if given.value.startswith("none/") else same[-1] if same else about), scopes.fiscal_year
    some = [t for t in scopes.own_terms if not t.value.startswith("none/")]
    terms = [t for t in some if t.row.mark not in WEAK_MARKS or piece.has("share")]
    if speaks_of_a_project(piece, scopes.pieces) and all(t.value.endswith("total/total") for t in terms):
        return None, scopes.fiscal_year
    if terms and not scopes.name:
        return subject_of(terms[-1], piece.text), scopes.year or scopes.fiscal_year
    last = before[-1] if before else None
    if last is not None and last.left:
        return None, scopes.fiscal_year
    if last is not None and not last.is_sum and last.subject is not None and sign_of(piece) is not None:
        return last.subject, scopes.fiscal_year
    told = next((one for one in reversed(before) if one.is_sum), None)
    if scopes.label is not None and not scopes.label.lasting and (told is None or told.piece < scopes.label.piece):
        listed = Subject("expenditure", "project", scopes.label.name) if scopes.label.listed else None
        return listed, scopes.year or scopes.fiscal_year
    if told is not None:
        of_many = scopes.label is not None and scopes.label.lasting and not scopes.label.listed
        if of_many and told.subject is not None and told.subject.scheme == "project":
            return None, scopes.fiscal_year
        return told.subject, scopes.year or scopes.fiscal_year
    away = ("heading",) if sign_of(piece) is not None else ("heading", "before")
    said = [one for one in scopes.said if one.place not in away]
    if scopes.own_terms and not scopes.name:
        return subject_of(scopes.own_terms[-1], piece.text), scopes.year or scopes.fiscal_year
    return (said[-1].subject if said and not scopes.free else None), scopes.year or scopes.fiscal_year


def _last_rate(piece: Piece) -> Token | None:
    """Return the word for a rate that the figure stands behind, with nothing but small words between."""
    tokens = piece.of("rate")
    if not tokens:
        return None
    gap = piece.text[tokens[-1].end : piece.end]
    ties = sum(t.end - t.start for t in lexicon().scan(gap, ("filler",)))
    return tokens[-1] if tokens[-1].value == "none" or len(gap.strip("=:(,%)")) <= ties else None


def _of_formula(piece: Piece, scopes: Scopes) -> Piece:
    """Return the result of a formula with the words in front of the formula: 完成率=(a/b)×100%=95.3%."""
    if piece.words != "=" or piece.marks:
        return piece
    at = piece.index
    while at and not scopes.pieces[at].marks.strip("()"):
        at -= 1
    head = scopes.pieces[at]
    name = head.text[head.start : head.end].split("=")[0]
    tokens = [token for token in head.tokens if token.end <= head.start + len(name)]
    return replace(head, end=head.start + len(name), figure=piece.figure, behind=piece.behind, tokens=tokens)


def _classless(scopes: Scopes) -> bool:
    """Tell whether the sum before was the department's, of a kind that the contract has no class for (事业收入)."""
    sums = [one for one in scopes.told if one.is_sum or one.left]
    return bool(sums) and sums[-1].classless


def _said_before(piece: Piece, scopes: Scopes) -> str:
    """Return the clause in front that names a rate whose figure stands alone: 人员补助执行率最低,仅为81.2%."""
    before = scopes.pieces[piece.index - 1] if piece.index and "," in piece.marks else None
    alone = piece.has("only") and not free_words(piece, scopes.own)
    if before is None or before.figure is not None or not alone:
        return ""
    return before.words if before.has("rate", "budget_completion_rate") else ""


def _label(piece: Piece, scopes: Scopes, words: str = "") -> str:
    words = words or piece.words
    said = scopes.label.name if scopes.label is not None else ""
    if not said:
        told = next((one for one in reversed(_in_reach(piece, scopes)) if one.is_sum), None)
        said = told.name if told is not None else ""
    return words if not said or said in words else f"{said} {words}"


def _growth(piece: Piece, scopes: Scopes, about: Subject | None, rates: Rates, evidence: Evidence, versus: bool) -> str:
    figure, sign = piece.figure, sign_of(piece)
    if figure is None or sign is None or _against_budget(piece) or versus or (about is None and not _classless(scopes)):
        return "a change of something else"
    percent = sign * figure.value
    if about is None:
        label = _label(piece, scopes)
        rates.ratios.append(Ratio("year_on_year_change", label, percent, evidence, scopes.fiscal_year))
        return ""
    rates.ratios.append(
        Ratio("year_on_year_change", _label(piece, scopes), percent, evidence, scopes.fiscal_year, about)
    )
    at = rates.open_change
    if at is not None and rates.changes[at].percent is None and rates.changes[at].subject == about:
        rates.changes[at] = replace(rates.changes[at], percent=percent)
    else:
        rates.changes.append(Change(scopes.fiscal_year, about, piece.words, evidence, percent=percent))
    rates.open_change = None
    return ""


def _share(piece: Piece, scopes: Scopes, about: Subject | None, year: int, rates: Rates, evidence: Evidence) -> str:
    classless = _classless(scopes) or any(token.value.startswith("none/") for token in scopes.own_terms)
    among = bool(scopes.said)
    last = scopes.told[-1] if scopes.told else None
    others = last is not None and last.left and any(scopes.pieces[last.piece].has("owner", one) for one in ANOTHERS)
    foreign = about is None and others
    if piece.figure is None or foreign or (about is None and not piece.has("stage") and not classless and not among):
        return "a share of something else"
    token = piece.of("share")[0]
    lead = Piece(piece.text, piece.start, token.start, "", tokens=[t for t in piece.tokens if t.end <= token.start])
    rest = "" if lead.tokens or not lexicon().scan(lead.words, ("rest",)) else lead.words
    if any(one.value == "balance" and one.end == len(lead.words) for one in lexicon().scan(lead.words, ("row",))):
        rates.ratios.append(Ratio("carry_over_rate", piece.words, piece.figure.value, evidence, year))
        return ""  # 年末结转结余占调整后预算的2.23%
    other = rest or (free_words(lead, scopes.own) if not lead.has("subject") else "")
    label, subject = (f"{other} 占比", None) if other else (_label(piece, scopes, "占比"), about)
    rates.ratios.append(Ratio("share", label, piece.figure.value, evidence, year, subject))
    return ""


def _named(
    passage: Passage,
    piece: Piece,
    last: Token,
    scopes: Scopes,
    about: Subject | None,
    year: int,
    rates: Rates,
    evidence: Evidence,
) -> str:
    if piece.figure is None:
        return ""
    name: RatioName = last.value  # type: ignore[assignment]
    if name == "other" and about is not None and scopes.told and scopes.told[-1].year != scopes.fiscal_year:
        name = "year_on_year_change"
    if last.row.mark == "money" and not (scopes.own_terms or piece.has("stage")):
        return "a rate of something else"
    subject = about if name == "other" else None
    top, bottom = sums_nearby(passage.text) if name == "procurement_rate" else (None, None)
    label = piece.words if name != "score_rate" else _label(piece, scopes, piece.words)
    rates.ratios.append(Ratio(name, label, piece.figure.value, evidence, year, subject, None, top, bottom))
    return ""


def _completion(
    passage: Passage,
    piece: Piece,
    last: Token | None,
    scopes: Scopes,
    about: Subject | None,
    year: int,
    rates: Rates,
    evidence: Evidence,
) -> str:
    figure = piece.figure
    if last is None and (said := _said_before(piece, scopes)):
        rates.ratios.append(Ratio("budget_completion_rate", said, figure.value, evidence, year))  # type: ignore[union-attr]
        return ""
    control = (_CONTROL.get(about.scheme) or _CONTROL.get(about.item)) if about is not None else None
    if figure is None:
        return ""
    if control and piece.words.startswith("控制率"):
        rates.ratios.append(Ratio(control, _label(piece, scopes), figure.value, evidence, year))
        return ""
    compared = next((one for one in reversed(scopes.told)), None)
    of_sum = (
        compared is not None
        and compared.compared
        and compared.is_sum
        and compared.stage != "final"
        and not (piece.tokens or free_words(piece, scopes.own))
    )
    bare = not free_words(piece, scopes.own) and piece.has("stage", "final") and about is not None
    if last is None and not of_sum and not bare:
        return "no word for a rate of money"
    money = bool(about is not None or scopes.own_terms or piece.has("stage", "planned"))
    if last is not None and last.row.mark == "money" and (not money or free_words(piece, scopes.own)):
        return "a rate of the work"
    if piece.has("owner", "procurement") or scopes.procured:
        top, bottom = sums_nearby(passage.text)
        rates.ratios.append(
            Ratio("procurement_rate", piece.words, figure.value, evidence, year, None, None, top, bottom)
        )
        return ""
    base: Stage = "initial_budget" if piece.has("stage", "initial_budget") else "budget"
    if of_sum and compared is not None and compared.stage is not None:
        base, about = compared.stage, compared.subject
    rates.ratios.append(
        Ratio("budget_completion_rate", _label(piece, scopes), figure.value, evidence, year, about, base)
    )
    return ""


def sums_nearby(text: str) -> tuple[Money | None, Money | None]:
    """Return (actual, planned) where a passage on procurement gives just one of each."""
    planned: list[Money] = []
    actual: list[Money] = []
    last = 0
    for some in sums_in(text):
        stages = lexicon().values(text[last : some.start], "stage")
        last = some.end
        if stages:
            (actual if stages[-1] == "final" else planned).append(Money(some.yuan, some.ulp_yuan))
    return (actual[0], planned[0]) if len(planned) == 1 and len(actual) == 1 else (None, None)
