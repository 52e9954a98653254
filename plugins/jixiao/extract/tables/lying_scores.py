"""Score tables whose rows a converter set as columns: 指标 A B C, 分值 10 20 30, 得分 9 18 30."""

from collections.abc import Sequence

from jixiao.extract.tables.score_labels import kind_of_head
from jixiao.extract.tables.scores import TableScores
from jixiao.extract.tables.tokens import Token, token_evidence
from jixiao.model import Score

_MOST_NAMES = 39


def read_lying_scores(tokens: Sequence[Token], at: int) -> tuple[TableScores, int] | None:
    """Return the table that begins at a word and where it ends; None where there are not as many figures as names."""
    if kind_of_head(tokens[at].text) != "name":
        return None
    near = range(at + 1, min(at + 1 + _MOST_NAMES, len(tokens)))
    marks = next((place for place in near if kind_of_head(tokens[place].text) == "marks"), None)
    if marks is None:
        return None
    names = tokens[at + 1 : marks]
    score = marks + 1 + len(names)
    end = score + 1 + len(names)
    if len(names) < 2 or end > len(tokens) or kind_of_head(tokens[score].text) != "score":
        return None
    full = [token.points for token in tokens[marks + 1 : score]]
    got = [token.points for token in tokens[score + 1 : end]]
    more = end < len(tokens) and tokens[end].points is not None
    if None in (*full, *got) or any(name.points is not None for name in names) or more:
        return None
    rows = zip(names, full, got, tokens[score + 1 : end], strict=True)
    return TableScores(tuple(Score((name.text,), of, is_, token_evidence(token)) for name, of, is_, token in rows)), end
