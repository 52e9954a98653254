"""Extract every fact of a document: the readers strung together, and what became of every figure."""

from dataclasses import replace
from decimal import Decimal

from jixiao import EXTRACTOR_VERSION
from jixiao.extract.confidence import settle
from jixiao.extract.declared import prepared
from jixiao.extract.figures import figures_of
from jixiao.extract.identity import find_form, find_grade, find_region, find_total, find_year, year_doubts
from jixiao.extract.identity.names import is_organization, is_own_level
from jixiao.extract.ledger import account
from jixiao.extract.money import MoneyFacts, extract_money
from jixiao.extract.parts import Outline, kind_doubts, outline, own_document, owned
from jixiao.extract.places import Places
from jixiao.extract.plausible import implausible
from jixiao.extract.score_prose import ProseScores, best_total, lowest, read_prose
from jixiao.extract.sections import read_sections
from jixiao.extract.tables.aside import set_aside
from jixiao.extract.tables.flat_scores import read_flat_scores
from jixiao.extract.tables.scores import TableScores, read_tables
from jixiao.extract.tables.told import told_beside_labels, told_in
from jixiao.model import Deduction, Document, DocumentInfo, Doubt, Evidence, Extraction, Report, Score
from jixiao.read.flow import passage_of

__all__ = ["extract"]

_OF_FIELDS = frozenset({"unknown_region", "no_fiscal_year", "unknown_kind"})


def extract(document: Document) -> Extraction:
    """Return the department's own facts of one document, as printed, and what became of every figure.

    What the document is and whose each of its parts is comes first (`parts`); of the rest only its own fields are read.
    """
    document = prepared(document)
    outlined = outline(document)
    figures = figures_of(document)
    places = Places(figures)
    facts, money = _read(outlined)
    read, not_ours = owned(facts, outlined, figures)
    for one in money.left:
        if figure := places.at(one.evidence, "sum", one.yuan):
            not_ours.setdefault(figure.id, one.why)
    read = settle(document, read, figures, places)
    nothing_own = _nothing_own(read, len(figures))
    read = replace(read, doubts=(*read.doubts, *nothing_own))
    # Where nothing is the department's, whose each figure is was misread: none is certainly another's.
    aside = {} if nothing_own else set_aside(places, money.cells) | not_ours
    ledger, unread = account(document, read, figures, places, aside)
    return replace(read, ledger=ledger, doubts=(*read.doubts, *unread))


def _read(outlined: Outline) -> tuple[Extraction, MoneyFacts]:
    """Return what the readers find in what is the department's own, and what they say of the other sums."""
    whole, document = outlined.document, prepared(own_document(outlined))
    tables = read_tables(document.tables)
    told = [
        cell
        for table, read in zip(document.tables, tables, strict=True)
        for cell in ([] if read.scores else told_in(table)) or told_beside_labels(table)
    ]
    whole, document = (
        replace(one, passages=(*one.passages, *(passage_of(cell.lines) for cell in told))) for one in (whole, document)
    )
    organization, organization_evidence = outlined.organization, outlined.organization_evidence
    region_code, region_doubts = find_region(organization, whole)
    fiscal_year = find_year(whole, outlined.titles)
    if not any(table.scores for table in tables):
        tables += read_flat_scores(document)
    tabled = [score for table in tables for score in table.scores]
    prose = read_prose(document.passages, tabled)
    scores = _merged(tabled, prose)
    total = next((table for table in tables if table.total is not None), None)
    stated = best_total(prose.totals, scores) or find_total(document)
    scores = _summed(scores, prose, total.total if total else stated[0] if stated else None)
    scores = _nested(scores, _full_marks(total))
    scores = _indicators(scores, total.total if total else stated[0] if stated else None)
    # Beside a score stands a remark of its own only where there are columns.
    columned = [t for at, t in enumerate(tables) if at >= len(document.tables) or document.tables[at].col_count > 1]
    running = {id(line) for passage in document.passages for line in passage.lines}
    remarks = [
        (name, passage_of(cell.lines))
        for table in columned
        for name, cell in table.remarks
        if cell.lines and id(cell.lines[0]) not in running
    ]
    money = extract_money(document, fiscal_year, remarks, organization)
    report = Report(
        organization,
        region_code,
        fiscal_year,
        find_form(whole, outlined.titles),
        total.total if total else stated[0] if stated else None,
        _full_marks(total),
        find_grade(document),
        total.total_evidence if total else stated[1] if stated else None,
        total.total_rate_pct if total else None,
        organization_evidence,
        outlined.kind,
    )
    read = Extraction(
        EXTRACTOR_VERSION,
        DocumentInfo(document.sha256, document.media_type, document.page_count, document.text_source),
        report,
        money.amounts,
        scores,
        money.ratios,
        money.changes,
        _each_once([*prose.deductions, *(d for table in tables for d in table.deductions)]),
        read_sections(document.passages),
        (
            *kind_doubts(outlined),
            *money.doubts,
            *region_doubts,
            *(year_doubts(whole, fiscal_year) or implausible(money.amounts, fiscal_year)),
            *remark_doubts(document),
        ),
    )
    return read, money


def _nothing_own(read: Extraction, figures: int) -> tuple[Doubt, ...]:
    """Return the doubt about a self-evaluation with figures of which none was taken as the department's own."""
    report, doubted = read.report, any(one.kind not in _OF_FIELDS for one in read.doubts)
    if report.kind != "overall_self_evaluation" or not figures or doubted or read.amounts or read.scores or read.ratios:
        return ()
    message = f"none of {figures} figures of this self-evaluation was taken as the department's own"
    return (Doubt("nothing_own", message, report.organization_evidence or Evidence()),)


def _indicators(scores: tuple[Score, ...], total: Decimal | None) -> tuple[Score, ...]:
    """Leave out what is no indicator: the totals of several units told in a row, and the total read as full marks."""
    units = [one for one in scores if one.full_marks is None and is_organization(one.path[-1])]
    own = {one.path for one in scores if one.full_marks is None and is_own_level(one.path[-1])}
    foreign = {one.path for one in units} | own if len(units) > 1 else set()
    return tuple(
        one
        for one in scores
        if one.path not in foreign and not (one.score is None and total is not None and one.full_marks == total != 100)
    )


def remark_doubts(document: Document) -> tuple[Doubt, ...]:
    """Return what reading left out, or could not read, as doubts of the same kind."""
    return tuple(Doubt(remark.kind, remark.message, remark.evidence) for remark in document.remarks)


def _full_marks(total: TableScores | None) -> Decimal:
    return total.full_marks if total and total.full_marks is not None else Decimal(100)


def _merged(tabled: list[Score], prose: ProseScores) -> tuple[Score, ...]:
    """Join statements of the same indicator: a prose score repeats a table's, a group sentence lacks full marks."""
    out = list(tabled)
    levels = {score.path[depth - 1]: score.path[:depth] for score in tabled for depth in range(1, len(score.path))}
    for score in prose.scores:
        name = score.path[-1]
        same = [i for i, other in enumerate(out) if other.path[-1] == name and _agree(other, score)]
        if not same:
            above = levels.get(name)
            out.append(score if above is None else replace(score, path=above))
            continue
        before = out[same[0]]
        out[same[0]] = replace(
            before,
            path=before.path if len(before.path) >= len(score.path) else score.path,
            full_marks=before.full_marks if before.full_marks is not None else score.full_marks,
            score=before.score if before.score is not None else score.score,
            evidence=before.evidence if before.score is not None else score.evidence,
        )
    return tuple(out)


def _each_once(deductions: list[Deduction]) -> tuple[Deduction, ...]:
    """Return every deduction once, with its reason where one of its statements gives it."""
    out: dict[tuple[str, Decimal], Deduction] = {}
    for one in deductions:
        before = out.setdefault((one.indicator, one.points), one)
        if before.reason is None:
            out[one.indicator, one.points] = one
    return tuple(out.values())


def _summed(scores: tuple[Score, ...], prose: ProseScores, total: Decimal | None) -> tuple[Score, ...]:
    """Add the bare figures of one paragraph where only with them the indicators make the total."""
    reached = sum((score.score or Decimal(0) for score in lowest(scores)), Decimal(0))
    for group in prose.doubtful if scores else ():
        if reached + sum((score.score or Decimal(0) for score in group), Decimal(0)) == total:
            return (*scores, *group)
    return scores


def _nested(scores: tuple[Score, ...], full_marks: Decimal) -> tuple[Score, ...]:
    """Put indicators that prose lists in one row under the top levels it names, where sums leave one way only.

    管理效能 32.48 of 40 and 履职效能 56 of 60, then eleven indicators: the first six sum to 32.48, the others to 56.
    """
    flat = [score for score in scores if len(score.path) == 1]
    tops: list[Score] = []
    for score in flat:
        if score.full_marks is None or score.score is None:
            break
        tops.append(score)
        if sum((top.full_marks or Decimal(0) for top in tops), Decimal(0)) >= full_marks:
            break
    if len(tops) < 2 or sum((top.full_marks or Decimal(0) for top in tops), Decimal(0)) != full_marks:
        return scores
    rest = iter(score for score in flat if score not in tops)
    parents: dict[tuple[str, ...], str] = {}
    for top in tops:
        reached = Decimal(0)
        while reached != top.score:
            child = next(rest, None)
            if child is None or child.score is None:
                return scores
            reached += child.score
            parents[child.path] = top.path[0]
    if next(rest, None) is not None:
        return scores
    return tuple(
        replace(score, path=(parents[score.path], *score.path)) if score.path in parents else score for score in scores
    )


def _agree(one: Score, other: Score) -> bool:
    """Tell whether two statements can be of the same score: what both state is equal."""
    marks = one.full_marks is None or other.full_marks is None or one.full_marks == other.full_marks
    return marks and (one.score is None or other.score is None or one.score == other.score)
