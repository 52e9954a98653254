"""What in a clause is an indicator's name: without list marks, lead-in words and a 指标 that is no part of it."""

import re
from dataclasses import dataclass

from jixiao.extract.lexicon import lexicon
from jixiao.extract.names import QUOTED
from jixiao.extract.sections import without_mark

_CLAUSE = re.compile(r"[,。;:](?![^(]*[)])")
_INDICATOR = "指标"
_LEVEL = re.compile(r"[一二三四]级$")
_RECKONED = re.compile(r"[=×*]|\d{3}")
_RATE_BEHIND = re.compile(r"(?:得分率|(?<=率))(?:为|是|达到?)?[\d.]+%$")
_FORMULA = re.compile(r"(?P<name>[^=\d()]{3,}?)=.*[/÷×*]")
_SHORTEST, _LONGEST = 2, 45
_DASH = re.compile(r"(?<=[一-鿿]{2})[—-]{1,2}(?=[一-鿿]{2})")


@dataclass(frozen=True, slots=True)
class Naming:
    """How one document names its indicators: `known` are the names in its tables."""

    known: frozenset[str] = frozenset()

    def clean(self, name: str) -> str:
        """Return an indicator's name without list marks, lead-in words and what follows it in the clause.

        The word 指标 stays where the level is called so (投入指标), unless a table calls it otherwise.
        """
        name = name[name.rfind("方面,") + 3 :] if "方面," in name else name
        name = without_lead(name)
        name = self._without_tail(name)
        if quoted := QUOTED.fullmatch(name):
            return quoted["inner"]
        return name.strip("“”\"'「」 ") if name.count("“") != name.count("”") else name

    def _without_tail(self, name: str) -> str:
        told = lexicon().ending(name, "told_of")
        if told is not None and told.value == "analysis":
            name = name[: told.start]
        while (tail := lexicon().ending(name, "name_tail")) is not None and tail.start > 1:
            name = name[: tail.start]
        if not name.endswith(_INDICATOR) or name == _INDICATOR:
            return _without_class(name)
        official = lexicon().opening(name, "official_level")
        if official is not None and official.end == len(name):
            return name
        core = name.removesuffix(_INDICATOR)
        level = _LEVEL.search(core)
        if level is not None and level.start() > 1:
            return core[: level.start()]  # 投入一级指标
        if core.endswith("类"):
            return name
        bare = core.strip('“”"「」')
        if name in self.known or (bare == core and bare not in self.known and _is_level(core)):
            return name
        return core

    def of(self, clause: str) -> str:
        """Return the indicator's name that a clause is, or nothing where it is none or only points back."""
        clause = clause.lstrip(")").rstrip("(")
        clause = clause if ")" in clause else clause.lstrip("(")  # (投入15分、…)
        name = self.clean(_RATE_BEHIND.sub("", clause))
        if not _SHORTEST <= len(name) <= _LONGEST or is_no_indicator(name) or is_counted(name):
            return ""
        # 制度健全性、使用合规性各2分: of several, and one figure.
        joined = "、" in name and lexicon().ending(name, "together") is not None
        return "" if joined else name

    def own(self, words: str) -> str:
        """Return the name in the clause right in front of a figure."""
        return self.of(last_clause(words.removesuffix(":")))

    def before(self, words: str) -> str:
        """Return the name that a figure without one of its own points back to: of the first clause of a sentence."""
        for back, sentence in enumerate(reversed(re.split(r"[。;]", words))):
            clause = next((clause for clause in re.split(r"[,:]", without_lead(sentence)) if clause), "")
            clause = _reckoned_by(clause)
            if name := self.of(clause):
                shorter = without_told(name)
                return shorter if shorter in self.known or (back and name not in self.known) else name
        return ""


def under_level(name: str) -> tuple[str, str]:
    """Return the level and the indicator that a dash joins (履职效能—服务次数); no level where there is none."""
    *levels, own = _DASH.split(name)
    return (levels[-1] if levels else ""), own


def _reckoned_by(clause: str) -> str:
    """Return what a formula works out, its left side: 结转率=(结转12万元/预算300万元)×100%=4%, else the clause."""
    formula = _FORMULA.match(clause)
    told = formula is not None and lexicon().ending(formula["name"], "points") is None  # 得分=2×98%: no name
    return formula["name"] if formula is not None and told else clause


def last_clause(words: str) -> str:
    """Return the clause that a text ends with."""
    return _CLAUSE.split(words)[-1]


def without_lead(name: str) -> str:
    """Return a clause without list marks and the words that lead in (其中, 即)."""
    while True:
        bare = without_mark(name)
        lead = lexicon().opening(bare, "name_lead")
        bare = bare[lead.end :] if lead is not None else bare
        if bare == name:
            return name
        name = bare


def _without_class(name: str) -> str:
    """Return a level without 类 behind it: 投入类 is 投入."""
    core = name.removesuffix("类")
    return core if _is_level(core) else name


def _is_level(core: str) -> bool:
    """Tell whether a level is called so with 指标 (投入指标), unlike an indicator that measures (预算执行率指标)."""
    level = lexicon().opening(core, "level_name")
    return level is not None and level.end == len(core)


def without_told(name: str) -> str:
    """Return a name without what is told of it: 预算编制情况, 履职效能分析."""
    while (tail := lexicon().ending(name, "told_of")) is not None:
        name = name[: tail.start]
    return name


def is_no_indicator(name: str) -> bool:
    """Tell whether a clause names the whole, the one who reports, or the score itself."""
    return _marked(name, "no_indicator")


def is_chapter(name: str) -> bool:
    """Tell whether a heading is that of a chapter and of no indicator."""
    return not name or _marked(name, "chapter")


def _marked(name: str, role: str) -> bool:
    for token in lexicon().every(name, role):
        at_start, at_end = token.start == 0, token.end == len(name)
        mark = token.row.mark
        if not mark or (mark == "whole" and at_start and at_end) or (mark == "start" and at_start):
            return True
        if mark == "end" and at_end:
            return True
    return False


def is_counted(clause: str) -> bool:
    """Tell whether a clause counts or reckons: it tells what was done and is no name."""
    if _RECKONED.search(clause):
        return True
    ends = (match.end() for match in re.finditer(r"\d(?:\.\d+)?", clause))
    return any(lexicon().opening(clause, "counted", end) is not None for end in ends)
