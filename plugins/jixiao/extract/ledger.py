"""The ledger: every figure of a document ends as a fact, as not ours, or as a doubt.

Readers leave facts with their places; here each figure is joined to what was read from it, else to the rule that makes
it nobody's (`grounds`), else it is a doubt. Nothing is lost in silence, whoever reads.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from jixiao.extract.figures import Figure, FigureKind, blocks_of
from jixiao.extract.grounds import Around
from jixiao.extract.lexicon import lexicon
from jixiao.extract.places import Places
from jixiao.model import Document, Doubt, Evidence, Extraction, LedgerEntry, fact_id
from jixiao.read.text import normalise

_LINES_BETWEEN = 12
UNREAD = "unread_figure"
TOTAL_SCORE = "total_score"
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class _Claim:
    """What was read from a figure: `why` in words, the `name` it goes by (an item, an indicator)."""

    kind: FigureKind
    value: Decimal
    evidence: Evidence
    fact_id: str
    why: str
    name: str


def account(
    document: Document, read: Extraction, figures: Sequence[Figure], places: Places, not_ours: Mapping[str, str]
) -> tuple[tuple[LedgerEntry, ...], tuple[Doubt, ...]]:
    """Return what became of every figure, in reading order, and a doubt for each place with figures nobody read.

    `not_ours` gives by figure why it is somebody else's (`parts.owned`): no repetition of a fact of ours, no doubt.
    A fact that no figure is printed for (a cell that says 无) has an entry of its own, at the end.
    """
    claims = [*_claims(read)]
    taken: dict[str, _Claim] = {}
    without: list[_Claim] = []
    for one in claims:
        at = places.at(one.evidence, one.kind, one.value, taken)
        if at is None:
            without.append(one)
        else:
            taken.setdefault(at.id, one)
    _take_sides(figures, read, taken)
    doubted = _doubted(read, places)
    entries = [*_entries(document, figures, taken, doubted, claims, not_ours)]
    entries += [
        LedgerEntry(c.kind, f"{c.value:f}", "fact", c.why, c.evidence, c.fact_id, value=c.value)
        for c in without
        if c.fact_id not in {other.fact_id for other in taken.values()}
    ]
    return tuple(entries), (*_grouped(figures, entries),)


def summary(entries: Iterable[LedgerEntry]) -> dict[str, int]:
    """Return how many figures a document has, and in how many each of the three ways they ended."""
    states = Counter(entry.state for entry in entries)
    return {
        "figures": states.total(),
        "facts": states["fact"],
        "not_ours": states["not_ours"],
        "doubts": states["doubt"],
    }


def _claims(read: Extraction) -> Iterator[_Claim]:
    """Give every fact that has a figure of its own, as its figure."""
    for index, a in enumerate(read.amounts):
        words = f"{a.fiscal_year} {a.flow} {a.stage} {a.scheme}/{a.item}"
        yield _Claim("sum", a.yuan, a.evidence, fact_id("amounts", index), words, f"{a.scheme}/{a.item}")
    for index, s in enumerate(read.scores):
        value = s.score if s.score is not None else s.full_marks
        if value is not None:
            why = f"score {'/'.join(s.path)}"
            yield _Claim("points", value, s.evidence, fact_id("scores", index), why, s.path[-1])
    for index, r in enumerate(read.ratios):
        yield _Claim("rate", r.percent, r.evidence, fact_id("ratios", index), f"{r.name} {r.label}", r.label)
    for index, c in enumerate(read.changes):
        name = f"{c.subject.scheme}/{c.subject.item}"
        why = f"change of {c.fiscal_year} {c.subject.flow} {name}"
        if c.yuan is not None:
            yield _Claim("sum", c.yuan, c.evidence, fact_id("changes", index), why, name)
        if c.percent is not None:
            yield _Claim("rate", c.percent, c.evidence, fact_id("changes", index), why, name)
    for index, d in enumerate(read.deductions):
        why = f"deduction {d.indicator}"
        yield _Claim("points", d.points, d.evidence, fact_id("deductions", index), why, d.indicator)
    report = read.report
    if report.total_score is not None and report.total_score_evidence is not None:
        yield _Claim("points", report.total_score, report.total_score_evidence, TOTAL_SCORE, "total score", "")


def _take_sides(figures: Sequence[Figure], read: Extraction, taken: dict[str, _Claim]) -> None:
    """Claim what a fact holds besides its own figure: full marks, score rates, the two sums of a rate."""
    beside: dict[str, list[tuple[FigureKind, Decimal]]] = {}
    for index, score in enumerate(read.scores):
        sides: list[tuple[FigureKind, Decimal | None]] = [("points", score.full_marks), ("rate", score.rate_pct)]
        beside[fact_id("scores", index)] = [(kind, value) for kind, value in sides if value is not None]
    for index, ratio in enumerate(read.ratios):
        money = (ratio.numerator, ratio.denominator)
        beside[fact_id("ratios", index)] = [("sum", some.yuan) for some in money if some is not None]
    if read.report.full_marks is not None:
        beside[TOTAL_SCORE] = [("points", read.report.full_marks)]
    lines: dict[tuple[int, int | None], list[Figure]] = {}
    for one in figures:
        lines.setdefault((one.block, one.row), []).append(one)
    for line in lines.values():
        for own in [one for one in line if one.id in taken]:
            claim = taken[own.id]
            for kind, value in beside.pop(claim.fact_id, []):
                free = [one for one in line if one.id not in taken and one.kind == kind and one.value == value]
                nearest = min(free, key=lambda one: abs(one.start - own.start), default=None)
                if nearest is not None:
                    taken[nearest.id] = claim


def _doubted(read: Extraction, places: Places) -> dict[str, Doubt]:
    """Return the doubts that readers have about single figures, by figure."""
    found: dict[str, Doubt] = {}
    for doubt in read.doubts:
        for one in places.around(doubt.evidence):
            found.setdefault(one.id, doubt)
    return found


def _entries(
    document: Document,
    figures: Sequence[Figure],
    taken: dict[str, _Claim],
    doubted: dict[str, Doubt],
    claims: Sequence[_Claim],
    not_ours: Mapping[str, str],
) -> Iterator[LedgerEntry]:
    again: dict[tuple[FigureKind, Decimal], list[_Claim]] = {}
    for known in claims:
        again.setdefault((known.kind, abs(known.value)), []).append(known)
    for _, group in groupby(figures, key=lambda one: (one.block, one.row, one.col)):
        some = [*group]
        text = _text(document, some[0])
        around: Around | None = None
        previous = 0
        for one in some:
            claim = taken.get(one.id)
            foreign = not_ours.get(one.id) if claim is None else None
            if claim is None and foreign is None and one.id not in doubted:
                around = around or Around(text, some[0].heads)
                claim = _said_again(one, around, again.get((one.kind, abs(one.value)), ()))
            if claim is not None:
                yield _entry(one, "fact", claim.why, fact=claim.fact_id)
            elif foreign is not None:
                yield _entry(one, "not_ours", foreign)
            elif doubt := doubted.get(one.id):
                yield _entry(one, "doubt", doubt.kind, readings=doubt.readings)
            elif around is not None and (why := around.why(one, previous)):
                yield _entry(one, "not_ours", why)
            else:
                yield _entry(one, "doubt", UNREAD)
            previous = one.end


def _entry(one: Figure, state: str, why: str, fact: str | None = None, readings: tuple[str, ...] = ()) -> LedgerEntry:
    return LedgerEntry(one.kind, one.printed, state, why, one.evidence, fact, readings, one.id, one.value, one.block)  # type: ignore[arg-type]


def _text(document: Document, one: Figure) -> str:
    """Return the normalised text of the passage or cell that a figure stands in."""
    block = blocks_of(document)[one.block]
    if block.kind == "passage":
        return document.passages[block.index].text
    table = document.tables[block.index]
    return normalise(next(cell.text for cell in table.cells if (cell.row, cell.col) == (one.row, one.col)))


def _said_again(one: Figure, around: Around, same: Iterable[_Claim]) -> _Claim | None:
    """Return the fact that a figure repeats: the same value in a sentence, or row, that names the same thing."""
    sentence = around.sentence(one.start) + " " + " ".join(one.heads)
    named: set[str] | None = None
    for claim in same:
        if claim.kind == "points":
            if claim.name and claim.name in sentence:
                return claim
            continue
        if named is None:
            named = {value.removeprefix("revenue/") for value in lexicon().values(sentence, "subject")}
        if claim.name in named or (claim.kind == "rate" and claim.name in sentence):
            return claim
    return None


def _together(unread: Sequence[tuple[Figure, LedgerEntry]]) -> Iterator[list[tuple[Figure, LedgerEntry]]]:
    """Give the figures of one passage or table together, and those of the lines of a flattened one."""
    some: list[tuple[Figure, LedgerEntry]] = []
    for one in unread:
        last = some[-1][0] if some else one[0]
        lines = one[0].is_bare and last.is_bare and one[0].block - last.block <= _LINES_BETWEEN
        if one[0].block != last.block and not lines:
            yield some
            some = []
        some.append(one)
    if some:
        yield some


def _grouped(figures: Sequence[Figure], entries: Sequence[LedgerEntry]) -> Iterator[Doubt]:
    """Give one doubt for each passage or table that holds figures which nobody read."""
    unread = [(one, entry) for one, entry in zip(figures, entries, strict=False) if entry.why == UNREAD]
    for some in _together(unread):
        shown = "、".join(one.printed for one, _ in some[:_SHOWN]) + ("…" if len(some) > _SHOWN else "")
        count = "1 figure is" if len(some) == 1 else f"{len(some)} figures are"
        yield Doubt(UNREAD, f"{count} not understood here: {shown}", some[0][1].evidence)
