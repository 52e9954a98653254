"""Every money fact of a document, from its sentences and its tables; the same figure given twice counts once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from jixiao.extract.found import Left
from jixiao.extract.lexicon import lexicon
from jixiao.extract.names import own_names
from jixiao.extract.numbers import unit_of_last_digit
from jixiao.extract.prose import extract_prose
from jixiao.extract.rates import rate_of
from jixiao.extract.tables.facts import extract_tables
from jixiao.extract.tables.sums import CellSaid
from jixiao.model import Amount, Change, Document, Doubt, Evidence, Passage, Ratio, Subject

_NAMED = {
    "budget_completion_rate",
    "carry_over_rate",
    "procurement_rate",
    "public_use_control_rate",
    "three_public_control_rate",
}
_WHOLE = Subject("expenditure", "total", "total")


@dataclass(frozen=True, slots=True)
class MoneyFacts:
    """What one document says about money.

    `cells` is what became of the figures in its tables, `left` the sums of its text that are not ours.
    """

    amounts: tuple[Amount, ...]
    ratios: tuple[Ratio, ...]
    changes: tuple[Change, ...]
    doubts: tuple[Doubt, ...]
    cells: tuple[CellSaid, ...] = ()
    left: tuple[Left, ...] = ()


def extract_money(
    document: Document,
    fiscal_year: int | None,
    remarks: Sequence[tuple[str, Passage]] = (),
    organization: str | None = None,
) -> MoneyFacts:
    """Return every money fact of a document; without a fiscal year nothing can be dated, and that is a doubt.

    `organization` reports: its names are no words to be read. Of `remarks`, indicators with the cells beside their
    scores, only rates that have a name count: 政府采购执行率95%.
    """
    if fiscal_year is None:
        doubt = Doubt("no_fiscal_year", "the document states no fiscal year: its sums cannot be dated", Evidence())
        return MoneyFacts((), (), (), (doubt,))
    read = partial(extract_prose, own=own_names(organization))
    found = read(document.passages, fiscal_year)
    tabled = extract_tables(document, fiscal_year, found.amounts, read)
    # A figure that a table explains is no sentence's: the words around it there are its neighbours' cells.
    places = [*(amount.evidence for amount in tabled.amounts), *(ratio.evidence for ratio in tabled.ratios)]
    explained = {_place(at) for at in places} - {None}
    told = [amount for amount in found.amounts if _place(amount.evidence) not in explained]
    every = [*told, *tabled.amounts]
    rates = [_of_whom(ratio, every) for ratio in found.ratios if _place(ratio.evidence) not in explained]
    rates += tabled.ratios
    known = {(ratio.name, ratio.percent) for ratio in rates}
    for indicator, remark in remarks:
        named = rate_of(indicator, remark, fiscal_year)
        told_of = [named] if named else read([remark], fiscal_year).ratios
        rates += [
            ratio for ratio in told_of if (named or ratio.name in _NAMED) and (ratio.name, ratio.percent) not in known
        ]
    return MoneyFacts(
        _distinct_amounts(every),
        _distinct_ratios(rates),
        (*found.changes, *tabled.changes),
        (*(doubt for doubt in found.doubts if _place(doubt.evidence) not in explained), *tabled.doubts),
        tuple(tabled.cells),
        (*(one for one in found.left if _place(one.evidence) not in explained), *tabled.left),
    )


def _of_whom(ratio: Ratio, amounts: Sequence[Amount]) -> Ratio:
    """Return a rate that stands behind the parts of a whole as the whole's, where only the whole's sums give it."""
    about = ratio.subject
    if ratio.name != "budget_completion_rate" or about is None or about == _WHOLE:
        return ratio
    own, of_whole = (_computed(ratio, subject, amounts) for subject in (about, _WHOLE))
    near = unit_of_last_digit(ratio.percent)
    fits_whole = any(abs(rate - ratio.percent) < near for rate in of_whole)
    misfits_own = own and all(abs(rate - ratio.percent) > near for rate in own)
    return replace(ratio, subject=_WHOLE) if fits_whole and misfits_own else ratio


def _computed(ratio: Ratio, about: Subject, amounts: Sequence[Amount]) -> list[Decimal]:
    """Return the rates that the sums of a subject give: what was spent of each budget."""
    sums = {
        (amount.stage == "final", amount.yuan)
        for amount in amounts
        if (amount.fiscal_year, amount.flow, amount.scheme, amount.item)
        == (ratio.fiscal_year, about.flow, about.scheme, about.item)
    }
    return [
        spent / planned * 100
        for is_spent, spent in sums
        for was_spent, planned in sums
        if is_spent and not was_spent and planned
    ]


def _place(at: Evidence) -> tuple[int | None, int, int] | None:
    """Return where a figure's digits begin on their page, to the point."""
    return (at.page, round(at.box.x0), round(at.box.bottom)) if at.box is not None else None


def _distinct_amounts(amounts: Iterable[Amount]) -> tuple[Amount, ...]:
    """Drop repetitions of the same figure; one printed with other digits for the same key stays."""
    seen: set[tuple[object, ...]] = set()
    out = []
    for amount in amounts:
        key = (amount.fiscal_year, amount.flow, amount.stage, amount.scheme, amount.item, amount.yuan)
        if key not in seen:
            seen.add(key)
            out.append(amount)
    return tuple(out)


def _distinct_ratios(ratios: Iterable[Ratio]) -> tuple[Ratio, ...]:
    """Drop repetitions of the same rate; those of a row (得分率依次为95%、97%、95%) are each of another."""
    seen: set[tuple[object, ...]] = set()
    out = []
    for ratio in ratios:
        of = ratio.label if ratio.subject is None else ratio.subject
        in_row = ratio.subject is None and bool(lexicon().scan(ratio.label, ("parallel",)))
        key = (ratio.name, ratio.percent, of, ratio.fiscal_year, ratio.evidence if in_row else None)
        if key not in seen:
            seen.add(key)
            out.append(ratio)
    return tuple(out)
