"""How far a fact is to be believed: sure where it closes, or stands alone and in its own words; else unsure.

Of several values under one key at most one is a figure of the department's; the others are ours. What an identity does
not confirm becomes a doubt, unless the document says two different sums in the same words: then it contradicts itself,
and both are kept for the rule that tells so.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.extract.clear import Words
from jixiao.extract.confirmed import Confirmed, Stated
from jixiao.extract.figures import Figure
from jixiao.extract.identities import agree, is_rate_of
from jixiao.extract.marks import sure_deductions, sure_rates, sure_scores
from jixiao.extract.places import Places
from jixiao.model import (
    Amount,
    Change,
    Confidence,
    Document,
    Doubt,
    Evidence,
    Extraction,
    Ratio,
    Stage,
    Subject,
    fact_id,
)

RIVALS = "rival_values"


def settle(document: Document, read: Extraction, figures: Sequence[Figure], places: Places) -> Extraction:
    """Return the facts with their confidence; of rival values those that nothing confirms are doubts instead.

    A reader may give an amount as `sure` beforehand: it stands in its own words, by a clear margin.
    """
    closing = Confirmed(read.amounts, read.ratios, read.changes)
    words = Words(document, figures, places)
    sure: set[str] = set()
    doubts: list[Doubt] = []
    dropped: set[str] = set()
    for statements in closing.stated.values():
        some = _same_parent(statements)
        for group in some:
            kept, lost = _settled(group, closing.facts, words)
            sure |= kept
            dropped |= {one.fact_id for one in lost}
            doubts += [_doubt(one, group) for one in lost]
    sure -= _beyond(read.amounts, sure)
    amounts: list[Amount] = []
    for stated in sorted((s for said in closing.stated.values() for s in said), key=lambda one: one.fact_id):
        if stated.fact_id not in dropped:
            a = stated.amount
            amounts.append(replace(a, confidence=_said(stated.fact_id in sure, a.evidence)))
    changes = tuple(
        replace(one, confidence=_said(is_sure or _behind_its_sums(one, amounts, words), one.evidence))
        for index, one in enumerate(read.changes)
        for is_sure in (_sure_change(one, index, read.changes, closing, words),)
    )
    ratios = _settled_rates(replace(read, amounts=tuple(amounts)), changes, closing, words)
    ratios = tuple(
        replace(one, confidence="unsure") if _is_of_another_sum(one, index, amounts, figures, closing) else one
        for index, one in enumerate(ratios)
    )
    marks = sure_scores(read)
    scores = tuple(
        replace(one, confidence=_said(index in marks, one.evidence)) for index, one in enumerate(read.scores)
    )
    off = sure_deductions(read)
    deductions = tuple(
        replace(one, confidence=_said(index in off, one.evidence)) for index, one in enumerate(read.deductions)
    )
    return replace(
        read,
        amounts=tuple(amounts),
        ratios=ratios,
        changes=changes,
        scores=scores,
        deductions=deductions,
        doubts=(*read.doubts, *doubts),
    )


def _beyond(amounts: Sequence[Amount], sure: set[str]) -> set[str]:
    """Return the projects that alone are more than all that was spent or planned: more likely our misreading."""
    ids = [fact_id("amounts", index) for index in range(len(amounts))]
    most: dict[tuple[object, ...], Decimal] = {}
    for one, name in zip(amounts, ids, strict=True):
        if name in sure and (one.scheme, one.item) == ("total", "total"):
            key = (one.fiscal_year, one.flow, one.stage)
            most[key] = max(most.get(key, Decimal(0)), one.yuan)
    return {
        name
        for one, name in zip(amounts, ids, strict=True)
        if one.scheme == "project" and one.yuan > most.get((one.fiscal_year, one.flow, one.stage), one.yuan)
    }


def _said(is_sure: bool, at: Evidence) -> Confidence:
    """Return the confidence of what is sure by itself; what OCR was not sure of never is."""
    return "sure" if is_sure and not at.uncertain else "unsure"


def _same_parent(statements: Sequence[Stated]) -> list[list[Stated]]:
    """Return the statements that are of one thing: two projects under two parents may have one name.

    支出总计 holds what is carried over at the year's end, 本年支出 does not: they are two things under one key.
    """
    groups: dict[tuple[str | None, bool], list[Stated]] = defaultdict(list)
    for one in statements:
        a = one.amount
        groups[a.parent, a.scheme == "total" and "总计" in a.label].append(one)
    return [*groups.values()]


def _settled(group: Sequence[Stated], confirmed: set[str], words: Words) -> tuple[set[str], list[Stated]]:
    """Return the sure ones of the statements of one thing, and those to doubt: a part of one source's before others."""
    of_all = [one for one in group if not words.is_of_one_source(one.amount)]
    if of_all and len(of_all) < len(group) and not agree([one.value for one in group]):
        kept, lost = _settled(of_all, confirmed, words)
        return kept, [*lost, *(one for one in group if one not in of_all)]
    clear = {one.fact_id: said for one in group if (said := words.states(one.amount)) is not None}
    closed = {one.fact_id for one in group if one.fact_id in confirmed}
    if any(words.deny(one.amount) for one in group if one.fact_id in closed):
        closed = {one.fact_id for one in group if one.fact_id in closed and not words.deny(one.amount)}
    if agree([one.value for one in group]):
        own = {one.fact_id for one in group if one.amount.confidence == "sure" or one.fact_id in clear}
        twice = {one.fact_id for one in group} if len(group) > 1 and (own or closed) else set()
        return closed | own | twice, []
    if len(group) == 2 and len(clear) == 2 and len(set(clear.values())) == 1:
        return set(clear), []
    lost = [one for one in group if one.fact_id not in closed]
    if closed and not agree([one.value for one in group if one.fact_id in closed]):
        return set(), lost
    return closed, lost


def _doubt(one: Stated, group: Sequence[Stated]) -> Doubt:
    a = one.amount
    others = tuple(
        f"{other.amount.label}: {other.amount.yuan:f} 元 ({other.amount.evidence.text})"
        for other in group
        if other.fact_id != one.fact_id
    )
    key = f"{a.fiscal_year} {a.flow} {a.stage} {a.scheme}/{a.item}"
    message = f"{a.label}: {a.yuan:f} 元 is one of {len(group)} values of {key}"
    return Doubt(RIVALS, message, a.evidence, others)


def _settled_rates(read: Extraction, changes: Sequence[Change], closing: Confirmed, words: Words) -> tuple[Ratio, ...]:
    """Return the rates with their confidence; of a sure change, and of a sure score, the rate is sure too."""
    sure_changes = {(one.subject, one.percent) for one in changes if one.confidence == "sure"}
    by_marks = sure_rates(read)
    out = []
    for index, one in enumerate(read.ratios):
        of_change = one.name == "year_on_year_change" and (one.subject, one.percent) in sure_changes
        is_sure = of_change or index in by_marks or _sure_ratio(one, index, read.ratios, closing, words)
        is_sure = is_sure or _behind_its_sum(one, read.amounts, read.report.fiscal_year, words)
        out.append(replace(one, confidence=_said(is_sure, one.evidence)))
    return tuple(out)


def _behind_its_sum(one: Ratio, amounts: Sequence[Amount], year: int | None, words: Words) -> bool:
    """Tell whether a completion rate stands right behind a sure sum that it is of: the outturn, or the budget in force.

    The other of the two must be sure too, and both of the report's own `year`: where only the initial budget is
    printed, the rate may be one of a budget in force that is not.
    """
    if one.name != "budget_completion_rate" or one.subject is None:
        return False
    said = words.right_behind(one.evidence, one.percent, amounts)
    other: Mapping[Stage, Stage] = {"final": "budget", "budget": "final"}
    if said is None or said.confidence != "sure" or said.stage not in other:
        return False
    is_of_it = _about(said) == one.subject and said.fiscal_year == one.fiscal_year == year
    return is_of_it and _is_sure_of(amounts, one.subject, said.fiscal_year, other[said.stage])


def _behind_its_sums(one: Change, amounts: Sequence[Amount], words: Words) -> bool:
    """Tell whether a change stands right behind last year's sure sum, this year's sure too: 上年231.18万元,增长10%."""
    if one.percent is None or one.yuan is not None:
        return False
    last = words.right_behind(one.evidence, abs(one.percent), amounts)
    if last is None or last.confidence != "sure" or _about(last) != one.subject:
        return False
    is_last = last.fiscal_year == one.fiscal_year - 1 and last.stage == "final"
    return is_last and _is_sure_of(amounts, one.subject, one.fiscal_year, "final")


def _is_of_another_sum(
    one: Ratio, index: int, amounts: Sequence[Amount], figures: Sequence[Figure], closing: Confirmed
) -> bool:
    """Tell whether a rate that does not close is its outturn by a printed sum of another name: what had arrived."""
    if one.name != "budget_completion_rate" or one.subject is None or fact_id("ratios", index) in closing.facts:
        return False
    tops = {(a.yuan, a.ulp_yuan) for a in amounts if _about(a) == one.subject and a.stage == "final"}
    bottoms = {(f.value, f.ulp) for f in figures if f.kind == "sum" and f.unit and f.value > 0}
    return any(is_rate_of(one.percent, top, bottom) for top in tops for bottom in bottoms - tops)


def _about(amount: Amount) -> Subject:
    return Subject(amount.flow, amount.scheme, amount.item)


def _is_sure_of(amounts: Sequence[Amount], about: Subject, year: int, stage: Stage) -> bool:
    """Tell whether one of the amounts is the sure sum of a subject, year and stage."""
    said = (one for one in amounts if (one.fiscal_year, one.stage) == (year, stage) and _about(one) == about)
    return any(one.confidence == "sure" for one in said)


def _sure_ratio(one: Ratio, index: int, every: Sequence[Ratio], closing: Confirmed, words: Words) -> bool:
    """Tell whether a rate closes, or is the only one of its name and subject and says in its clause what it is of."""
    if one.confidence == "sure" or fact_id("ratios", index) in closing.facts:
        return True
    key = (one.name, one.subject or one.label, one.fiscal_year)
    alone = all((r.name, r.subject or r.label, r.fiscal_year) != key or r.percent == one.percent for r in every)
    if one.subject is None:
        return alone and one.name != "other" and bool(one.label)
    return alone and words.names(one.subject, one.evidence, one)


def _sure_change(one: Change, index: int, every: Sequence[Change], closing: Confirmed, words: Words) -> bool:
    """Tell whether a change closes, or names its subject in its clause; not where another sum's part has its name."""
    if not words.names(one.subject, one.evidence, one):
        return fact_id("changes", index) in closing.facts
    about = (one.fiscal_year, one.subject)
    others = [
        c for c in every if (c.fiscal_year, c.subject) == about and (c.yuan, c.percent) != (one.yuan, one.percent)
    ]
    return all(words.within(other) == words.within(one) for other in others)
