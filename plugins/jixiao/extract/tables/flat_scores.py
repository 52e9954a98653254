"""Score tables that a converter flattened: one cell a line, or rows that lie on their side.

The columns are those of the headings; a row ends in its full marks and score, bare numbers in the order of their
headings of which the score is not the greater. What stands in front of them is the row's names and, where the headings
say so, target and result. Full marks may stand in the name (相关性(5分)) and what was taken off beside the score.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from jixiao.extract.lexicon import lexicon
from jixiao.extract.numbers import NUMBER
from jixiao.extract.tables.bands import headness
from jixiao.extract.tables.flat import fitted_tables
from jixiao.extract.tables.roles import said_of
from jixiao.extract.tables.score_labels import is_total, name_of
from jixiao.extract.tables.scores import TAKEN_OFF, TableScores, read_table
from jixiao.extract.tables.tokens import Token, token_evidence, tokens_of
from jixiao.model import Deduction, Document, Score
from jixiao.read.flow import body_lines
from jixiao.read.text import evidence_of, join

_NUMBER = re.compile(rf"^{NUMBER}分?$")
_MARKS = re.compile(r"^[(]?\d+(?:\.\d+)?分?[)]$")
_DOTS = re.compile(r"^[…\.·—\-/]+$")
_END = re.compile(
    r"^(?:填表|填报|审核|联系|说明|备注|注[:：]|自评结论|评价等级|评价结论|财政|[一二三四五六七八九十]、|第[一二三四五])"
)
_REMARK = re.compile(r"[。;,]|^(?:因(?!公)|由于|未|扣)|^受.*影响|扣\d|×|计划.*完成")
_GLUED = re.compile(
    r"^(?P<name>[^\d≥≤]{3,30}?)(?:定量|定性)(?:指标)?(?P<values>.*?)(?P<rate>\d{1,3}(?:\.\d+)?)%(?P<digits>\d[\d.]*)(?:是|否)"
)


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
        read = _rows(tokens, end, columns) if columns else _lying(tokens, at)
        if read is None:
            at = max(end, at + 1)
            continue
        table, at = read
        found.append(table)
    glued = _glued(document) if not found else None
    return [*found, glued] if glued is not None else found


def _glued(document: Document) -> TableScores | None:
    """Read rows whose cells stand without blanks between them: 预算完成率%定量指标≥95%96.01%100%88是.

    The rate of the score stands in front of full marks and score: a split counts only if full marks times rate is the
    score, and there is one such split.
    """
    scores: list[Score] = []
    for line in body_lines(document.pages):
        text, spots = join([line.text])
        match = _GLUED.search(text)
        if match is None:
            continue
        rate, digits = Decimal(match["rate"]), match["digits"]
        fitting = []
        for cut in range(1, len(digits)):
            full, got = digits[:cut], digits[cut:]
            if not full.isdigit() or not re.fullmatch(r"(?:0|[1-9]\d*)(?:\.\d+)?", got) or Decimal(full) > 100:
                continue
            if abs(Decimal(full) * rate / 100 - Decimal(got)) <= Decimal("0.05"):
                fitting.append((cut, Decimal(full), Decimal(got)))
        if len(fitting) == 1:
            cut, marks, score = fitting[0]
            start = match.start("digits") + cut
            place = evidence_of((line,), spots, start, match.end("digits"), text)
            scores.append(Score((_unitless(match["name"], match["values"]),), marks, score, place))
    return TableScores(tuple(scores)) if len(scores) >= 2 else None


def _unitless(name: str, values: str) -> str:
    """Return a name without the unit of measure behind it: the one its values carry (惠民演出场次场, ≥120场126场)."""
    unit = re.match(r"^[≥≤=<>]*[\d.]+(?P<unit>[一-鿿]{1,3}?|[%‰])(?=[≥≤=<>\d]|$)", values)
    name = name.rstrip("%‰")
    if unit and name.endswith(unit["unit"]) and len(name) > len(unit["unit"]) + 2:
        return name.removesuffix(unit["unit"])
    return re.sub(r"(.{1,3})\1$", r"\1", name)  # 资产管理安全性 | 性: measured by nature


_KINDS = {
    "index": "index",
    "level": "name",
    "full_marks": "marks",
    "score": "score",
    "taken_off": "off",
    "target": "value",
    "actual": "value",
    "measure": "value",
    "reason": "note",
    "rubric": "note",
    "describe": "note",
}


def _kind(text: str) -> str:
    """Return what a column heading says of its column, or nothing."""
    kind = _KINDS.get(said_of(text), "")
    return kind if headness(text) >= (0.8 if kind == "name" else 0.6) else ""


def _headings(tokens: Sequence[Token], at: int) -> tuple[list[str], int]:
    """Return the kinds of the columns that a run of headings names, and where it ends; a heading may be broken."""
    kinds: list[str] = []
    end = at
    while end < len(tokens):
        for length in (1, 2, 3):
            text = "".join(token.text for token in tokens[end : end + length])
            if len(text) <= 16 and (kind := _kind(text)):
                kinds.append(kind)
                end += length
                break
        else:
            break
    figures = "".join(kind[0] for kind in kinds)
    whole = re.fullmatch(r"i?n+(?:[nv]*(?:ms|sm|mos|mso)|s)n*", figures)
    return (kinds, end) if whole else ([], at)


def _rows(tokens: Sequence[Token], at: int, columns: Sequence[str]) -> tuple[TableScores, int] | None:
    """Read rows until something else than a row stands there; None where there is not one."""
    names, values = columns.count("name"), columns.count("value")
    figures = [kind for kind in columns if kind in ("marks", "off", "score")]
    scores: list[Score] = []
    deductions: list[Deduction] = []
    levels: list[str] = []
    total: TableScores | None = None
    pending: list[Token] = []
    while at < len(tokens):
        token = tokens[at]
        if is_total(token.text):
            total, at = _total(tokens, at + 1, figures)
            break
        if _END.match(token.text) and not _REMARK.search(token.text[1:2]):
            break
        if not _NUMBER.match(token.text):
            pending.append(token)
            at += 1
            if len(pending) > names + values + 8:
                break
            continue
        run = at
        while run < len(tokens) and _NUMBER.match(tokens[run].text):
            run += 1
        numbers = tokens[at:run]
        at = run
        if columns[0] == "index" and len(numbers) != len(figures):
            # Behind full marks and score stands the number of the row that follows; alone, that of the first row.
            follows = len(scores) + (1 if len(numbers) == 1 else 2)
            numbers = numbers[:-1] if numbers[-1].text == str(follows) else numbers
            if not numbers:
                continue
        if not 0 <= len(numbers) - len(figures) <= values:
            pending += numbers
            continue
        told = dict(zip(figures, numbers[-len(figures) :], strict=True))
        words = _words(pending, scores, deductions)
        pending = []
        outside = values - (len(numbers) - len(figures))
        own = words[: max(1, len(words) - outside)][-names:] if words else []
        if not own:
            continue
        full = _value(told["marks"]) if "marks" in told else name_of(own[-1])[1]
        got, off = _value(told["score"]), _value(told["off"]) if "off" in told else None
        if full is None or got > full or full > 100 or (off is not None and full - got != off):
            continue
        levels = [*levels[: names - len(own)], *own[:-1]]
        path: list[str] = []
        for level in levels:
            name, marks = name_of(level)
            path.append(name)
            if marks is not None and level in own and not any(s.path == tuple(path) for s in scores):
                scores.append(Score(tuple(path), marks, None, token_evidence(numbers[0])))
        scores.append(Score((*path, name_of(own[-1])[0]), full, got, token_evidence(told["score"])))
        if off:
            deductions.append(Deduction(scores[-1].path[-1], off, None, token_evidence(told["off"])))
    if pending:
        _words(pending, scores, deductions)
    if not scores:
        return None
    if total is None:
        return TableScores(tuple(scores), deductions=tuple(deductions)), at
    return TableScores(tuple(scores), total.total, total.total_evidence, total.full_marks, None, tuple(deductions)), at


def _value(token: Token) -> Decimal:
    return Decimal(token.text.rstrip("分").replace(",", ""))


def _words(pending: Sequence[Token], scores: Sequence[Score], deductions: list[Deduction]) -> list[str]:
    """Return the names and values in front of a row's numbers; remarks on the row before may give a deduction."""
    words: list[str] = []
    for token in pending:
        if not words and scores and _REMARK.search(token.text):
            last = scores[-1]
            lost = last.full_marks - last.score if last.full_marks is not None and last.score is not None else None
            for match in TAKEN_OFF.finditer(token.text):
                if Decimal(match["points"].replace(",", "")) == lost:
                    deductions.append(
                        Deduction(last.path[-1], lost, token.text[:200], token_evidence(token, match.span("points")))
                    )
            continue
        if words and (_MARKS.match(token.text) or _is_official_level(words[-1] + token.text)):
            words[-1] += token.text  # 产出指标 | (50), 经济效 | 益指标
        else:
            words.append(token.text)
    return words


def _is_official_level(text: str) -> bool:
    level = lexicon().opening(text, "official_level")
    return level is not None and level.end == len(text)


def _total(tokens: Sequence[Token], at: int, figures: Sequence[str]) -> tuple[TableScores, int]:
    """Read the total row: a number for every column of figures, or the score alone."""
    end = at
    while end < len(tokens) and end < at + len(figures) and _NUMBER.match(tokens[end].text):
        end += 1
    told = dict(zip(figures, tokens[at:end], strict=True)) if end - at == len(figures) else {}
    score = told.get("score", tokens[end - 1])
    if end == at:
        return TableScores(()), end
    full = _value(told["marks"]) if "marks" in told else None
    return TableScores((), _value(score), token_evidence(score), full), end


def _lying(tokens: Sequence[Token], at: int) -> tuple[TableScores, int] | None:
    """Read a table whose rows are columns: 指标 A B C, 分值 10 20 30, 得分 9 18 30."""
    if _kind(tokens[at].text) != "name":
        return None
    marks = next((i for i in range(at + 1, min(at + 40, len(tokens))) if _kind(tokens[i].text) == "marks"), None)
    if marks is None:
        return None
    names = tokens[at + 1 : marks]
    score = marks + 1 + len(names)
    end = score + 1 + len(names)
    if len(names) < 2 or end > len(tokens) or _kind(tokens[score].text) != "score":
        return None
    numbers = [*tokens[marks + 1 : score], *tokens[score + 1 : end]]
    if not all(_NUMBER.match(token.text) for token in numbers) or any(_NUMBER.match(name.text) for name in names):
        return None
    if end < len(tokens) and _NUMBER.match(tokens[end].text):
        return None
    values = [_value(token) for token in numbers]
    rows = zip(names, values[: len(names)], values[len(names) :], tokens[score + 1 : end], strict=True)
    return TableScores(
        tuple(Score((name.text,), full, got, token_evidence(token)) for name, full, got, token in rows)
    ), end
