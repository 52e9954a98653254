"""Which scores and deductions are sure: those whose full marks, scores or losses add up as the rules ask."""

from collections import defaultdict
from decimal import Decimal

from jixiao.model import Extraction, Score

Path = tuple[str, ...]


def sure_scores(read: Extraction) -> set[int]:
    """Return the indices of the scores in a sum that closes, by full marks or by scores, or beside their rate.

    Where the full marks of a level's indicators make up the level's own, or the report's, the columns were read right:
    then the scores under it are sure though their sum may be the department's error.
    """
    sure: set[int] = set()
    levels: dict[Path, list[int]] = defaultdict(list)
    own = {score.path: index for index, score in enumerate(read.scores)}
    for index, score in enumerate(read.scores):
        levels[_above(score, own)].append(index)
    for path, under in levels.items():
        some = [read.scores[index] for index in under]
        level = read.scores[own[path]] if path else None
        whole_marks = level.full_marks if level is not None else read.report.full_marks
        whole_score = level.score if level is not None else read.report.total_score
        if not all(_possible(one) for one in some):
            continue
        if _adds_up([one.full_marks for one in some], whole_marks) or _adds_up(
            [one.score for one in some], whole_score
        ):
            sure |= {*under, own[path]} if path else set(under)
    for index, score in enumerate(read.scores):
        rate = 100 * score.score / score.full_marks if score.score is not None and score.full_marks else None
        if rate is not None and score.rate_pct is not None and abs(rate - score.rate_pct) <= Decimal("0.5"):
            sure.add(index)
    return sure


def sure_rates(read: Extraction) -> set[int]:
    """Return the indices of the score rates that a score of the document gives."""
    given = [
        100 * score.score / score.full_marks for score in read.scores if score.score is not None and score.full_marks
    ]
    return {
        index
        for index, ratio in enumerate(read.ratios)
        if ratio.name == "score_rate" and any(abs(rate - ratio.percent) <= Decimal("0.5") for rate in given)
    }


def sure_deductions(read: Extraction) -> set[int]:
    """Return the indices of the deductions that are what their indicator lost, or all where they make up the loss."""
    lost = {
        score.path[-1]: score.full_marks - score.score
        for score in read.scores
        if score.full_marks is not None and score.score is not None
    }
    sure = {index for index, one in enumerate(read.deductions) if lost.get(one.indicator) == one.points}
    report = read.report
    taken = sum((one.points for one in read.deductions), Decimal(0))
    if report.total_score is not None and report.full_marks is not None:
        return set(range(len(read.deductions))) if taken == report.full_marks - report.total_score else sure
    return sure


def _above(score: Score, own: dict[Path, int]) -> Path:
    """Return the path of the nearest level above that has a row of its own; empty for the report."""
    for depth in range(len(score.path) - 1, 0, -1):
        if score.path[:depth] in own:
            return score.path[:depth]
    return ()


def _possible(score: Score) -> bool:
    return score.score is None or score.full_marks is None or 0 <= score.score <= score.full_marks


def _adds_up(parts: list[Decimal | None], whole: Decimal | None) -> bool:
    known = [part for part in parts if part is not None]
    return len(parts) > 1 and len(known) == len(parts) and sum(known, Decimal(0)) == whole
