"""Points that running text says were taken off, the indicator each was taken off, and the reason."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.names import QUOTED
from jixiao.extract.score_prose.naming import Naming, without_lead, without_told
from jixiao.extract.score_prose.points import Points, every_point, points_in, strip_start
from jixiao.extract.score_prose.records import Record
from jixiao.extract.score_prose.totals import lowest
from jixiao.extract.sections import MARK, without_mark
from jixiao.model import Deduction, Passage, Score

_SENTENCE = re.compile(r"[。;]")
_NUMBERED = re.compile(r"指标(\d{1,2})(?!\d)")
_BRACKETS = re.compile(r"^[(][^()]*[)]")
_RESULT = re.compile(r"\d+(?:\.\d+)?%$")
_POINTS_IN_REASON = re.compile(r"\d分")
_HEADED = re.compile(rf"^(?:{MARK})(?P<name>[^,。;:]{{3,20}}):(?=[^:]{{4,}}$)")
_NEAR, _LONGER = 6, 6
_NUMBER = re.compile(r"\d")
_ASPECT = "方面"
_INDICATOR = "指标"


@dataclass(frozen=True, slots=True)
class Told:
    """A paragraph with what it states, and the indicator that it is about."""

    passage: Passage
    records: Sequence[Record]
    context: str


def with_reason(passage: Passage, record: Record, score: Score) -> Deduction | None:
    """Return what a score below its full marks lost, where the text behind it gives the reason."""
    if score.full_marks is None or score.score is None or score.score >= score.full_marks:
        return None
    after = passage.text[record.end + 1 :]
    for match in _SENTENCE.finditer(after):
        if any(one.role == "full" for one in points_in(_SENTENCE.split(after[match.end() :])[0])):
            after = after[: match.start()]  # another indicator begins
            break
    because = next(iter(lexicon().scan(after, ("because",))), None)
    if because is None or any(one.role == "off" for one in points_in(after[: because.start])):
        return None
    reason = after[because.end :].split("。")[0]
    return Deduction(score.path[-1], score.full_marks - score.score, reason, score.evidence) if reason else None


def deducted(
    told: Sequence[Told], scores: Sequence[Score], found: Sequence[Deduction], naming: Naming
) -> list[Deduction]:
    """Return `found` and the points that paragraphs say were taken off, each with the indicator they were taken off."""
    out = list(found)
    for one in told:
        for point in every_point(one.passage.text):
            rest = one.passage.text[point.span[1] + 1 :]
            if point.role != "off" or point.value is None or rest.startswith("后") or _heads_list(rest):
                continue
            for name in _Taken(point, one, scores, naming).names():
                if name and not any(other.indicator == name and other.points == point.value for other in out):
                    out.append(Deduction(name, point.value, _reason(point, rest), one.passage.evidence(*point.span)))
    return out


def _heads_list(behind: str) -> bool:
    """Tell whether points are the sum of those behind them: 扣分1.8分:预算编制扣1分,绩效指标扣0.8分."""
    return behind.startswith(":") and any(one.role == "off" for one in points_in(_SENTENCE.split(behind)[0]))


def _reason(point: Points, rest: str) -> str | None:
    """Return why points were taken off: what stands behind them, else the clause before that tells what went wrong."""
    reason = strip_start(_SENTENCE.split(rest)[0], "reason_lead").strip(",)、")
    if reason and not _POINTS_IN_REASON.search(reason):
        return reason
    before = re.split(r"[。;:]", point.words.rstrip(","))[-1]  # 绩效监控未覆盖全部项目,扣1分
    return (without_mark(before) if went_wrong(before) is not None else "") or None


def went_wrong(clause: str) -> Token | None:
    """Return the first words of a clause that tell what went wrong."""
    return next(iter(lexicon().scan(clause, ("went_wrong",))), None)


def _before_it(clause: str) -> str:
    """Return what stands in front of what went wrong."""
    token = went_wrong(clause)
    return clause if token is None else clause[: token.start].removesuffix(_ASPECT)


class _Taken:
    """Finds the indicator that points were taken off."""

    def __init__(self, point: Points, told: Told, scores: Sequence[Score], naming: Naming) -> None:
        self.point, self.told, self.scores, self.naming = point, told, scores, naming
        self.known = sorted({name for score in scores for name in score.path}, key=len, reverse=True)
        sentence = _SENTENCE.split(point.words)[-1]
        self.sentence = _BRACKETS.sub("", sentence)
        self.clauses = [without_lead(clause) for clause in re.split(r"[,:]", self.sentence)]

    def names(self) -> list[str]:
        """Return the indicators: the ones named in the clause before where each lost so much, else one."""
        if self.point.is_rule:  # what a rule says is a result only where it closes
            before = self._stated()
            return [before.name] if before is not None and lacks(before.full, before.got, self.point.value) else []
        each = [token for token in lexicon().scan(self.point.label[-_NEAR:], ("together",)) if token.value == "each"]
        if each:
            named = [some for some in self.known if some in self.sentence]
            longest = [some for some in named if not any(some != other and some in other for other in named)]
            if len(longest) > 1:
                return sorted(longest, key=self.sentence.find)
        return [self._name()]

    def _name(self) -> str:
        """Return the indicator: by its number, by its name in the clause, in the sentence, or the one before."""
        if numbered := _NUMBERED.search(self.sentence):
            nth = lowest(self.scores)[int(numbered[1]) - 1 : int(numbered[1])]
            return next((s.path[-1] for s in nth if lacks(s.full_marks, s.score, self.point.value)), "")
        if headed := self._headed():
            return headed
        clause = strip_start(self.clauses[-1], "off_lead")
        if (called := self.naming.clean(clause)) in self.known:
            return called
        name = self.naming.of(clause)
        if name and self._is_nothing(name):
            return ""
        if name and (went_wrong(name) is None or QUOTED.fullmatch(clause)):
            return name
        return self._in_sentence() or self._before()

    def _headed(self) -> str:
        """Return the indicator whose name heads its item of a list: 1.资产负债率控制:年末47.6%,高于目标,扣3分."""
        match = _HEADED.match(self.sentence)
        if match is None or went_wrong(match["name"]) is not None or match["name"].endswith(_ASPECT):
            return ""
        return self.naming.of(match["name"])

    def _is_nothing(self, name: str) -> bool:
        found = lexicon().every(name, "off_nothing")
        return name[-1].isdigit() or any(not token.row.mark or token.end == len(name) for token in found)

    def _in_sentence(self) -> str:
        for said in reversed(self.clauses):  # 预算调整率指标,因年中追加较多,扣2分
            if said.endswith(_INDICATOR) and (name := self.naming.of(_before_it(said))):
                return name if name in self.known else name.removesuffix(_INDICATOR)
        if name := self._aspect():
            return name
        if name := self._aimed():
            return name
        for said in reversed(self.clauses):  # 满意度:每亩补偿偏低,与期望有差距,扣3分; 满意度未达目标,扣3分
            for some in self.known:
                if said.startswith(some) or some + ":" in self.sentence:
                    return some
        return ""

    def _aspect(self) -> str:
        """Return the indicator whose 方面 stands before a clause that only tells why: 采购方面,因未公开扣1分."""
        about, why = ["", "", *filter(None, self.clauses)][-2:]
        wrong = went_wrong(why)
        if wrong is None or wrong.start or not about.endswith(_ASPECT) or went_wrong(about) is not None:
            return ""
        return self.naming.of(about.removesuffix(_ASPECT))

    def _aimed(self) -> str:
        """Return the indicator that a sentence tells goal and result of: 演出场次计划24场,实际13场,扣1.7分."""
        if not any(lexicon().opening(clause, "reached_in_fact") for clause in self.clauses[1:]):
            return ""
        first = next((clause for clause in self.clauses if clause), "")
        number = _NUMBER.search(first)
        if number is None:
            return ""
        aimed = lexicon().ending(first, "aimed", number.start())
        if aimed is not None:
            return self.naming.of(first[: aimed.start])
        return self.naming.of(first[: number.start()]) if _is_measure(first[: number.start()]) else ""

    def _before(self) -> str:
        """Return the indicator stated before, that of the clause, or that of the paragraph."""
        about = next((said for said in reversed(self.clauses) if said), "")
        before = self._stated()
        lead = _before_it(about)
        measure = self._measured(self._without_result(lead))
        if measure and before is not None and _is_top(before.name):
            return self.naming.of(measure)
        if before is not None and lacks(before.full, before.got, self.point.value):
            return before.name
        if measure and not any(measure in one.name for one in self.told.records):
            return self.naming.of(measure)
        if before is not None and self._is_told_of(before):
            return before.name
        if self.told.context:
            return self.told.context
        if _ASPECT in about or not self.known:
            return self.naming.of(self._without_result(lead.split(_ASPECT)[0]))
        return ""

    def _stated(self) -> Record | None:
        """Return the last indicator with full marks in front of these points."""
        earlier = [one for one in self.told.records if one.spans[0][0] < self.point.span[0] and one.full is not None]
        return earlier[-1] if earlier else None

    def _measured(self, words: str) -> str:
        """Return a measure that a clause tells the result of, by its longer name where the sentence gives one.

        社会公众满意度问卷发放300份,满意度为93.5%,扣0.7分.
        """
        if not _is_measure(words):
            return ""
        for clause in self.clauses:
            at = clause.find(words)
            if 0 < at <= _LONGER and clause[:at].isalpha():
                return clause[: at + len(words)]
        return words if len(words) > 4 else ""

    def _is_told_of(self, record: Record) -> bool:
        """Tell whether points are of the indicator before: in its sentence, or all behind it make what it lacks."""
        text = self.told.passage.text
        behind = [one.value for one in points_in(text[record.end :]) if one.role == "off" and one.value is not None]
        near = "。" not in text[record.end : self.point.span[0]]
        return near or lacks(record.full, record.got, sum(behind, Decimal(0)))

    def _without_result(self, words: str) -> str:
        """Return a clause without the result behind a name: 满意度仅为88%."""
        match = _RESULT.search(words)
        if match is None:
            return words
        reached = lexicon().ending(words, "reached", match.start())
        return words[: reached.start] if reached is not None else words[: match.start()]


def _is_top(name: str) -> bool:
    """Tell whether a name is that of a level above indicators, with or without 指标 or 情况."""
    core = without_told(name).removesuffix(_INDICATOR)
    level = lexicon().opening(core, "older_level")
    return level is not None and level.end == len(core)


def _is_measure(name: str) -> bool:
    return lexicon().ending(name, "measures") is not None


def lacks(full: Decimal | None, got: Decimal | None, points: Decimal | None) -> bool:
    """Tell whether a score is below its full marks by just these points."""
    return full is not None and got is not None and full - got == points
