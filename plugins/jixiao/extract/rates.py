"""The rate that an indicator of a score table is named after, where what stands beside its score gives just that."""

import re

from jixiao.extract.lexicon import lexicon
from jixiao.extract.numbers import decimal_of
from jixiao.model import Passage, Ratio, RatioName

_RATE_ALONE = re.compile(
    r"(?:[\d,.()+×*/÷%万元-]+=)?(?:[“”\"一-鿿]{0,10}率)?(?:为|是|:|约|达到?)*(?P<number>-?[\d,]+(?:\.\d+)?)%(?:,[^%]*)?"
)
_UNNAMED = {"none", "other", "score_rate"}
_BUDGET, _VARIES = "预算", "变动"


def rate_of(indicator: str, remark: Passage, fiscal_year: int) -> Ratio | None:
    """Return the rate that an indicator is named after, where what stands beside its score gives just that rate."""
    match = _RATE_ALONE.fullmatch(remark.text)
    if match is None or _VARIES in indicator:  # 三公经费变动率 may be a growth
        return None
    tokens = [t for t in lexicon().scan(indicator, ("rate",)) if t.value not in _UNNAMED]
    whole = [
        t for t in tokens if t.value != "budget_completion_rate" or (_BUDGET in indicator and t.end == len(indicator))
    ]
    if not whole:
        return None
    name: RatioName = whole[-1].value  # type: ignore[assignment]
    evidence = remark.evidence(match.start("number"), match.end("number") + 1)
    return Ratio(name, indicator, decimal_of(match["number"]), evidence, fiscal_year)
