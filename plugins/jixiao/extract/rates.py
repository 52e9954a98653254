"""Rates in running text: completion, share, change, and the named rates of the score tables' indicators."""

import re
from dataclasses import replace

from jixiao.extract import vocabulary
from jixiao.extract.labels import AGAINST_BUDGET, Found, State, change_sign
from jixiao.extract.mentions import Mention
from jixiao.extract.numbers import decimal_of, sums_in
from jixiao.model import Change, Money, Passage, Ratio, RatioName, Stage

_COMPLETION = re.compile(
    r"(?:(?:预算)?(?:平均)?(?:完成|执行|支出|到位|支付|资金使用)(?:进度)?(?:率|进度|比例)|完成(?:了)?(?:年|全|调)?[^,。;:]{0,5}预算[^,。;:]{0,3}"
    r"|^(?:仅)?(?:为|是|达到?)(?:年初|全年|年度|调整后?|本年)?预算(?:数|安排|总额)?)"
    r"(?:完成|达到?|已?达|仅|只有|为|是|约|=|:|的|至|\(%\))*$"
)
_NOT_MONEY_RATE = re.compile(
    r"目标完成率|绩效完成率|计划完成率|任务完成|指标完成|工作完成|产出|数量|质量|时效|及时率|满意|知晓|合格率|参与率|覆盖率"
)
# 投诉处理完成率100%: of the work, where no word of the budget is there.
_NOT_OF_MONEY = re.compile(r".完成率[^率]*$")
_MONEY_WORDS = re.compile(r"预算|决算|收入|支出|经费|资金|拨款|款项")
_RATE_GAP = r"(?:完成|达到?|已?达|仅|只有|为|是|约|=|:|的|至|\(%\))*$"
_NAMED_RATES: tuple[tuple[re.Pattern[str], RatioName], ...] = (
    (re.compile(r"(?:结转结余|结余结转|结转|结余)率" + _RATE_GAP), "carry_over_rate"),
    (re.compile(r"公用经费(?:支出)?控制率" + _RATE_GAP), "public_use_control_rate"),
    (re.compile(r"三公[”\"’]?经费[”\"’]?(?:支出)?(?:变动|控制)率" + _RATE_GAP), "three_public_control_rate"),
    (re.compile(r"采购(?:预算|计划)?(?:执行|完成)?率" + _RATE_GAP), "procurement_rate"),
    (re.compile(r"得分率" + _RATE_GAP), "score_rate"),
    (re.compile(r"(?:差异|变动|调整|偏离)率" + _RATE_GAP), "other"),
)
_BARE_COMPLETION = re.compile(r"^(?:已|共|预算)?(?:完成|执行)(?:了|率)?(?:为|是|:|约|=|达)*$")
# 其中人员补助执行率最低,仅为81.2%: of something that the budget's classifications do not name.
_EXTREME = re.compile(r"[^,。;:]{0,16}(?:执行|完成|支出|支付)(?:率|进度)[最较偏][低高慢快](?:仅|只|为|是|有|达到?)+$")
_SHARE = re.compile(r"占[^,。;]{0,24}(?:的|比|比例|比重|为|约|达|:)*$")
_CONTROL: dict[str, RatioName] = {
    "public_use": "public_use_control_rate",
    "three_public": "three_public_control_rate",
}


def read_percent(passage: Passage, mention: Mention, piece: str, state: State, found: Found) -> None:
    """Add the rate at `mention`, whose label ends in the clause `piece`; one that is not of money is left out."""
    value = decimal_of(mention.number)
    if mention.unit == "‰":
        value /= 10
    if mention.negative:
        value = -value
    evidence = passage.evidence(mention.start, mention.end)
    if mention.unit == "个百分点" or _NOT_MONEY_RATE.search(piece) or (state.strange and "使用率" in piece):
        return
    sign = change_sign(piece)
    if state.aside == "others" or (sign is not None and (AGAINST_BUDGET.search(piece) or state.versus)):
        state.versus = False
        return
    if sign is not None and mention.unit:
        if state.subject is None:
            return
        percent = sign * value
        found.ratios.append(
            Ratio("year_on_year_change", _about(state, piece), percent, evidence, state.fiscal_year, state.subject)
        )
        at = state.last_change
        if at is not None and found.changes[at].percent is None and found.changes[at].subject == state.subject:
            found.changes[at] = replace(found.changes[at], percent=percent)
        else:
            found.changes.append(Change(state.fiscal_year, state.subject, piece, evidence, percent=percent))
        state.last_change = None
        return
    if _SHARE.search(piece):
        lead = piece[: piece.find("占")]
        if state.subject is None and not vocabulary.stage_in(lead):  # 年初预算仅占全年预算的31%
            return
        # 其他占17.6%: of something that the budget's classifications do not name, among those that they do.
        other = state.strange if vocabulary.terms_in(lead) or vocabulary.FILLER.match(lead) else lead
        label, subject = (f"{other} 占比", None) if other else (_about(state, "占比"), state.subject)
        found.ratios.append(Ratio("share", label, value, evidence, state.year, subject))
        return
    for pattern, name in _NAMED_RATES:
        if pattern.search(piece):
            if name == "other" and not re.search(r"预算|决算|收入|支出|经费|资金", piece):
                return
            subject = state.subject if name == "other" else None
            top, bottom = _sums_nearby(passage.text) if name == "procurement_rate" else (None, None)
            label = piece if name != "score_rate" else state.label
            found.ratios.append(Ratio(name, label, value, evidence, state.year, subject, None, top, bottom))
            return
    control = _CONTROL.get(state.subject.scheme) or _CONTROL.get(state.subject.item) if state.subject else None
    if control and re.match(r"控制率", piece):
        found.ratios.append(Ratio(control, _about(state, piece), value, evidence, state.year))
        return
    if extreme := _EXTREME.search(state.sentence):
        found.ratios.append(Ratio("budget_completion_rate", extreme[0], value, evidence, state.year))
        return
    of_budget = state.against is not None and piece in {"", "的"}
    if _NOT_OF_MONEY.search(piece) and not (vocabulary.terms_in(piece) or _MONEY_WORDS.search(piece)):
        return
    if state.subject is None and piece.startswith("完成率") and not _MONEY_WORDS.search(state.sentence):
        return  # 全年造林21万亩,完成率106%
    if of_budget or _COMPLETION.search(piece) or (_BARE_COMPLETION.match(piece) and state.subject is not None):
        if state.aside == "procurement":
            top, bottom = _sums_nearby(passage.text)
            found.ratios.append(Ratio("procurement_rate", piece, value, evidence, state.year, None, None, top, bottom))
            return
        base: Stage | None = state.against if of_budget else "initial_budget" if "年初" in piece else "budget"
        indicator = not any(t for t in vocabulary.terms_in(piece)) and state.subject is None
        subject = None if indicator else state.subject
        found.ratios.append(
            Ratio("budget_completion_rate", _about(state, piece), value, evidence, state.year, subject, base)
        )


_RATE_ALONE = re.compile(r"(?:[“”\"一-鿿]{0,10}率)?(?:为|是|:|约|达到?)*(?P<number>-?[\d,]+(?:\.\d+)?)%(?:,[^%]*)?")
_OF_THE_BUDGET = re.compile(r"^(?:部门|年度|整体)?(?:支出)?预算(?:支出)?(?:完成|执行)率$")


def rate_of(indicator: str, remark: Passage, fiscal_year: int) -> Ratio | None:
    """Return the rate that an indicator is named after, where what stands beside its score gives just that rate."""
    match = _RATE_ALONE.fullmatch(remark.text)
    if match is None or "变动" in indicator:  # 三公经费变动率 may be a growth
        return None
    named = (
        name for pattern, name in _NAMED_RATES if name not in ("other", "score_rate") and pattern.search(indicator)
    )
    name = "budget_completion_rate" if _OF_THE_BUDGET.match(indicator) else next(named, None)
    evidence = remark.evidence(match.start("number"), match.end("number") + 1)
    return None if name is None else Ratio(name, indicator, decimal_of(match["number"]), evidence, fiscal_year)


def _about(state: State, piece: str) -> str:
    """Return what a rate is a rate of, in the document's words."""
    lead = re.sub(r"^(?:其中|包括|用于|一是|二是|\d{4}年度?)+", "", state.label)
    return piece if not lead or lead in piece else f"{lead} {piece}"


def _sums_nearby(text: str) -> tuple[Money | None, Money | None]:
    """Return (actual, planned) where a passage on procurement gives just one of each."""
    planned: list[Money] = []
    actual: list[Money] = []
    last = 0
    for some in sums_in(text):
        label = text[last : some.start]
        last = some.end
        money = Money(some.yuan, some.ulp_yuan)
        if re.search(r"实际|支付|完成|执行(?!率)", label):
            actual.append(money)
        elif re.search(r"预算|计划|年初", label):
            planned.append(money)
    if len(planned) == 1 and len(actual) == 1:
        return actual[0], planned[0]
    return None, None
