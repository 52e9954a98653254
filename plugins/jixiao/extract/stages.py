"""Which stage a sum is of: what its clause says, else what its scopes hand down; a bare 预算 is what its scope says."""

import re

from jixiao.extract import costs
from jixiao.extract.clauses import Piece
from jixiao.extract.foreign import is_twin
from jixiao.extract.identities import is_rate_of
from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.parallel import Given
from jixiao.extract.scope import Scopes
from jixiao.extract.scoped import WEAK_MARKS, WHOLE, next_of, subject_of
from jixiao.model import Stage

UNSAID, OF_TERM, OF_WHOLE = "no stage said", "支出 in its term", "the stage of its whole"
CARRIED_ON = "the stage of the sum before"
IN_CLAUSE = "in its clause"
AS_SCOPE_SAYS = "as its scope says"
SPENT = "支出"
_YEAR = re.compile(r"20[0-3]\d")
_FIGURE = re.compile(r"\d(?:[亿万千]?元|[亿万])")


def stages_of(piece: Piece, scopes: Scopes, given: Given | None) -> list[tuple[Stage, float, str]]:
    """Return the stages in reach, the cheapest first: (stage, cost, why)."""
    if is_twin(piece, scopes) and scopes.twin is not None and scopes.twin.stage is not None:
        return [(scopes.twin.stage, 0.0, "the stage of the figure in front of its bracket")]
    tokens = [given.stage] if given and given.stage else piece.of("stage")
    strong = [token for token in tokens if token.row.mark != "weak"] or _behind(piece)
    words = piece.text
    if given is None and _is_outturn_of_budget(piece, scopes):
        return [("final", costs.PLANNED, "the outturn of the rate behind it")]
    if adjusts_from(piece, scopes) and not any(token.value == "final" for token in strong):
        return [("initial_budget", 0.0, "adjusted to the sum behind it")]
    if strong:
        token = strong[-1]
        return [(_as_stage(token.value), 0.0, f"{token.value} {IN_CLAUSE}")]
    planned = [token for token in tokens if token.value == "planned"]
    if planned:
        said = words[planned[-1].start : planned[-1].end]
        about = _context(scopes)
        other: Stage = "budget" if about == "initial_budget" else "initial_budget"
        first = about, costs.PLANNED, f"{said}: {about} {AS_SCOPE_SAYS}"
        return [first, (other, costs.PLANNED + costs.RIVAL, f"{said}: or {other}")]
    inherited = _inherited_stages(piece, scopes)
    if (
        "final" in inherited
        and scopes.whole is None
        and scopes.stage is None
        and any(words[t.start : t.end].endswith(SPENT) for t in scopes.own_terms)
    ):
        inherited["final"] = min(inherited["final"], (costs.LED, OF_TERM))
    if tokens:
        inherited["final"] = (costs.BARE_STAGE, f"{words[tokens[-1].start : tokens[-1].end]} {IN_CLAUSE}")
        inherited = {
            stage: (max(cost, costs.LED), why) if stage != "final" else (cost, why)
            for stage, (cost, why) in inherited.items()
        }
    return [(stage, cost, why) for stage, (cost, why) in sorted(inherited.items(), key=lambda one: one[1][0])]


def adjusts_from(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether a figure is what the budget in force was made of: 项目支出由58.20万元调整为79.20万元."""
    after = next_of(piece, scopes.pieces)
    if after is None or after.figure is None or after.marks or not piece.has("turn", "from"):
        return False
    adjusted = {token.end for token in after.of("stage") if token.value == "budget"}
    turns = any(token.value == "to" and token.end in adjusted for token in after.of("turn"))
    return turns and not (piece.has("last_year") or piece.has("against", "last_year") or _YEAR.search(piece.words))


def _is_outturn_of_budget(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether 预算支出 is what was spent: the completion rate right behind it is one of the total told before.

    部门预算规模为98460万元。全年部门预算支出96311万元,执行率为97.8%: 预算支出 alone may be either.
    """
    rate, now = next_of(piece, scopes.pieces), piece.figure
    budgets = [token for token in piece.of("stage") if token.value not in ("final", "initial_budget")]
    if now is None or not any(piece.text[token.end : piece.end] == SPENT for token in budgets):
        return False
    if rate is None or rate.figure is None or not rate.has("rate", "budget_completion_rate"):
        return False
    told = [one for one in (*scopes.told_before, *scopes.told) if one.subject == WHOLE and one.stage != "final"]
    wholes = [scopes.pieces[one.piece].figure for one in told if one.piece < piece.index]
    return any(
        is_rate_of(rate.figure.value, (now.value, now.ulp), (whole.value, whole.ulp))
        for whole in wholes
        if whole is not None and whole.kind == "sum" and whole.value
    )


def _behind(piece: Piece) -> list[Token]:
    """Return the stage that words right behind a figure give it: 2516.84万元(年初预算), 12.00万元预算之内."""
    if told := [token for token in lexicon().scan(piece.behind, ("stage_behind",)) if token.start == 0]:
        return told
    if not piece.behind.startswith("("):
        return []
    bracket = piece.text[piece.text.find(piece.behind, piece.end) :].partition(")")[0]
    if _FIGURE.search(bracket):
        return []  # 907.11万元(年初预算884.60万元): the stage of a figure of its own
    inside = re.split(r"[,)]", piece.behind[1:])[0]
    return [token for token in lexicon().scan(inside, ("stage",)) if token.row.mark != "weak"]


def _as_stage(value: str) -> Stage:
    return "initial_budget" if value == "initial_budget" else "final" if value == "final" else "budget"


def _context(scopes: Scopes) -> Stage:
    """Return which budget a bare 预算 is: the initial one where its sentence, whole or heading says so."""
    whole = scopes.whole.stage if scopes.whole is not None else None
    listed = scopes.listing.stage if scopes.listing is not None else None
    for said in (whole, listed, scopes.stage, _budget_of_whole(scopes)):
        if said in ("initial_budget", "budget"):
            return said
    told = [one.stage for one in scopes.told if one.is_sum and not one.compared]
    if told and told[-1] == "initial_budget" and not scopes.year:
        return "budget"
    return (
        "initial_budget"
        if scopes.lead_stage == "initial_budget" or scopes.heading_stage == "initial_budget"
        else "budget"
    )


def _budget_of_whole(scopes: Scopes) -> Stage | None:
    """Return the budget that the whole was told of beside its outturn, if of one.

    “三公”经费年初预算15万元,实际支出12万元。其中:公务接待费预算4万元,实际支出3万元.
    """
    if scopes.whole is None:
        return None
    told = (one for one in (*scopes.told_before, *scopes.told) if one.is_sum and not one.compared)
    stages = {one.stage for one in told if one.subject == scopes.whole.subject and one.stage != "final"} - {None}
    return stages.pop() if len(stages) == 1 else None


def _is_before_its_outturn(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether the outturn of an item or class follows its bare sum: 普查经费50万元,已支出46万元."""
    after = next_of(piece, scopes.pieces)
    named = scopes.label is not None and scopes.label.piece == piece.index
    of_outturn = scopes.whole is not None and scopes.whole.stage == "final" and scopes.whole_segment == piece.segment
    if of_outturn and not named:
        return False  # 决算数162万元。其中人员类支出118万元,运转类支出20万元
    classes = [token for token in scopes.own_terms if token.row.mark not in WEAK_MARKS]
    named = named or any(subject_of(token, piece.text).flow == "expenditure" for token in classes)
    if not named or after is None or piece.of("stage"):
        return False
    outturn = any(token.value == "final" for token in after.of("stage"))
    is_sum = after.figure is not None and after.figure.kind == "sum" and not (after.of("subject") or after.of("change"))
    compared = after.has("last_year") or after.has("against")  # 公务接待费支出9万元,上年支出10万元
    return after.marks == "," and is_sum and outturn and not compared


def _inherited_stages(piece: Piece, scopes: Scopes) -> dict[Stage, tuple[float, str]]:
    if _is_before_its_outturn(piece, scopes):
        return {"budget": (costs.CARRIED, UNSAID), "initial_budget": (costs.CARRIED, UNSAID)}
    found: dict[Stage, tuple[float, str]] = {}

    def add(stage: Stage | None, cost: float, why: str) -> None:
        if stage is not None and (stage not in found or found[stage][0] > cost):
            found[stage] = cost, why

    if scopes.whole is not None:
        add(scopes.whole.stage, costs.OF_WHOLE, UNSAID if scopes.whole.unsaid else OF_WHOLE)
    listed = scopes.listing is not None and scopes.label is not None and scopes.label.listed
    if scopes.listing is not None and listed:
        add(scopes.listing.stage, costs.OF_WHOLE, UNSAID if scopes.listing.unsaid else "the stage of its list")
    told = [one for one in scopes.told if one.is_sum and not one.compared]
    if scopes.whole is None and told:
        compared = piece.has("last_year") or piece.has("against", "year") or piece.has("against", "last_year")
        crossed = scopes.pieces[told[-1].piece].segment != piece.segment
        finals = [one for one in told if one.stage == "final"] if compared or crossed else []
        # Compared with last year, and behind a ;, the outturn goes on: 决算58万元,预算66万元;公务接待费2万元.
        last = (finals or told)[-1]
        add(last.stage, costs.CARRIED, UNSAID if last.unsaid else CARRIED_ON)
    if scopes.whole is None:
        add(scopes.stage, costs.CARRIED, "the stage of its sentence")
    add(scopes.lead_stage, costs.LED, "the stage of its lead")
    add(scopes.heading_stage, costs.HEADED, "the stage of its heading")
    add("final", costs.DEFAULT if not piece.has("last_year") else costs.CARRIED, UNSAID)
    return found
