"""What a sum is of: the terms of its clause, else what its scopes hand down, the total, its item's name."""

from dataclasses import replace

from jixiao.extract import costs
from jixiao.extract.clauses import Piece
from jixiao.extract.compared import compared_whole
from jixiao.extract.foreign import beside_others, is_other_stage, is_twin
from jixiao.extract.joined import joined_terms, whole_of_joined
from jixiao.extract.lexicon import lexicon
from jixiao.extract.names import called, has_suffix, is_glued, is_rest
from jixiao.extract.parallel import Given
from jixiao.extract.scope import Scopes
from jixiao.extract.scoped import WEAK_MARKS, WHOLE, subject_of
from jixiao.extract.stages import SPENT
from jixiao.model import Subject

INCOME = "收入"


def subjects_of(piece: Piece, scopes: Scopes, given: Given | None) -> list[tuple[Subject, float, str, bool]]:
    """Return the subjects in reach: (subject, cost, why, whether the clause itself names it)."""
    if is_twin(piece, scopes) and scopes.twin is not None and scopes.twin.subject is not None:
        return [(scopes.twin.subject, 0.0, "what the figure in front of its bracket is of", False)]
    if is_other_stage(piece, scopes) and scopes.twin is not None and scopes.twin.subject is not None:
        return [(scopes.twin.subject, 0.0, "what the figure in front of its bracket is of", False)]
    if scopes.summed is not None:
        return [(scopes.summed, 0.0, "the sum of the parts before", True)]
    if (whole := compared_whole(piece, scopes)) is not None:
        return [(whole, 0.0, "the whole whose change is told behind it", True)]
    if given and given.term is not None:
        subject = subject_of(given.term, piece.text)
        subject = replace(subject, flow=given.name) if given.name else subject  # type: ignore[arg-type]
        return [(subject, 0.0, "k-th of the terms before", True)]
    if given and given.name:
        return [(Subject("expenditure", "project", called(given.name)), costs.LISTED, "k-th of the names before", True)]
    if (rest := _rest_of_sources(piece, scopes)) is not None:
        return [(rest, 0.0, "what is left of the sources before", True)]
    if terms := joined_terms(piece):
        of_both = whole_of_joined(terms, piece.text)
        return [(of_both, 0.0, "all that both terms make up", True)] if of_both is not None else []
    if (short := _class_beside(piece, scopes)) is not None:
        return [(short, 0.0, "the short name of a class beside another", True)]
    found = _own(piece, scopes)
    labelled = _labelled(piece, scopes)
    if not any(own and cost == 0 for _, cost, _, own in found):
        found += _inherited(piece, scopes)
        found += _default(piece, scopes, found)
    return found + labelled


def _own(piece: Piece, scopes: Scopes) -> list[tuple[Subject, float, str, bool]]:
    strong = [token for token in scopes.own_terms if token.row.mark not in WEAK_MARKS]
    out: list[tuple[Subject, float, str, bool]] = []
    for back, token in enumerate(reversed(strong)):
        cost = costs.OTHER * back + (costs.GLUED if is_glued(piece, token, scopes.own) else 0.0)
        subject = _with_flow(subject_of(token, piece.text), piece, scopes)
        if token.row.mark == "other" and not _is_among_functions(piece, scopes):
            subject = replace(subject, scheme="none")  # type: ignore[arg-type]
        cost += costs.GLUED if subject.scheme == "source" and _speaks_of_three_public(piece, scopes) else 0.0
        out.append((subject, cost, f"{piece.text[token.start : token.end]} in its clause", True))
    weak = [] if strong else scopes.own_terms
    near = next(
        (
            one.subject
            for one in reversed(scopes.said)
            # (五)“三公”经费。全年支出1.98万元: what the paragraph is headed by is what 支出 is of.
            if not one.weak and one.place in ("word", "lead", "heading") and one.piece != piece.index
        ),
        None,
    )
    for token in weak[-1:]:
        subject = subject_of(token, piece.text)
        grand = token.row.mark == "grand"
        cost = 0.0
        if near is not None and near.scheme != "total":
            cost = costs.FLOW if near.flow != subject.flow or grand else costs.WEAK
        cost = min(cost, costs.FLOW) if len(_parts_named(piece, scopes)) > 1 else cost
        cost += (costs.TOTAL_FREE if scopes.free else 0.0) + (costs.LABELLED if _label_owns(piece, scopes) else 0.0)
        out.append((subject, cost, f"{piece.text[token.start : token.end]} in its clause", True))
    return out


def _rest_of_sources(piece: Piece, scopes: Scopes) -> Subject | None:
    """Return the other sources where a sum is what is left of several: 政府性基金9万元,其他1万元."""
    last = scopes.told[-1] if scopes.told else None
    beside = (
        last is not None and last.is_sum and not last.compared and scopes.pieces[last.piece].segment == piece.segment
    )
    if last is None or last.subject is None or not beside or not is_rest(piece.words):
        return None
    return replace(last.subject, item="other") if last.subject.scheme == "source" else None


def _class_beside(piece: Piece, scopes: Scopes) -> Subject | None:
    """Return the class whose short name a clause says, beside another: 一般公共服务80万元、农林水70万元."""
    last = scopes.told[-1] if scopes.told else None
    if last is None or last.subject is None or last.subject.scheme != "function" or scopes.own_terms:
        return None
    beside = scopes.pieces[last.piece].segment == piece.segment
    whole = piece.words + SPENT
    token = next(iter(lexicon().scan(whole, ("subject",))), None) if beside and piece.words else None
    if token is None or (token.start, token.end) != (0, len(whole)) or not token.value.startswith("function/"):
        return None
    return subject_of(token, whole)


def _is_among_functions(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether 其他支出 is a class of the chart of functions: behind 基本支出 it is what is left of the natures."""
    before = [one for one in scopes.said if one.place == "word" and one.sentence == piece.sentence and not one.weak]
    before = [one for one in before if one.piece < piece.index]
    return not before or before[-1].subject.scheme not in ("nature", "total")


def _speaks_of_three_public(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether a sentence is about the public expenses, which 财政拨款 only says who pays."""
    return any(
        one.subject.scheme == "three_public" and (one.place == "lead" or one.sentence == piece.sentence)
        for one in scopes.said
    )


def _with_flow(subject: Subject, piece: Piece, scopes: Scopes) -> Subject:
    """Return a source as spending where it is a part of spending and its clause does not say 收入."""
    if subject.scheme != "source" or INCOME in piece.words:
        return subject
    whole, last = scopes.whole, scopes.told[-1] if scopes.told else None
    terms = piece.of("subject")
    if any(token.start >= terms[-1].end for token in piece.of("outturn") if terms):
        return replace(subject, flow="expenditure")  # 一般公共预算拨款执行4610万元
    if whole is not None and whole.subject is not None and SPENT in whole.name:
        return replace(subject, flow=whole.subject.flow)
    if last is not None and last.subject is not None and last.subject.scheme == "source" and "、" in piece.marks:
        return replace(subject, flow=last.subject.flow)
    return subject


def _label_owns(piece: Piece, scopes: Scopes) -> bool:
    return (scopes.label is not None and not scopes.label.lasting) or bool(scopes.label and scopes.label.listed)


def _inherited(piece: Piece, scopes: Scopes) -> list[tuple[Subject, float, str, bool]]:
    out: dict[Subject, tuple[float, str]] = {}
    last = max((one.piece for one in scopes.told), default=-1)
    others = 0
    weak_total = bool(scopes.own_terms)
    parts = _parts_named(piece, scopes)
    spent = any(token.value == "final" for token in piece.of("stage"))
    planned = any(token.value != "final" and token.row.mark != "weak" for token in piece.of("stage"))
    dated = piece.has("last_year") or piece.has("against")
    for one in reversed(scopes.said):
        if one.subject in out or (one.piece == piece.index and one.place == "word"):
            continue
        if dated and one.place == "word" and _is_none(scopes.pieces[one.piece]):
            continue  # 运行维护费18.92万元,没有购置车辆,比上年20.05万元下降: not of what there was none of
        cost, why = _distance(one.place, one.sentence == piece.sentence, one.segment == piece.segment, one.piece > last)
        cost += costs.PART_AS_WHOLE if one.part and one.segment != piece.segment else 0.0
        cost += (
            costs.OTHER * others + (costs.FREE if scopes.free else 0.0) + (costs.WEAK if one.weak and others else 0.0)
        )
        if scopes.label is not None and scopes.label.piece > one.piece:
            cost += costs.LABELLED
        cost += costs.OTHER if weak_total and len(parts) > 1 else 0.0
        subject = one.subject
        if subject.flow == "revenue" and spent and SPENT in piece.words:
            # 支出年初预算数268万元 behind the income of a source: 支出 tells of what, and not of which stage.
            subject, cost = replace(subject, flow="expenditure"), cost + (costs.OTHER if planned else 0.05)
        out.setdefault(subject, (cost, f"{subject.scheme}/{subject.item} {why}"))
        others += 0 if one.part and one.segment != piece.segment else 1
        if others > 3:
            break
    return [(subject, cost, why, False) for subject, (cost, why) in out.items()]


def _is_none(piece: Piece) -> bool:
    """Tell whether a piece only remarks that there was none of something: 没有购置车辆, and not 接待费未发生."""
    zero = piece.figure is not None and piece.figure.is_zero_in_words
    return zero and piece.figure is not None and bool(lexicon().scan(piece.figure.printed, ("subject",)))


def _parts_named(piece: Piece, scopes: Scopes) -> set[Subject]:
    """Return the parts of the whole that its sentence has named."""
    return {s.subject for s in scopes.said if s.sentence == piece.sentence and s.subject.scheme == "nature"}


def _distance(place: str, same_sentence: bool, same_segment: bool, fresh: bool) -> tuple[float, str]:
    if place in ("lead", "heading"):
        return (costs.LEAD if place == "lead" else costs.HEADING), f"in its {place}"
    if place == "before" or not same_sentence:
        return costs.BEFORE, "in the sentence before"
    return (costs.SEGMENT, "in its segment") if fresh or same_segment else (costs.SENTENCE, "in its sentence")


def _default(
    piece: Piece, scopes: Scopes, found: list[tuple[Subject, float, str, bool]]
) -> list[tuple[Subject, float, str, bool]]:
    """Return the department's total, which a bare stage word speaks of where nothing else is named."""
    if any(own for _, _, _, own in found):
        return []
    named = [
        one
        for one in scopes.said
        if not one.weak
        and (one.place in ("lead", "heading") or (one.place == "word" and one.sentence == piece.sentence))
    ]
    cost = costs.BARE_TOTAL + (costs.TOTAL_AFTER if named else 0.0) + (costs.TOTAL_FREE if scopes.free else 0.0)
    cost += costs.LABELLED if named and {one.place for one in named} <= {"lead", "heading"} else 0.0
    cost += 0.0 if piece.of("stage") else costs.UNTOLD
    cost += costs.LABELLED if scopes.lead_other else 0.0
    cost += costs.LABELLED if scopes.label is not None else 0.0
    cost += costs.TOTAL_AFTER if scopes.whole is not None and not piece.of("stage") else 0.0
    cost += costs.LABELLED if beside_others(piece, scopes) else 0.0
    if _follows_sum_by_colon(piece, scopes) or _follows_unsaid(piece, scopes):
        cost += costs.LABELLED + costs.TOTAL_FREE
    why = "no term: the department's total"
    out = [(WHOLE, cost, why, False)]
    if scopes.heading_flow == "revenue" and SPENT not in piece.words:
        out.append((replace(WHOLE, flow="revenue"), cost + costs.RIVAL, why, False))
    return out


def _follows_sum_by_colon(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether a colon behind a sum makes this a part of it: 资金来源1.86亿元:县级财政安排6210.50万元,…."""
    return piece.marks.startswith(":") and piece.index > 0 and scopes.pieces[piece.index - 1].figure is not None


def _follows_unsaid(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether the sum before it in its segment is of what no term names: 项目金额870万元,实际支出868.35万元."""
    before = scopes.pieces[piece.index - 1] if piece.index > 0 else None
    if before is None or before.segment != piece.segment or before.figure is None or before.figure.kind != "sum":
        return False
    return bool(before.words) and not before.tokens


def _labelled(piece: Piece, scopes: Scopes) -> list[tuple[Subject, float, str, bool]]:
    label, name = scopes.label, scopes.name
    strong = [token for token in scopes.own_terms if token.row.mark not in WEAK_MARKS]
    if strong and not name:
        return []
    if name and (label is None or label.name != name):
        cost = costs.KNOWN if name in scopes.known else costs.NAMED
        return [(Subject("expenditure", "project", called(name)), cost, f"{name} in its clause", True)]
    if label is None:
        return []
    cost = costs.LISTED if label.listed else costs.KNOWN if label.name in scopes.known else costs.NAMED
    if cost == costs.NAMED and label.enum and has_suffix(label.name):
        cost = costs.LEAD - 0.1 if label.lasting else costs.NAMED_ITEM
    return [
        (Subject("expenditure", "project", called(label.name)), cost, f"{label.name}: the name of its item", bool(name))
    ]
