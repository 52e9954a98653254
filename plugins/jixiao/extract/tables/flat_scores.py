"""Score tables that a converter flattened: one cell a line, rows on their side, or rows without blanks between cells.

The columns are those of the headings; a row ends in its full marks and score, bare numbers in the order of their
headings of which the score is not the greater. What stands in front of them is the row's names and, where the headings
say so, target and result. Full marks may stand in the name (相关性(5分)) and what was taken off beside the score.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.extract.lexicon import lexicon
from jixiao.extract.tables.flat import fitted_tables
from jixiao.extract.tables.glued_scores import read_glued_scores
from jixiao.extract.tables.lying_scores import read_lying_scores
from jixiao.extract.tables.score_labels import is_total, kind_of_head, name_of
from jixiao.extract.tables.scores import TAKEN_OFF, TableScores, read_table
from jixiao.extract.tables.tokens import Token, token_evidence, tokens_of
from jixiao.model import Deduction, Document, Score

_MARKS = re.compile(r"^[(]?\d+(?:\.\d+)?分?[)]$")
_DOTS = re.compile(r"^[…\.·—\-/]+$")
_SENTENCE = re.compile(r"[。;,]")
# Names, values and notes of a row, remarks, one figure a column: i?, n+, n or v or o …
_HEADS = re.compile(r"i?n+(?:[nv]*(?:ms|sm|mos|mso)|s)n*")
_LONGEST_HEAD = 16
_MOST_WORDS = 8
_MOST_MARKS = 100


def read_flat_scores(document: Document) -> list[TableScores]:
    """Return the score tables that stand in the running lines of a document."""
    tokens = [token for token in tokens_of(document) if not _DOTS.match(token.text)]
    fitted = (read_table(fit.table) for fit in fitted_tables(tokens))
    # Scores count only where something says of how many.
    found = [one for one in fitted if any(score.full_marks is not None for score in one.scores)]
    if found:
        return found
    at = 0
    while at < len(tokens):
        columns, end = _headings(tokens, at)
        read = _Rows(tokens, end, columns).read() if columns else read_lying_scores(tokens, at)
        if read is None:
            at = max(end, at + 1)
            continue
        table, at = read
        found.append(table)
    glued = read_glued_scores(document) if not found else None
    return [*found, glued] if glued is not None else found


def _headings(tokens: Sequence[Token], at: int) -> tuple[list[str], int]:
    """Return the kinds of the columns that a run of headings names, and where it ends; a heading may be broken."""
    kinds: list[str] = []
    end = at
    while end < len(tokens):
        for length in (1, 2, 3):
            text = "".join(token.text for token in tokens[end : end + length])
            if len(text) <= _LONGEST_HEAD and (kind := kind_of_head(text)):
                kinds.append(kind)
                end += length
                break
        else:
            break
    whole = _HEADS.fullmatch("".join(kind[0] for kind in kinds))
    return (kinds, end) if whole else ([], at)


@dataclass(slots=True)
class _Rows:
    """The rows below a run of headings, read word by word until something else than a row stands there."""

    tokens: Sequence[Token]
    at: int
    columns: Sequence[str]
    scores: list[Score] = field(default_factory=list)
    deductions: list[Deduction] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    pending: list[Token] = field(default_factory=list)

    @property
    def figures(self) -> list[str]:
        """The kinds of the columns that hold the numbers that end a row."""
        return [kind for kind in self.columns if kind in ("marks", "off", "score")]

    def read(self) -> tuple[TableScores, int] | None:
        """Return the table and where it ends; None where there is not one row."""
        total = TableScores(())
        most = self.columns.count("name") + self.columns.count("value") + _MOST_WORDS
        while self.at < len(self.tokens) and len(self.pending) <= most:
            token = self.tokens[self.at]
            if is_total(token.text):
                total, self.at = _total(self.tokens, self.at + 1, self.figures)
                break
            if _ends(token.text):
                break
            if token.points is None:
                self.pending.append(token)
                self.at += 1
            else:
                self._close(self._numbers())
        if self.pending:
            self._words()
        if not self.scores:
            return None
        found, taken = tuple(self.scores), tuple(self.deductions)
        return TableScores(found, total.total, total.total_evidence, total.full_marks, None, taken), self.at

    def _numbers(self) -> Sequence[Token]:
        """Pass the run of bare numbers that stands here and return it, without the number of a row."""
        run = self.at
        while run < len(self.tokens) and self.tokens[run].points is not None:
            run += 1
        numbers, self.at = self.tokens[self.at : run], run
        if self.columns[0] == "index" and len(numbers) != len(self.figures):
            # Behind full marks and score stands the number of the row that follows; alone, that of the first row.
            follows = len(self.scores) + (1 if len(numbers) == 1 else 2)
            numbers = numbers[:-1] if numbers[-1].text == str(follows) else numbers
        return numbers

    def _close(self, numbers: Sequence[Token]) -> None:
        """End a row with the numbers behind its names; numbers of another count are values in front of them."""
        more, values = len(numbers) - len(self.figures), self.columns.count("value")
        if not numbers or not 0 <= more <= values:
            self.pending += numbers
            return
        told = dict(zip(self.figures, numbers[-len(self.figures) :], strict=True))
        words = self._words()
        names = words[: max(1, len(words) - values + more)][-self.columns.count("name") :]
        if not names:
            return
        full = told["marks"].points if "marks" in told else name_of(names[-1])[1]
        got, off = told["score"].points, told["off"].points if "off" in told else None
        if full is None or got is None or got > full or full > _MOST_MARKS or (off is not None and full - got != off):
            return
        path = self._levels(names, numbers[0])
        self.scores.append(Score((*path, name_of(names[-1])[0]), full, got, token_evidence(told["score"])))
        if off:
            self.deductions.append(Deduction(self.scores[-1].path[-1], off, None, token_evidence(told["off"])))

    def _levels(self, names: Sequence[str], beside: Token) -> list[str]:
        """Return the levels above a row's own name; one that states full marks is a row of its own."""
        self.levels = [*self.levels[: self.columns.count("name") - len(names)], *names[:-1]]
        path: list[str] = []
        for level in self.levels:
            name, marks = name_of(level)
            path.append(name)
            if marks is not None and level in names and not any(one.path == tuple(path) for one in self.scores):
                self.scores.append(Score(tuple(path), marks, None, token_evidence(beside)))
        return path

    def _words(self) -> list[str]:
        """Take the names and values in front of a row's numbers; remarks on the row before may give a deduction."""
        words: list[str] = []
        for token in self.pending:
            if not words and self.scores and _is_remark(token.text):
                self._take_remark(token)
            elif words and (_MARKS.match(token.text) or _is_official_level(words[-1] + token.text)):
                words[-1] += token.text  # 产出指标 | (50), 经济效 | 益指标
            else:
                words.append(token.text)
        self.pending = []
        return words

    def _take_remark(self, token: Token) -> None:
        last = self.scores[-1]
        lost = last.full_marks - last.score if last.full_marks is not None and last.score is not None else None
        for match in TAKEN_OFF.finditer(token.text):
            if lost is not None and Decimal(match["points"].replace(",", "")) == lost:
                place = token_evidence(token, match.span("points"))
                self.deductions.append(Deduction(last.path[-1], lost, token.text[:200], place))


def _ends(text: str) -> bool:
    """Tell whether a line stands behind a table: who filled it in, a note, the next chapter."""
    return lexicon().opening(text, "behind_scores") is not None


def _is_remark(text: str) -> bool:
    """Tell whether a line says why points were lost, or is a sentence, and no name."""
    said = _SENTENCE.search(text) or TAKEN_OFF.search(text) or lexicon().opening(text, "went_wrong")
    return bool(said) or any(token.value == "off" for token in lexicon().scan(text, ("points",)))


def _is_official_level(text: str) -> bool:
    level = lexicon().opening(text, "official_level")
    return level is not None and level.end == len(text)


def _total(tokens: Sequence[Token], at: int, figures: Sequence[str]) -> tuple[TableScores, int]:
    """Read the total row: a number for every column of figures, or the score alone."""
    end = at
    while end < len(tokens) and end < at + len(figures) and tokens[end].points is not None:
        end += 1
    if end == at:
        return TableScores(()), end
    told = dict(zip(figures, tokens[at:end], strict=True)) if end - at == len(figures) else {}
    score = told.get("score", tokens[end - 1])
    full = told["marks"].points if "marks" in told else None
    return TableScores((), score.points, token_evidence(score), full), end
