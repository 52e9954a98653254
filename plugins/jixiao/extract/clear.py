"""What is said in its own words: a figure whose clause, or row and column, name its subject and its stage.

Such a fact needs no other figure to be believed, and none may bend it: a department's own error must stay visible.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from jixiao.extract.figures import Figure, blocks_of
from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.places import Places
from jixiao.model import Amount, Change, Document, Evidence, Ratio, Subject

_BOUNDARY = re.compile(r"[,。;:!?]")
_FREE = re.compile(r"[一-鿿]")
_YEAR = re.compile(r"20\d\d年度?")
_ROLES = ("subject", "stage", "change", "last_year", "against")
_BUDGETS = {"planned": "budget"}
_WHOLE = "total/total"
_PARTED = "其中"
_UNITS = ("万元", "元")
_FEW = 3
"""So many characters beside a bare stage word (单位年初预算) may be of nothing else."""


class Words:
    """The words that the figures of a document stand under: their own clause, or the heads of their row and column."""

    def __init__(self, document: Document, figures: Sequence[Figure], places: Places) -> None:
        """Keep where each figure of a passage begins, to find where the clause of the next one does."""
        self._document, self._places = document, places
        self._blocks = blocks_of(document)
        self._ends: dict[int, list[int]] = {}
        self._told: dict[int, list[Figure]] = {}
        for one in figures:
            if one.row is None:
                self._ends.setdefault(one.block, []).append(one.end)
                self._told.setdefault(one.block, []).append(one)
        self._said: dict[tuple[str, ...], list[Token]] = {}

    def states(self, amount: Amount) -> tuple[str, ...] | None:
        """Return the words that name an amount's subject and stage, where they name no other; else None.

        Two statements of the same words are two of one figure.
        """
        figure = self._places.at(amount.evidence, "sum", amount.yuan)
        if figure is None or figure.is_bare:
            return None
        words, sentence = self._own(figure)
        tokens = self._scan(words)
        if any(token.role in ("change", "against") for token in tokens):
            return None
        subject = Subject(amount.flow, amount.scheme, amount.item)
        if not self._names(tokens, words, subject) and not _is_bare_total(tokens, words, subject):
            return None
        stages = _stages(tokens) or self._inherited(sentence)
        if stages != {amount.stage} and not (amount.yuan == 0 and not stages):  # none is none at any stage
            return None
        said = {(word, token) for word in words for token in lexicon().scan(word, ("subject", "stage", "level"))}
        own = sorted({word[token.start : token.end] for word, token in said})
        return (*own, *sorted(_subjects(self._scan((sentence,)))))  # 基本支出…其中商品和服务支出 is not 项目支出's

    def deny(self, amount: Amount) -> bool:
        """Tell whether an amount's own clause, or row and column, name another subject or stage than was read."""
        figure = self._places.at(amount.evidence, "sum", amount.yuan)
        if figure is None:
            return False
        words, _ = self._own(figure)
        tokens = [token for token in self._scan(words) if token.row.mark != "weak"]
        stages, named = _stages(tokens), _subjects(tokens)
        subject = f"{amount.scheme}/{amount.item}"
        other_subject = named and amount.scheme != "project" and subject not in named and _WHOLE not in named
        return bool(other_subject) or (len(stages) == 1 and amount.stage not in stages)

    def is_of_one_source(self, amount: Amount) -> bool:
        """Tell whether its sentence tells an amount as a part of one source's: 财政拨款支出90万元,其中基本支出70万."""
        figure = self._places.at(amount.evidence, "sum", amount.yuan)
        if figure is None or figure.row is not None or amount.scheme != "nature":
            return False
        whole, parted, _ = self._own(figure)[1].rpartition(_PARTED)
        named = [token for token in self._scan((whole,)) if token.role == "subject"] if parted else []
        values = {"/".join(token.value.split("/")[-2:]) for token in named if token.row.mark != "weak"}
        return bool(values) and all(value.startswith("source/") for value in values)

    def names(self, subject: Subject | None, evidence: Evidence, value: Ratio | Change) -> bool:
        """Tell whether a rate's or a change's own clause names what it is of, and nothing else."""
        printed = value.percent if isinstance(value, Ratio) or value.yuan is None else value.yuan
        if subject is None or printed is None:
            return False
        kind = "rate" if isinstance(value, Ratio) or value.yuan is None else "sum"
        figure = self._places.at(evidence, kind, printed)  # type: ignore[arg-type]
        if figure is None:
            return False
        words = (value.label,) if isinstance(value, Ratio) and value.name == "share" else self._own(figure)[0]
        return self._names(self._scan(words), words, subject)

    def right_behind(self, evidence: Evidence, percent: Decimal, amounts: Sequence[Amount]) -> Amount | None:
        """Return the amount that a rate stands right behind in its sentence: 支出3301.20万元,执行率95.39%."""
        figure = self._places.at(evidence, "rate", percent)
        if figure is None or figure.row is not None:
            return None
        text = self._document.passages[self._blocks[figure.block].index].text
        before = [one for one in self._told[figure.block] if one.end <= figure.start]
        last = max(before, key=lambda one: one.end, default=None)
        if last is None or any(mark in text[last.end : figure.start] for mark in "。;("):
            return None
        same = (one for one in amounts if one.yuan == last.value)
        return next((one for one in same if self._places.at(one.evidence, "sum", one.yuan) is last), None)

    def within(self, change: Change) -> set[str]:
        """Return the subjects that a change's sentence names up to it: what it is a part of, among them."""
        value, kind = (change.yuan, "sum") if change.yuan is not None else (change.percent, "rate")
        figure = None if value is None else self._places.at(change.evidence, kind, value)  # type: ignore[arg-type]
        return set() if figure is None else _subjects(self._scan((self._own(figure)[1],)))

    def _names(self, tokens: Sequence[Token], words: tuple[str, ...], subject: Subject) -> bool:
        if subject.scheme == "project":
            return any(subject.item in said for said in words)
        named, own = _subjects(tokens), f"{subject.scheme}/{subject.item}"
        return named - {_WHOLE} == {own} or named == {own}  # the whole named beside a part is where it stands

    def _own(self, figure: Figure) -> tuple[tuple[str, ...], str]:
        """Return a figure's clause and the sentence up to it; in a table its column's heads and its row's label."""
        if figure.row is not None:
            # Where the nearest head names what the column is of, those above it only group it.
            named = any(token.role == "subject" for token in self._scan(figure.heads[:1]))
            return (figure.heads[0], *figure.heads[-1:]) if named and len(figure.heads) > 1 else figure.heads, ""
        text = self._document.passages[self._blocks[figure.block].index].text
        before = [end for end in self._ends[figure.block] if end <= figure.start]
        low = before[-1] if before else 0
        cuts = [match.end() for match in _BOUNDARY.finditer(text, low, figure.start)]
        opened = text.rfind("(", low, figure.start)
        if opened >= 0 and ")" not in text[opened : figure.start]:
            cuts.append(opened + 1)
        stop = max(text.rfind("。", 0, figure.start), text.rfind(";", 0, figure.start)) + 1
        end = figure.end if figure.is_zero_in_words else figure.start
        return (text[max([*cuts, low]) : end],), text[stop:end]

    def _inherited(self, sentence: str) -> set[str]:
        """Return the stage that a clause without one has: of its whole (before 其中), else the sentence's only one."""
        whole, parted, parts = sentence.rpartition(_PARTED)
        if parted and not (named := _stages(self._scan((parts,)))):
            before = [token for token in self._scan((whole,)) if token.role == "stage"]
            return _stages(before[-1:])
        if parted:
            return named
        told = _stages(self._scan((sentence,)))
        # 合计58万元,预算66万元;公务接待费2万元: a stage that the sentence does not begin with is its own figure's only.
        stops = [at for unit in _UNITS if (at := sentence.find(unit)) >= 0]
        first = sentence[: min(stops, default=len(sentence))]
        return told if _stages(self._scan((first,))) == told else set()

    def _scan(self, words: tuple[str, ...]) -> list[Token]:
        if words not in self._said:
            self._said[words] = [token for said in words for token in lexicon().scan(said, _ROLES)]
        return self._said[words]


def _subjects(tokens: Sequence[Token]) -> set[str]:
    """Return the subjects that words name, as `scheme/item`."""
    named = [token.value.split("/") for token in tokens if token.role == "subject"]
    return {"/".join(parts[-2:]) for parts in named}


def _stages(tokens: Sequence[Token]) -> set[str]:
    """Return the stages that words name; weak words count only where there are no others."""
    named = [token for token in tokens if token.role == "stage"]
    strong = {_BUDGETS.get(token.value, token.value) for token in named if token.row.mark != "weak"}
    return strong or {_BUDGETS.get(token.value, token.value) for token in named}


def _is_bare_total(tokens: Sequence[Token], words: Sequence[str], subject: Subject) -> bool:
    """Tell whether a clause is a stage word and nothing else (单位年初预算): then it is of the whole."""
    if subject.scheme != "total" or len(words) != 1 or any(token.role == "subject" for token in tokens):
        return False
    rest = _YEAR.sub("", words[0])
    named = [token for token in tokens if token.role == "stage" and token.row.mark != "weak"]
    covered = sum(token.end - token.start for token in named)
    return bool(named) and len(_FREE.findall(rest)) - covered <= _FEW
