"""Why a figure that no reader took is nobody's fact; None where no rule says so, and it is a doubt."""

import re
from collections.abc import Sequence

from jixiao.extract.figures import Figure
from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.tables.roles import RUBRIC, said_of

_SENTENCE = re.compile(r"[。;!?]")
_CLAUSE = re.compile(r"[,。;:!?(]")
_ROLES = ("not_ours", "change", "against", "share", "subject", "stage")
_ONE_EACH = {"before", "behind", "clause"}


class Around:
    """The words around the figures of one passage or cell; `text` is normalised."""

    def __init__(self, text: str, heads: Sequence[str] = ()) -> None:
        """Find the words that decide, once for all figures of the text."""
        self.text = text
        self.tokens = lexicon().scan(text, _ROLES)
        self.heads = heads

    def why(self, figure: Figure, previous_end: int) -> str | None:
        """Return what makes this figure not ours: threshold, rubric, ...; the last ended at `previous_end`."""
        start, end = figure.start, figure.end + len(figure.unit if figure.kind != "rate" else "")
        clause = self._bounds(_CLAUSE, start, previous_end)
        if beside := self._beside(start, end, clause):
            return beside
        if head := self._head():
            return head
        if RUBRIC.search(self.sentence(start)):
            return "rubric"
        if figure.kind == "points":
            return "nothing_taken_off" if not figure.value and any(map(_heads_deductions, self.heads)) else None
        change = [token for token in self._in(clause, start) if token.role == "change"]
        if change and len(self.text[change[-1].end : start]) <= 4:
            return "change"
        if figure.kind == "rate" and not self.names_money(start):
            return "not_of_money"
        return None

    def names_money(self, start: int) -> bool:
        """Tell whether the sentence of a figure names a subject or stage of the budget."""
        low = self._bounds(_SENTENCE, start, 0)
        stop = _SENTENCE.search(self.text, start)
        high = stop.start() if stop else len(self.text)
        words = [*self.heads]
        named = any(token.role in ("subject", "stage") for token in self._in(low, high))
        return named or any(lexicon().scan(word, ("subject", "stage")) for word in words)

    def _beside(self, start: int, end: int, clause: int) -> str | None:
        for token in self.tokens:
            if token.role != "not_ours" or token.row.mark not in _ONE_EACH:
                continue
            if token.row.mark == "before" and token.end == start:
                return token.value
            if token.row.mark == "behind" and token.start == end:
                return token.value
            if token.row.mark == "clause" and clause <= token.start and token.end <= start:
                return token.value
        return None

    def _head(self) -> str | None:
        for head in self.heads:
            for token in lexicon().scan(head, ("not_ours",)):
                if token.row.mark == "head":
                    return token.value
        return None

    def _in(self, low: int, high: int) -> list[Token]:
        return [token for token in self.tokens if low <= token.start and token.end <= high]

    def _bounds(self, boundary: re.Pattern[str], start: int, least: int) -> int:
        """Return where the clause or sentence before `start` begins, not before `least`."""
        ends = [match.end() for match in boundary.finditer(self.text, least, start)]
        return ends[-1] if ends else least

    def sentence(self, start: int) -> str:
        """Return the sentence around a place of the text."""
        stop = _SENTENCE.search(self.text, start)
        return self.text[self._bounds(_SENTENCE, start, 0) : stop.start() if stop else len(self.text)]


def _heads_deductions(head: str) -> bool:
    """Tell whether a head is that of points taken off (扣分): a 0 below it says that there are none."""
    return said_of(head) == "taken_off"
