"""Money in running text: budget figures, rates and changes, by a small grammar of labels in front of figures.

A paragraph is a chain of labels and figures: 基本支出预算数 271.04 万元，决算数 268.61 万元，完成率 99.10%. A label
names a subject, a stage, or both; what it leaves out is taken from the label before it in the same sentence. A sum
whose label is not understood is left out: it is a story, or somebody else's money.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from jixiao.extract import vocabulary
from jixiao.extract.mentions import Mention, mentions_in
from jixiao.extract.numbers import decimal_of, in_yuan, sums_in
from jixiao.model import Amount, Change, Document, Doubt, Evidence, Money, Passage, Ratio, RatioName, Stage, Subject

_CHANGE_TAIL = re.compile(r"(?P<up>增加|增长|上涨|上升|提高|增幅|增)|(?P<down>减少|下降|降低|下滑|减幅|降幅|压减|减)")
_CHANGE_GAP = re.compile(r"^(?:了|额|数|为|约|率|幅度|:|=|达|到)*$")
_SKIP_BEFORE = re.compile(
    r"[≤≥<>＜＞*×/~～\-—+]$|(?:不超过|不低于|不高于|不少于|大于|小于|等于|低于|高于|超过|达到|控制在|目标值?|计划)$"
)
_SKIP_AFTER = re.compile(r"^(?:以[上下内]|[~～\-—至]\d|的,?得|\(含|及以[上下]|之间|[*×])")
_ENUMERATOR = re.compile(
    r"^(?:(?P<major>\d{1,2}[、.](?!\d)|\(\d{1,2}\)|[一二三四五六七八九十]+是)|(?P<minor>[①-⑳][.、]?))"
)
_PROJECT_LEAD = re.compile(r"项目(?:支出)?(?:是|为|有|包括|如下|分别|主要)|其中支出|其中(?:包括)?(?=:?1[、.])")
_PROJECT_NAME = re.compile(r"^[^,。;:\d%]{2,45}$")
_COMPLETION = re.compile(
    r"(?:(?:预算)?(?:平均)?(?:完成|执行|支出|到位|支付)(?:进度)?(?:率|进度|比例)|完成(?:了)?(?:年|全|调)?[^,。;:]{0,5}预算[^,。;:]{0,3})"
    r"(?:完成|达到?|已?达|为|是|约|=|:|的|至|\(%\))*$"
)
_NOT_MONEY_RATE = re.compile(
    r"目标完成率|任务完成|指标完成|工作完成|产出|数量|质量|时效|及时率|满意|知晓|合格率|参与率|覆盖率"
)
_RATE_GAP = r"(?:完成|达到?|已?达|为|是|约|=|:|的|至|\(%\))*$"
_NAMED_RATES: tuple[tuple[re.Pattern[str], RatioName], ...] = (
    (re.compile(r"(?:结转结余|结余结转|结转|结余)率" + _RATE_GAP), "carry_over_rate"),
    (re.compile(r"公用经费(?:支出)?控制率" + _RATE_GAP), "public_use_control_rate"),
    (re.compile(r"三公[”\"’]?经费[”\"’]?(?:支出)?(?:变动|控制)率" + _RATE_GAP), "three_public_control_rate"),
    (re.compile(r"采购(?:预算|计划)?(?:执行|完成)?率" + _RATE_GAP), "procurement_rate"),
    (re.compile(r"得分率" + _RATE_GAP), "score_rate"),
    (re.compile(r"(?:差异|变动|调整|偏离)率" + _RATE_GAP), "other"),
)
_OTHERS = re.compile(
    r"税收|非税|全[国省市州盟县区旗镇乡](?![直级属])|辖区|地方财政|生产总值|固定资产投资|招商|融资|贷款|产值|营业|销售|农民|居民"
    r"|人均|旅游收入|土地出让|带动|增收|社会资本|[该本此]项目(?!支出)|(?:绩效|总体)目标(?:设定|申报)?$"
)
_ADDED = re.compile(r"追加(?!后)|调[增减]|核[增减]|(?:结转|结余)(?![^,。]{0,6}后)|争取|缺口|欠")
_STORY = re.compile(
    r"活动|举办|开展|采购|建设|维修|项目|培训|购[置买]|工程|补[助贴]|资助|奖励|发放|用于|慰问|会议|经费|专项"
)
_OF_THE_SAME = re.compile(r"^(?:全年|年度|其)?(?:预算支出|决算支出|支出决算|支出预算)(?:数|为|是|:|约)*$")
_VEHICLE_PART = re.compile(r"^(?:车辆)?(?:(?P<operation>运行(?:维护)?费)|(?P<purchase>购置费))")
_SPENDING_CHANGED = re.compile(r"^(?:总|本年)?支出(?:较|比|与|同比|增|减|下降)")
_BARE_STAGE = re.compile(r"^(?P<final>(?:已|实际|共|累计|实)?(?:支出|执行|支付|使用))(?:了|为|是|:|约)*$")
_BARE_COMPLETION = re.compile(r"^(?:已|共|预算)?(?:完成|执行)(?:了|率)?(?:为|是|:|约|=|达)*$")
_SHARE = re.compile(r"占[^,。;]{0,24}(?:的|比|比例|比重|为|约|达|:)*$")
_ASIDE = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)")
_LISTED = re.compile(r"(?:其中|主要|包括|分别为|如下)[^,。;]{0,6}?(?=1[、.]|\(1\)|一是|①)")
_AGAINST_BUDGET = re.compile(r"(?:较|比|与)(?!上年|去年)[^,。]{0,6}(?:预算|计划|批复)")
_CONTROL: dict[str, RatioName] = {
    "public_use": "public_use_control_rate",
    "three_public": "three_public_control_rate",
}
_BOTH_FLOWS = re.compile(r"收入支出|收支(?!情况|规模|平衡)")


@dataclass(frozen=True, slots=True)
class MoneyFacts:
    """What one document says about money."""

    amounts: tuple[Amount, ...]
    ratios: tuple[Ratio, ...]
    changes: tuple[Change, ...]
    doubts: tuple[Doubt, ...]


_Carried = tuple[Subject | None, str, Stage | None]


@dataclass(slots=True)
class State:
    """What labels leave out and take from the label before."""

    year: int
    subject: Subject | None = None
    label: str = ""
    stage: Stage | None = None
    default_stage: Stage = "final"
    project_mode: bool = False
    parent: str | None = None
    last_change: int | None = None
    topic: Subject | None = None
    topic_before: Subject | None = None
    list_stage: Stage | None = None
    in_list: bool = False
    entry_parent: str | None = None
    aside: Literal["others", "procurement"] | None = None
    sentence: str = ""


@dataclass(slots=True)
class _Found:
    amounts: list[Amount] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def read_passage(passage: Passage, state: State, found: _Found) -> None:
    """Add the facts of one passage; `state` carries what the next passage may lean on."""
    text = passage.text
    previous = 0
    asides = [span for span in map(re.Match.span, _ASIDE.finditer(text)) if mentions_in(text[span[0] : span[1]])]
    before: _Carried | None = None
    closing = 0
    for mention in mentions_in(text):
        if before is not None and mention.start >= closing:
            # (其中:基本支出1000万元),执行1200万元: what follows speaks again of what stood before the parenthesis
            state.subject, state.label, state.stage = before
            before, previous = None, closing
        opened = next((span for span in asides if previous <= span[0] < mention.start < span[1]), None)
        if opened is not None and before is None:
            _take_label(text[previous : opened[0]], state)
            before, closing = (state.subject, state.label, state.stage), opened[1]
            previous = opened[0] + 1
        label = text[previous : mention.start].removesuffix("-" if mention.negative else "")
        if mention.kind == "percent" and text[mention.start - 1 : mention.start] in {"*", "×"}:
            # (a/b)×100%=95.3%: the formula belongs to the label of its result
            previous = previous if text[mention.end : mention.end + 1] == "=" else mention.end
            continue
        previous = mention.end
        if mention.kind != "zero":
            after = re.match(r"亿元|万元|千元|元|[万亿]", text[mention.end :])
            previous += after.end() if after and mention.kind == "money" else 0
        piece = _take_label(label, state)
        if mention.kind == "percent" and piece.endswith("="):
            piece = piece.split("=")[0]
        listed = bool(re.search(r"其中[^,;。]{0,4}[:,]", label))
        if mention.kind == "money":
            _money(passage, mention, piece, state, found, listed)
        elif mention.kind == "zero":
            _zero(passage, mention, piece, state, found)
        elif not _SKIP_BEFORE.search(text[: mention.start]) and not _SKIP_AFTER.match(text[mention.end :]):
            _percent(passage, mention, piece, state, found)


def _take_label(label: str, state: State) -> str:
    """Let the clauses in front of a figure set subject, stage and year; return the last clause."""
    label = re.sub(r"[:,(]+$", "", label)
    projects = state.subject is not None and (state.subject.scheme, state.subject.item) == ("nature", "project")
    if _PROJECT_LEAD.search(label) or (projects and _LISTED.search(label)):
        state.project_mode = True
        state.in_list = False
    pieces = re.split(r"([,;。:]|其中)", label)
    last = ""
    for index, piece in enumerate(pieces):
        if index % 2:
            if piece in ";。":
                if piece == "。":
                    state.topic_before, state.topic = state.topic or state.topic_before, None
                state.subject = None
                state.last_change = None
                state.aside = None
                state.sentence = ""
            if piece == "。" and not state.project_mode:
                state.parent = None
            continue
        last = piece
        state.sentence += piece
        if _OTHERS.search(piece):
            state.aside = "others"
        elif "采购" in piece:
            state.aside = "procurement"
        year = vocabulary.year_in(piece)
        if year is not None and abs(year - state.year) <= 1 and not re.search(r"20\d\d年\d{1,2}月", piece):
            state.year = max(year, state.year - 1)
        if _ENUMERATOR.match(piece) and state.project_mode:
            if state.in_list:
                state.stage = state.list_stage
            state.list_stage, state.in_list = state.stage, True
            state.aside = None
            if index < len(pieces) - 1:
                _open_entry(piece, state)
            continue
        share = piece.find("占")
        terms = [term for term in vocabulary.terms_in(piece) if share < 0 or term.end <= share]
        part = _VEHICLE_PART.match(piece)
        about = state.subject
        if about is not None and about.scheme != "total" and _OF_THE_SAME.match(piece):
            pass
        elif about is not None and about.scheme == "three_public" and part:
            state.subject = replace(about, item="vehicle_operation" if part["operation"] else "vehicle_purchase")
        elif terms:
            term = terms[-1]
            state.subject = vocabulary.subject_of(term, piece)
            state.topic = state.topic or state.subject
            state.label = piece[terms[0].start :] if len(terms) == 1 else piece[term.start :]
            state.last_change = None
        elif (
            _SPENDING_CHANGED.match(piece) and (whole := state.topic or state.topic_before) and whole.scheme == "total"
        ):
            state.subject = Subject("expenditure", "total", "total")
        elif about is None and re.match(r"(?:与|较|比)(?:上年|去年)|同比", piece):
            state.subject = state.topic_before  # 与上年相比 speaks of what the sentence before began with
        if not re.search(r"占|比上年|较上年|完成(?:年|全|调)?[^,。;:]{0,4}预算", piece):
            stage = vocabulary.stage_in(piece)
            if stage is not None:
                state.stage = stage[0]
    return last


def _open_entry(piece: str, state: State) -> None:
    """Let the entry of a list of projects whose name stands alone (1.科普经费:年初预算30万元) be the subject."""
    mark = _ENUMERATOR.match(piece)
    name = piece[mark.end() :] if mark else ""
    terms = vocabulary.terms_in(name)
    if mark is None or not _PROJECT_NAME.match(name):
        return
    if terms and terms[0].start == 0 and terms[0].end == len(name):
        state.subject, state.label = vocabulary.subject_of(terms[0], name), name
        return
    state.entry_parent = state.parent if mark["minor"] else None
    if mark["major"]:
        state.parent = name
    state.subject, state.label = Subject("expenditure", "project", name), name


def _change_sign(piece: str) -> int | None:
    """Return +1 or -1 when a clause ends in words of change, else None."""
    last = None
    for match in _CHANGE_TAIL.finditer(piece):
        last = match
    if last is None or not _CHANGE_GAP.match(piece[last.end() :]):
        return None
    return 1 if last["up"] else -1


def _money(passage: Passage, mention: Mention, piece: str, state: State, found: _Found, listed: bool) -> None:
    yuan, ulp = in_yuan(mention.number, mention.unit, mention.negative)
    evidence = passage.evidence(mention.start, mention.end)
    sign = _change_sign(piece)
    if state.aside is not None or (_ADDED.search(piece) and not vocabulary.is_last_year(piece)):
        return
    if sign is not None and _AGAINST_BUDGET.search(piece):
        return
    if sign is not None:
        if state.subject is not None and state.subject.item != "vehicles":
            found.changes.append(Change(state.year, state.subject, piece, evidence, sign * yuan, ulp))
            state.last_change = len(found.changes) - 1
        return
    if vocabulary.is_last_year(piece):
        if state.subject is not None and state.subject.item != "vehicles":
            stage = state.stage or "final"
            found.amounts.append(_amount(state, state.year - 1, stage, piece, yuan, ulp, evidence))
        return
    mark = _ENUMERATOR.match(piece)
    terms = vocabulary.terms_in(piece)
    if state.project_mode and (mark or (listed and state.parent and not terms)):
        _project(mark, piece, state, yuan, ulp, evidence, found)
        return
    about = state.subject
    if about is not None and not terms and _BARE_STAGE.match(piece):
        state.subject = replace(about, flow="expenditure")
        found.amounts.append(_amount(state, state.year, "final", piece, yuan, ulp, evidence))
        return
    if about is not None and about.scheme == "three_public" and _VEHICLE_PART.match(piece):
        stage = state.stage or state.default_stage
        found.amounts.append(_amount(state, state.year, stage, piece, yuan, ulp, evidence))
        return
    stage_found = vocabulary.stage_in(piece)
    reach = max([term.end for term in terms] + ([stage_found[1]] if stage_found else []), default=None)
    if reach is None or not vocabulary.FILLER.match(piece[reach:]):
        return
    if terms:
        state.project_mode = state.project_mode and terms[-1].item == "project"
    subject = state.subject
    if subject is None:
        if not stage_found or not re.search(r"预算|决算|执行|(?:全年|本年|年度|当年|总).{0,4}支出", piece):
            return
        if _STORY.search(state.sentence):
            return
        subject = Subject("expenditure", "total", "total")
        state.subject, state.label = subject, piece
    if subject.item == "vehicles":
        return
    stage = state.stage or state.default_stage
    amount = _amount(state, state.year, stage, piece, yuan, ulp, evidence)
    if _BOTH_FLOWS.search(piece):
        found.amounts.append(replace(amount, flow="revenue", scheme="total", item="total"))
        amount = replace(amount, flow="expenditure", scheme="total", item="total")
        state.subject = Subject("expenditure", "total", "total")
    found.amounts.append(amount)


def _amount(
    state: State, year: int, stage: Stage, label: str, yuan: Decimal, ulp: Decimal, evidence: Evidence
) -> Amount:
    about = state.subject or Subject("expenditure", "total", "total")
    parent = state.entry_parent if about.scheme == "project" else None
    return Amount(year, about.flow, stage, about.scheme, about.item, label or state.label, yuan, ulp, evidence, parent)


def _project(
    mark: re.Match[str] | None, piece: str, state: State, yuan: Decimal, ulp: Decimal, evidence: Evidence, found: _Found
) -> None:
    """Take one entry of a list of projects; ① entries are children of the entry before them with a plain number."""
    entry = piece[mark.end() if mark else 0 :]
    name = re.sub(r"(?:为|是|:|(?:年初|全年|调整后?)?预算(?:安排)?(?:数|金额)?|支出数?|执行数?|决算数?)+$", "", entry)
    said = vocabulary.stage_in(entry[len(name) :])
    if not _PROJECT_NAME.match(name):
        return
    parent = state.entry_parent = state.parent if mark is None or mark["minor"] else None
    if mark is not None and mark["major"]:
        state.parent = name
    stage = said[0] if said else state.stage or state.default_stage
    state.subject, state.label = Subject("expenditure", "project", name), name
    found.amounts.append(Amount(state.year, "expenditure", stage, "project", name, name, yuan, ulp, evidence, parent))


def _zero(passage: Passage, mention: Mention, piece: str, state: State, found: _Found) -> None:
    terms = vocabulary.terms_in(piece)
    if not terms or not vocabulary.FILLER.match(piece[terms[-1].end :]) or terms[-1].item == "vehicles":
        return
    evidence = passage.evidence(mention.start, mention.end)
    stage = state.stage or state.default_stage
    found.amounts.append(_amount(state, state.year, stage, piece, Decimal(0), Decimal(100), evidence))


def _percent(passage: Passage, mention: Mention, piece: str, state: State, found: _Found) -> None:
    value = decimal_of(mention.number)
    if mention.unit == "‰":
        value /= 10
    if mention.negative:
        value = -value
    evidence = passage.evidence(mention.start, mention.end)
    if mention.unit == "个百分点" or _NOT_MONEY_RATE.search(piece):
        return
    sign = _change_sign(piece)
    if state.aside == "others" or (sign is not None and _AGAINST_BUDGET.search(piece)):
        return
    if sign is not None and mention.unit:
        if state.subject is None:
            return
        percent = sign * value
        found.ratios.append(
            Ratio("year_on_year_change", _about(state, piece), percent, evidence, state.year, state.subject)
        )
        at = state.last_change
        if at is not None and found.changes[at].percent is None and found.changes[at].subject == state.subject:
            found.changes[at] = replace(found.changes[at], percent=percent)
        else:
            found.changes.append(Change(state.year, state.subject, piece, evidence, percent=percent))
        state.last_change = None
        return
    if _SHARE.search(piece):
        if state.subject is not None:
            found.ratios.append(Ratio("share", _about(state, "占比"), value, evidence, state.year, state.subject))
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
    if _COMPLETION.search(piece) or (_BARE_COMPLETION.match(piece) and state.subject is not None):
        if state.aside == "procurement":
            top, bottom = _sums_nearby(passage.text)
            found.ratios.append(Ratio("procurement_rate", piece, value, evidence, state.year, None, None, top, bottom))
            return
        base: Stage | None = "initial_budget" if "年初" in piece else "budget"
        indicator = not any(t for t in vocabulary.terms_in(piece)) and state.subject is None
        subject = None if indicator else state.subject
        found.ratios.append(
            Ratio("budget_completion_rate", _about(state, piece), value, evidence, state.year, subject, base)
        )


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


_HEADING = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.]|[((][一二三四五六七八九十\d]+[))]|\d{1,2}[、.])?[^,。;:]{2,28}[。:]?$"
)


def extract_prose(passages: Iterable[Passage], fiscal_year: int) -> _Found:
    """Return the money facts of the running text."""
    found = _Found()
    state = State(fiscal_year)
    for passage in passages:
        carries = state.project_mode and bool(_ENUMERATOR.match(passage.text))
        if _HEADING.match(passage.text) and not mentions_in(passage.text):
            budget = re.search(r"预算", passage.text) and not re.search(r"执行|决算|完成|支出|收支", passage.text)
            state = State(fiscal_year, default_stage="budget" if budget else "final")
            continue
        if not carries:
            state = State(fiscal_year, default_stage=state.default_stage)
        read_passage(passage, state, found)
    return found


def extract_money(document: Document, fiscal_year: int | None) -> MoneyFacts:
    """Return every money fact of a document; without a fiscal year nothing can be dated, and that is a doubt."""
    from jixiao.extract.money_tables import extract_tables

    if fiscal_year is None:
        doubt = Doubt("no_fiscal_year", "the document states no fiscal year: its sums cannot be dated", Evidence())
        return MoneyFacts((), (), (), (doubt,))
    found = extract_prose(document.passages, fiscal_year)
    amounts, ratios, doubts = extract_tables(document, fiscal_year, found.amounts)
    return MoneyFacts(
        _distinct_amounts([*found.amounts, *amounts]),
        _distinct_ratios([*found.ratios, *ratios]),
        tuple(found.changes),
        (*found.doubts, *doubts),
    )


def _distinct_amounts(amounts: Iterable[Amount]) -> tuple[Amount, ...]:
    """Drop repetitions of the same figure; one printed with other digits for the same key stays."""
    seen: set[tuple[object, ...]] = set()
    out = []
    for amount in amounts:
        key = (amount.fiscal_year, amount.flow, amount.stage, amount.scheme, amount.item, amount.yuan)
        if key not in seen:
            seen.add(key)
            out.append(amount)
    return tuple(out)


def _distinct_ratios(ratios: Iterable[Ratio]) -> tuple[Ratio, ...]:
    seen: set[tuple[object, ...]] = set()
    out = []
    for ratio in ratios:
        key = (ratio.name, ratio.percent, ratio.label if ratio.subject is None else ratio.subject, ratio.fiscal_year)
        if key not in seen:
            seen.add(key)
            out.append(ratio)
    return tuple(out)
