"""Why a sum of running text is not the department's: another's money, a change, a limit; each reason with its cost.

A reason is a ground only where words or structure say whose the sum is. Words that are no term are no ground: a sum
that nothing else speaks for is a doubt, for a person to look at.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.extract import costs
from jixiao.extract.clauses import Piece
from jixiao.extract.identity.names import is_organization
from jixiao.extract.identity.regions import chain_at_start
from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.names import besides
from jixiao.extract.scope import Scopes
from jixiao.extract.scoped import WEAK_MARKS

_OTHERS = ("won for others", "economy", "another government")
ANOTHERS = ("another government", "a unit's")
"""Whose sums go on in the bare stages behind them: 全区整体支出全年预算数…,决算数…."""
_RANGE = re.compile(r"^[~～\-—至]\d")
_LIMIT = re.compile(r"[≤≥<>~～*×/]$")
_YEAR = re.compile(r"20[0-3]\d年?")
_TO = re.compile(r"[至到]")
NO_TERM = "no term says what it is"


@dataclass(slots=True)
class Foreign:
    """What a reading as ours pays more (`against`), why a sum is not ours, and what only says that no term tells."""

    against: float = 0.0
    grounds: dict[str, float] = field(default_factory=dict)
    unknown: dict[str, float] = field(default_factory=lambda: {NO_TERM: costs.NOT_OURS})

    def owned(self, reason: str, cost: float, against: float = 0.0) -> None:
        """Add a ground."""
        self.grounds[reason] = cost
        self.against = max(self.against, against)

    def cheapest(self) -> tuple[str, float, bool]:
        """Return the reason, its cost, and whether it is a ground; a ground goes before words that are no term."""
        every = self.grounds | self.unknown
        reasons = self.grounds or self.unknown
        return min(reasons, key=reasons.__getitem__), min(every.values()), bool(self.grounds)


def foreign(piece: Piece, scopes: Scopes) -> Foreign:
    """Return why the sum that ends a piece may not be ours."""
    found = Foreign()
    if certain := _certain(piece):
        found.owned(certain, costs.CERTAIN, costs.AGAINST_CERTAIN)
        return found
    if budget_behind(piece):
        return found
    strong = [t for t in scopes.own_terms if t.row.mark not in WEAK_MARKS]
    listed = scopes.label is not None and scopes.label.listed
    _owned_by_words(piece, scopes, strong, found)
    if scopes.owner:
        found.owned(scopes.owner, costs.OWNED, costs.NOT_OURS)
    if (scopes.programme and not listed) or (piece.has("programme") and "、" in piece.words):
        found.owned("sum of a programme", costs.OWNED, costs.NOT_OURS)
    if scopes.owner_soft and not strong and not listed:
        against = costs.NOT_OURS if scopes.own_terms else costs.LED
        found.owned(scopes.owner_soft, costs.OWNED_SOFT, against)
    if piece.has("level") and not strong:
        found.owned("the department without its units", costs.STORY, costs.AGAINST_OWNER_OWN)
    zero = piece.figure is not None and piece.figure.is_zero_in_words
    if zero and not piece.of("subject") and not any(one.subject.scheme == "three_public" for one in scopes.said):
        found.owned("nothing of the budget", costs.STORY)
    if not strong and any(_procures(one, listed) for one in scopes.pieces if one.sentence == piece.sentence):
        found.owned("procurement", costs.OWNED_SOFT)
    if beside_others(piece, scopes) and not scopes.own_terms:
        found.owned("beside what is not ours", costs.OWNED_SOFT)
    _unknown(piece, scopes, strong, found)
    return found


def _procures(piece: Piece, listed: bool) -> bool:
    """Tell whether a piece speaks of procurement; in a list 实训设备采购 before its sum is what an item is called."""
    told = [token for token in piece.of("owner") if token.value == "procurement"]
    stages = {token.start for token in piece.of("stage")}
    called = [token for token in told if token.start > piece.start and token.end in {piece.end, *stages}]
    return bool(told) and not (listed and len(called) == len(told))


def _owned_by_words(piece: Piece, scopes: Scopes, strong: list[Token], found: Foreign) -> None:
    listed = scopes.label is not None and scopes.label.listed
    leading = besides(piece, piece.tokens)
    for token in piece.of("owner"):
        if token.start in leading:
            continue
        inside = _inside_name(token, piece, scopes)
        behind = any(piece.text[t.end : t.end + 1] == "(" and t.end < token.start for t in strong)
        told = token.row.mark == "outside_names" and any(t.start >= token.end for t in strong)
        if token.row.mark != "always" and (behind or told):
            continue  # 社会保险缴费、津贴补贴等人员经费: the term behind tells what it is
        spoken = token.row.mark in ("clause", "outside_names")
        if token.row.mark == "always" or (spoken and not (listed and inside)):
            cost = costs.STORY if inside and spoken else costs.OWNED
            found.owned(token.value, cost, costs.AGAINST_OWNER_OWN if inside else costs.AGAINST_OWNER)


def _unknown(piece: Piece, scopes: Scopes, strong: list[Token], found: Foreign) -> None:
    """Add what makes a sum nobody's that we know of: free words, an item of its own, a part without a name."""
    listed = scopes.label is not None and scopes.label.listed
    fresh = scopes.whole is not None and piece.segment == scopes.whole_segment and not is_twin(piece, scopes)
    fresh = fresh and not is_other_stage(piece, scopes)
    if _is_another_departments(piece, scopes):
        found.unknown["behind the name of another department"] = 0.0
    if _goes_on(piece, scopes):
        found.unknown["another stage of a sum that is not understood"] = 0.0
    if scopes.partial == piece.sentence and not strong:
        found.unknown["of a part of the money that is no class"] = 0.0
    if _is_pooled(piece, scopes):
        found.unknown["of several sources together"] = 0.0
    if scopes.part_of_unknown == piece.segment and not piece.of("stage"):
        found.unknown["a part of a sum that is not understood"] = 0.0
    if fresh and not (scopes.own_terms or scopes.label):
        found.unknown["a part without a name"] = costs.OWNED_SOFT
    if scopes.lead_other and not (strong or listed):
        found.unknown["its heading is of one kind of project"] = costs.STORY
    if scopes.free and not listed and (scopes.name or not strong):
        compared = piece.has("against", "year") or piece.has("against", "last_year")
        found.unknown["words that are no term"] = 2 * costs.STORY if compared else costs.STORY
    elif scopes.label is not None and not listed and not strong:
        found.unknown[f"{scopes.label.name}: an item of its own"] = costs.STORY + costs.BARE_STAGE


def _is_another_departments(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether the term that names a sum stands behind a department's name of another government than ours."""
    own = scopes.own[0] if scopes.own else ""
    if not scopes.own_terms or not chain_at_start(own)[1]:
        return False
    name = _YEAR.sub("", piece.text[piece.start : scopes.own_terms[0].start]).lstrip("度")
    chain, end = chain_at_start(name)
    return bool(chain) and all(one.name not in own for one in chain[-1]) and end < len(name) and is_organization(name)


def _is_pooled(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether a sum that borrows a source is of more than that: 结转26万元,财政拨款18万元,可支配资金44万元."""
    last = scopes.said[-1] if scopes.said else None
    if piece.figure is None or scopes.own_terms or last is None or last.subject.scheme != "source":
        return False
    if piece.has("pooled"):
        return True
    made, classless = Decimal(0), False
    for count, one in enumerate(reversed(scopes.told), start=1):
        figure = scopes.pieces[one.piece].figure
        if figure is None or scopes.pieces[one.piece].segment != piece.segment:
            break
        made, classless = made + figure.value, classless or one.classless
        if count > 1 and classless and made == piece.figure.value:
            return True
    return False


def _goes_on(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether a bare stage goes on with an unknown sum before it, or another's: 党建活动预算50万元,支出45万元."""
    last = scopes.told[-1] if scopes.told else None
    if last is None or not last.unknown or scopes.own_terms or scopes.free or scopes.label is not None:
        return False
    before = scopes.pieces[last.piece]
    same = before.segment == piece.segment and not any(mark in piece.marks for mark in "()")
    return same and bool(piece.of("stage")) and bool(before.of("stage")) and sign_of(before) is None


def is_twin(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether a figure in a bracket is last year's of the one in front of it: 9.10万元(上年10.20万元)."""
    twin = scopes.twin
    if twin is None or twin.subject is None or scopes.own_terms or scopes.free or not piece.marks.endswith("("):
        return False
    dated = bool(_YEAR.search(piece.words)) and not piece.of("stage")
    return (dated or piece.has("last_year") or piece.has("against", "last_year")) and sign_of(piece) is None


def is_other_stage(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether a figure in a bracket is another stage of the one in front of it: 907.11万元(年初预算884.60万元)."""
    twin = scopes.twin
    if twin is None or twin.subject is None or scopes.own_terms or scopes.free or not piece.of("stage"):
        return False
    return sign_of(piece) is None and not any(token.row.mark == "weak" for token in piece.of("stage"))


def beside_others(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether the figure before in the sentence was others' money: 引进500万元以上项目6个,到位资金1.16亿元."""
    last = scopes.told[-1] if scopes.told else None
    if any(token.value in ("initial_budget", "budget") for token in piece.of("stage")):
        return False  # …追加普查经费105万元,全年预算调整为403万元
    before = scopes.pieces[last.piece] if last is not None and last.left else None
    return before is not None and before.sentence == piece.sentence and any(before.has("owner", one) for one in _OTHERS)


def _inside_name(token: Token, piece: Piece, scopes: Scopes) -> bool:
    """Tell whether an owner's word only begins the name of a project: 政府投资项目审计服务费."""
    at = piece.text.find(scopes.name, piece.start) if scopes.name else -1
    ends_it = token.row.mark == "outside_names" or token.value == "procurement"  # 实训设备采购 is called so
    end = at + len(scopes.name) + ends_it
    return 0 <= at <= token.start and token.end < end


def _certain(piece: Piece) -> str:
    """Return why a sum is certainly no amount: a change, a threshold, a range."""
    if sign_of(piece) is not None or _adds_to_its_term(piece):
        return "a change"
    return limited(piece)


def _adds_to_its_term(piece: Piece) -> bool:
    """Tell whether a figure is what its term grew or fell by: 主要原因是增加基本支出70.23万元."""
    terms = [token for token in piece.of("subject") if token.row.mark not in WEAK_MARKS]
    begins = {token.end for token in piece.of("change")}
    return bool(terms) and terms[-1].start in begins and terms[-1].end == piece.end and not piece.of("stage")


def budget_behind(piece: Piece) -> bool:
    """Tell whether the words right behind a figure make it the budget: 控制在12.00万元预算之内."""
    return any(token.start == 0 for token in lexicon().scan(piece.behind, ("stage_behind",)))


def limited(piece: Piece) -> str:
    """Return why a figure is only a limit (≥95%, 10万元以下), or an empty string."""
    if _RANGE.match(piece.behind) or _LIMIT.search(piece.words):
        return "a limit or a range"
    if any(t.row.mark == "before" and t.end == piece.end for t in piece.of("not_ours")) and not budget_behind(piece):
        return "a limit or a target"
    if piece.has("not_ours", "per_head"):
        return "a sum per head"
    if any(token.start == 0 for token in lexicon().scan(piece.behind[:6], ("threshold",))):
        return "a threshold"
    return ""


def sign_of(piece: Piece) -> int | None:
    """Return +1 or -1 where a figure is told as a change (增加, 减少 in front of it, but not 增至), else None."""
    changes = piece.of("change")
    if not changes:
        return None
    token = changes[-1]
    if any(turn.value == "to" and turn.start >= token.end for turn in piece.of("turn")):
        return None  # 根据业务增长情况调整为202万元
    gap = piece.text[token.end : piece.end]
    ties = sum(t.end - t.start for t in lexicon().scan(gap, ("filler",)))
    if _TO.search(gap) or len(gap.strip("=:(,")) > ties or any(t.start >= token.end for t in piece.of("subject")):
        return None
    return 1 if token.value == "up" else -1
