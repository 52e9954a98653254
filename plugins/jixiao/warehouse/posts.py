"""What discovery knows of a document's post, where the document itself does not say it; and which kinds are loaded."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from jixiao.extract.identity.names import expand, is_organization, same, tidy
from jixiao.extract.identity.organization import name_in
from jixiao.extract.identity.regions import region_of
from jixiao.extract.parts.titles import title_of
from jixiao.model import DocumentKind, Doubt, Evidence, Extraction, Report
from jixiao.read.text import normalise

_NO_REPORT: dict[DocumentKind, str] = {
    "project_self_evaluation": "a project's self-evaluation",
    "final_accounts": "final accounts without a self-evaluation of the department",
    "budget": "a budget",
    "other": "a notice, a rule or another paper",
}
_UNKNOWN_KIND = "unknown_kind"


@dataclass(frozen=True, slots=True)
class Post:
    """What is known of the post under which a document was published."""

    titles: tuple[str, ...]
    publisher: str | None
    fiscal_year: int | None


def filled(extraction: Extraction, post: Post | None) -> Extraction:
    """Return an extraction with department, government, year and kind of its post where the document names none.

    Each field so told is a doubt of the document (`told_by_post`) that says where it comes from.
    """
    if post is None:
        return extraction
    report, told = extraction.report, list[str]()
    names = [expand(name) for name in _names(post)]
    if report.organization is None and names:
        report = replace(report, organization=names[0], organization_evidence=Evidence(text=f"post: {post.titles[0]}"))
        told.append(f"department {names[0]}")
    if report.organization is not None and report.region_code is None:
        region = next((found for name in names if same(name, report.organization) and (found := region_of(name))), None)
        if region is not None:
            report = replace(report, region_code=region.code)
            told.append(f"government {region.name}")
    if report.fiscal_year is None and post.fiscal_year is not None:
        report = replace(report, fiscal_year=post.fiscal_year)
        told.append(f"fiscal year {post.fiscal_year}")
    doubts = extraction.doubts
    if report.kind is None and (kind := _kind(post)) is not None:
        report = replace(report, kind=kind)
        told.append(f"kind {kind}")
        doubts = tuple(doubt for doubt in doubts if doubt.kind != _UNKNOWN_KIND)
    if not told:
        return extraction
    message = f"the post tells what the document does not: {', '.join(told)}"
    return replace(extraction, report=report, doubts=(*doubts, Doubt("told_by_post", message, Evidence())))


def other_kind(extraction: Extraction) -> str | None:
    """Return in words what a document is that is not loaded as a report; None for a report.

    Final accounts and budgets with a chapter that is the department's self-evaluation are loaded for that chapter.
    """
    report = extraction.report
    if report.kind is None or report.kind == "overall_self_evaluation":
        return None
    has_chapter = bool(extraction.amounts or extraction.scores or report.total_score is not None)
    if report.kind in ("final_accounts", "budget") and has_chapter:
        return None
    return _NO_REPORT[report.kind]


def unsettled(report: Report, doubts: Iterable[Doubt]) -> list[str]:
    """Return why a document cannot stand in a mart: whose, where, of which year or what it is is not known."""
    kinds = {doubt.kind: doubt.message for doubt in doubts}
    reasons = []
    if report.organization is None:
        reasons.append("the document names no department")
    elif report.region_code is None:
        reasons.append(f"the government of {report.organization} is not known")
    if report.fiscal_year is None:
        reasons.append("the document names no fiscal year")
    reasons += [kinds[kind] for kind in ("undecided_year", _UNKNOWN_KIND) if kind in kinds]
    return reasons


def _names(post: Post) -> list[str]:
    """Return the names that a post's titles begin with, then its publisher's."""
    titled = [name for title in post.titles if (name := name_in(normalise(title)))]
    publisher = normalise(post.publisher or "")
    return [*titled, *([tidy(publisher)] if is_organization(publisher) else [])]


def _kind(post: Post) -> DocumentKind | None:
    said = (title_of(normalise(title.rpartition(".")[0] or title), is_first=True) for title in post.titles)
    return next((title.document for title in said if title is not None and title.document is not None), None)
