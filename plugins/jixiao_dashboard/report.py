"""A department's page: one report, its years beside each other, and every figure's way to its print."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from jixiao_dashboard.site import Ask, Asking, Seen, Sha256, render

router = APIRouter()
Row = dict[str, Any]
# Rows of the comparison of years: (column of department_year, its fact's id, kind).
_YEARS: Final = (
    ("initial_budget_yuan", "initial_budget_fact_id", "yuan"),
    ("budget_yuan", "budget_fact_id", "yuan"),
    ("final_yuan", "final_fact_id", "yuan"),
    ("execution_rate_pct", None, "pct"),
    ("stated_rate_pct", "stated_rate_fact_id", "pct"),
    ("total_score", "total", "points"),
    ("finding_count", None, "count"),
)
_YEAR_COLUMNS: Final = (
    "document_sha256", "fiscal_year", *(name for name, _, _ in _YEARS),
    *(fact for _, fact, _ in _YEARS if fact and fact != "total"),
)  # fmt: skip
_SCHEMES: Final = ("nature", "function", "economic")


@router.get("/report/{sha256}", include_in_schema=False)
def report(request: Request, view: Seen, ask: Ask, sha256: Sha256) -> Response:
    """Show a report; one that was replaced leads to its successor's page by way of its figures."""
    head = ask.marts.head(sha256)
    if "replaced_by" in head:
        return render(request, view, "replaced", whole=ask.whole, here="departments", head=head)
    years = _years(ask, head)
    rows = {
        name: _own(ask, head, name, order)
        for name, order in (
            ("findings", "severity, code, subject"),
            (
                "three_public",
                "list_position(['abroad','vehicles','vehicle_purchase','vehicle_operation','reception'], item)",
            ),
            ("projects", "project_path"),
            ("indicator_scores", "fact_id"),
            ("sections", "fact_id"),
            ("doubts", "fact_id"),
            ("changes", "fact_id"),
            ("ratios", "fact_id"),
            ("amounts", "fact_id"),
        )
    }
    revised = ask.marts.rows(
        "SELECT * FROM mart.document_revisions WHERE new_document_sha256 = $sha256 ORDER BY kind, fact, occurrence",
        sha256=sha256,
    )
    own = [one for one in rows["amounts"] if one["fiscal_year"] == head["fiscal_year"] and one["statement"] == 1]
    return render(
        request, view, "report", whole=ask.whole, here="departments", head=head, years=years, compared=_YEARS,
        structure=_structure(ask, head, rows["ratios"]), rows=rows, revised=revised,
        revenue=_revenue(own), three=_three(rows, own), projects=_projects(rows["projects"], own),
        scores=_scores(rows["indicator_scores"]), lost=_lost(head),
    )  # fmt: skip


def _own(ask: Asking, head: Row, mart: str, order: str) -> list[Row]:
    """Return a report's rows of a mart: these stand by fiscal year, so that only that year's are looked through."""
    year = "report_fiscal_year" if mart == "amounts" else "fiscal_year"
    return ask.marts.rows(
        f"SELECT * FROM mart.{mart} WHERE document_sha256 = $sha256 AND {year} = $year ORDER BY {order}",  # noqa: S608
        sha256=head["document_sha256"],
        year=head["fiscal_year"],
    )


def _years(ask: Asking, head: Row) -> list[Row]:
    """Return the department's reports by year, with 三公经费 beside."""
    named = "organization_id = $name" if head["organization_id"] else "organization_id IS NULL AND organization = $name"
    rows = ask.marts.rows(
        f"SELECT {', '.join(_YEAR_COLUMNS)} FROM mart.department_year "  # noqa: S608
        f"WHERE region_code = $region_code AND {named} ORDER BY fiscal_year",
        name=head["organization_id"] or head["organization"],
        region_code=head["region_code"],
    )
    three = ask.marts.rows(
        "SELECT document_sha256, final_yuan FROM mart.three_public WHERE item = 'total' "
        "AND list_contains($sha256, document_sha256) AND list_contains($years, fiscal_year)",
        sha256=[row["document_sha256"] for row in rows],
        years=[row["fiscal_year"] for row in rows],
    )
    of = {row["document_sha256"]: row["final_yuan"] for row in three}
    return [{**row, "three_public_yuan": of.get(row["document_sha256"])} for row in rows]


def _revenue(own: Sequence[Row]) -> Row | None:
    """Return the total of revenue that the report gives first: outturn, else budget."""
    found = [one for one in own if one["flow"] == "revenue" and one["scheme"] == "total"]
    return next(iter(sorted(found, key=lambda one: ("final", "budget", "initial_budget").index(one["stage"]))), None)


def _lost(head: Row) -> Any:
    full, score = head["full_marks"], head["total_score"]
    return None if full is None or score is None else full - score


def _structure(ask: Asking, head: Row, ratios: Sequence[Row]) -> list[Row]:
    """Return expenditure by each classification at its best-known stage, leaves marked, with the stated shares."""
    rows = _own(ask, head, "expenditure_structure", "part_of IS NULL DESC, yuan DESC, item")
    stated = {
        (one["scheme"], one["item"]): one for one in ratios if one["name"] == "share" and one["flow"] != "revenue"
    }
    out = []
    for scheme in _SCHEMES:
        mine = [one for one in rows if one["scheme"] == scheme]
        stage = next((s for s in ("final", "budget", "initial_budget") if any(one["stage"] == s for one in mine)), None)
        mine = [one for one in mine if one["stage"] == stage]
        if not mine:
            continue
        ordered: list[Row] = []
        for top in (one for one in mine if one["part_of"] is None):
            ordered += [top, *(one for one in mine if one["part_of"] == top["item"])]
        leaves = [one for one in mine if one["is_leaf"]]
        total = mine[0]["total_yuan"]
        leaf_yuan = sum(one["yuan"] for one in leaves)
        out.append(
            {
                "scheme": scheme,
                "stage": stage,
                "rows": [{**one, "stated": stated.get((scheme, one["item"]))} for one in ordered],
                "tops": [one for one in ordered if one["part_of"] is None],
                "leaf_yuan": leaf_yuan,
                "leaf_pct": 100 * leaf_yuan / total if total else None,
            }
        )
    return out


def _three(rows: dict[str, list[Row]], own: Sequence[Row]) -> list[Row]:
    """Return 三公经费 item by item with the facts behind the sums and the stated change."""
    ids = {(one["item"], one["stage"]): one["fact_id"] for one in own if one["scheme"] == "three_public"}
    last = {
        one["item"]: one["fact_id"]
        for one in rows["amounts"]
        if one["scheme"] == "three_public"
        and one["stage"] == "final"
        and one["fiscal_year"] != one["report_fiscal_year"]
    }
    stated = {one["item"]: one for one in rows["changes"] if one["scheme"] == "three_public"}
    found = [
        {
            **one,
            "final_id": ids.get((one["item"], "final")),
            "budget_id": ids.get((one["item"], "budget")) or ids.get((one["item"], "initial_budget")),
            "last_id": last.get(one["item"]),
            "stated": stated.get(one["item"]),
        }
        for one in sorted(rows["three_public"], key=lambda one: one["item"] == "total")
    ]
    if len(found) > 1 and found[-1]["item"] != "total":
        found.append(_three_total(found, stated.get("total")))
    return found


def _three_total(items: Sequence[Row], stated: Row | None) -> Row:
    """Return the sum of the items, where the report states none: of what they all state."""
    total: Row = dict.fromkeys(items[0]) | {"item": "total", "stated": stated}
    parts = [one for one in items if one["item"] != "vehicles" or len(items) <= 3]
    for column in ("initial_budget_yuan", "budget_yuan", "final_yuan"):
        if all(one[column] is not None for one in parts):
            total[column] = sum(one[column] for one in parts)
    return total


def _projects(projects: Sequence[Row], own: Sequence[Row]) -> list[Row]:
    ids = {
        (one["item"], one["stage"]): one["fact_id"]
        for one in reversed(own)
        if one["scheme"] == "project" and one["flow"] == "expenditure"
    }
    return [
        {
            **one,
            "base_yuan": one["budget_yuan"] if one["budget_yuan"] is not None else one["initial_budget_yuan"],
            "base_id": ids.get((one["project"], "budget")) or ids.get((one["project"], "initial_budget")),
            "final_id": ids.get((one["project"], "final")),
        }
        for one in projects
    ]


def _scores(scores: Sequence[Row]) -> list[Row]:
    """Return the indicators as a tree, levels without a score of their own summed from their leaves."""
    out: list[Row] = []
    seen: set[str] = {one["indicator_path"] for one in scores}
    for one in scores:
        path = one["indicator_path"].split(" / ")
        for depth in range(1, len(path)):
            above = " / ".join(path[:depth])
            if above not in seen:
                seen.add(above)
                leaves = [s for s in scores if s["is_leaf"] and s["indicator_path"].startswith(above + " / ")]
                whole = all(s["score"] is not None and s["full_marks"] is not None for s in leaves)
                full = sum(s["full_marks"] for s in leaves) if whole else None
                got = sum(s["score"] for s in leaves) if whole else None
                out.append(
                    {
                        "indicator": path[depth - 1], "depth": depth, "fact_id": None, "full_marks": full, "score": got,
                        "lost_points": None if full is None else full - got, "is_leaf": False, "canonical": None,
                        "score_rate_pct": 100 * got / full if full and got is not None else None, "confidence": None,
                    }
                )  # fmt: skip
        out.append({**one, "depth": len(path)})
    return out
