"""The words in front of a figure: what they say of subject, stage, year and list, and what they leave to be carried.

A label names a subject, a stage, or both; what it leaves out is taken from the label before it in the same sentence.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from jixiao.extract import vocabulary
from jixiao.model import Amount, Change, Doubt, Ratio, Scheme, Stage, Subject

_CHANGE_TAIL = re.compile(
    r"(?P<up>增加|增长|上涨|上升|提高|增幅|增)|(?P<down>减少|下降|降低|下滑|减幅|降幅|压减|压降|压缩|缩减|减)"
)
_CHANGE_GAP = re.compile(r"^(?:了|额|数|为|约|率|幅度|:|=|达|到)*$")
ENUMERATOR = re.compile(
    r"^(?:(?P<number>\d{1,2}[、.](?!\d))|(?P<paren>\(\d{1,2}\))|(?P<word>[一二三四五六七八九十]+是)|(?P<circle>[①-⑳][.、]?))"
)
# 项目支出主要用于办案业务费100万元、培训费20万元: projects by name, without marks, until the sentence ends.
_NAMED_LEAD = re.compile(
    r"项目(?:支出)?(?:共计?|合计)?(?:\d+|[一二三四五六七八九十]+)?个?"
    r"(?:中(?!期|央|心)|涉及|(?<=个)(?=:)|主要(?:用于|有|包括|为|是)|用于|包括|分别(?:为|是)?|有(?=:)|(?:预算)?(?:执行|完成|安排|支出)情况(?:如下)?(?=[:,])|(?:预算)?安排(?:如下)?(?=:)|(?:支出|执行)?情况。(?=[^,。;:]{4,30}(?:安排|预算)))[:,]?"
)
# 项目支出500万元,其中渡口管护费100万元; 项目支出500万元(信息平台运维100万元、…).
_OPENS_LIST = re.compile(r"^(?:[,;。]?其中:?|\()(?=[^,。;:]{3,30}$)")
STAGE_TAIL = re.compile(
    r"(?:为|是|:|约|共|(?:年初|全年|年度)安排|安排(?=预算)|(?:年初|全年|年度|调整后?)?预算(?:安排)?(?:数|金额|资金)?|(?:实际)?(?:支出|执行|完成)(?:数|金额)?|决算(?:数|金额)?)+$"
)
_PROJECT_LEAD = re.compile(
    r"项目(?:支出)?(?:是|为|有|包括|如下|分别|主要|共?\d+个,?(?:分别|包括)|:(?=1[、.]|①|\(1\)))|(?:专项(?:经费|资金)|项目)[^,。;:]{0,8}。(?=一是|①)|其中支出|其中(?:包括)?(?=:?1[、.])"
)
# 1.科普专项经费。全年预算数30万元: an entry that is a sentence of its own.
_ENTRY_HEADING = re.compile(
    rf"^(?={ENUMERATOR.pattern[1:]})(?P<entry>[^,。;:]{{4,48}}(?<!情况)(?<!管理)(?<!分析))。(?=.)"
)
PROJECT_NAME = re.compile(r"^(?:20\d\d年度?|\d{4,5}(?=[一-鿿]))?[^,。;:\d%]{2,45}$")
_LISTED = re.compile(r"(?:其中|主要|包括|分别为|如下)[^,。;]{0,6}?(?=1[、.]|\(1\)|一是|①)")
# 当年因追加物资采购等原因,预算调整为…: why, and no money.
_WHY = re.compile(r"^(?:年中|年度中|执行中|当年|本年|其中)?(?:因(?!公)|由于|受).*|.*等(?:原因|因素)$")
_OTHERS = re.compile(
    r"税收|非税|(?:财政总?|一般公共预算)收入(?:累计)?(?:完成|实现)|(?:完成|实现)(?:财政总?|一般公共预算)收入|全[国省市州盟县区旗镇乡](?![直级属])|辖区|地方财政|生产总值|固定资产投资|招商|融资|贷款|产值|营业|销售|农民|居民"
    r"|旅游收入|土地出让|带动|增收|社会资本|[该本此]项目(?!支出)|(?:绩效|总体)目标(?:设定|申报)?$"
)
# 一般公共服务支出(类)发展与改革事务(款)行政运行(项): a part of the class, which has no item of its own.
_BELOW_CLASS = re.compile(r"\((?:款|项)\)")
_OF_THE_SAME = re.compile(r"^(?:全年|年度|其|上年度?|去年)?(?:预算支出|决算支出|支出决算|支出预算)(?:数|为|是|:|约)*$")
# “三公”经费全年预算数15万元,全年支出数12万元: of the one subject that the sentence has a budget of.
_SPENT_OF_IT = re.compile(r"^(?:全年|年度|本年|当年)(?:实际)?支出(?:数|金额|总?额)?(?:为|是|:|约)*$")
# A year that is only compared with, or part of a day.
_NO_YEAR = re.compile(r"(?:比|较|与|和)20\d\d年|20\d\d年\d{1,2}月|^20\d\d年度?(?:为|的)?$")
VEHICLE_PART = re.compile(
    r"^(?:(?P<operation>车辆运行(?:维护)?费?|运行(?:维护)?费)|(?P<purchase>(?:车辆)?购置费|购置[^,。;]{0,12}车\d+[辆台]))"
)
_SPENDING_CHANGED = re.compile(r"^(?:总|本年)?支出(?:较|比|与|同比|增|减|下降)")
# A stage word in these is what the figure is compared with, not the stage of what follows.
_NO_STAGE = re.compile(
    r"占|比上年|较上年|完成(?:年|全|调)?[^,。;:]{0,4}预算|(?:较|比|与|低于|高于|超过|超出?)[^,。]{0,4}预算|在[^,。]{0,4}预算|为(?:年初|全年|调整后?)?预算数?的"
)
_CHANGED = re.compile(r"调整|追加|全年预算")
# 2018年初,市财政局批复部门预算支出4286.50万元
_APPROVED = re.compile(r"批复|批准|下达|安排|核定")
_BY_YEAR_END = re.compile(r"^(?:20\d\d年)?截[至止](?:20\d\d年)?(?:12月(?:31日)?|年[底末])$")
_OF_THE_YEAR = re.compile(
    r"^(?:20\d\d年度?)?(?:[我本][局院校会委]?)?(?:(?:全年|本年|当年)(?:总|可支配)?收入|(?:全年|本年|当年)?支出(?:共计|合计|总计))"
)
_BARE_BUDGET = re.compile(r"(?:(?<![后全年度整])预算(?:安排)?(?:数|金额|总额)?|(?<=支出)安排)(?:为|是|:)*$")
# 2.18万元,均为公务用车运行维护费,较上年…: what follows speaks of the whole.
_ALL_OF_IT = re.compile(r"^(?:均|全部|都)(?:为|是|系|用于)")
AGAINST_BUDGET = re.compile(r"(?:较|比|与)(?!上年|去年)[^,。]{0,6}(?:预算|计划|批复)")
PROJECTS = Subject("expenditure", "nature", "project")
Carried = tuple[Subject | None, str, Stage | None]


@dataclass(slots=True)
class State:
    """What labels leave out and take from the label before.

    `topic` is what a sentence began with; `heading` what the paragraph's own heading names. `aside` tells that the
    sums of a clause are of others, of purchases, or of something below a class. `project_mode` is a list of projects
    with marks, `named_list` one without, `list_style` the kind of its marks. `against` and `versus` tell that a figure
    was only the budget compared with; `spent` that the sentence gave a final figure; `budget` is the stage that 预算
    without further words means. `named` are the subjects since the last ; or 。, `told` the labels of its sums,
    `subjects` all of the sentence, `listed` those of the last 分别为. `strange` is the label of the sum before, if it
    was not understood.
    """

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
    aside: Literal["others", "procurement", "item"] | None = None
    sentence: str = ""
    listed: tuple[str, ...] = ()
    named: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    subjects: set[Subject] = field(default_factory=set)
    strange: str = ""
    fiscal_year: int = 0
    against: Stage | None = None
    versus: bool = False
    spent: bool = False
    named_list: bool = False
    at_start: bool = True
    budget: Stage = "budget"
    schemes: set[Scheme] = field(default_factory=set)
    list_style: str = ""
    heading: Subject | None = None
    heading_aside: Literal["item", "others"] | None = None
    known_projects: set[str] = field(default_factory=set)

    def is_minor(self, mark: re.Match[str]) -> bool:
        """Tell whether a list mark stands for an entry below the list's own: ① always, (1) in a list of 1、."""
        return bool(mark["circle"]) or (bool(self.list_style) and mark.lastgroup != self.list_style)


@dataclass(slots=True)
class Found:
    """The facts found so far, in the order of the text."""

    amounts: list[Amount] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def take_label(label: str, state: State) -> str:
    """Let the clauses in front of a figure set subject, stage and year; return the last clause."""
    label = re.sub(r"[:,(]*(?:人民币|[¥￥])?$", "", label)
    projects = state.subject == PROJECTS
    if _PROJECT_LEAD.search(label) or (projects and _LISTED.search(label)):
        state.project_mode = True
        state.in_list, state.list_style = False, ""
    named = _NAMED_LEAD.search(label) or (_OPENS_LIST.match(label) if projects else None)
    if named is not None:
        state.project_mode, state.in_list, state.list_style = True, False, ""
        label = label[: named.end()].rstrip(":,") + ":" + label[named.end() :]
    if state.at_start:
        state.at_start = False
        _take_heading(label, state)
    if state.project_mode:
        label = _ENTRY_HEADING.sub(r"\g<entry>:", label)
    pieces = re.split(r"([,;。:]|其中)", label)
    clause = ""
    for index, piece in enumerate(pieces):
        if index % 2:
            if piece in ";。":
                if piece == "。":
                    state.topic_before, state.topic = state.topic or state.topic_before, None
                    state.named_list = False
                    state.subjects = set()
                state.subject = state.heading
                state.named, state.told = [], []
                state.last_change = None
                state.aside = state.heading_aside
                state.sentence = ""
                state.year = state.fiscal_year
                state.versus = False
                # 支出100万元,预算110万元。其中…: what is part of it is part of what was spent.
                state.stage, state.spent = "final" if state.spent and piece == "。" else state.stage, False
            if piece == "。" and not state.project_mode:
                state.parent = None
            if piece == "其中" and state.topic is None:
                state.topic = state.topic_before  # 其中… goes on with what the sentence before began with
            if piece == "其中" and state.subject is None:
                topic = state.topic or state.topic_before
                state.subject = topic if topic is not None and topic.scheme == "three_public" else None
            continue
        clause = piece
        if index < len(pieces) - 1 and _WHY.match(piece):
            continue
        state.sentence += piece
        entry = (state.named_list or named is not None) and index == len(pieces) - 1
        if _OTHERS.search(piece) and not entry:
            state.aside = "others"
        elif _BELOW_CLASS.search(piece):
            state.aside, state.subject = "item", None
            continue
        elif "采购" in piece:
            state.aside = "procurement"
        year = vocabulary.year_in(piece)
        if year is not None and abs(year - state.year) <= 1 and not _NO_YEAR.search(piece):
            state.year = max(year, state.year - 1)
        if ENUMERATOR.match(piece) and state.project_mode:
            if state.in_list:
                state.stage = state.list_stage
            elif mark := ENUMERATOR.match(piece):
                state.list_style = mark.lastgroup or ""
            state.list_stage, state.in_list = state.stage, True
            state.aside = None
            if index < len(pieces) - 1:
                _open_entry(piece, state)
            if PROJECT_NAME.match(beside(ENUMERATOR.sub("", piece))):
                continue  # an entry of its own; 1.工资福利支出 is one of the budget's classes
        share = piece.find("占")
        terms = vocabulary.subjects_in(piece if share < 0 else piece[:share])
        if state.subject is not None and index < len(pieces) - 1 and _ALL_OF_IT.match(piece):
            terms = []
        last = vocabulary.among(terms[-1], state.schemes) if terms else None
        terms = [*terms[:-1], last] if last is not None else terms[:-1]
        part = VEHICLE_PART.match(piece)
        about = state.subject
        if _is_of_the_same(piece, state, pieces[index - 1] if index else ""):
            pass
        elif about is not None and about.scheme == "three_public" and part:
            state.subject = replace(about, item="vehicle_operation" if part["operation"] else "vehicle_purchase")
        elif terms:
            term = terms[-1]
            state.subject = vocabulary.subject_of(term, piece)
            if about is not None and about.scheme == state.subject.scheme == "source" and not re.search("收入", piece):
                state.subject = replace(state.subject, flow=about.flow)  # 基金拨款支出2万元、其他资金1万元
            state.named.append(piece[term.start : term.end])
            state.subjects.add(state.subject)
            # Below the heading of one kind of project the department's own classes are named in full.
            state.aside = None if state.aside == state.heading_aside == "item" else state.aside
            state.schemes = {term.scheme}
            state.topic = state.topic or state.subject
            state.label = piece[terms[0].start :] if len(terms) == 1 else piece[term.start :]
            state.last_change = None
        elif (
            _SPENDING_CHANGED.match(piece) and (whole := state.topic or state.topic_before) and whole.scheme == "total"
        ):
            state.subject = Subject("expenditure", "total", "total")
        elif about is None and re.match(r"(?:与|较|比)(?:上年|去年)|同比", piece):
            state.subject = state.topic_before  # 与上年相比 speaks of what the sentence before began with
        state.stage = _stage_told(piece, pieces[index - 1] if index else "", about, state)
    state.named_list = state.named_list or named is not None
    return clause


def _stage_told(piece: str, mark: str, about: Subject | None, state: State) -> Stage | None:
    """Return the stage that a clause behind `mark` leaves: its own, or the one before; `about` was the subject."""
    if _NO_STAGE.search(piece):
        return state.stage
    said = vocabulary.stage_in(piece)
    if said is None:
        ended = _BY_YEAR_END.match(piece) or ((about is None or "收入" in piece) and _OF_THE_YEAR.match(piece))
        return "final" if ended else state.stage
    if said[0] != "budget":
        return said[0]
    if "年初" in state.sentence and _APPROVED.search(piece):
        return "initial_budget"
    # 年初部门预算268万元,其中:基本支出预算194万元
    of_it = "年初" in state.sentence or piece.endswith("安排") or mark == "其中"
    if state.stage == "initial_budget" and of_it and _BARE_BUDGET.search(piece):
        return "initial_budget"
    return "budget" if _CHANGED.search(piece) else state.budget


def _is_of_the_same(piece: str, state: State, mark: str) -> bool:
    """Tell whether a clause behind `mark` that could speak of the whole gives another stage of the class before it."""
    about = state.subject
    if about is None or about.scheme == "total":
        return False
    planned = about.flow == "expenditure" and state.stage in ("initial_budget", "budget") and len(state.named) == 1
    told = mark == ":" and about.scheme != "source"  # “三公”经费:全年支出18万元
    return bool(_OF_THE_SAME.match(piece) or ((planned or told) and _SPENT_OF_IT.match(piece)))


_PASSAGE_HEADING = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2})*[、.]?|\([一二三四五六七八九十\d]{1,3}\)|[一二三四五六七八九十]{1,3}[、.])(?P<name>[^,。;:\d]{2,24})。"
)


_ONE_PROJECT = re.compile(r".{3,}(?:项目|工程|专项(?:经费|资金)|补助(?:经费|资金))$|.{6,}(?:资金|经费|维修|改造|购置)$")


def _take_heading(label: str, state: State) -> None:
    """Let the heading that a paragraph begins with (2.2.3“三公”经费。) be what its sentences speak of.

    Sums below a heading of one kind of project (1.运转类项目。) are of that kind and of no classification.
    """
    match = _PASSAGE_HEADING.match(label)
    if match is None:
        return
    if "年初预算" in match["name"]:
        state.budget = "initial_budget"
    terms = [term for term in vocabulary.terms_in(match["name"]) if term.scheme not in ("total", "source")]
    if len(terms) == 1:
        state.heading = vocabulary.subject_of(terms[0], match["name"])
    elif not terms and re.search(r"(?:类|目标)项目$|^专项(?:资金|经费)$", match["name"]):
        state.heading_aside = "item"
    elif not terms and match["name"].endswith("绩效目标"):
        state.heading_aside = state.aside = "others"
    elif not terms and _ONE_PROJECT.search(match["name"]):
        state.heading = Subject("expenditure", "project", match["name"])


def beside(entry: str) -> str:
    """Return what an entry of a list says beside a term of the budget's classifications."""
    terms = vocabulary.terms_in(entry)
    return STAGE_TAIL.sub("", entry[: terms[0].start] + entry[terms[-1].end :]) if terms else entry


def _open_entry(piece: str, state: State) -> None:
    """Let the entry of a list of projects whose name stands alone (1.科普经费:年初预算30万元) be the subject."""
    mark = ENUMERATOR.match(piece)
    name = piece[mark.end() :] if mark else ""
    terms = vocabulary.terms_in(name)
    if mark is None or not PROJECT_NAME.match(name):
        return
    if terms and terms[0].start == 0 and terms[0].end == len(name):
        state.subject, state.label = vocabulary.subject_of(terms[0], name), name
        return
    open_project(name, mark, state)


def open_project(name: str, mark: re.Match[str] | None, state: State) -> None:
    """Let a project be the subject; its list mark tells whether it is part of the one before."""
    minor = mark is None or state.is_minor(mark)
    state.entry_parent = state.parent if minor else None
    if not minor:
        state.parent = name
    state.subject, state.label = Subject("expenditure", "project", name), name
    state.known_projects.add(name)


SEVERAL = re.compile(r"(?:分别|依次)[^,。;:]{0,4}:?$")
_SEVERAL_PROJECTS = re.compile(r"(?P<names>[^,。;:]+?)(?:等)?[一二三四五六七八九十\d]+个项目(?:支出)?(?P<tail>.*)$")
_SEVERALLY = re.compile(
    r"(?P<clause>[^,。;:]*)(?:分别|依次)(?P<verb>增加|增长|上升|减少|下降|降低|占)?(?:[^,。;:]{1,8}的)?(?:为|是|达到?|完成|支出|安排|了)?:?$"
)


def several_labels(label: str, count: int, state: State) -> list[str]:
    """Return the label of each of `count` figures behind 分别为, or nothing where the words are not as many.

    基本支出、项目支出年初预算数分别为 names subjects with a common stage, 年初预算数、决算数分别为 stages of one
    subject, and 决算数分别为 behind such a list speaks of the same subjects again.
    """
    match = _SEVERALLY.search(label)
    if match is None or count < 2:
        return []
    clause = match["clause"]
    if projects := _SEVERAL_PROJECTS.match(clause):
        names = re.split(r"[、和]", projects["names"])
        if len(names) == count:
            state.listed = tuple(names)
            state.known_projects.update(names)
            return [name + projects["tail"] for name in names]
    if not clause:  # 人员经费与公用经费之比为9:1,分别是
        clause = re.split(r"[。;,]", label[: match.start()].rstrip(",:"))[-1]
        terms = vocabulary.terms_in(clause)
        if len(terms) == count:
            return [clause[term.start : term.end] for term in terms]
        return _of_those_before(match["verb"] or "", count, state)
    terms = vocabulary.terms_in(clause)
    inside = {at for term in terms for at in range(term.start, term.end)}
    cuts = [m.span() for m in re.finditer(r"[、和及与]", clause) if m.start() not in inside]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(clause)]
    parts = [clause[start:end] for start, end in zip(starts, ends, strict=True)]
    if len(parts) == count and len(terms) >= count:
        bare = [part[: max((t.end for t in vocabulary.terms_in(part)), default=0)] for part in parts]
        state.listed = tuple(bare)
        tail = parts[-1][len(bare[-1]) :]
        return [part if vocabulary.stage_in(part) else part + tail for part in parts] if all(bare) else []
    if len(parts) == count and all(vocabulary.stage_in(part) for part in parts):
        return parts
    return _of_those_before(clause + (match["verb"] or ""), count, state) if len(parts) == 1 and not terms else []


def _of_those_before(words: str, count: int, state: State) -> list[str]:
    """Return the labels of as many figures as were named before: 占比依次为, 分别占."""
    for listed in (state.listed, state.told[-count:], state.named):
        if len(listed) == count:
            return [name + words for name in listed]
    return []


def change_sign(piece: str) -> int | None:
    """Return +1 or -1 when a clause ends in words of change, else None."""
    last = None
    for match in _CHANGE_TAIL.finditer(piece):
        last = match
    if last is None or not _CHANGE_GAP.match(piece[last.end() :]):
        return None
    return 1 if last["up"] else -1
