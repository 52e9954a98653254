"""The application, for both doors: inside Airflow (`jixiao_plugin`) and alone (`jixiao serve`)."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi import Path as PathPart
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response
from jixiao.model import JixiaoError, UnreadableDocument
from jixiao.publish.reading import NothingPublished
from jixiao.settings import Settings
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from jixiao_dashboard import api, evidence, pages, report
from jixiao_dashboard.api import NoSuchMart
from jixiao_dashboard.site import HEADERS, STATIC, Ask, PageKept, Seen, Site, page_response, render
from jixiao_dashboard.tables import UnfitParameter
from jixiao_dashboard.view import view_anyhow


def create_app(dependencies: Sequence[Any] = (), sign_in: str | None = None) -> FastAPI:
    """Return the application.

    `dependencies` are asked on every route (inside Airflow: the permission). `sign_in` is where a person without one
    is led, beside the place that the application is mounted at; a program gets 401.
    """
    app = FastAPI(
        title="Jixiao",
        description="Published budget self-evaluations of Chinese departments: every figure with page and box.",
        dependencies=list(dependencies),
        openapi_url=None,  # FastAPI's own would be open to everybody; ours is a route like the others
        docs_url=None,
        redoc_url=None,
    )
    # Airflow compresses what its applications answer; what is compressed already it leaves.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=4)
    app.state.site = Site()
    app.state.sign_in = sign_in
    app.get("/static/{name}", include_in_schema=False)(static)
    app.get("/api/openapi.json", include_in_schema=False)(openapi)
    app.get("/dictionary", include_in_schema=False)(dictionary)
    for part in (pages, report, evidence, api):
        app.include_router(part.router)
    for kind, status in (
        (NothingPublished, 503),
        (NoSuchMart, 404),
        (UnreadableDocument, 404),
        (JixiaoError, 404),
        (UnfitParameter, 422),
    ):
        app.add_exception_handler(kind, _told(status))
    app.add_exception_handler(PageKept, _kept)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _told(500))
    return app


def static(name: Annotated[str, PathPart(pattern="^[a-z.]{1,30}$")]) -> Response:
    """Hand out a style sheet or script: pages name it by its content, so it is kept for good."""
    if name not in STATIC:
        raise HTTPException(404)
    headers = {**HEADERS, "Cache-Control": "private, max-age=31536000, immutable"}
    return FileResponse(
        STATIC[name], media_type=f"text/{name.rpartition('.')[2].replace('js', 'javascript')}", headers=headers
    )


def openapi(request: Request) -> Response:
    """Describe the API."""
    document = request.app.openapi()
    base = str(request.scope.get("root_path") or "")
    return JSONResponse({**document, "servers": [{"url": base or "/"}]}, headers=HEADERS)


def dictionary(request: Request, view: Seen, ask: Ask) -> Response:
    """Show every mart with its columns."""
    from jixiao.glossary import about_marts, columns
    from jixiao.schema import schemas

    return render(
        request, view, "dictionary", whole=ask.whole, here="dictionary", marts=schemas("marts"), names=columns(),
        about=about_marts(),
    )  # fmt: skip


def _is_api(request: Request) -> bool:
    base = str(request.scope.get("root_path") or "")
    return request.url.path.removeprefix(base).startswith("/api/")


def _problem(request: Request, status: int, title: str, detail: str, **more: Any) -> Response:
    """Return an error as RFC 9457 has it."""
    said = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": request.url.path}
    return JSONResponse({**said, **more}, status, HEADERS, "application/problem+json")


_TITLES: Final = {
    401: ("没有登录", "Not signed in"),
    403: ("没有权限", "No permission"),
    404: ("这里没有", "Nothing here"),
    405: ("这里只能读", "This can only be read"),
    422: ("网址中的参数不合要求", "A parameter of the address does not fit"),
    503: ("还没有已发布的数据", "Nothing is published yet"),
}


def _failed(request: Request, status: int, detail: str, facts: Sequence[tuple[str, str]] = ()) -> Response:
    """Tell of an error: a page to a person, a problem to a program."""
    chinese, english = _TITLES.get(status, ("出了问题", "Something went wrong"))
    if _is_api(request):
        more = {"parameters": [{"name": name, "value": value} for name, value in facts]} if facts else {}
        return _problem(request, status, english, detail, **more)
    view = view_anyhow(request)
    if status == 503:
        where = Settings.load().publish_url
        return render(request, view, "empty", status, here="", where=where)
    years: Sequence[int] = ()
    whole = None
    try:
        site: Site = request.app.state.site
        with site.reading() as marts:
            whole = site.whole(marts)
            years = whole.years
    except JixiaoError:
        pass  # the page tells of the error without what is published
    address = str(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
    return render(
        request, view, "error", status, whole=whole, here="error", title=view.t(chinese, english), detail=detail,
        code=status, facts=facts, address=address, years=years,
    )  # fmt: skip


def _told(status: int) -> Any:
    def handler(request: Request, error: Exception) -> Response:
        facts = [(error.name, error.value)] if isinstance(error, UnfitParameter) else []
        detail = error.allowed if isinstance(error, UnfitParameter) else str(error) if status != 500 else ""
        return _failed(request, status, detail, facts)

    return handler


def _kept(_request: Request, page: Exception) -> Response:
    return page_response(page.text if isinstance(page, PageKept) else "")


def _unfit(request: Request, error: Exception) -> Response:
    """Tell which parameter does not fit, and why."""
    errors = error.errors() if isinstance(error, RequestValidationError) else []
    facts = [(str(one["loc"][-1]), str(one.get("input"))[:80]) for one in errors]
    return _failed(request, 422, "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in errors), facts)


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else ""
    if status == 401 and request.app.state.sign_in and "text/html" in request.headers.get("accept", ""):
        above = str(request.scope.get("root_path") or "").rpartition("/")[0]
        back = quote(str(request.url), safe="")
        return RedirectResponse(f"{above}/{request.app.state.sign_in}?next={back}", 303, HEADERS)
    if status == 401:
        return JSONResponse({"detail": detail}, status, {**HEADERS, **(getattr(error, "headers", None) or {})})
    return _failed(request, status, detail)
