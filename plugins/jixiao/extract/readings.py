"""What one sum of running text can be, each reading with its cost and its grounds.

Costs are steps, not weights: what a figure's own clause says is free, what it must borrow from further away costs
more, and what speaks against a reading is added. Their order carries the result (see docs/architecture.md).
"""

import re
from dataclasses import dataclass, replace
from functools import partial

from jixiao.extract.clauses import Piece
from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.names import has_suffix, is_glued
from jixiao.extract.scope import WEAK_MARKS, WHOLE, Scopes, subject_of
from jixiao.model import Stage, Subject

_OTHERS = ("won for others", "economy", "another government")
_RANGE = re.compile(r"^[~～\-—至]\d")
_LIMIT = re.compile(r"[≤≥<>~～*×/]$")
_MOST = 10
NO_CLASS_WORDS = "no class of the contract"
UNSAID, OF_TERM = "no stage said", "支出 in its term"
SPENT, INCOME = "支出", "收入"

SEGMENT, SENTENCE, LEAD, HEADING, BEFORE, OTHER = 0.15, 0.3, 0.4, 0.4, 0.6, 0.25
FREE, LABELLED, GLUED, WEAK, FLOW = 0.5, 0.6, 0.6, 0.6, 0.1
BARE_TOTAL, TOTAL_AFTER, TOTAL_FREE, UNTOLD = 0.25, 0.3, 0.4, 0.6
LISTED, KNOWN, NAMED_ITEM, NAMED = 0.15, 0.2, 0.45, 0.9
PLANNED, OF_WHOLE, CARRIED, LED, HEADED, DEFAULT, RIVAL = 0.08, 0.15, 0.2, 0.3, 0.4, 0.45, 0.45
NOT_OURS, NO_CLASS, STORY, OWNED, OWNED_SOFT, CERTAIN = 1.2, 0.1, 0.4, 0.1, 0.6, 0.0
PART_AS_WHOLE = 0.8
AGAINST_OWNER, AGAINST_OWNER_OWN, AGAINST_CERTAIN = 0.8, 0.3, 2.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a sum: of what, of which year and stage; or not ours, with the `reason`."""

    cost: float
    subject: Subject | None
    stage: Stage | None
    year: int
    reason: str = ""
    grounds: tuple[str, ...] = ()
    parent: str | None = None
    own: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """Return what two figures must not share with different values; of what is not ours nothing."""
        if self.subject is None:
            return ()
        return self.year, self.subject.flow, self.stage, self.subject.scheme, self.subject.item

    def words(self) -> str:
        """Return the reading in one line, for a ledger."""
        if self.subject is None:
            return f"not ours: {self.reason}"
        return f"{self.year} {self.subject.flow} {self.stage} {self.subject.scheme}/{self.subject.item}"


@dataclass(frozen=True, slots=True)
class Given:
    """What 分别为 gives a figure of a row: its own term, stage or name."""

    term: Token | None = None
    stage: Token | None = None
    name: str = ""


def readings_of(piece: Piece, scopes: Scopes, given: Given | None = None) -> list[Reading]:
    """Return the readings of the sum that ends a piece, the cheapest first."""
    year, year_why = _year(piece, scopes)
    stages = _stages(piece, scopes, given)
    against, reasons = _not_ours(piece, scopes)
    out = [Reading(cost, None, None, year, reason, (reason,)) for reason, cost in reasons.items()]
    for subject, cost, why, own in _subjects(piece, scopes, given):
        if subject.scheme == "none":  # type: ignore[comparison-overlap]
            out.append(Reading(cost + NO_CLASS, None, None, year, f"{subject.item}: {NO_CLASS_WORDS}", (why,)))
            continue
        for stage, more, stage_why in stages:
            parent = scopes.label.parent if subject.scheme == "project" and scopes.label else None
            total = cost + more + _owed(against, own) + _again(scopes, subject, stage, own)
            out.append(Reading(total, subject, stage, year, "", (why, stage_why, year_why), parent, own))
    best: dict[tuple[object, ...], Reading] = {}
    for one in sorted(out, key=lambda one: one.cost):
        best.setdefault(one.key, one)
    return sorted(best.values(), key=lambda one: one.cost)[:_MOST]


def _again(scopes: Scopes, subject: Subject, stage: Stage, own: bool) -> float:
    """Return what it costs to read a part without a name as its whole."""
    whole, piece = scopes.whole, scopes.piece
    if whole is None or own or piece is None or piece.segment != scopes.whole_segment:
        return 0.0
    return PART_AS_WHOLE if subject.scheme == "total" or (whole.subject, whole.stage) == (subject, stage) else 0.0


def _owed(against: float, own: bool) -> float:
    return AGAINST_OWNER_OWN if against == AGAINST_OWNER and own else against


# ---------------------------------------------------------------------------------------------- year, stage


def _year(piece: Piece, scopes: Scopes) -> tuple[int, str]:
    if piece.has("last_year"):
        return scopes.fiscal_year - 1, "上年 in its clause"
    years = [int(year) for year in re.findall(r"(20[0-3]\d)年?度?(?!\d*月)", piece.words)]
    if years and abs(years[-1] - scopes.fiscal_year) <= 1:
        return years[-1], f"{years[-1]} in its clause"
    if scopes.year is not None:
        return scopes.year, f"{scopes.year} in its sentence"
    if scopes.whole is not None:
        return scopes.whole.year, "the year of its whole"
    return scopes.fiscal_year, "the fiscal year"


def _stages(piece: Piece, scopes: Scopes, given: Given | None) -> list[tuple[Stage, float, str]]:
    tokens = [given.stage] if given and given.stage else piece.of("stage")
    strong = [token for token in tokens if token.row.mark != "weak"] or _behind(piece)
    words = piece.text
    if strong:
        token = strong[-1]
        return [(_as_stage(token.value), 0.0, f"{token.value} in its clause")]
    planned = [token for token in tokens if token.value == "planned"]
    if planned:
        said = words[planned[-1].start : planned[-1].end]
        about = _context(scopes)
        other: Stage = "budget" if about == "initial_budget" else "initial_budget"
        return [(about, PLANNED, f"{said}: {about} as its scope says"), (other, PLANNED + RIVAL, f"{said}: or {other}")]
    inherited = _inherited_stages(piece, scopes)
    if scopes.whole is None and any(words[t.start : t.end].endswith(SPENT) for t in scopes.own_terms):
        inherited["final"] = min(inherited["final"], (LED, OF_TERM))
    if tokens:
        inherited["final"] = (0.05, f"{words[tokens[-1].start : tokens[-1].end]} in its clause")
        inherited = {
            stage: (max(cost, 0.3), why) if stage != "final" else (cost, why)
            for stage, (cost, why) in inherited.items()
        }
    return [(stage, cost, why) for stage, (cost, why) in sorted(inherited.items(), key=lambda one: one[1][0])]


def _behind(piece: Piece) -> list[Token]:
    """Return the stage that a bracket right behind a figure gives it: 2516.84万元(年初预算)."""
    if not piece.behind.startswith("("):
        return []
    inside = re.split(r"[,)]", piece.behind[1:])[0]
    return [token for token in lexicon().scan(inside, ("stage",)) if token.row.mark != "weak"]


def _as_stage(value: str) -> Stage:
    return "initial_budget" if value == "initial_budget" else "final" if value == "final" else "budget"


def _context(scopes: Scopes) -> Stage:
    """Return which budget a bare 预算 is: the initial one where its sentence, whole or heading says so."""
    whole = scopes.whole.stage if scopes.whole is not None else None
    listed = scopes.listing.stage if scopes.listing is not None else None
    for said in (whole, listed, scopes.stage):
        if said in ("initial_budget", "budget"):
            return said
    told = [one.stage for one in scopes.told if one.is_sum and not one.compared]
    if told and told[-1] == "initial_budget" and not scopes.year:
        return "budget"
    return (
        "initial_budget"
        if scopes.lead_stage == "initial_budget" or scopes.heading_stage == "initial_budget"
        else "budget"
    )


def _inherited_stages(piece: Piece, scopes: Scopes) -> dict[Stage, tuple[float, str]]:
    found: dict[Stage, tuple[float, str]] = {}

    def add(stage: Stage | None, cost: float, why: str) -> None:
        if stage is not None and (stage not in found or found[stage][0] > cost):
            found[stage] = cost, why

    add(scopes.whole.stage if scopes.whole else None, OF_WHOLE, "the stage of its whole")
    listed = scopes.listing is not None and scopes.label is not None and scopes.label.listed
    add(scopes.listing.stage if scopes.listing and listed else None, OF_WHOLE, "the stage of its list")
    told = [one for one in scopes.told if one.is_sum and not one.compared]
    if scopes.whole is None:
        add(told[-1].stage if told else None, CARRIED, "the stage of the sum before")
        add(scopes.stage, CARRIED, "the stage of its sentence")
    add(scopes.lead_stage, LED, "the stage of its lead")
    add(scopes.heading_stage, HEADED, "the stage of its heading")
    add("final", DEFAULT if not piece.has("last_year") else CARRIED, UNSAID)
    return found


# ------------------------------------------------------------------------------------------------- subject


def _subjects(piece: Piece, scopes: Scopes, given: Given | None) -> list[tuple[Subject, float, str, bool]]:
    """Return the subjects in reach: (subject, cost, why, whether the clause itself names it)."""
    if given and given.term is not None:
        subject = subject_of(given.term, piece.text)
        subject = replace(subject, flow=given.name) if given.name else subject  # type: ignore[arg-type]
        return [(subject, 0.0, "k-th of the terms before", True)]
    if given and given.name:
        return [(Subject("expenditure", "project", given.name), LISTED, "k-th of the names before", True)]
    found = _own(piece, scopes)
    labelled = _labelled(piece, scopes)
    if not any(own and cost == 0 for _, cost, _, own in found):
        found += _inherited(piece, scopes)
        found += _default(piece, scopes, found)
    return found + labelled


def _own(piece: Piece, scopes: Scopes) -> list[tuple[Subject, float, str, bool]]:
    strong = [token for token in scopes.own_terms if token.row.mark not in WEAK_MARKS]
    out: list[tuple[Subject, float, str, bool]] = []
    for back, token in enumerate(reversed(strong)):
        cost = OTHER * back + (GLUED if is_glued(piece, token, scopes.own) else 0.0)
        subject = _with_flow(subject_of(token, piece.text), piece, scopes)
        cost += GLUED if subject.scheme == "source" and _speaks_of_three_public(piece, scopes) else 0.0
        out.append((subject, cost, f"{piece.text[token.start : token.end]} in its clause", True))
    weak = [] if strong else scopes.own_terms
    near = next(
        (
            one.subject
            for one in reversed(scopes.said)
            # (五)“三公”经费。全年支出1.98万元: what the paragraph is headed by is what 支出 is of.
            if not one.weak and one.place in ("word", "lead") and one.piece != piece.index
        ),
        None,
    )
    for token in weak[-1:]:
        subject = subject_of(token, piece.text)
        grand = token.row.mark == "grand"
        cost = 0.0 if near is None or near.scheme == "total" else FLOW if near.flow != subject.flow or grand else WEAK
        cost = min(cost, FLOW) if len(_parts_named(piece, scopes)) > 1 else cost
        cost += (TOTAL_FREE if scopes.free else 0.0) + (LABELLED if _label_owns(piece, scopes) else 0.0)
        out.append((subject, cost, f"{piece.text[token.start : token.end]} in its clause", True))
    return out


def _speaks_of_three_public(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether a sentence is about the public expenses, which 财政拨款 only says who pays."""
    return any(
        one.subject.scheme == "three_public" and (one.place == "lead" or one.sentence == piece.sentence)
        for one in scopes.said
    )


def _with_flow(subject: Subject, piece: Piece, scopes: Scopes) -> Subject:
    """Return a source as spending where it is a part of spending and its clause does not say 收入."""
    if subject.scheme != "source" or INCOME in piece.words:
        return subject
    whole, last = scopes.whole, scopes.told[-1] if scopes.told else None
    if whole is not None and whole.subject is not None and SPENT in whole.name:
        return replace(subject, flow=whole.subject.flow)
    if last is not None and last.subject is not None and last.subject.scheme == "source" and "、" in piece.marks:
        return replace(subject, flow=last.subject.flow)
    return subject


def _label_owns(piece: Piece, scopes: Scopes) -> bool:
    return (scopes.label is not None and not scopes.label.lasting) or bool(scopes.label and scopes.label.listed)


def _inherited(piece: Piece, scopes: Scopes) -> list[tuple[Subject, float, str, bool]]:
    out: dict[Subject, tuple[float, str]] = {}
    last = max((one.piece for one in scopes.told), default=-1)
    others = 0
    weak_total = bool(scopes.own_terms)
    parts = _parts_named(piece, scopes)
    spent = any(token.value == "final" for token in piece.of("stage"))
    for one in reversed(scopes.said):
        if one.subject in out or (one.piece == piece.index and one.place == "word"):
            continue
        cost, why = _distance(one.place, one.sentence == piece.sentence, one.segment == piece.segment, one.piece > last)
        cost += PART_AS_WHOLE if one.part and one.segment != piece.segment else 0.0
        cost += OTHER * others + (FREE if scopes.free else 0.0) + (WEAK if one.weak and others else 0.0)
        if scopes.label is not None and scopes.label.piece > one.piece:
            cost += LABELLED
        cost += OTHER if weak_total and len(parts) > 1 else 0.0
        subject = one.subject
        if subject.flow == "revenue" and spent and SPENT in piece.words:
            subject, cost = replace(subject, flow="expenditure"), cost + 0.05
        out.setdefault(subject, (cost, f"{subject.scheme}/{subject.item} {why}"))
        others += 1
        if others > 3:
            break
    return [(subject, cost, why, False) for subject, (cost, why) in out.items()]


def _parts_named(piece: Piece, scopes: Scopes) -> set[Subject]:
    """Return the parts of the whole that its sentence has named."""
    return {s.subject for s in scopes.said if s.sentence == piece.sentence and s.subject.scheme == "nature"}


def _distance(place: str, same_sentence: bool, same_segment: bool, fresh: bool) -> tuple[float, str]:
    if place in ("lead", "heading"):
        return (LEAD if place == "lead" else HEADING), f"in its {place}"
    if place == "before" or not same_sentence:
        return BEFORE, "in the sentence before"
    return (SEGMENT, "in its segment") if fresh or same_segment else (SENTENCE, "in its sentence")


def _default(
    piece: Piece, scopes: Scopes, found: list[tuple[Subject, float, str, bool]]
) -> list[tuple[Subject, float, str, bool]]:
    """Return the department's total, which a bare stage word speaks of where nothing else is named."""
    if any(own for _, _, _, own in found):
        return []
    named = [
        one
        for one in scopes.said
        if not one.weak and (one.place == "lead" or (one.place == "word" and one.sentence == piece.sentence))
    ]
    cost = BARE_TOTAL + (TOTAL_AFTER if named else 0.0) + (TOTAL_FREE if scopes.free else 0.0)
    cost += 0.0 if piece.of("stage") else UNTOLD
    cost += LABELLED if scopes.lead_other else 0.0
    cost += LABELLED if scopes.label is not None else 0.0
    cost += TOTAL_AFTER if scopes.whole is not None and not piece.of("stage") else 0.0
    cost += LABELLED if _beside_others(piece, scopes) else 0.0
    why = "no term: the department's total"
    out = [(WHOLE, cost, why, False)]
    if scopes.heading_flow == "revenue" and SPENT not in piece.words:
        out.append((replace(WHOLE, flow="revenue"), cost + RIVAL, why, False))
    return out


def _beside_others(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether the figure before in the sentence was others' money: 引进500万元以上项目6个,到位资金1.16亿元."""
    last = scopes.told[-1] if scopes.told else None
    before = scopes.pieces[last.piece] if last is not None and last.left else None
    return before is not None and before.sentence == piece.sentence and any(map(partial(before.has, "owner"), _OTHERS))


def _labelled(piece: Piece, scopes: Scopes) -> list[tuple[Subject, float, str, bool]]:
    label, name = scopes.label, scopes.name
    strong = [token for token in scopes.own_terms if token.row.mark not in WEAK_MARKS]
    if strong and not name:
        return []
    if name and (label is None or label.name != name):
        cost = KNOWN if name in scopes.known else NAMED
        return [(Subject("expenditure", "project", name), cost, f"{name} in its clause", True)]
    if label is None:
        return []
    cost = LISTED if label.listed else KNOWN if label.name in scopes.known else NAMED
    if cost == NAMED and label.enum and has_suffix(label.name):
        cost = LEAD - 0.1 if label.lasting else NAMED_ITEM
    return [(Subject("expenditure", "project", label.name), cost, f"{label.name}: the name of its item", bool(name))]


# ---------------------------------------------------------------------------------------------- not ours


def _not_ours(piece: Piece, scopes: Scopes) -> tuple[float, dict[str, float]]:
    """Return what a reading as ours must pay more, and the reasons why the sum may not be ours with their costs."""
    reasons = {"nothing says that it is ours": NOT_OURS}
    certain = _certain(piece)
    if certain:
        return AGAINST_CERTAIN, {certain: CERTAIN}
    against = 0.0
    strong = [t for t in scopes.own_terms if t.row.mark not in WEAK_MARKS]
    listed = scopes.label is not None and scopes.label.listed
    for token in piece.of("owner"):
        inside = _inside_name(token, piece, scopes)
        behind = any(piece.text[t.end : t.end + 1] == "(" and t.end < token.start for t in strong)
        told = token.row.mark == "outside_names" and any(t.start >= token.end for t in strong)
        if token.row.mark != "always" and (behind or told):
            continue  # 社会保险缴费、津贴补贴等人员经费: the term behind tells what it is
        spoken = token.row.mark in ("clause", "outside_names")
        if token.row.mark == "always" or (spoken and not (listed and inside)):
            reasons[token.value] = STORY if inside and spoken else OWNED
            against = max(against, AGAINST_OWNER_OWN if inside else AGAINST_OWNER)
    fresh = scopes.whole is not None and piece.segment == scopes.whole_segment
    if fresh and not (scopes.own_terms or scopes.label):
        reasons["a part without a name"] = OWNED_SOFT
    if scopes.lead_other and not (strong or listed):
        reasons["its heading is of one kind of project"] = STORY
    if scopes.owner:
        reasons[scopes.owner], against = OWNED, NOT_OURS
    if scopes.programme and not listed:
        reasons["sum of a programme"], against = OWNED, NOT_OURS
    if scopes.owner_soft and not scopes.own_terms and not listed:
        reasons[scopes.owner_soft], against = OWNED_SOFT, max(against, 0.3)
    if _beside_others(piece, scopes) and not scopes.own_terms:
        reasons["beside what is not ours"] = OWNED_SOFT
    if scopes.free and not listed and (scopes.name or not strong):
        compared = piece.has("against", "year") or piece.has("against", "last_year")
        reasons["words that are no term"] = 2 * STORY if compared else STORY
    elif scopes.label is not None and not listed and not any(t.row.mark not in WEAK_MARKS for t in scopes.own_terms):
        reasons[f"{scopes.label.name}: an item of its own"] = STORY + 0.05
    return against, reasons


def _inside_name(token: Token, piece: Piece, scopes: Scopes) -> bool:
    """Tell whether an owner's word only begins the name of a project: 政府投资项目审计服务费."""
    at = piece.text.find(scopes.name, piece.start) if scopes.name else -1
    end = at + len(scopes.name) + (token.row.mark == "outside_names")
    return 0 <= at <= token.start and token.end < end


def _certain(piece: Piece) -> str:
    """Return why a sum is certainly no amount: a change, a threshold, a range."""
    if sign_of(piece) is not None:
        return "a change"
    return limited(piece)


def limited(piece: Piece) -> str:
    """Return why a figure is only a limit (≥95%, 10万元以下), or an empty string."""
    if _RANGE.match(piece.behind) or _LIMIT.search(piece.words):
        return "a limit or a range"
    if any(t.row.mark == "before" and t.end == piece.end for t in piece.of("not_ours")):
        return "a limit or a target"
    if piece.has("not_ours", "per_head"):
        return "a sum per head"
    if any(token.start == 0 for token in lexicon().scan(piece.behind[:6], ("threshold",))):
        return "a threshold"
    return ""


_TO = re.compile(r"[至到]")


def sign_of(piece: Piece) -> int | None:
    """Return +1 or -1 where a figure is told as a change (增加, 减少 in front of it, but not 增至), else None."""
    changes = piece.of("change")
    if not changes:
        return None
    token = changes[-1]
    gap = piece.text[token.end : piece.end]
    ties = sum(t.end - t.start for t in lexicon().scan(gap, ("filler",)))
    if _TO.search(gap) or len(gap.strip("=:(,")) > ties or any(t.start >= token.end for t in piece.of("subject")):
        return None
    return 1 if token.value == "up" else -1
