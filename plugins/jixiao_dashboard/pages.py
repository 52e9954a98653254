"""The pages over many reports: overview, departments, indicators, findings, coverage, revisions, reading quality."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from jixiao_dashboard import charts, tables
from jixiao_dashboard.site import Ask, Asking, Seen, render
from jixiao_dashboard.tables import Asked

router = APIRouter()
Year = Annotated[int | None, Query(ge=1900, le=2200, description="Fiscal year")]
Place = Annotated[str, Query(pattern=r"^(\d{2}|\d{4}|\d{6})?$", description="First digits of the region code")]
Words = Annotated[str, Query(max_length=100, description="Words to look for")]
Name = Annotated[str, Query(max_length=100)]
Sort = Annotated[str, Query(max_length=60, description="Column, with - before it to go downwards")]
Cursor = Annotated[str | None, Query(max_length=1000, description="Where to go on, as a page gave it")]
Limit = Annotated[int, Query(ge=1, le=tables.MOST_ROWS_A_PAGE, description="Rows a page")]
_MARKS: Final = 400
_DEPARTMENT: Final = (
    "document_sha256", "fiscal_year", "region_code", "organization", "initial_budget_yuan", "initial_budget_fact_id",
    "budget_yuan", "budget_fact_id", "final_yuan", "final_fact_id", "execution_rate_pct", "total_score", "full_marks",
    "finding_count", "material_finding_count", "published_on", "initial_budget_confidence", "budget_confidence",
    "final_confidence",
)  # fmt: skip
_FINDING: Final = (
    "document_sha256", "finding_id", "severity", "organization", "fiscal_year", "subject", "code", "unit", "stated",
    "computed", "difference", "page", "evidence_text", "computed_fact_ids", "computed_page", "computed_text",
)  # fmt: skip
_SCORE: Final = (
    "document_sha256", "fact_id", "organization", "fiscal_year", "full_marks", "score", "lost_points", "score_rate_pct",
    "confidence",
)  # fmt: skip


def _year(ask: Asking, year: int | None) -> int | None:
    """Return the asked year, or the newest."""
    if year is not None and year not in ask.whole.years:
        known = ", ".join(map(str, ask.whole.years))
        raise tables.UnfitParameter("year", str(year), known)
    return year or (ask.whole.years[-1] if ask.whole.years else None)


@router.get("/", include_in_schema=False)
def overview(
    request: Request,
    view: Seen,
    ask: Ask,
    year: Year = None,
    place: Place = "",
    regions: Annotated[str, Query(pattern="^(tree)?$", description="tree: a tree map of regions, not bars")] = "",
) -> Response:
    """Show a year of the country or of a place."""
    year = _year(ask, year)
    by_year = ask.marts.rows("SELECT * FROM mart.place_year WHERE place = $place ORDER BY fiscal_year", place=place)
    now = next((row for row in by_year if row["fiscal_year"] == year), None)
    inside = ask.marts.rows(
        "SELECT * FROM mart.place_year WHERE parent_place = $place AND fiscal_year = $year "
        "ORDER BY final_yuan DESC NULLS LAST, place",
        place=place,
        year=year,
    )
    rules = ask.marts.rows(
        "SELECT * FROM mart.rule_year WHERE place = $place AND fiscal_year = $year "
        "ORDER BY findings DESC, code LIMIT 10",
        place=place,
        year=year,
    )
    marks = ask.marts.rows(
        "SELECT document_sha256, organization, final_yuan, execution_rate_pct, material_finding_count "
        "FROM mart.department_year WHERE fiscal_year = $year AND starts_with(region_code, $place) AND final_yuan > 0 "
        "AND execution_rate_pct IS NOT NULL ORDER BY final_yuan DESC, document_sha256 LIMIT $marks",
        place=place,
        year=year,
        marks=_MARKS,
    )
    coverage = ask.marts.row(
        "SELECT sum(expected)::BIGINT AS expected, sum(quarantined)::BIGINT AS quarantined FROM mart.coverage "
        "WHERE fiscal_year = $year",
        year=year,
    )
    page = tables.page(ask.marts, tables.DEPARTMENTS, Asked({"year": year, "place": place}, limit=20), _DEPARTMENT)
    points = [
        (
            float(row["final_yuan"]),
            float(row["execution_rate_pct"]),
            row["organization"],
            view.url(f"report/{row['document_sha256']}"),
            row["material_finding_count"] >= 3,
        )
        for row in marks
    ]
    return render(
        request, view, "overview", whole=ask.whole, here="", year=year, place=place, by_year=by_year, now=now,
        inside=inside, rules=rules, coverage=coverage if not place else {}, page=page, points=points, marks=_MARKS,
        regions=regions,
    )  # fmt: skip


@router.get("/departments", include_in_schema=False)
def departments(
    request: Request,
    view: Seen,
    ask: Ask,
    year: Year = None,
    place: Place = "",
    function: Name = "",
    q: Words = "",
    material: bool | None = None,
    bin: Annotated[int | None, Query(ge=0, le=23, description="Bin of execution rates")] = None,
    sort: Sort = "",
    after: Cursor = None,
    before: Cursor = None,
    limit: Limit = tables.ROWS_A_PAGE,
) -> Response:
    """List departments."""
    if year is not None:
        _year(ask, year)
    values = {"year": year, "place": place, "function": function, "q": q, "material": material, "bin": bin}
    page = tables.page(ask.marts, tables.DEPARTMENTS, Asked(values, sort, after, before, limit), _DEPARTMENT)
    return render(
        request, view, "departments", whole=ask.whole, here="departments", page=page, year=year, place=place,
        function=function, q=q, material=material, bin=bin, bin_name=None if bin is None else charts.rate_bin_name(bin),
        values=values,
    )  # fmt: skip


_FACETS: Final = (
    ("severity", "severity", "severity"),
    ("rule", "code", "code"),
    ("year", "fiscal_year", "fiscal_year"),
    ("place", "left(region_code, {digits})", "place"),
    ("function", "organization_function", "organization_function"),
)


@router.get("/findings", include_in_schema=False)
def findings(
    request: Request,
    view: Seen,
    ask: Ask,
    severity: Annotated[str, Query(pattern="^(material|minor)?$")] = "",
    rule: Annotated[str, Query(pattern=r"^(JX\d{3})?$")] = "",
    year: Year = None,
    place: Place = "",
    function: Name = "",
    q: Words = "",
    sort: Sort = "",
    after: Cursor = None,
    before: Cursor = None,
    limit: Limit = tables.ROWS_A_PAGE,
) -> Response:
    """List findings with facets: each facet counts what the other filters leave."""
    values: dict[str, Any] = {
        "severity": severity, "rule": rule, "year": year, "place": place, "function": function, "q": q,
    }  # fmt: skip
    page = tables.page(ask.marts, tables.FINDINGS, Asked(values, sort, after, before, limit), _FINDING)
    facets = {}
    for name, column, _ in _FACETS:
        others = {key: value for key, value in values.items() if key != name or name == "place"}
        condition, given = tables.where(tables.FINDINGS, others)
        expression = column.format(digits=min(len(place) + 2, 6))
        facets[name] = ask.marts.rows(
            f"SELECT {expression} AS value, count(*) AS n FROM mart.findings "  # noqa: S608
            f"WHERE {condition} AND {expression} IS NOT NULL GROUP BY 1 "
            f"ORDER BY {'value' if name in ('severity', 'year') else 'n DESC, value'} LIMIT 12",
            **given,
        )
    condition, given = tables.where(tables.FINDINGS, values)
    reports = ask.marts.row(
        f"SELECT count(DISTINCT document_sha256) AS n FROM mart.findings WHERE {condition}",  # noqa: S608
        **given,
    )["n"]
    known = {key: values[key] for key in ("year", "place", "function", "q")}
    condition, given = tables.where(tables.DEPARTMENTS, known)
    of = ask.marts.row(f"SELECT count(*) AS n FROM mart.department_year WHERE {condition}", **given)["n"]  # noqa: S608
    return render(
        request, view, "findings", whole=ask.whole, here="findings", page=page, facets=facets, values=values,
        reports=reports, of=of,
    )  # fmt: skip


@router.get("/indicators", include_in_schema=False)
def indicators(
    request: Request,
    view: Seen,
    ask: Ask,
    year: Year = None,
    indicator: Name = "",
    sort: Sort = "",
    after: Cursor = None,
    before: Cursor = None,
    limit: Limit = 20,
) -> Response:
    """Show how departments score themselves, indicator by indicator; one of them by year, and who lost most."""
    year = _year(ask, year)
    rows = ask.marts.rows(
        "SELECT * FROM mart.indicator_year WHERE fiscal_year = $year ORDER BY "
        "list_position(['投入', '过程', '产出', '效益', '层级'], indicator_group), canonical",
        year=year,
    )
    reports = ask.marts.row("SELECT reports FROM mart.place_year WHERE place = '' AND fiscal_year = $year", year=year)
    known = {row["canonical"] for row in rows}
    if not indicator and rows:
        indicator = max(rows, key=lambda row: (row["reports"], row["lost_points"]))["canonical"]
    history = ask.marts.rows(
        "SELECT * FROM mart.indicator_year WHERE canonical = $indicator ORDER BY fiscal_year", indicator=indicator
    )
    page = tables.page(ask.marts, tables.SCORES, Asked({"indicator": indicator}, sort, after, before, limit), _SCORE)
    unmapped = ask.marts.rows(
        "SELECT * FROM mart.unmapped_indicators WHERE fiscal_year = $year "
        "ORDER BY report_count DESC, indicator LIMIT 30",
        year=year,
    )
    return render(
        request, view, "indicators", whole=ask.whole, here="indicators", year=year, rows=rows, known=known,
        of=reports.get("reports", 0), indicator=indicator, history=history, page=page, unmapped=unmapped,
    )  # fmt: skip


@router.get("/coverage", include_in_schema=False)
def coverage(request: Request, view: Seen, ask: Ask, missing: bool = False) -> Response:
    """Show what each source must publish and what came of it, by year; and what waits for a person."""
    cells = ask.marts.rows("SELECT * FROM mart.coverage ORDER BY source_id, fiscal_year")
    years = sorted({cell["fiscal_year"] for cell in cells})
    sources: dict[str, dict[int, dict[str, Any]]] = {}
    for cell in cells:
        sources.setdefault(cell["source_id"], {})[cell["fiscal_year"]] = cell
    if missing:
        sources = {
            name: row
            for name, row in sources.items()
            if any(cell["extracted"] < cell["expected"] or cell["quarantined"] for cell in row.values())
        }
    names = ("expected", "published", "archived", "extracted", "quarantined", "late")
    totals = {year: {name: sum(c[name] for c in cells if c["fiscal_year"] == year) for name in names} for year in years}
    waiting = ask.marts.rows(
        "SELECT * FROM mart.quarantine ORDER BY fiscal_year DESC NULLS LAST, stage, item_id LIMIT 200"
    )
    stages = ask.marts.rows("SELECT stage, count(*) AS n FROM mart.quarantine GROUP BY stage ORDER BY n DESC, stage")
    return render(
        request, view, "coverage", whole=ask.whole, here="coverage", sources=sources, years=years, totals=totals,
        waiting=waiting, stages=stages, missing=missing, silent=[cell for cell in cells if cell["departments_missing"]],
    )  # fmt: skip


@router.get("/revisions", include_in_schema=False)
def revisions(
    request: Request,
    view: Seen,
    ask: Ask,
    year: Year = None,
    place: Place = "",
    kind: Annotated[str, Query(pattern="^[a-z_]{0,20}$")] = "",
    q: Words = "",
    after: Cursor = None,
    before: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Show what changed in published reports, value by value."""
    values = {"year": year, "place": place, "kind": kind, "q": q}
    page = tables.page(ask.marts, tables.REVISIONS, Asked(values, "", after, before, limit))
    condition, given = tables.where(tables.REVISIONS, values)
    told = ask.marts.row(
        "SELECT count(DISTINCT new_document_sha256) AS reports, count(*) AS changes, "  # noqa: S608
        "count(*) FILTER (WHERE fact = 'total_score' AND difference > 0) AS raised, "
        "count(*) FILTER (WHERE fact = 'total_score' AND difference < 0) AS lowered, "
        "avg(difference) FILTER (WHERE fact = 'total_score' AND difference > 0) AS raised_by, "
        "count(*) FILTER (WHERE unit = 'yuan') AS amounts, count(*) FILTER (WHERE unit = 'points') AS points, "
        "count(*) FILTER (WHERE unit = 'pct') AS rates, count(*) FILTER (WHERE unit IS NULL) AS texts "
        f"FROM mart.document_revisions WHERE {condition}",
        **given,
    )
    kinds = ask.marts.rows("SELECT DISTINCT kind FROM mart.document_revisions ORDER BY 1")
    blocks: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in page.rows:
        blocks.setdefault((row["new_document_sha256"], row["old_document_sha256"]), []).append(row)
    of = ask.marts.row(
        "SELECT count(*) AS n FROM mart.department_year WHERE $year IS NULL OR fiscal_year = $year", year=year
    )["n"]
    return render(
        request, view, "revisions", whole=ask.whole, here="revisions", page=page, blocks=blocks, told=told, of=of,
        values=values, kinds=[row["kind"] for row in kinds],
    )  # fmt: skip


@router.get("/quality", include_in_schema=False)
def quality(request: Request, view: Seen, ask: Ask) -> Response:
    """Show what became of every figure of the documents, by source and year; and what was not understood."""
    rows, worst = [], []
    if "reading_quality" in ask.whole.marts:
        rows = ask.marts.rows(
            "SELECT source_id, fiscal_year, count(*) AS reports, sum(figures)::BIGINT AS figures, "
            "sum(facts)::BIGINT AS facts, sum(not_ours)::BIGINT AS not_ours, sum(doubts)::BIGINT AS doubts, "
            "sum(facts_sure)::BIGINT AS sure, sum(facts_published)::BIGINT AS published, "
            "count(*) FILTER (WHERE text_source <> 'text') AS scans FROM mart.reading_quality "
            "GROUP BY source_id, fiscal_year ORDER BY source_id NULLS LAST, fiscal_year DESC NULLS LAST"
        )
        worst = ask.marts.rows(
            "SELECT document_sha256, organization, fiscal_year, figures, facts, not_ours, doubts "
            "FROM mart.reading_quality WHERE doubts > 0 ORDER BY doubts DESC, document_sha256 LIMIT 20"
        )
    kinds = ask.marts.rows(
        "SELECT kind, count(*) AS n, count(DISTINCT document_sha256) AS reports FROM mart.doubts GROUP BY kind "
        "ORDER BY n DESC, kind"
    )
    doubts = ask.marts.rows("SELECT * FROM mart.doubts ORDER BY fiscal_year DESC, organization, fact_id LIMIT 50")
    return render(
        request, view, "quality", whole=ask.whole, here="quality", rows=rows, worst=worst, kinds=kinds,
        doubts=doubts,
    )  # fmt: skip


@router.get("/search", include_in_schema=False)
def search(request: Request, view: Seen, ask: Ask, q: Words = "") -> Response:
    """Find departments, places, indicators and projects by their names."""
    q = q.strip()
    found: dict[str, list[dict[str, Any]]] = {"departments": [], "places": [], "indicators": [], "projects": []}
    if q:
        found["departments"] = ask.marts.rows(
            "SELECT organization, region_code, max(fiscal_year) AS fiscal_year, "
            "arg_max(document_sha256, fiscal_year) AS document_sha256, count(*) AS reports FROM mart.department_year "
            "WHERE contains(organization, $q) GROUP BY organization, region_code ORDER BY organization LIMIT 30",
            q=q,
        )
        found["places"] = [
            {"place": code, "name": name} for code, name in sorted(ask.whole.places.items()) if q in name
        ][:20]
        found["indicators"] = ask.marts.rows(
            "SELECT canonical, sum(reports)::BIGINT AS reports FROM mart.indicator_year WHERE contains(canonical, $q) "
            "GROUP BY canonical ORDER BY canonical LIMIT 20",
            q=q,
        )
        found["projects"] = ask.marts.rows(
            "SELECT project, organization, fiscal_year, document_sha256 FROM mart.projects WHERE contains(project, $q) "
            "ORDER BY fiscal_year DESC, organization, project_path LIMIT 20",
            q=q,
        )
    return render(request, view, "search", whole=ask.whole, here="search", q=q, found=found)
