"""The API over the marts, and the downloads of the pages' tables. Read-only; every answer names its version."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from jixiao_dashboard import export, tables
from jixiao_dashboard.site import HEADERS, Ask, Asking, Sha256
from jixiao_dashboard.tables import Asked, Table, UnfitParameter

router = APIRouter(tags=["API"])
_OWN: Final = ("fields", "sort", "limit", "after", "before", "format", "lang", "unit", "theme")
_SIGNS: Final = {"": "=", "min": ">=", "max": "<="}
MartName = Annotated[str, Path(pattern="^[a-z_]{1,40}$", description="Name of a mart, as /api/v1 lists them")]
Sort = Annotated[str, Query(max_length=60, description="Column, with - before it to go downwards; nulls come last")]
Cursor = Annotated[str | None, Query(max_length=4000, description="Where to go on, as an answer gave it")]
Limit = Annotated[int, Query(ge=1, le=tables.MOST_ROWS_A_PAGE, description="Rows an answer")]
Fields = Annotated[str, Query(max_length=2000, description="Columns, separated by commas; without it all")]
Problem: dict[int | str, dict[str, Any]] = {
    code: {"description": words, "content": {"application/problem+json": {}}}
    for code, words in ((404, "There is none"), (422, "A parameter does not fit"), (503, "Nothing is published yet"))
}


class NoSuchMart(Exception):  # noqa: N818 - said of the address
    """A mart that the published version does not hold."""


def _etag(ask: Asking) -> str:
    return f'"{ask.whole.content}"'


def _fresh(request: Request, ask: Asking) -> Response | None:
    """Return 304 where the reader has this version's answer already."""
    if _etag(ask) in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={**HEADERS, "ETag": _etag(ask)})
    return None


def _answer(ask: Asking, said: dict[str, Any]) -> JSONResponse:
    return JSONResponse(
        {"version": ask.whole.manifest.get("version"), "content": ask.whole.content, **said},
        headers={**HEADERS, "ETag": _etag(ask)},
    )


@router.get("/api/v1", summary="The published version and its marts", responses=Problem)
def marts(request: Request, ask: Ask) -> Response:
    """List the marts with their columns."""
    if same := _fresh(request, ask):
        return same
    from jixiao.schema import schemas

    said = schemas("marts")
    listed = [
        {
            "name": name,
            "description": said[name].description if name in said else "",
            "rows": (ask.whole.manifest.get("rows") or {}).get(name),
            "columns": columns,
        }
        for name, columns in ask.whole.marts.items()
    ]
    return _answer(ask, {"years": ask.whole.years, "marts": listed})


@router.get("/api/v1/reports/{sha256}", summary="One report", responses=Problem)
def report(request: Request, ask: Ask, sha256: Sha256) -> Response:
    """Return a report's row of department_year."""
    if same := _fresh(request, ask):
        return same
    return _answer(ask, {"report": _plain(ask.marts.head(sha256))})


@router.get("/api/v1/reports/{sha256}/figures", summary="Every figure of a report", responses=Problem)
def figures(request: Request, ask: Ask, sha256: Sha256) -> Response:
    """Return what is stated and found in one report, each with its place."""
    if same := _fresh(request, ask):
        return same
    year = ask.marts.head(sha256)["fiscal_year"]
    return _answer(ask, {"figures": [_figure(one) for one in ask.marts.figures(sha256, year)]})


@router.get("/api/v1/reports/{sha256}/evidence", summary="Where one figure is printed", responses=Problem)
def evidence(
    request: Request, ask: Ask, sha256: Sha256, figure: Annotated[str, Query(max_length=300, description="Its id")]
) -> Response:
    """Return one figure with its page and box, and the addresses of the page's picture and of the original."""
    if same := _fresh(request, ask):
        return same
    found = ask.marts.figures(sha256, ask.marts.head(sha256)["fiscal_year"], figure)
    if not found:
        raise NoSuchMart(f"the report {sha256} has no figure {figure}")
    base = str(request.scope.get("root_path") or "").rstrip("/")
    page = found[0].page
    return _answer(
        ask,
        {
            "figure": _figure(found[0]),
            "picture": f"{base}/page/{sha256}/{page}.png" if page else None,
            "original": f"{base}/original/{sha256}",
        },
    )


_ROWS: Final[dict[int | str, dict[str, Any]]] = {
    **Problem,
    200: {
        "description": "Rows",
        "content": {kind: {} for kind in ("application/json", "text/csv", "application/vnd.apache.parquet")},
    },
}


@router.get("/api/v1/{mart}", summary="Rows of a mart", responses=_ROWS)
def rows(
    request: Request,
    ask: Ask,
    mart: MartName,
    fields: Fields = "",
    sort: Sort = "",
    limit: Limit = 100,
    after: Cursor = None,
    format: Annotated[str, Query(pattern="^(json|csv|parquet)$", description="csv and parquet: all rows")] = "json",
) -> Response:
    """Return rows of a mart. Any other parameter filters: column=value, column.min=…, column.max=… ."""
    if same := _fresh(request, ask):
        return same
    if mart not in ask.whole.marts:
        raise NoSuchMart(f"there is no mart {mart}")
    table, values, columns = _table(ask, request, mart, fields)
    asked = Asked(values, sort, after, None, limit)
    if format != "json":
        form: export.Form = "csv" if format == "csv" else "parquet"
        return export.download(tables.everything(ask.marts, table, asked, columns), form, mart, _etag(ask))
    page = tables.page(ask.marts, table, asked, columns)
    link = request.url.include_query_params(after=page.after) if page.after else None
    return _answer(
        ask,
        {
            "mart": mart,
            "total": page.total,
            "first": page.first,
            "rows": [_plain(row) for row in page.rows],
            "next": f"{link.path}?{link.query}" if link else None,
        },
    )


def _table(ask: Asking, request: Request, mart: str, fields: str) -> tuple[Table, dict[str, Any], list[str]]:
    """Return a mart as a table, the values of its filters by position, and the columns that are asked for."""
    from jixiao.schema import schemas

    types = ask.whole.marts[mart]
    columns = [name.strip() for name in fields.split(",") if name.strip()] or list(types)
    if unknown := [name for name in columns if name not in types]:
        raise UnfitParameter("fields", ",".join(unknown), "columns of the mart")
    conditions, values = {}, {}
    for n, (name, value) in enumerate(request.query_params.multi_items()):
        if name in _OWN:
            continue
        column, _, sign = name.partition(".")
        if column not in types or sign not in _SIGNS or types[column].endswith("[]"):
            raise UnfitParameter(name, value, "a column of the mart, with .min or .max after it for a range")
        fits = ask.marts.row(f"SELECT TRY_CAST($value AS {types[column]}) IS NOT NULL AS yes", value=value)
        if not fits["yes"]:
            raise UnfitParameter(name, value[:80], f"a value of the type {types[column]}")
        conditions[f"f{n}"] = f"{column} {_SIGNS[sign]} CAST($f{n} AS {types[column]})"
        values[f"f{n}"] = value
    known = schemas("marts").get(mart)
    key = tuple(name for name in (known.primary_key if known else ()) if name in types) or tuple(types)
    key = tuple(name for name in key if not types[name].endswith("[]"))
    return Table(mart, f"mart.{mart}", key, types, conditions), values, columns


@router.get("/download/{table}.{form}", include_in_schema=False)
def download(
    request: Request,
    ask: Ask,
    table: Annotated[str, Path(pattern="^[a-z]{1,20}$")],
    form: export.Form,
    year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
    place: Annotated[str, Query(pattern=r"^\d{0,6}$")] = "",
    function: Annotated[str, Query(max_length=100)] = "",
    q: Annotated[str, Query(max_length=100)] = "",
    material: bool | None = None,
    bin: Annotated[int | None, Query(ge=0, le=23)] = None,
    severity: Annotated[str, Query(pattern="^(material|minor)?$")] = "",
    rule: Annotated[str, Query(pattern=r"^(JX\d{3})?$")] = "",
    kind: Annotated[str, Query(pattern="^[a-z_]{0,20}$")] = "",
    indicator: Annotated[str, Query(max_length=100)] = "",
    sort: Sort = "",
) -> Response:
    """Hand out all rows of a page's table under its present filters, in its present order."""
    if table not in tables.TABLES:
        raise NoSuchMart(f"there is no table {table}")
    chosen = tables.TABLES[table]
    said = {
        "year": year, "place": place, "function": function, "q": q, "material": material, "bin": bin,
        "severity": severity, "rule": rule, "kind": kind, "indicator": indicator,
    }  # fmt: skip
    values = {name: value for name, value in said.items() if name in chosen.filters}
    return export.download(tables.everything(ask.marts, chosen, Asked(values, sort)), form, table, _etag(ask))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: [export.plain(one) for one in value] if isinstance(value, list) else export.plain(value)
        for name, value in row.items()
    }


def _figure(figure: Any) -> dict[str, Any]:
    return _plain({name: getattr(figure, name) for name in figure.__slots__} | {"box": list(figure.box or ()) or None})
