"""Scores in running text: 'NAME，该指标分值 2分，自评得分 1.98分', group sentences, deduction sentences, the total.

Every 'N分' of a paragraph is read by the words in front of it (`points`): full marks, a score, points taken off, or a
bare figure. Full marks and a score of one name are an indicator (`records`, `together`), below the headings of its
paragraph (`outline`); bare figures are scores only as two or more of a list. The words
are rows of `lexicon/scores.yaml`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.extract.lexicon import lexicon
from jixiao.extract.score_prose.deductions import Told, deducted, with_reason
from jixiao.extract.score_prose.naming import Naming
from jixiao.extract.score_prose.outline import Outline, parts_of, unsaid
from jixiao.extract.score_prose.records import Paragraph, Record, stated
from jixiao.extract.score_prose.together import told_together
from jixiao.extract.score_prose.totals import best_total, lowest, totals_in
from jixiao.model import Deduction, Evidence, Passage, Score

__all__ = ["ProseScores", "best_total", "lowest", "read_prose"]

_LIST, _SURELY, _WHOLE = 3, 60, 100


@dataclass(frozen=True, slots=True)
class ProseScores:
    """What the running text says of scores; `doubtful` are bare figures, by paragraph, that only a sum can confirm."""

    scores: tuple[Score, ...]
    deductions: tuple[Deduction, ...]
    totals: tuple[tuple[Decimal, Evidence], ...]
    doubtful: tuple[tuple[Score, ...], ...] = ()


@dataclass(slots=True)
class _Reader:
    """What was read of a text so far."""

    naming: Naming
    outline: Outline
    scores: list[Score] = field(default_factory=list)
    totals: list[tuple[Decimal, Evidence, bool]] = field(default_factory=list)
    doubtful: list[tuple[Score, ...]] = field(default_factory=list)
    unmarked: list[Score] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    reasoned: list[Deduction] = field(default_factory=list)
    before: str = ""
    """The paragraph before."""

    def take(self, passage: Passage) -> None:
        """Read one paragraph."""
        text, before = passage.text, self.before
        self.before = text
        if self.outline.enter(passage) or "分" not in text:
            return
        above = self.outline.above
        records = self._records(text)
        totals = [*totals_in(text, before)]
        said = {span for value, span, strong in totals if strong or _SURELY <= value < _WHOLE}
        # 自评打分:总分95.2分 calls full marks what the words before it call the total.
        indicators = [one for one in stated(records) if one.got is not None or said.isdisjoint(one.spans)]
        taken = [span for record in indicators for span in record.spans]
        for record in indicators:
            self._add(passage, record)
        self.doubtful.append(tuple(_bare(passage, records, taken)))
        self.unmarked += _unmarked(passage, records, taken)
        self.told.append(Told(passage, records, self.outline.context(text)))
        if len(indicators) == 1 and indicators[0] is not above:
            self.outline.open(passage, indicators[0])
        for value, span, strong in totals:
            if not any(a <= span[0] < b for a, b in taken):
                self.totals.append((value, passage.evidence(*span), strong))

    def _records(self, text: str) -> list[Record]:
        lead, above = self.outline.lead(text), self.outline.above
        heading = lead if lead is not None else above.name if above is not None else ""
        together, regions = told_together(text, self.naming)
        alone = Paragraph(text, above, heading, lead is not None, self.naming).read(regions)
        records = sorted([*alone, *together], key=lambda record: record.span)
        shared_out = sum(record.full or 0 for record in records if record.bare) == 100
        if shared_out and not lexicon().scan(text, ("given",)):
            return []  # 投入20分、过程30分、产出50分: how the marks are shared out
        return records

    def _add(self, passage: Passage, record: Record) -> None:
        if record.full is not None and record.full >= 100:  # 本次自评满分100分,得95分
            if record.got is not None:
                self.totals.append((record.got, passage.evidence(*record.span), True))
            return
        levels = self.outline.levels(record)
        self.scores += unsaid(levels)
        level = self.outline.level_for(passage.text)
        parent = record.parent or (level if level != record.name else "")
        path = (*(one.record.name for one in levels), *([parent] if parent else []), record.name)
        span = record.span if record.got is not None else (record.end - 1, record.end)
        score = Score(path, record.full, record.got, passage.evidence(*span))
        self.scores.append(score)
        if (lost := with_reason(passage, record, score)) is not None:
            self.reasoned.append(lost)


def _bare(passage: Passage, records: Sequence[Record], taken: Sequence[tuple[int, int]]) -> Iterator[Score]:
    for record in records:
        value = record.full if record.bare else record.got
        if value is not None and not any(span in taken for span in record.spans):
            yield Score((record.name,), None, value, passage.evidence(*record.span))


def _unmarked(passage: Passage, records: Sequence[Record], taken: Sequence[tuple[int, int]]) -> Iterator[Score]:
    """Give the scores that words call so, without full marks: 目标制定得分5分."""
    for record in records:
        if record.got is not None and record.full is None and not any(span in taken for span in record.spans):
            yield Score((record.name,), None, record.got, passage.evidence(*record.span))


def read_prose(passages: Sequence[Passage], tabled: Sequence[Score]) -> ProseScores:
    """Return scores, deductions and stated totals; `tabled` are the scores that tables gave."""
    naming = Naming(frozenset(name for score in tabled for name in score.path))
    reader = _Reader(naming, Outline(naming))
    for whole in passages:
        for passage in parts_of(whole):
            reader.take(passage)
    scores = reader.scores
    if not scores and not tabled and len({one.path for one in reader.unmarked}) >= _LIST:
        scores = reader.unmarked  # nothing else in the document states scores
    return ProseScores(
        tuple(scores),
        tuple(deducted(reader.told, [*tabled, *scores], reader.reasoned, naming)),
        tuple((value, at) for value, at, _ in sorted(reader.totals, key=lambda one: not one[2])),
        tuple(group for group in reader.doubtful if group),
    )
