"""Scores in running text: 'NAME，该指标分值 2分，自评得分 1.98分', group sentences, deduction sentences, the total."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.extract.numbers import NUMBER
from jixiao.model import Deduction, Evidence, Passage, Score

_FULL = rf"(?P<full>{NUMBER})"
_GOT = rf"(?P<got>{NUMBER})"
_NAME = r"(?P<name>[^,。;:]{0,45}?)"
_SELF = r"(?:本次|部门|单位)?(?:自评|自我评分|实际|实|综合|最终|评价)?"
_PAIR = re.compile(
    _NAME
    + r"[,:(]?(?:该项?)?(?:指标)?(?:总|标准|权重)?(?:分值|满分值?|权重|总分值?|标准分|总分)(?:共|为|是|:|计)*"
    + _FULL
    + r"分?[)]?[,;:。]?"
    + _SELF
    + r"(?:(?P<none>不得分|未得分|零分)|(?P<all>得满分|不扣分|满分)|(?:得分|得|评分|打分|评)(?:率)?(?:为|是|:|共|计)*"
    + _GOT
    + "分)"
)
_BRACKET = re.compile(
    r"(?P<name>[^,。;:()]{2,40})[(](?:满分|分值|权重)?(?:为|:)?"
    + _FULL
    + r"分[)][,:]?"
    + _SELF
    + r"(?:得分|得|评分)?(?:为|:)?"
    + _GOT
    + "分"
)
_LISTED = re.compile(r"^(?P<name>[^\d,。;:、()][^\d。;:()]{1,44}?)(?:得分?|自评得分)?(?:为|:)?" + _GOT + r"分$")
_TOTAL = re.compile(
    r"(?:自评|综合|评价|绩效|最终|最后|评定)[^,。;%\d]{0,10}?(?:得分|分数|分值|总分|评分|成绩)(?:值|结果)?(?:为|是|:|共|合计|达到?|共计)*"
    + _GOT
    + r"分(?!值)"
)
_TOTAL_WEAK = re.compile(
    r"(?:总得分|总分|总评分|合计得分|得分总计|(?:本|我)?(?:部门|单位|会|局|委|办|中心)(?:自评)?得分|自评得分|自评分)(?:为|是|:|共)*"
    + _GOT
    + "分"
)
_DEDUCTED = re.compile(
    r"(?P<name>[^,。;:]{2,40}?)(?:指标)?(?:被)?扣(?:减|除|了|分)?(?P<points>"
    + NUMBER
    + r")分[,:]?(?:主要)?(?:扣分)?(?:原因)?(?:是|为|在于|:|,)*(?P<reason>[^。;]*)"
)
_BECAUSE = re.compile(r"(?:主要|扣分|具体|未得满分|失分)?原因(?:是|为|:|在于)*(?P<reason>[^。]+)")
_LEAD = re.compile(
    r"^(?:\d{1,2}[、.](?!\d)|[((]\d{1,2}[))]|[①-⑳][.、]?|[((]?[一二三四五六七八九十]{1,3}[))、.]|[一二三四五六七八九十]是|其中|具体(?:如下|为)?|从中|在)+"
)
_HEADING = re.compile(
    r"^(?:\d{1,2}[、.](?!\d)|[((][一二三四五六七八九十\d]{1,3}[))]|[一二三四五六七八九十]{1,3}、)(?P<name>[^,。;:]{2,30})[。:]?$"
)
_ITEM_MARK = re.compile(r"[((]\d{1,2}[))]|[①-⑳]")
_GROUP_TAIL = re.compile(r"(?:类)?(?:一级|二级)?指标$")


@dataclass(frozen=True, slots=True)
class ProseScores:
    """What the running text says of scores."""

    scores: tuple[Score, ...]
    deductions: tuple[Deduction, ...]
    totals: tuple[tuple[Decimal, Evidence], ...]


def _clean(name: str) -> str:
    name = _LEAD.sub("", name)
    name = re.sub(r"^(?:.*方面[:,]|该|本|此)", "", name)
    name = _GROUP_TAIL.sub("", name) if len(name) > 4 else name
    return re.sub(r"(?:的|该项|指标)+$", "", name).strip("“”\"'「」 ") if name.count("“") != name.count("”") else name


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


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
        taken: list[tuple[int, int]] = []
        for pattern in (_PAIR, _BRACKET):
            for match in pattern.finditer(text):
                if any(a < match.end() and match.start() < b for a, b in taken):
                    continue
                score = _pair(passage, match, heading, known)
                if score is None:
                    continue
                taken.append(match.span())
                scores.append(score)
                _reasoned(passage, match, score, deductions)
        scores += _group(passage, taken)
        for match in _DEDUCTED.finditer(text):
            name = _clean(match["name"])
            if (
                not name
                or re.search(r"[项个次]$|每|的,?$|\d$", match["name"])
                or "每" in text[match.end() - 2 : match.end() + 2]
            ):
                continue
            reason = match["reason"].strip(",") or None
            at = passage.evidence(*match.span("points"))
            deductions.append(Deduction(re.sub(r"^(?:\(\d+\))", "", name), _number(match["points"]), reason, at))
        for pattern, strong in ((_TOTAL, True), (_TOTAL_WEAK, False)):
            for match in pattern.finditer(text):
                if not any(a <= match.start("got") < b for a, b in taken):
                    totals.append((_number(match["got"]), passage.evidence(*match.span("got")), strong))
    return ProseScores(
        tuple(scores), tuple(deductions), tuple((v, e) for v, e, _ in sorted(totals, key=lambda t: not t[2]))
    )


def _pair(passage: Passage, match: re.Match[str], heading: str, known: set[str]) -> Score | None:
    """Return the score of one full-marks-and-score statement; an unnamed one belongs to the sentence before."""
    name = _clean(match["name"])
    groups = match.groupdict()
    full = _number(match["full"])
    if not name or name in {"指标", "总", "该", "自评", "部门", "本项"}:
        before = re.split(r"[。;]", passage.text[: match.start()].rstrip("。;"))[-1]
        name = _clean(before.split(",")[0]) or heading
        if not name or len(name) > 40:
            return None
        shorter = re.sub(r"(?:完成|得分|指标)?(?:情况|分析)$", "", name)
        if shorter in known or name not in known:
            name = shorter if shorter in known or name.endswith(("情况", "分析")) else name
    if re.search(r"^(?:本|我)(?:部门|单位|会|局)$|总体|整体支出|自评(?:总|结论)|综合", name):
        return None
    if groups.get("none"):
        got, span = Decimal(0), match.span("none")
    elif groups.get("all"):
        got, span = full, match.span("all")
    else:
        got, span = _number(match["got"]), match.span("got")
    # A heading is a level only right above its items: 1.资金管理 over （1）预算完成率.
    below = bool(_ITEM_MARK.match(passage.text)) and heading not in (name, "")
    path = (heading, name) if below else (name,)
    return Score(path, full, got, passage.evidence(*span))


def _reasoned(passage: Passage, match: re.Match[str], score: Score, deductions: list[Deduction]) -> None:
    """Add a deduction where the text behind a score below full marks gives the reason."""
    if score.full_marks is None or score.score is None or score.score >= score.full_marks:
        return
    after = re.split(r"[。;](?=[^。;]{0,40}分值)", passage.text[match.end() :])[0]
    because = _BECAUSE.search(after)
    if because:
        points = score.full_marks - score.score
        deductions.append(Deduction(score.path[-1], points, because["reason"], score.evidence))


def _group(passage: Passage, taken: list[tuple[int, int]]) -> list[Score]:
    """Return scores listed in one sentence: '资金管理8.48分;采购管理0分;…' (two or more, after 其中 or a colon)."""
    out: list[Score] = []
    for lead in re.finditer(r"(?:其中|如下|分别(?:是|为)|得分情况(?:为|:)?|包括)[:,]?", passage.text):
        sentence_end = passage.text.find("。", lead.end())
        sentence_end = len(passage.text) if sentence_end < 0 else sentence_end
        listed: list[Score] = []
        position = lead.end()
        parts = re.split(r"([;,])", passage.text[position:sentence_end])
        pending = ""
        for index, part in enumerate(parts):
            if index % 2:
                position += 1
                continue
            start = position
            position += len(part)
            item = _LISTED.match(pending + part) if pending == "" else None
            if item is None:
                continue
            at = start + item.start("got"), start + item.end("got")
            if any(a <= at[0] < b for a, b in taken):
                continue
            name = _clean(item["name"])
            if len(name) < 2 or re.search(r"分值|满分|得$|扣", name):
                continue
            listed.append(Score((name,), None, _number(item["got"]), passage.evidence(*at)))
        if len(listed) >= 2:
            out += listed
    return out


def best_total(totals: Sequence[tuple[Decimal, Evidence]], scores: Sequence[Score]) -> tuple[Decimal, Evidence] | None:
    """Return the report's stated total: the value stated most often, the strongest wording first."""
    leaf = {score.score for score in scores}
    candidates = [(value, at) for value, at in totals if value <= 200]
    if not candidates:
        return None
    above = [item for item in candidates if item[0] not in leaf or item[0] >= 60] or candidates
    counts = Counter(value for value, _ in above)
    return max(above, key=lambda item: (counts[item[0]] if item[0] >= 40 else 0, -above.index(item)))
