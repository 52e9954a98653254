"""Money in running text: budget figures, rates and changes, by a small grammar of labels in front of figures.

A paragraph is a chain of labels and figures: 基本支出预算数 271.04 万元，决算数 268.61 万元，完成率 99.10%. A label
names a subject, a stage, or both; what it leaves out is taken from the label before it in the same sentence. A sum
whose label is not understood is left out: it is a story, or somebody else's money.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from jixiao.extract import vocabulary
from jixiao.extract.labels import (
    AGAINST_BUDGET,
    ENUMERATOR,
    PROJECT_NAME,
    PROJECTS,
    SEVERAL,
    STAGE_TAIL,
    VEHICLE_PART,
    Carried,
    Found,
    State,
    beside,
    change_sign,
    open_project,
    several_labels,
    take_label,
)
from jixiao.extract.mentions import Mention, mentions_in
from jixiao.extract.numbers import in_yuan
from jixiao.extract.rates import read_percent
from jixiao.model import Amount, Change, Evidence, Passage, Stage, Subject

_SKIP_BEFORE = re.compile(
    r"[≤≥<>＜＞*×/~～\-—+]$|(?:不超过|不低于|不高于|不少于|大于|小于|等于|低于|高于|超过|(?<!率)达到|控制在|目标值?|计划)$"
)
_SKIP_AFTER = re.compile(r"^(?:以[上下内]|[~～\-—至]\d|的,?得|\(含|及以[上下]|之间|[*×])")
_ADDED = re.compile(r"追加(?!后)|调[增减]|核[增减]|(?:结转|结余)(?![^,。]{0,6}后)|争取|节约|压减$|缺口|欠")
_STORY = re.compile(
    r"活动|举办|开展|采购|建设|维修|项目|培训|购[置买]|工程|补[助贴]|资助|奖励|发放|用于|慰问|会议|经费|专项"
)
LINK = re.compile(r"^[、,]?(?:和|及|与|以及)?$")
_BARE_STAGE = re.compile(
    r"^(?:20\d\d年度?)?(?:[全我本][局院校会委镇乡])?(?P<final>(?:已|实际|共|累计|实)?(?:支出|执行|支付|使用)(?:数|金?额)?)(?:了|为|是|:|约)*$"
)
_NONE_OF_THEM = re.compile(r"[均都全年度支出费用等为是()、,及和与]*$")
_SHARE_BEFORE = re.compile(r"占[^,。;()%]{0,20}%\($")
_OF_THE_WHOLE = re.compile(r"预算|决算|执行|实际支出|(?:全年|本年|年度|当年|总|20\d\d年).{0,4}支出")
_UNTIL_YEAR_END = re.compile(r"截[至止](?:20\d\d年)?(?:12月|年[底末])[^,。]{0,5}(?:累计|共|实际)支出$")
_PROJECTS_COST = re.compile(r"项目(?:经费)?支出(?:决算|合计|共计?|总额|数|为|是|:)*$")
_REMARK = re.compile(r"^\([^()\d]+\)")  # 其他收入(培训班住宿费)30万元
_INITIAL_FROM_HERE = re.compile(r"\([^()]{0,4}年初预算[^()]{0,6}下同\)")  # 预算总支出250万元(年初预算,下同)
_ALL_CHANGED = re.compile(r"^年[终末]预算数|^(?:年中)?调整后的?(?:年度|全年)?预算|预算调整[为后]")
_ONE_OF_MANY = re.compile(r"(?:部分|个别|有的)项目|项目(?!支出).+")
_PER_HEAD = re.compile(r"[人户]均|平均每")
_THAT_IS = re.compile(r"^(?:即|共?计)(?:为|是|:)?$")
_LAST_YEARS = re.compile(r"(?:上年度?|去年|上一年度?)(?:的|同期|部门|本级)*(?:支出|收入|决算|预算|执行|实际)")
# 与2020年的1928.45万元相比, 同比(2021年为20986.15万元)
_COMPARED_YEAR = re.compile(
    r"(?:(?:比|较|与|和)|^)(?P<year>20\d\d)年度?(?:原?[一-鿿]{2,8}?[局院委会办校])?(?P<initial>年初)?"
    r"(?:的|为|同期|同口径|支出|收入|决算|执行|实际|(?P<budget>预算)|数|总额)*$"
)
_GROWN_TO = re.compile(r"^(?:增|升|减|降|压减|压缩|增加|增长|减少|下降|降低|提高)(?:至|到|为)$")
_VERSUS_BUDGET = re.compile(
    r"(?:^|支出|经费[”\"]?|费用?|决算数?)(?:较|比|与|低于|高于|控制在|(?:未|没有)?(?:超过|超出|突破))(?:年初|全年|年度|调整后?|本年)?(?:预算(?:数|安排|总额)?|安排数)(?:的)?$"
)
_LIST_FOLLOWS = re.compile(r"(?:如下|包括|分别是|分别为|子项目|其中):$")
_OF_BUDGET = re.compile(r"^(?:完成|占|为)(?:全年|年初|年度|调整后?|本年|当年)?预算(?:安排)?(?:数|总额|资金)?(?:的)?$")
_MARK = re.compile(r"^(?:\d{1,2}[、.]|\([一二三四五六七八九十\d]{1,3}\)|[一二三四五六七八九十]{1,3}(?:、|是)|[①-⑳])+")
_JOINED = re.compile(r"^(?:[、,]|以及|和|及|与)+")
_NO_PROJECT = re.compile(
    r"^(?:其中|合计|共计|其余|不?含|包括|用于|主要|涉及|中央|[省市县区]级?(?:财政|资金|$)|本级|当年|本年|已|为|全部|年初|调整|全年|预算|决算|支出|执行|实际|完成|比|较|与|同比|上年|尾款|余款|剩余|缺口|节约|结余)|^.?项目支出|^(?:自有|自筹|其他|财政|预算|上级|结转|存量|本级)(?:专项)?资金$|拨款|转移支付|追加|采购|等$|占|扣"
)
# What may stand before a stage word that names no subject: 2022年我局调整后的预算数.
_NO_SUBJECT = re.compile(
    r"^(?:20\d\d年?度?|[省市县区旗州][一-鿿]{2,8}局|当年|本年度?|全年|年度|年中|年末|年终|年初|执行中|截至.*|[我本][省市县区旗州镇乡]?[局院校会委镇乡府办处站所部厅司]"
    r"|[我本]?(?:单位|部门|机关|中心|街道|学校)|[省市县区]?财政[厅局]?|其中|其|实际|累计|共计|合计|共|总|的|按|经|政策|[调追][整增减加]后?|财政|批复|批准|下达|安排|核定|最终"
    r"|为|是|由|从|将|年度|收支|收入支出|收入|资金|经费|总体|情况|[省市县区镇]级|本级|完成|占|到位|[一二三]是|[、(])*$"
)
_ASIDE = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)")
_BOTH_FLOWS = re.compile(r"收入[、,和及]?支出|收[、,]?支(?!情况|规模|平衡)")


def read_passage(passage: Passage, state: State, found: Found) -> None:
    """Add the facts of one passage; `state` carries what the next passage may lean on."""
    text = passage.text
    if _INITIAL_FROM_HERE.search(text):
        state.budget = "initial_budget"
    mentions = mentions_in(text)
    projects = _summing_projects(text, mentions)
    previous = 0
    asides = [span for span in map(re.Match.span, _ASIDE.finditer(text)) if mentions_in(text[span[0] : span[1]])]
    before: Carried | None = None
    modes = (False, False)
    closing = 0
    queue: list[str] = []
    not_told = 0
    for index, mention in enumerate(mentions):
        if before is not None and mention.start >= closing:
            # (其中:基本支出1000万元),执行1200万元: what follows speaks again of what stood before the parenthesis
            state.subject, state.label, state.stage = before
            before, previous = None, closing
            state.project_mode, state.named_list = modes
        opened = next((span for span in asides if previous <= span[0] < mention.start < span[1]), None)
        if opened is not None and before is None:
            clause = take_label(text[previous : opened[0]], state)
            if state.subject is None and not state.project_mode and _ONE_OF_MANY.search(clause):
                state.aside = "others"  # 个别项目如公园提升(预算86万元,支出31万元)
            if _named_project(clause, state):  # 食品抽检(预算360万元,支出351万元)
                open_project(STAGE_TAIL.sub("", _JOINED.sub("", clause)), None, state)
            before, closing = (state.subject, state.label, state.stage), opened[1]
            modes = state.project_mode, state.named_list
            if not clause and state.subject == PROJECTS:  # 项目支出500万元(信息平台运维100万元、培训50万元)
                state.project_mode = state.named_list = True
            previous = opened[0] + 1
        label = text[previous : mention.start].removesuffix("-" if mention.negative else "")
        if mention.kind == "percent" and text[mention.start - 1 : mention.start] in {"*", "×"}:
            # (a/b)×100%=95.3%: the formula belongs to the label of its result
            previous = previous if text[mention.end : mention.end + 1] == "=" else mention.end
            continue
        previous = mention.end
        if mention.kind != "zero":
            after = re.match(r"亿元|万[元兀]|千元|元|[万亿]", text[mention.end :])
            previous += after.end() if after and mention.kind == "money" else 0
        linked = _linked(text, mentions, index)
        if not_told and LINK.match(label):
            not_told -= 1
            continue
        queue = queue[1:] if queue and LINK.match(label) else several_labels(label, linked, state)
        not_told = linked - 1 if linked > 1 and not queue and SEVERAL.search(label) else 0
        if not_told:  # which is of what, the words do not say
            take_label(label, state)
            continue
        if queue:
            at = label.rfind(",") + 1
            label = queue[0] if LINK.match(label) else label[:at] + queue[0]
        piece = take_label(label, state)
        if mention.kind == "percent" and piece.endswith("="):
            piece = piece.split("=")[0]
        listed = bool(re.search(r"其中[^,;。]{0,4}[:,]", label))
        if mention.start in projects:
            state.project_mode = state.named_list = True
            piece = re.sub(r"^(?:其中|主要|包括|用于|分别|[有是为])+", "", piece)
        if mention.kind == "money":
            state.told.append(piece)
            _money(passage, mention, piece, state, found, listed)
        elif mention.kind == "zero":
            _zero(passage, mention, piece, state, found)
        elif not _SKIP_BEFORE.search(text[: mention.start]) and not _SKIP_AFTER.match(text[mention.end :]):
            read_percent(passage, mention, piece, state, found)
    about = state.subject
    if about is not None and about.item == "project" and _LIST_FOLLOWS.search(text):
        state.project_mode, state.in_list, state.list_style, state.stage = True, False, "", None


def _summing_projects(text: str, mentions: Sequence[Mention]) -> set[int]:
    """Return where sums stand that behind 项目支出 make just its sum: those are projects."""
    found: set[int] = set()
    sums = [mention for mention in mentions if mention.kind == "money"]
    labels = [text[a : b.start] for a, b in zip([0, *(one.end for one in sums)], sums, strict=False)]
    for index, label in enumerate(labels):
        if not _PROJECTS_COST.search(label):
            continue
        whole, _ = in_yuan(sums[index].number, sums[index].unit, False)
        spots: set[int] = set()
        for one, name in zip(sums[index + 1 :], labels[index + 1 :], strict=True):
            name = re.split(r"[,;。:、]|其中", name)[-1]
            if not PROJECT_NAME.match(STAGE_TAIL.sub("", name)) or vocabulary.terms_in(name):
                break
            whole -= in_yuan(one.number, one.unit, False)[0]
            spots.add(one.start)
            if whole <= 0:
                break
        if whole == 0 and len(spots) > 1:
            found |= spots
    return found


def _linked(text: str, mentions: Sequence[Mention], index: int) -> int:
    """Return how many figures stand in one row from `index` on: 1200万元、300万元和50万元."""
    count = 1
    for one, other in pairwise(mentions[index:]):
        between = re.sub(r"^(?:亿元|万[元兀]|千元|元)", "", text[one.end : other.start])
        if one.kind != other.kind or not LINK.match(between):
            break
        count += 1
    return count


def _money(passage: Passage, mention: Mention, piece: str, state: State, found: Found, listed: bool) -> None:
    yuan, ulp = in_yuan(mention.number, mention.unit, mention.negative)
    evidence = passage.evidence(mention.start, mention.end)
    if _PER_HEAD.search(piece):
        state.strange = piece
        return
    stage: Stage
    sign = change_sign(piece)
    if _BARE_STAGE.match(piece):
        state.stage = "final"
    if state.aside is not None or (_ADDED.search(piece) and not vocabulary.is_last_year(piece)):
        state.strange = piece
        return
    if sign is not None and (AGAINST_BUDGET.search(piece) or state.versus):
        return
    if sign is not None:
        if state.subject is not None and state.subject.item != "vehicles":
            found.changes.append(Change(state.fiscal_year, state.subject, piece, evidence, sign * yuan, ulp))
            state.last_change = len(found.changes) - 1
        return
    compared = _COMPARED_YEAR.search(piece)
    if compared and int(compared["year"]) == state.fiscal_year - 1:
        about = state.subject or state.topic or state.topic_before
        if about is None and re.search(r"决算|支出", piece):
            about = state.subject = Subject("expenditure", "total", "total")
        if about is not None and about.item != "vehicles":
            state.subject = about
            stage = "initial_budget" if compared["initial"] else "budget" if compared["budget"] else "final"
            found.amounts.append(_amount(state, state.fiscal_year - 1, stage, piece, yuan, ulp, evidence))
        return
    if vocabulary.is_last_year(piece):
        if state.subject is not None and state.subject.item != "vehicles":
            stage = state.stage or "final"
            found.amounts.append(_amount(state, state.year - 1, stage, piece, yuan, ulp, evidence))
        return
    year = state.year - 1 if _LAST_YEARS.search(piece) else state.year
    if state.subject is not None and _GROWN_TO.match(piece) and state.subject.item != "vehicles":
        found.amounts.append(_amount(state, state.fiscal_year, "final", piece, yuan, ulp, evidence))
        return
    planned = state.subject or state.topic
    if planned is not None and (versus := _VERSUS_BUDGET.search(piece)) and planned.item != "vehicles":
        state.subject, state.versus = planned, True
        stage = "initial_budget" if "年初" in versus[0] else "budget"
        found.amounts.append(_amount(state, state.year, stage, piece, yuan, ulp, evidence))
        return
    mark = ENUMERATOR.match(piece)
    terms = vocabulary.terms_in(piece)
    whole = mark is not None and bool(terms) and not PROJECT_NAME.match(beside(piece[mark.end() :]))
    if state.project_mode and not whole and (mark or (listed and state.parent and not terms)):
        _project(mark, piece, state, yuan, ulp, evidence, found)
        return
    if not mark and _named_project(piece, state):
        parent, state.parent = state.parent, None
        _project(None, _JOINED.sub("", piece), state, yuan, ulp, evidence, found)
        state.parent = parent
        return
    about = state.subject
    told = _THAT_IS.match(piece) or _SHARE_BEFORE.search(passage.text, 0, mention.start)
    if about is not None and not terms and told:
        stage = state.stage or state.default_stage
        found.amounts.append(_amount(state, state.year, stage, piece, yuan, ulp, evidence))
        return
    if about is not None and not terms and _BARE_STAGE.match(piece):
        state.subject, state.stage = replace(about, flow="expenditure"), "final"
        found.amounts.append(_amount(state, state.year, "final", piece, yuan, ulp, evidence))
        return
    if about is not None and about.scheme == "three_public" and VEHICLE_PART.match(piece):
        stage = state.stage or state.default_stage
        found.amounts.append(_amount(state, state.year, stage, piece, yuan, ulp, evidence))
        return
    stage_found = vocabulary.stage_in(piece)
    reach = max([term.end for term in terms] + ([stage_found[1]] if stage_found else []), default=None)
    if reach is None or not vocabulary.FILLER.match(_REMARK.sub("", piece[reach:])):
        state.strange = piece
        return
    if [term.item for term in terms] == ["project"] and not _of_department(piece[: terms[0].start]):
        return  # 消费券发放项目支出: of one project
    if not terms and stage_found and not _NO_SUBJECT.match(_MARK.sub("", piece[: stage_found[2]])):
        return
    if terms:
        state.project_mode = state.project_mode and terms[-1].item == "project"
    subject = state.subject
    if subject is None:
        if not stage_found or not (_OF_THE_WHOLE.search(piece) or _UNTIL_YEAR_END.search(state.sentence)):
            return
        if _STORY.search(state.sentence) and not _ALL_CHANGED.search(piece):
            return
        subject = Subject("expenditure", "total", "total")
        if state.topic is not None and state.subjects == {state.topic} and _BARE_STAGE.match(piece):
            subject = replace(state.topic, flow="expenditure")  # 项目支出预算2000万元;实际支出1900万元
        state.subject, state.label = subject, piece
    if subject.item == "vehicles":
        return
    # 支出100万元,完成全年预算数110万元的90.91%: that budget is no stage for what follows.
    state.against = stage_found[0] if stage_found and _OF_BUDGET.match(piece) else None
    stage = state.against or state.stage or state.default_stage
    amount = _amount(state, year, stage, piece, yuan, ulp, evidence)
    if _BOTH_FLOWS.search(piece):
        found.amounts.append(replace(amount, flow="revenue", scheme="total", item="total"))
        amount = replace(amount, flow="expenditure", scheme="total", item="total")
        state.subject = Subject("expenditure", "total", "total")
    found.amounts.append(amount)


def _amount(
    state: State, year: int, stage: Stage, label: str, yuan: Decimal, ulp: Decimal, evidence: Evidence
) -> Amount:
    about = state.subject or Subject("expenditure", "total", "total")
    state.strange = ""
    parent = state.entry_parent if about.scheme == "project" else None
    state.spent = state.spent or (stage == "final" and year == state.fiscal_year)
    return Amount(year, about.flow, stage, about.scheme, about.item, label or state.label, yuan, ulp, evidence, parent)


def _project(
    mark: re.Match[str] | None, piece: str, state: State, yuan: Decimal, ulp: Decimal, evidence: Evidence, found: Found
) -> None:
    """Take one entry of a list of projects; ① entries are children of the entry before them with a plain number."""
    entry = piece[mark.end() if mark else 0 :]
    name = STAGE_TAIL.sub("", entry)
    said = vocabulary.stage_in(entry[len(name) :])
    if not PROJECT_NAME.match(name):
        return
    open_project(name, mark, state)
    stage = said[0] if said else state.stage or state.default_stage
    found.amounts.append(_amount(state, state.year, stage, name, yuan, ulp, evidence))


def _of_department(words: str) -> bool:
    """Tell whether words in front of 项目支出 name no single project."""
    words = _MARK.sub("", words)
    return (
        bool(_NO_SUBJECT.match(words)) or words.endswith(("的", "中", "为", "由", "和", "及", "、")) or len(words) < 3
    )


def _named_project(piece: str, state: State) -> bool:
    """Tell whether a label is the name of a project: one known from a list before, or one in a list without marks."""
    name = STAGE_TAIL.sub("", _JOINED.sub("", piece))
    if name in state.known_projects:
        return True
    if not state.named_list or not PROJECT_NAME.match(name) or _NO_PROJECT.search(name):
        return False
    terms = vocabulary.terms_in(name)
    return not terms or terms[0].start > 0


def _zero(passage: Passage, mention: Mention, piece: str, state: State, found: Found) -> None:
    words = passage.text[mention.start : mention.end]
    piece = words if vocabulary.terms_in(words) else piece  # 无因公出国(境)费用
    evidence = passage.evidence(mention.start, mention.end)
    stage = state.stage or state.default_stage
    terms = vocabulary.terms_in(piece)
    end = len(piece)
    # 出国(境)和购车均无支出: of every one, back to where other words stand between.
    for term in reversed(terms):
        if not _NONE_OF_THEM.match(piece[term.end : end]):
            break
        if term.item != "vehicles":
            state.subject, state.label = vocabulary.subject_of(term, piece), piece[term.start : term.end]
            found.amounts.append(_amount(state, state.year, stage, state.label, Decimal(0), Decimal(100), evidence))
        end = term.start


_HEADING = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.]|[((][一二三四五六七八九十\d]+[))]|\d{1,2}[、.])?[^,。;:]{2,28}[。:]?$"
)


def extract_prose(passages: Iterable[Passage], fiscal_year: int) -> Found:
    """Return the money facts of the running text."""
    found = Found()
    projects: set[str] = set()

    def fresh(default: Stage) -> State:
        return State(fiscal_year, default_stage=default, fiscal_year=fiscal_year, known_projects=projects)

    state = fresh("final")
    for passage in passages:
        text = passage.text
        if _HEADING.match(text) and not mentions_in(text):
            budget = re.search(r"预算(?!绩效|管理)", text) and not re.search(r"执行|决算|完成|支出|收支|使用", text)
            state = fresh("budget" if budget else "final")
            if re.search(r"项目(?:支出|经费|资金)", text):  # a list of projects follows
                state.project_mode, state.named_list = True, text.endswith(":")
                stage = vocabulary.stage_in(text)
                state.stage = stage[0] if stage else None
            continue
        if not (state.project_mode and ENUMERATOR.match(text)) and not (state.named_list and not state.sentence):
            state = fresh(state.default_stage)
        read_passage(passage, state, found)
    return found
