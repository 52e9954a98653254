"""The pages, for whoever is signed in to Airflow; nothing can be changed here.

Airflow does not sign in the callers of a plugin's app: the dependency below does, on every route.
"""

from base64 import b64encode
from pathlib import Path
from typing import Annotated, Any

from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import requires_access_view
from fastapi import Depends, FastAPI, Query, Request
from fastapi import Path as PathPart
from fastapi.responses import FileResponse, Response
from fastapi.templating import Jinja2Templates
from jixiao.archive import magic
from jixiao.model import JixiaoError
from jixiao.publish.reading import ROWS_A_PAGE, original, picture, reading, shown
from jixiao.settings import Settings

# No script and nothing from elsewhere: a report's words, which anybody may have written, are only ever text.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'self'; "
        "base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
_KINDS = {"finding": "Findings 疑点", "total": "Self score 自评总分", "amount": "Amounts 金额", "score": "Scores 得分"}
_KINDS |= {"ratio": "Rates 比率"}

Sha256 = Annotated[str, PathPart(pattern="^[0-9a-f]{64}$")]

app = FastAPI(
    title="Jixiao dashboard",
    dependencies=[Depends(requires_access_view(AccessView.WEBSITE))],
    openapi_url=None,  # the generated documentation would be open to everybody
)
templates = Jinja2Templates(Path(__file__).parent / "templates")
templates.env.globals |= {"shown": shown, "kinds": _KINDS}


def _page(request: Request, name: str, status: int = 200, **values: Any) -> Response:
    return templates.TemplateResponse(request, f"{name}.html", values, status, _HEADERS)


@app.exception_handler(JixiaoError)
def not_there(request: Request, error: JixiaoError) -> Response:
    """Say in one line what is not there."""
    return _page(request, "error", 404, message=str(error))


@app.get("/")
def departments(
    request: Request,
    year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
    words: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """List departments by year with their totals, scores and findings."""
    with reading(Settings.load().publish_url) as marts:
        rows = marts.departments(year, words, page)
        years = marts.years()
    more = len(rows) > ROWS_A_PAGE
    return _page(
        request, "departments", rows=rows[:ROWS_A_PAGE], years=years, year=year, words=words, page=page, more=more
    )


@app.get("/report/{sha256}")
def report(request: Request, sha256: Sha256) -> Response:
    """Show a report's figures and findings."""
    with reading(Settings.load().publish_url) as marts:
        view = marts.report(sha256)
    return _page(request, "report", report=view)


@app.get("/evidence/{sha256}")
def evidence(request: Request, sha256: Sha256, figure: str) -> Response:
    """Show the original's page with the figure framed, or the words and where they stand."""
    settings = Settings.load()
    with reading(settings.publish_url) as marts:
        view = marts.report(sha256)
    one = view.figure(figure)
    try:
        drawn, problem = picture(settings, sha256, one), None
    except JixiaoError as error:
        drawn, problem = None, str(error)
    image = b64encode(drawn.png).decode() if drawn else None
    return _page(request, "evidence", report=view, figure=one, image=image, drawn=drawn, problem=problem)


@app.get("/original/{sha256}")
def download(sha256: Sha256) -> Response:
    """Hand out the original's bytes as archived, to be saved and never to be shown as a page of this site."""
    settings = Settings.load()
    with reading(settings.publish_url) as marts:
        marts.report(sha256)
    path = original(settings, sha256)
    name = sha256 + magic.EXTENSIONS.get(magic.media_type_of(path) or "", "")
    return FileResponse(path, media_type="application/octet-stream", filename=name, headers=_HEADERS)
