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
from jixiao.extract.sections import MARK, rank_of
from jixiao.extract.tables.scores import name_of
from jixiao.model import Deduction, Evidence, Passage, Score

Role = Literal["full", "got", "off", "bare"]

_POINTS = re.compile(
    rf"(?<![\d.])(?P<value>{NUMBER})(?:分(?!值|钟|之|制|以|类|别|项|数|级)|(?=/{NUMBER}分))"
    rf"|(?:(?<=权重)|(?<=分值)|(?<=满分))(?P<plain>{NUMBER})(?:%|(?=[,;:)]))|(?P<word>不得分|未得分|得零分|得满分|不扣分|未扣分)"
)
_SELF = r"(?:本次|部门|单位)?(?:自评|自我评分|自评价|实际|实|综合|最终|评价)?"
_IS = r"(?:为|是|:|共|计|了)*"
_FULL_WORDS = re.compile(
    r"(?:[(](?:满分|分值|权重|共|[该本]项)?(?:为|:)?|(?:(?:该项?|本)(?:指标)?)?(?:总|标准|权重)?(?:分值|满分值?|权重分?|总分值?|标准分|基[准本础]分|应得分?|总分)"
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
_OFF_WORDS = re.compile(r"(?:被|共|各|酌情|按比例)?(?:扣(?:减|除|了|分|掉)*|失分?|丢分?|(?<![核缩])减)(?:为|:)?$")
_RUBRIC = re.compile(
    r"每(?![亩年月季周日人户吨])|发现[一\d][^,]*$|[≥≤<>＜＞]|的,?[得扣]?$|不足(?:\d|的)|按比例(?!(?:计分|计算)?[得计扣]$)|则|如果|公式|\d分[-~—至]"
)
_NOT_A_NAME = re.compile(
    r"^(?:本|我)(?:部门|单位|会|局|委|办|院|校|中心)$|总体|整体支出|自评(?:总|结论|$)|综合(?:自|评|得|绩|$)|合计|总计|总得分|总分|^(?:其中|得分|满分|分值|权重|自评|指标|部门|单位|总|该|本项|此|共)$"
)
# A clause that counts or reckons tells what was done; it is no name.
_COUNTED = re.compile(r"\d(?:\.\d+)?(?:%|[万亿]?[元人件户次个家场份起月天吨亩]|分)|[=×*]|\d{3}")
# What a heading of a chapter is called, and no indicator.
_CHAPTER = re.compile(r"^$|^指标|未完成|情况|分析|结论|结果|得分|评价|自评|绩效$|说明|总体|问题|建议|措施|概况")
# Where a clause goes over from the indicator to what went wrong with it: 绩效监控|未覆盖全部项目.
_WENT_WRONG = re.compile(
    r"(?:方面)?(?:因(?!公|素)|由于|未(?!成年|来)|不(?!动产|含)|没有|存在|有待|仅|只有|偏[慢低高多少]|滞后|低于|高于|少于|超过|导致|造成|较[慢低高少多差])"
)
# 投入、过程两项分别得分9分、28分
_RESPECTIVE = re.compile(
    rf"(?P<names>[^。;:]+?)(?:[两二三四五六七八九十\d]+[项个](?:[一二三]级)?(?:指标)?)?(?:自评|得分)*分别(?:自评|得分|得|为|是)*:?"
    rf"(?P<values>(?:{NUMBER}分?[、,和及])+{NUMBER}分)"
)
# 制度健全性、使用合规性各得2分
_EACH = re.compile(
    rf"(?P<names>[^。;:,]*[、和及与][^。;:,]+?)(?:[两二三四五六七八九十\d]+[项个](?:[一二三]级)?(?:指标)?)?(?:指标)?(?:自评|得分)*各(?:自评)?得(?P<value>{NUMBER})分"
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
# A field of a form: its label, and a figure that needs no unit.
_TOTAL_FIELD = re.compile(rf"^(?:绩效)?自评(?:总|综合)?得分:?(?P<got>{NUMBER})$")
_GIVEN = re.compile(r"得|评分|自评|实评|扣")
_LAST_YEARS = re.compile(r"上年|去年|上一年")
_BECAUSE = re.compile(r"(?:主要|扣分|具体|未得满分|失分)?原因(?:是|为|:|在于)*(?P<reason>[^。]+)")
_REASON = re.compile(r"^[,:(]?(?:的)?(?:主要)?(?:扣分)?(?:原因)?(?:是|为|系|在于|:|,)*(?P<reason>[^。;]*)")
_LEAD = re.compile(
    r"^(?:\d{1,2}[、.](?!\d)|\d{1,2}(?:\.\d{1,2})+|[((]\d{1,2}[))]|[①-⑳][.、]?|[((]?[一二三四五六七八九十]{1,3}[))、.]|[一二三四五六七八九十]是|其中|即|具体(?:如下|为)?"
    r"|从中|在(?!职)|包括|分别(?:是|为)?|和|及|[、:,])+"
)
_HEADING = re.compile(
    rf"^(?P<mark>{MARK})(?P<name>[^,。;:()]{{2,30}}(?:\([^\d()]+\))?)(?:\((?:满分|分值|权重|共)?(?:为|:)?(?P<full>{NUMBER})分\))?[。:]?$"
)
_LIST_LEAD = re.compile(r"其中[:,]?|(?:如下|分别(?:是|为)|情况(?:为)?|包括|得分)[:,]")
# 1.稳定就业。城镇新增就业4862人…自评得分14分(满分15分): the paragraph is about what it begins with.
_PASSAGE_HEADING = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2})*[、.]?|\([一二三四五六七八九十\d]{1,3}\))(?P<name>[^,。;:\d(]{2,24})。(?=.)"
)
_INLINE_MARK = re.compile(rf"(?<=[。;:])(?={MARK})")
_ITEM_MARK = re.compile(r"[((]\d{1,2}[))]|[①-⑳]")
_GROUP_TAIL = re.compile(r"(?<!类)(?:一级|二级|三级)?指标$")
# The framework of the Ministry of Finance names these levels with the word 指标 in them.
OFFICIAL_LEVEL = re.compile(
    r"^(?:产出|效益|满意度|成本|数量|质量|时效|(?:经济|社会|生态)(?:效益|成本)|(?:生态)?环境(?:效益|成本)|可持续(?:影响|发展)"
    r"|(?:社会公众或?)?(?:服务对象|群众|公众)?(?:或?社会公众)?满意度)指标$"
)
_IN_WORDS = {"不得分": Decimal(0), "未得分": Decimal(0), "得零分": Decimal(0)}
_BY_ITSELF = re.compile(r"(?:自评|[本该此](?:项|指标)(?:自评)?)(?:得分|得|分)?(?:为|是|:)*$")
_POINTS_BACK = re.compile(r"我|本|该|此|经|故|因此|按照?|根据|最终|合计")


@dataclass(frozen=True, slots=True)
class ProseScores:
    """What the running text says of scores; `doubtful` are bare figures, by paragraph, that only a sum can confirm."""

    scores: tuple[Score, ...]
    deductions: tuple[Deduction, ...]
    totals: tuple[tuple[Decimal, Evidence], ...]
    doubtful: tuple[tuple[Score, ...], ...] = ()


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


@dataclass(slots=True)
class _Heading:
    """A heading above the paragraphs that follow, and whether its level was given already."""

    rank: int
    record: _Record
    passage: Passage
    said: bool = False


@dataclass(frozen=True, slots=True)
class _Points:
    """One 'N分' with its role: `label` is the text since the figure before, `words` that without the role's words.

    A score in words (不得分, 得满分) has no value of its own. `by_itself` marks one the department gives itself (自评).
    `of` are the full marks of a score that is told with them (8.4分/10分, in either order).
    """

    role: Role
    value: Decimal | None
    word: str
    words: str
    label: str
    span: tuple[int, int]
    by_itself: bool
    of: Decimal | None = None


def clean_name(name: str, whole: bool = False) -> str:
    """Return an indicator's name without list marks and lead-in words.

    Without the word 指标 too, where it is no part of it: 投入指标满分20分, unlike 投入指标,满分20分 (`whole`).
    """
    name = _LEAD.sub("", name)
    name = re.sub(r"^(?:.*方面[:,]|该|本(?!级)|此)|(?:情况)?分析$", "", name)
    name = re.sub(r"^[一二三四]级指标(?=[“\"「])", "", name)
    if OFFICIAL_LEVEL.match(name) or (whole and re.fullmatch(r"[^“”\"]{2,8}指标", name)):
        return name
    name = _GROUP_TAIL.sub("", name) if len(name) > 4 else name
    name = re.sub(r"(?:的|该项|方面|(?<!类)指标)+$", "", name)
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
        if re.match(r"[^。;,]{0,6}(?:以[上下内]|[~～\-—至])|[×*]", text[match.end() : match.end() + 3]):
            continue
        if _RUBRIC.search(re.split(r"[。;]", label)[-1]):
            continue
        figure = "value" if match["value"] else "plain" if match["plain"] else ""
        value = _number(match[figure]) if figure else None
        span = match.span(figure or "word")
        if label == "/" and value is not None and out and out[-1].value is not None:
            low, high = sorted((out[-1].value, value))
            out[-1] = replace(out[-1], role="got", value=low, of=high)
            continue
        if re.match(r"未得|未能得|没有得", text[match.end() :]):
            role, words = "off", label  # 3分未得
        out.append(_Points(role, value, match["word"] or "", words, label, span, bool(_BY_ITSELF.search(label))))
    return out


def _name_in(clause: str, whole: bool = False) -> str:
    """Return the indicator's name that a clause is, or nothing where it is none or only points back."""
    name = clean_name(re.sub(r"^[)]+|[(]+$|得分率(?:为|是)?[\d.]+%$", "", clause), whole)
    if not 2 <= len(name) <= 45 or _NOT_A_NAME.search(name) or _COUNTED.search(name):
        return ""
    # 制度健全性、使用合规性各2分: of several, and one figure.
    return "" if name == "指标" or re.search(r"、.*[各均]$", name) else name


def _own_name(words: str) -> str:
    """Return the name in the clause right in front of a figure."""
    return _name_in(re.split(r"[,。;:](?![^(]*[)])", words.removesuffix(":"))[-1])


def _name_before(words: str, known: set[str]) -> str:
    """Return the name that a figure without one of its own points back to: the first clause of a sentence before it."""
    for back, sentence in enumerate(reversed(re.split(r"[。;]", words))):
        clause = next((clause for clause in re.split(r"[,:]", sentence) if clause), "")
        if name := _name_in(clause, whole=True):
            shorter = re.sub(r"(?:完成|得分|指标)?(?:情况|分析)$", "", name)
            return shorter if shorter in known or (back and name not in known) else name
    return ""


def _records(text: str, above: _Record | None, known: set[str]) -> list[_Record]:
    """Return the indicators that a paragraph states, complete or not, in its order; `above` is the heading's."""
    records: list[_Record] = []
    lead = _PASSAGE_HEADING.match(text)
    heading = clean_name(lead["name"], whole=True) if lead else above.name if above else ""
    now = above if above is not None and lead is None and above.full is not None and above.got is None else None
    opened = now
    grouped, regions = _respective(text)
    points = [point for point in _points_in(text) if not any(a <= point.span[0] < b for a, b in regions)]
    for index, point in enumerate(points):
        own = _own_name(point.words)
        # 参保率达到目标,得15分: what stands before the comma says why, where this is the only score.
        loose = point.label.startswith(",", len(point.words)) and _is_lone(points, index)
        if opened is not None and point.by_itself and not own:
            now = opened  # what stood between was the rubric: 目标填报(满分10分):要素完整得5分。…自评得9分
        if now is not None and _completes(now, point, "" if loose else own):
            if point.role == "full":
                now.got = now.full if now.bare else now.got  # 投入目标14分(满分15分)
                now.full = point.value
            else:
                now.got = _IN_WORDS.get(point.word, point.value if point.value is not None else now.full)
                now.span = point.span
            now.bare, now.end = False, point.span[1]
            now.spans.append(point.span)
            opened = None if point.by_itself else opened
            if now is above and now not in records:
                records.append(now)
            continue
        name = own or (_name_before(point.words, known) or heading if point.role == "full" or point.of else "")
        if lead is not None and point.role == "got" and (not own or loose or (point.by_itself and not records)):
            name = heading
        if point.role == "off":
            continue
        if not name or point.value is None:
            now = None
            continue
        before, now = now, _Record(name, point.span[1], span=point.span, spans=[point.span])
        if above is not None and above.full is None and name == above.name and point.role == "full":
            before, now = None, above  # (二)履职效能分析 over 该项指标分值50分,自评得分48分: a level from here on
            now.end, now.span, now.spans = point.span[1], point.span, [point.span]
        if before is not None and ("其中" in point.label or (before.got is None and ":" in point.label)):
            before.is_level, now.parent = True, before.name
        elif before is not None:
            now.parent = before.parent
        if point.role == "got":
            now.full, now.got = point.of, point.value
        else:
            now.full, now.bare = point.value, point.role == "bare"
        now.listed = _list_start(text, point) if point.role != "full" else None
        opened = now if point.role == "full" else None if point.role == "bare" and own else opened
        records.append(now)
    return sorted([*records, *grouped], key=lambda record: record.span)


def _respective(text: str) -> tuple[list[_Record], list[tuple[int, int]]]:
    """Return the indicators of lists told together, and where they stand.

    投入(10分)、过程(30分)分别得9分、28分; 制度健全性、使用合规性各得2分.
    """
    records: list[_Record] = []
    regions: list[tuple[int, int]] = []
    for match in (*_RESPECTIVE.finditer(text), *_EACH.finditer(text)):
        names = re.split(r"[、,和及与](?![^(]*[)])", match["names"])
        if match.re is _EACH:
            spans = [match.span("value")] * len(names)
        else:
            values = re.compile(NUMBER).finditer(text, *match.span("values"))
            spans = [value.span() for value in values]
        named = [name_of(name) for name in names[-len(spans) :]]
        if len(names) < len(spans) or not all(_name_in(name) for name, _ in named):
            continue
        regions.append(match.span())
        for (name, full), (start, end) in zip(named, spans, strict=True):
            listed = match.start() if full is None else None
            records.append(
                _Record(
                    _name_in(name),
                    end,
                    full,
                    _number(text[start:end]),
                    (start, end),
                    listed=listed,
                    spans=[(start, end)],
                )
            )
    return records, regions


def _is_lone(points: Sequence[_Points], index: int) -> bool:
    """Tell whether a score is the only one since the full marks before it and up to those behind it."""
    full = [i for i, point in enumerate(points) if point.role == "full" or (point.role == "bare" and point.words)]
    start = max((i for i in full if i < index), default=-1) + 1
    end = min((i for i in full if i > index), default=len(points))
    return sum(point.role == "got" for point in points[start:end]) == 1


def _completes(now: _Record, point: _Points, own: str) -> bool:
    """Tell whether a figure belongs to the indicator before it: its score, or 得2分(满分2分)."""
    if point.of is not None and now.full not in (None, point.of):
        return False
    if point.role == "full":
        scored = now.bare or (now.full is None and now.got is not None)
        return not own and scored and bool(re.match(r"[,。]?(?:[(]|满分)", point.label))
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


def read_prose(passages: Sequence[Passage], tabled: Sequence[Score]) -> ProseScores:
    """Return scores, deductions and stated totals; `tabled` are the scores that tables gave."""
    known = {name for score in tabled for name in score.path}
    scores: list[Score] = []
    totals: list[tuple[Decimal, Evidence, bool]] = []
    doubtful: list[tuple[Score, ...]] = []
    told: list[tuple[Passage, list[_Record], str]] = []
    reasoned: list[Deduction] = []
    outline: list[_Heading] = []
    for passage in (part for whole in passages for part in _parts(whole)):
        text = passage.text
        mark = re.match(MARK, text)
        if mark:
            outline = [heading for heading in outline if heading.rank < rank_of(mark[0])]
        if (heading := _heading(passage)) is not None:
            outline.append(heading)
            continue
        if "分" not in text:
            continue
        above = outline[-1].record if outline else None
        records = _records(text, above, known)
        if not _GIVEN.search(text) and sum(record.full or 0 for record in records if record.bare) == 100:
            records = []  # 投入20分、过程30分、产出50分: how the marks are shared out
        stated = _stated(records)
        taken = [span for record in stated for span in record.spans]
        # A heading without marks is a level only right above its items: 1.资金管理 over （1）预算完成率.
        level = above.name if above is not None and above.full is None and _ITEM_MARK.match(text) else ""
        for record in stated:
            if record.full is not None and record.full >= 100:  # 本次自评满分100分,得95分
                if record.got is not None:
                    totals.append((record.got, passage.evidence(*record.span), True))
                continue
            levels = [
                heading for heading in outline if heading.record.full is not None and heading.record is not record
            ]
            scores += _unsaid(levels)
            parent = record.parent or (level if level != record.name else "")
            path = (*(heading.record.name for heading in levels), *([parent] if parent else []), record.name)
            span = record.span if record.got is not None else (record.end - 1, record.end)
            score = Score(path, record.full, record.got, passage.evidence(*span))
            scores.append(score)
            _reasoned(passage, record, score, reasoned)
        doubtful.append(
            tuple(
                Score((record.name,), None, value, passage.evidence(*record.span))
                for record in records
                if not any(span in taken for span in record.spans)
                and (value := record.full if record.bare else record.got) is not None
            )
        )
        told.append((passage, records, _context(text, above)))
        if mark and len(stated) == 1 and stated[0] is not above and len(text) - stated[0].end <= 2:
            outline.append(_Heading(rank_of(mark[0]), stated[0], passage, said=True))  # (一)投入(20分,得18分)
        for pattern, strong in ((_TOTAL, True), (_TOTAL_CELL, True), (_TOTAL_FIELD, False), (_TOTAL_WEAK, False)):
            for match in pattern.finditer(text):
                clause = re.split(r"[,。;]", text[: match.start("got")])[-1]
                if _number(match["got"]) == 100 and not _GIVEN.search(text):
                    continue  # 总分100分 is what can be reached
                if not _LAST_YEARS.search(clause) and not any(a <= match.start("got") < b for a, b in taken):
                    totals.append((_number(match["got"]), passage.evidence(*match.span("got")), strong))
    if {"投入", "过程", "决策"} & {score.path[-1] for score in scores}:
        # In that older framework 产出 and 效益 are levels without 指标 in their names, like their siblings.
        scores = [
            replace(s, path=tuple(re.sub("^(产出|效益|效果)指标$", r"\1", part) for part in s.path)) for s in scores
        ]
    return ProseScores(
        tuple(scores),
        tuple(_deducted(told, [*tabled, *scores], reasoned)),
        tuple((v, e) for v, e, _ in sorted(totals, key=lambda t: not t[2])),
        tuple(group for group in doubtful if group),
    )


def _parts(passage: Passage) -> list[Passage]:
    """Return a paragraph's numbered items (1.投入(20分)。(1)预算编制(10分)，得9分。) as paragraphs of their own."""
    text = passage.text
    starts = [0, *(match.start() for match in _INLINE_MARK.finditer(text))]
    ends = [*starts[1:], len(text)]
    return [
        replace(passage, text=text[start:end], spots=passage.spots[start:end])
        for start, end in zip(starts, ends, strict=True)
        if end > start
    ]


def _heading(passage: Passage) -> _Heading | None:
    """Return the heading that a paragraph is, with the full marks it gives (（一）资金执行（20分）)."""
    match = _HEADING.match(passage.text)
    if match is None or re.search(r"\d分", match["name"]):
        return None
    full = _number(match["full"]) if match["full"] else None
    name = clean_name(match["name"])
    told = re.sub(r"(?:完成)?(?:情况|分析)+$", "", name)
    name = name if full is not None else told
    if _CHAPTER.search(told):
        name, full = "", None
    span = match.span("full") if match["full"] else match.span("name")
    return _Heading(rank_of(match["mark"]), _Record(name, span[1], full, span=span), passage)


def _unsaid(levels: Sequence[_Heading]) -> list[Score]:
    """Return the headings with full marks that stand above a score and were not given yet."""
    out = []
    for depth, heading in enumerate(levels, start=1):
        if not heading.said:
            heading.said = True
            path = tuple(level.record.name for level in levels[:depth])
            out.append(Score(path, heading.record.full, None, heading.passage.evidence(*heading.record.span)))
    return out


def _context(text: str, above: _Record | None) -> str:
    """Return the indicator that a paragraph is about: what it begins with, or the heading above it."""
    lead = _PASSAGE_HEADING.match(text)
    name = clean_name(lead["name"], whole=True) if lead else above.name if above else ""
    return "" if _CHAPTER.search(name) else name


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


def _deducted(
    told: Sequence[tuple[Passage, list[_Record], str]], scores: Sequence[Score], found: list[Deduction]
) -> list[Deduction]:
    """Return `found` and the points that paragraphs say were taken off, each with the indicator they were taken off."""
    out = list(found)
    for passage, records, context in told:
        for point in _points_in(passage.text):
            rest = passage.text[point.span[1] + 1 :]
            if point.role != "off" or point.value is None or rest.startswith("后"):
                continue
            name = _taken_from(passage.text, point, records, context, scores)
            if not name or any(one.indicator == name and one.points == point.value for one in out):
                continue
            match = _REASON.match(rest)
            reason = match["reason"].strip(",)、") if match else ""
            if not reason or re.search(r"\d分", reason):  # 绩效监控未覆盖全部项目,扣1分
                before = re.split(r"[。;:]", point.words.rstrip(","))[-1]
                reason = _LEAD.sub("", before) if _WENT_WRONG.search(before) else ""
            out.append(Deduction(name, point.value, reason or None, passage.evidence(*point.span)))
    return out


def _taken_from(text: str, point: _Points, records: Sequence[_Record], context: str, scores: Sequence[Score]) -> str:
    """Return the indicator that points were taken off: named there, by its number, or stated just before."""
    known = sorted({name for score in scores for name in score.path}, key=len, reverse=True)
    sentence = re.split(r"[。;]", re.sub(r"[被共各再]*$", "", point.words))[-1]
    if numbered := re.search(r"指标(\d{1,2})(?!\d)", sentence):
        leaves = lowest(scores)
        nth = leaves[int(numbered[1]) - 1 : int(numbered[1])]
        return next((s.path[-1] for s in nth if _lacks(s.full_marks, s.score, point.value)), "")
    sentence = re.sub(r"^[(][^()]*[)]", "", sentence)
    clauses = [_LEAD.sub("", clause) for clause in re.split(r"[,:]", sentence)]
    clause = re.sub(
        r"^(?:本次|此次|其中|致使|导致|造成|使得?|因此|所以|主要|(?:失分|扣分)(?:点|项|指标)?(?:为|是|有))+",
        "",
        clauses[-1],
    )
    name = _name_in(clause)
    if name in known:
        return name
    if re.search(r"自评|[项个次]$|\d$", name):
        return ""
    if name and not _WENT_WRONG.search(name):
        return name
    for said in reversed(clauses):  # 预算调整率指标,因年中追加较多,扣2分
        if said.endswith("指标") and (name := _name_in(said.removesuffix("指标"))):
            return name
    for said in reversed(clauses):  # 满意度:每亩补偿偏低,与期望有差距,扣3分; 满意度未达目标,扣3分
        if begun := next((some for some in known if said.startswith(some) or some + ":" in sentence), ""):
            return begun
    about = next((said for said in reversed(clauses) if said), "")
    before = _stated_before(point, records)
    if before is not None and _lacks(before.full, before.got, point.value):
        return before.name
    lead = _WENT_WRONG.split(about)[0]
    if re.search(r"(?:率|性|(?<!进)度)$", lead) and len(lead) > 4 and not any(lead in one.name for one in records):
        return _name_in(lead)
    if before is not None and _is_told_of(before, text, point):
        return before.name
    if context:
        return context
    if "方面" in about or not known:
        return _name_in(re.split(r"方面|(?:仅?为|是|达到?|只有)\d+(?:\.\d+)?%$", _WENT_WRONG.split(about)[0])[0])
    return ""


def _stated_before(point: _Points, records: Sequence[_Record]) -> _Record | None:
    """Return the last indicator with full marks in front of a deduction."""
    before = [record for record in records if record.spans[0][0] < point.span[0] and record.full is not None]
    return before[-1] if before else None


def _is_told_of(record: _Record, text: str, point: _Points) -> bool:
    """Tell whether a deduction is of the indicator before it: in its sentence, or all behind it make what it lacks."""
    behind = [one.value for one in _points_in(text[record.end :]) if one.role == "off" and one.value is not None]
    return "。" not in text[record.end : point.span[0]] or _lacks(record.full, record.got, sum(behind, Decimal(0)))


def _lacks(full: Decimal | None, got: Decimal | None, points: Decimal | None) -> bool:
    """Tell whether a score is below its full marks by just these points."""
    return full is not None and got is not None and full - got == points


def best_total(totals: Sequence[tuple[Decimal, Evidence]], scores: Sequence[Score]) -> tuple[Decimal, Evidence] | None:
    """Return the report's stated total: the value stated most often, the strongest wording first."""
    leaf = {score.score for score in scores}
    whole = sum((score.score for score in lowest(scores) if score.score is not None), Decimal(0))
    candidates = [(value, at) for value, at in totals if 40 <= value <= 200 or value == whole]
    if not candidates:
        return None
    above = [item for item in candidates if item[0] not in leaf or item[0] >= 60] or candidates
    counts = Counter(value for value, _ in above)
    return max(above, key=lambda item: (counts[item[0]], -above.index(item)))


def lowest(scores: Sequence[Score]) -> list[Score]:
    """Return the scores that no other stands below."""
    return [s for s in scores if not any(o is not s and o.path[: len(s.path)] == s.path for o in scores)]
