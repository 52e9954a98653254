"""Scores in running text: 'NAME，该指标分值 2分，自评得分 1.98分', group sentences, deduction sentences, the total.

Every 'N分' of a paragraph is read by the words in front of it: full marks (分值, 满分, in parentheses), a score (得分,
自评), points taken off (扣), or a bare figure. Full marks and a score of one name are an indicator; bare figures are
scores only as two or more of a list (其中：资金管理8.48分；采购管理0分).
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from jixiao.extract.numbers import NUMBER
from jixiao.model import Deduction, Evidence, Passage, Score

Role = Literal["full", "got", "off", "bare"]

_POINTS = re.compile(
    rf"(?<![\d.])(?P<value>{NUMBER})分(?!值|钟|之|制|以|类|别|项|数|级)"
    rf"|(?:(?<=权重)|(?<=分值)|(?<=满分))(?P<plain>{NUMBER})(?=[,;:])|(?P<word>不得分|未得分|得零分|得满分|不扣分|未扣分)"
)
_SELF = r"(?:本次|部门|单位)?(?:自评|自我评分|自评价|实际|实|综合|最终|评价)?"
_IS = r"(?:为|是|:|共|计|了)*"
_FULL_WORDS = re.compile(
    r"(?:[(](?:满分|分值|权重|共)?(?:为|:)?|(?:(?:该项?|本)(?:指标)?)?(?:总|标准|权重)?(?:分值|满分值?|权重|总分值?|标准分|总分)"
    + _IS
    + r"|共计)$"
)
_GOT_WORDS = re.compile(
    r"[,]?"
    + _SELF
    + r"(?:(?:得分|得|评分|打分|评|(?<![合共总累])计)(?:率|值|结果)?"
    + _IS
    + r"|(?<=自评)(?:为|是|:)?)$"
)
_OFF_WORDS = re.compile(r"(?:被|共|各)?(?:扣(?:减|除|了|分|掉)*|失分?)(?:为|:)?$")
_RUBRIC = re.compile(r"每|发现|[≥≤<>＜＞]|的,?得?$|不足|按比例|则|如果|公式|\d分[-~—至]")
_NOT_A_NAME = re.compile(
    r"^(?:本|我)(?:部门|单位|会|局|委|办|院|校|中心)$|总体|整体支出|自评(?:总|结论|$)|综合|合计|总计|总得分|总分|^(?:其中|得分|自评|指标|部门|单位|总|该|本项|此|共)$"
)
_TOTAL = re.compile(
    r"(?:自评|综合|评价|绩效|最终|最后|评定)[^,。;%\d]{0,10}?(?:得分|分数|分值|总分|评分|成绩|(?<=自评)得)(?:值|结果)?(?:为|是|:|共|合计|达到?|共计)*"
    rf"(?P<got>{NUMBER})分(?!值)"
)
_TOTAL_CELL = re.compile(rf"(?:自评总分\(分\)|自评综合得分)(?P<got>{NUMBER})(?![\d.分%])")
_TOTAL_WEAK = re.compile(
    r"(?:(?:整体(?:支出)?(?:绩效)?|总体|[本我](?:部门|单位|局|院|会|委|办|校|中心)|后)(?:绩效)?(?:自评|评价|实?得)|总得分|总分|总评分|合计得分|得分总计|合计|(?:本|我)?(?:部门|单位|会|局|委|办|中心)(?:自评)?得分|自评得分|自评分)(?:为|是|:|共)*"
    rf"(?P<got>{NUMBER})分"
)
_BECAUSE = re.compile(r"(?:主要|扣分|具体|未得满分|失分)?原因(?:是|为|:|在于)*(?P<reason>[^。]+)")
_REASON = re.compile(r"^[,:]?(?:主要)?(?:扣分)?(?:原因)?(?:是|为|在于|:|,)*(?P<reason>[^。;]*)")
_LEAD = re.compile(
    r"^(?:\d{1,2}[、.](?!\d)|\d{1,2}(?:\.\d{1,2})+|[((]\d{1,2}[))]|[①-⑳][.、]?|[((]?[一二三四五六七八九十]{1,3}[))、.]|[一二三四五六七八九十]是|其中|具体(?:如下|为)?"
    r"|从中|在(?!职)|包括|分别(?:是|为)?|和|及|[、:,])+"
)
_HEADING = re.compile(
    r"^(?:\d{1,2}[、.](?!\d)|[((][一二三四五六七八九十\d]{1,3}[))]|[一二三四五六七八九十]{1,3}、)(?P<name>[^,。;:]{2,30})[。:]?$"
)
_LIST_LEAD = re.compile(r"其中[:,]?|(?:如下|分别(?:是|为)|情况(?:为)?|包括|得分)[:,]")
# 1.稳定就业。城镇新增就业4862人…自评得分14分(满分15分): the paragraph is about what it begins with.
_PASSAGE_HEADING = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2})*[、.]?|\([一二三四五六七八九十\d]{1,3}\))(?P<name>[^,。;:\d(]{2,24})。(?=.)"
)
_ITEM_MARK = re.compile(r"[((]\d{1,2}[))]|[①-⑳]")
_GROUP_TAIL = re.compile(r"(?:类)?(?:一级|二级|三级)?指标$")
# The framework of the Ministry of Finance names these levels with the word 指标 in them.
OFFICIAL_LEVEL = re.compile(
    r"^(?:产出|效益|满意度|成本|数量|质量|时效|(?:经济|社会|生态)(?:效益|成本)|(?:生态)?环境(?:效益|成本)|可持续(?:影响|发展)"
    r"|(?:社会公众或?)?(?:服务对象|群众|公众)?(?:或?社会公众)?满意度)指标$"
)
_IN_WORDS = {"不得分": Decimal(0), "未得分": Decimal(0), "得零分": Decimal(0)}
_BY_ITSELF = re.compile(r"自评(?:得分|得|分)?(?:为|是|:)*$")
_POINTS_BACK = re.compile(r"我|本|该|此|经|故|因此|按照?|根据|最终|合计")


@dataclass(frozen=True, slots=True)
class ProseScores:
    """What the running text says of scores."""

    scores: tuple[Score, ...]
    deductions: tuple[Deduction, ...]
    totals: tuple[tuple[Decimal, Evidence], ...]


@dataclass(slots=True)
class _Record:
    """An indicator as far as the text has stated it; `end` is where its last figure ends."""

    name: str
    end: int
    full: Decimal | None = None
    got: Decimal | None = None
    span: tuple[int, int] = (0, 0)
    parent: str | None = None
    bare: bool = False
    listed: int | None = None
    is_level: bool = False
    spans: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Points:
    """One 'N分' with its role: `label` is the text since the figure before, `words` that without the role's words.

    A score in words (不得分, 得满分) has no value of its own. `by_itself` marks one the department gives itself (自评).
    """

    role: Role
    value: Decimal | None
    word: str
    words: str
    label: str
    span: tuple[int, int]
    by_itself: bool


def clean_name(name: str) -> str:
    """Return an indicator's name without list marks, lead-in words and the word 指标 where it is no part of it."""
    name = _LEAD.sub("", name)
    name = re.sub(r"^(?:.*方面[:,]|该|本(?!级)|此)", "", name)
    name = re.sub(r"^[一二三四]级指标(?=[“\"「])", "", name)
    if OFFICIAL_LEVEL.match(name):
        return name
    name = _GROUP_TAIL.sub("", name) if len(name) > 4 else name
    name = re.sub(r"(?:的|该项|指标)+$", "", name)
    quoted = re.fullmatch(r"[“\"「](?P<inner>[^“”\"「」]+)[”\"」](?:方面)?", name)
    if quoted:
        return quoted["inner"]
    return name.strip("“”\"'「」 ") if name.count("“") != name.count("”") else name


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _role(label: str, word: str) -> tuple[Role, str]:
    """Return what a figure is by the words in front of it, and those words without what tells its role."""
    for role, pattern in (("full", _FULL_WORDS), ("off", _OFF_WORDS), ("got", _GOT_WORDS)):
        match = pattern.search(label)
        if match:
            return role, label[: match.start()]  # type: ignore[return-value]
    return ("got", re.sub(_SELF + "$", "", label)) if word else ("bare", label)


def _points_in(text: str) -> list[_Points]:
    """Return every 'N分' of a text that is no rubric."""
    out: list[_Points] = []
    start = 0
    for match in _POINTS.finditer(text):
        label = text[start : match.start()]
        start = match.end()
        role, words = _role(label, match["word"] or "")
        words = words.rstrip("(")
        if re.match(r"[^。;,]{0,6}(?:以[上下内]|[~～\-—至])", text[match.end() : match.end() + 3]):
            continue
        if _RUBRIC.search(re.split(r"[。;]", label)[-1]):
            continue
        figure = "value" if match["value"] else "plain" if match["plain"] else ""
        value = _number(match[figure]) if figure else None
        span = match.span(figure or "word")
        out.append(_Points(role, value, match["word"] or "", words, label, span, bool(_BY_ITSELF.search(label))))
    return out


def _name_in(clause: str) -> str:
    """Return the indicator's name that a clause is, or nothing where it is none or only points back."""
    name = clean_name(re.sub(r"^[)]+|[(]+$", "", clause))
    if not 2 <= len(name) <= 45 or _NOT_A_NAME.search(name) or re.search(r"\d(?:\.\d+)?%|\d万?元|[=×*]|\d{3}", name):
        return ""
    return "" if name == "指标" else name


def _own_name(words: str) -> str:
    """Return the name in the clause right in front of a figure."""
    return _name_in(re.split(r"[,。;:](?![^(]*[)])", words)[-1])


def _name_before(words: str, known: set[str]) -> str:
    """Return the name that a figure without one of its own points back to: the first clause of a sentence before it."""
    for back, sentence in enumerate(reversed(re.split(r"[。;]", words))):
        clause = next((clause for clause in re.split(r"[,:]", sentence) if clause), "")
        if name := _name_in(clause):
            shorter = re.sub(r"(?:完成|得分|指标)?(?:情况|分析)$", "", name)
            return shorter if shorter in known or (back and name not in known) else name
    return ""


def _records(text: str, heading: str, known: set[str]) -> list[_Record]:
    """Return the indicators that a paragraph states, complete or not, in its order."""
    records: list[_Record] = []
    now: _Record | None = None
    opened: _Record | None = None
    lead = _PASSAGE_HEADING.match(text)
    for point in _points_in(text):
        own = _own_name(point.words)
        if opened is not None and point.by_itself and not own:
            now = opened  # what stood between was the rubric: 目标填报(满分10分):要素完整得5分。…自评得9分
        if now is not None and _completes(now, point, own):
            if point.role == "full":
                now.got = now.full if now.bare else now.got  # 投入目标14分(满分15分)
                now.full = point.value
            else:
                now.got = _IN_WORDS.get(point.word, point.value if point.value is not None else now.full)
                now.span = point.span
            now.bare, now.end = False, point.span[1]
            now.spans.append(point.span)
            opened = None if point.by_itself else opened
            continue
        name = own or (_name_before(point.words, known) or heading if point.role == "full" else "")
        if lead is not None and point.role == "got" and (not own or (point.by_itself and not records)):
            name = clean_name(lead["name"])
        if point.role == "off":
            continue
        if not name or point.value is None:
            now = None
            continue
        before, now = now, _Record(name, point.span[1], span=point.span, spans=[point.span])
        items = re.match(r"分?[)]?[:。](?:\d|[(]\d)", point.label)
        if before is not None and ("其中" in point.label or (before.got is None and (":" in point.label or items))):
            before.is_level, now.parent = True, before.name
            if items:  # (二)履职情况(40分)。1.…: a level beside the one before, not below it
                before.parent = None
        elif before is not None:
            now.parent = before.parent
        if point.role == "got":
            now.got = point.value
        else:
            now.full, now.bare = point.value, point.role == "bare"
        now.listed = _list_start(text, point) if point.role != "full" else None
        opened = now if point.role == "full" else opened
        records.append(now)
    return records


def _completes(now: _Record, point: _Points, own: str) -> bool:
    """Tell whether a figure belongs to the indicator before it: its score, or 得2分(满分2分)."""
    if point.role == "full":
        scored = now.bare or (now.full is None and now.got is not None)
        return not own and scored and bool(re.match(r",?(?:[(]|满分)", point.label))
    if point.role == "bare":  # 过程类指标(满分30分)27.65分
        return point.label in {")", "),"} and now.got is None and now.full is not None and not now.bare
    points_back = not own or bool(_POINTS_BACK.match(own))
    unscored = now.got is None or point.by_itself
    return point.role == "got" and points_back and unscored and now.full is not None


def _list_start(text: str, point: _Points) -> int | None:
    """Return where the list starts that a figure stands in: behind 其中 or a colon in its sentence."""
    sentence = text.rfind("。", 0, point.span[0]) + 1
    leads = [m.end() for m in _LIST_LEAD.finditer(text, sentence, point.span[0])]
    return leads[-1] if leads else None


def read_prose(passages: Sequence[Passage], known: set[str]) -> ProseScores:
    """Return scores, deductions and stated totals; `known` are indicator names that tables gave."""
    scores: list[Score] = []
    deductions: list[Deduction] = []
    totals: list[tuple[Decimal, Evidence, bool]] = []
    heading = ""
    for passage in passages:
        text = passage.text
        if (match := _HEADING.match(text)) and not re.search(r"\d分", text):
            heading = match["name"] if re.match(r"\d", text) else ""
            continue
        if "分" not in text:
            continue
        records = _records(text, heading, known)
        stated = _stated(records)
        taken = [span for record in stated for span in record.spans]
        # A heading is a level only right above its items: 1.资金管理 over （1）预算完成率.
        level = heading if _ITEM_MARK.match(text) else ""
        for record in stated:
            parent = record.parent or (level if level != record.name else "")
            path = (parent, record.name) if parent else (record.name,)
            span = record.span if record.got is not None else (record.end - 1, record.end)
            score = Score(path, record.full, record.got, passage.evidence(*span))
            scores.append(score)
            _reasoned(passage, record, score, deductions)
        _deducted(passage, records, known, deductions)
        for pattern, strong in ((_TOTAL, True), (_TOTAL_CELL, True), (_TOTAL_WEAK, False)):
            for match in pattern.finditer(text):
                if not any(a <= match.start("got") < b for a, b in taken):
                    totals.append((_number(match["got"]), passage.evidence(*match.span("got")), strong))
    if {"投入", "过程", "决策"} & {score.path[-1] for score in scores}:
        # In that older framework 产出 and 效益 are levels without 指标 in their names, like their siblings.
        scores = [
            replace(s, path=tuple(re.sub("^(产出|效益|效果)指标$", r"\1", part) for part in s.path)) for s in scores
        ]
    return ProseScores(
        tuple(scores), tuple(deductions), tuple((v, e) for v, e, _ in sorted(totals, key=lambda t: not t[2]))
    )


def _stated(records: Sequence[_Record]) -> list[_Record]:
    """Return the records that are indicators: full marks with a score, levels, and two or more of one list."""
    lists = Counter(r.listed for r in records if r.listed is not None and (r.bare or r.full is None))
    out: list[_Record] = []
    for record in records:
        if record.bare or record.full is None:
            if record.listed is None or lists[record.listed] < 2:
                continue
            above = [r for r in out if r.end <= record.listed and r.full is not None and record.listed - r.end <= 4]
            value = record.full if record.bare else record.got
            parent = above[-1].name if above else record.parent
            record = replace(record, full=None, got=value, parent=parent)
        elif record.got is None and not record.is_level:
            continue
        out.append(record)
    return out


def _reasoned(passage: Passage, record: _Record, score: Score, deductions: list[Deduction]) -> None:
    """Add a deduction where the text behind a score below full marks gives the reason."""
    if score.full_marks is None or score.score is None or score.score >= score.full_marks:
        return
    after = re.split(r"[。;](?=[^。;]{0,40}分值)", passage.text[record.end + 1 :])[0]
    because = _BECAUSE.search(after)
    if because and "扣" not in after[: because.start()]:
        points = score.full_marks - score.score
        deductions.append(Deduction(score.path[-1], points, because["reason"], score.evidence))


def _deducted(passage: Passage, records: Sequence[_Record], known: set[str], deductions: list[Deduction]) -> None:
    """Add the points that the text says were taken off, of the indicator named there or stated just before."""
    for point in _points_in(passage.text):
        if point.role != "off" or point.value is None:
            continue
        words = re.sub(r"(?:指标)?(?:被|共|各)*$", "", point.words)
        clause = re.split(r"[,。;:]", words)[-1]
        clause = re.sub(r"^(?:本次|此次|其中|致使|导致|造成|使得?|因此|所以)+", "", clause)
        name = _name_in(clause)
        if name not in known:  # 1.满意度:每亩补偿偏低,与期望有差距,扣3分
            sentence = re.split(r"[。;]", words)[-1]
            name = next((some for some in sorted(known, key=len, reverse=True) if some + ":" in sentence), name)
        if re.search(r"自评|[项个次]$|\d$", name):
            continue
        if not name:
            name = _stated_before(passage.text, point, records) or _name_in(
                re.sub(r"(?:仅?为|是|达到?|只有)\d+(?:\.\d+)?%$", "", re.split(r"[,。;:]", words.rstrip(","))[-1])
            )
        if not name or name.startswith(("因", "由于")):
            continue
        if any(one.indicator == name and one.points == point.value for one in deductions):
            continue
        rest = passage.text[point.span[1] + 1 :]
        match = _REASON.match(rest)
        reason = match["reason"].strip(",") if match else ""
        if re.search(r"\d分", reason):
            reason = ""
        deductions.append(Deduction(name, point.value, reason or None, passage.evidence(*point.span)))


def _stated_before(text: str, point: _Points, records: Sequence[_Record]) -> str:
    """Return the indicator just before a deduction: in its sentence, or one whose score lacks just these points."""
    before = [record for record in records if record.spans[0][0] < point.span[0] and record.full is not None]
    if not before:
        return ""
    last = before[-1]
    lacks = last.full is not None and last.got is not None and last.full - last.got == point.value
    return last.name if lacks or "。" not in text[last.end : point.span[0]] else ""


def best_total(totals: Sequence[tuple[Decimal, Evidence]], scores: Sequence[Score]) -> tuple[Decimal, Evidence] | None:
    """Return the report's stated total: the value stated most often, the strongest wording first."""
    leaf = {score.score for score in scores}
    candidates = [(value, at) for value, at in totals if value <= 200]
    if not candidates:
        return None
    above = [item for item in candidates if item[0] not in leaf or item[0] >= 60] or candidates
    counts = Counter(value for value, _ in above)
    return max(above, key=lambda item: (counts[item[0]] if item[0] >= 40 else 0, -above.index(item)))
