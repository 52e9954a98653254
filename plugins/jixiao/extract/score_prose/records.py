"""The indicators that a paragraph states: full marks and score of one name, levels, lists of bare figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jixiao.extract.lexicon import lexicon
from jixiao.extract.score_prose.naming import Naming, under_level
from jixiao.extract.score_prose.points import Points, points_in

_NEAR = 4
_WHOLE = 100


@dataclass(slots=True)
class Record:
    """An indicator as far as the text has stated it; `end` is where its last figure ends.

    `bare` is a figure without a word for its role; `listed` where the list starts that it stands in.
    """

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


class Paragraph:
    """Reads one paragraph figure by figure: each completes the indicator before it, or begins the next."""

    def __init__(self, text: str, above: Record | None, heading: str, leads: bool, naming: Naming) -> None:
        """Begin a paragraph: `above` is the heading's record, `heading` the name it goes by, `leads` if within it."""
        self.text, self.above, self.heading, self.leads, self.naming = text, above, heading, leads, naming
        self.records: list[Record] = []
        waits = above is not None and not leads and above.full is not None and above.got is None
        self.now: Record | None = above if waits else None
        self.opened = self.now  # full marks whose own score may stand behind a rubric

    def read(self, regions: Sequence[tuple[int, int]]) -> list[Record]:
        """Return the records of the paragraph; figures in `regions` were read otherwise."""
        points = [one for one in points_in(self.text) if not any(a <= one.span[0] < b for a, b in regions)]
        for index, point in enumerate(points):
            self._take(point, is_lone(points, index))
        return self.records

    def _take(self, point: Points, lone: bool) -> None:
        own = self.naming.own(point.words)
        # 参保率达到目标,得15分: what stands before the comma says why, where this is the only score.
        loose = point.label.startswith(",", len(point.words)) and lone
        if self.opened is not None and point.by_itself and not own:
            self.now = self.opened  # what stood between was the rubric: 目标填报(满分10分):要素完整得5分。…自评得9分
        if self.now is not None and completes(self.now, point, "" if loose else own):
            self._complete(self.now, point)
        elif point.role != "off":
            name = self._name(point, own, loose)
            if not name or point.value is None:
                if not self._repeats(point):
                    self.now = None
            else:
                self._begin(name, point, own)

    def _complete(self, now: Record, point: Points) -> None:
        if point.role == "full":
            now.got = now.full if now.bare else now.got  # 投入目标14分(满分15分)
            now.full = point.value
        else:
            now.got, now.span = point.given(now.full), point.span
        now.bare, now.end = False, point.span[1]
        now.spans.append(point.span)
        if point.role == "got" and lexicon().scan(point.label, ("together",)):
            self._complete_all(point)
        self.opened = None if point.by_itself else self.opened
        if now is self.above and now not in self.records:
            self.records.append(now)

    def _complete_all(self, point: Points) -> None:
        """Give the indicators right before in one list their score too: 目标设定10分、预算配置5分均得满分."""
        for earlier in reversed(self.records[:-1]):
            if earlier.got is not None or earlier.full is None or not earlier.bare:
                return
            earlier.got, earlier.bare, earlier.span = point.given(earlier.full), False, earlier.spans[-1]

    def _is_of_heading(self, name: str, point: Points) -> bool:
        """Tell whether full marks are those of the heading above, which has none: (二)履职效能 over 分值50分."""
        above = self.above
        if above is None or above.full is not None or point.role != "full":
            return False
        return name == above.name and point.value is not None and point.value < _WHOLE

    def _repeats(self, point: Points) -> bool:
        """Tell whether a figure without a name says the full marks again: 采购管理(8分)。…四项合计8分,得7分."""
        now = self.now
        return now is not None and now.got is None and not now.bare and point.value == now.full and point.role != "got"

    def _name(self, point: Points, own: str, loose: bool) -> str:
        """Return the name of an indicator that a figure begins: its own, or what it points back to."""
        heads = not own or loose or (point.by_itself and not self.records)
        if self.leads and point.role == "got" and heads:
            return self.heading
        if own or not (point.role == "full" or point.of):
            return own
        return self.naming.before(point.words) or self.heading

    def _begin(self, name: str, point: Points, own: str) -> None:
        level, name = under_level(name)
        before, now = self.now, Record(name, point.span[1], span=point.span, spans=[point.span])
        above = self.above
        if above is not None and self._is_of_heading(name, point):
            before, now = None, above  # (二)履职效能分析 over 该项指标分值50分,自评得分48分: a level from here on
            now.end, now.span, now.spans = point.span[1], point.span, [point.span]
        if before is not None and (_opens_parts(point.label) or (before.got is None and ":" in point.label)):
            before.is_level, now.parent = True, before.name
        elif before is not None:
            now.parent = before.parent
        now.parent = level or now.parent
        if point.role == "got":
            now.full, now.got = point.of, point.value
        else:
            now.full, now.bare = point.value, point.role == "bare"
        now.listed = _list_start(self.text, point) if point.role != "full" else None
        if point.role == "full":
            self.opened = now
        elif point.role == "bare" and own:
            self.opened = None
        self.now = now
        self.records.append(now)


def _opens_parts(label: str) -> bool:
    return any(token.row.mark != "colon" for token in lexicon().scan(label, ("score_list",)))


def is_lone(points: Sequence[Points], index: int) -> bool:
    """Tell whether a score is the only one since the full marks before it and up to those behind it."""
    full = [i for i, point in enumerate(points) if point.role == "full" or (point.role == "bare" and point.words)]
    start = max((i for i in full if i < index), default=-1) + 1
    end = min((i for i in full if i > index), default=len(points))
    return sum(point.role == "got" for point in points[start:end]) == 1


def completes(now: Record, point: Points, own: str) -> bool:
    """Tell whether a figure belongs to the indicator before it: its score, or 得2分(满分2分)."""
    if point.of is not None and now.full not in (None, point.of):
        return False
    if point.role == "full":
        scored = now.bare or (now.full is None and now.got is not None)
        return not own and scored and _follows(point)
    if point.role == "bare":  # 过程类指标(满分30分)27.65分
        return point.label in {")", "),", "):"} and now.got is None and now.full is not None and not now.bare
    points_back = not own or lexicon().opening(own, "points_back") is not None
    fits = point.value is None or now.full is None or point.value <= now.full  # 效果20分,自评19分。合计自评92分
    unscored = now.got is None or (point.by_itself and fits)
    return point.role == "got" and points_back and unscored and now.full is not None


def _follows(point: Points) -> bool:
    """Tell whether full marks stand right behind a score: (满分2分), ,满分10分."""
    behind = point.label.lstrip(",。")
    return behind.startswith("(") or lexicon().opening(behind, "points") is not None


def _list_start(text: str, point: Points) -> int | None:
    """Return where the list starts that a figure stands in: behind 其中 or a colon in its sentence, in a bracket."""
    opened = text.rfind("(", 0, point.span[0])
    if text.startswith("分(", opened - 1) and ")" not in text[opened : point.span[0]] and not point.label.endswith("("):
        return opened + 1  # 得分90.5分(投入15分、过程38.5分、…)
    sentence = text.rfind("。", 0, point.span[0]) + 1
    starts = []
    for token in lexicon().scan(text[sentence : point.span[0]], ("score_list",)):
        end = sentence + token.end
        marked = text[end] in ",:"
        if marked or token.row.mark != "colon":
            starts.append(end + marked)
    return starts[-1] if starts else None


def stated(records: Sequence[Record]) -> list[Record]:
    """Return the records that are indicators: full marks with a score, levels, and two or more of one list."""
    lists = Counter(r.listed for r in records if r.listed is not None and (r.bare or r.full is None))
    out: list[Record] = []
    for record in records:
        if record.bare or record.full is None:
            if record.listed is None or lists[record.listed] < 2:
                continue
            above = [r for r in out if r.end <= record.listed and r.full is not None and record.listed - r.end <= _NEAR]
            value = record.full if record.bare else record.got
            parent = above[-1].name if above else record.parent
            record = replace(record, full=None, got=value, parent=parent)
        elif record.got is None and not record.is_level:
            continue
        out.append(record)
    return out
