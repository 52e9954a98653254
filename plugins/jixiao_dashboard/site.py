"""What every page has: the published version, kept open; what is known of it as a whole; and the templates."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi import Path as PathPart
from fastapi.responses import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jixiao.publish.reading import KeptReading, Marts, Row

from jixiao_dashboard import charts, tables
from jixiao_dashboard.cells import Cells
from jixiao_dashboard.view import View, number, view_of

HERE: Final = Path(__file__).parent
_HANDED_OUT: Final = ("jixiao.css", "jixiao.js", "charts.js", "echarts.js")
STATIC: Final = {path.name: path for path in (HERE / "static").glob("**/*") if path.name in _HANDED_OUT}
HEADERS: Final = {
    # Nothing from elsewhere, no words of a report ever run: they are only text.
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
_KEPT_PAGES, _KEPT_LETTERS = 100, 250_000
"""How many pages are kept, and how long one may be."""
PAGES: Final = (
    ("", "总览", "Overview"),
    ("departments", "部门", "Departments"),
    ("indicators", "指标", "Indicators"),
    ("findings", "疑点", "Findings"),
    ("coverage", "覆盖", "Coverage"),
    ("revisions", "修订", "Revisions"),
    ("quality", "阅读质量", "Reading quality"),
)
Sha256 = Annotated[str, PathPart(pattern="^[0-9a-f]{64}$", description="SHA-256 of the original, lower-case hex")]


@dataclass(frozen=True, slots=True)
class Whole:
    """What is known of a version as a whole: its fiscal years, names of places, functions, marts and gate."""

    content: str
    years: tuple[int, ...]
    places: Mapping[str, str]
    functions: tuple[str, ...]
    marts: Mapping[str, Mapping[str, str]]
    manifest: Row

    def place_path(self, code: str | None) -> list[tuple[str, str]]:
        """Return the places that a region code lies in, from the province down: (first digits, name)."""
        code = code or ""
        steps = [code[:n] for n in (2, 4, 6) if len(code) >= n]
        named = [(step, self.places[step]) for step in steps if self.places.get(step)]
        # A city's or province's own departments bear its code: the name once.
        return [pair for n, pair in enumerate(named) if n == 0 or pair[1] != named[n - 1][1]]

    @property
    def warnings(self) -> int | None:
        """Return how many warnings the gate gave; None where the manifest does not tell."""
        said = self.manifest.get("expectations") or {}
        told = said.get("warnings")
        return len(told) if isinstance(told, list) else told if isinstance(told, int) else None


@dataclass(frozen=True, slots=True)
class Asking:
    """One request's cursor, and what is known of the version that it reads."""

    marts: Marts
    whole: Whole


@cache
def asset(name: str) -> str:
    """Return a style sheet's or script's address below the application's: it changes with the content."""
    return f"static/{name}?v={sha256(STATIC[name].read_bytes()).hexdigest()[:12]}"


class Site:
    """The application's own: the kept reading, and what was worked out of the version that is open."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self.reading = KeptReading()
        self._whole: Whole | None = None
        self._pages: OrderedDict[tuple[str, ...], str] = OrderedDict()
        self._lock = threading.Lock()
        self.templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.globals |= {"charts": charts, "number": number, "pages": PAGES, "asset": asset}

    def kept(self, request: Request, whole: Whole) -> str | None:
        """Return a page as it was made before: of one version, the same address is always the same page."""
        with self._lock:
            return self._pages.get(_page_key(request, whole))

    def keep(self, request: Request, whole: Whole, text: str) -> None:
        """Keep a page for whoever asks for the same address; the oldest goes."""
        with self._lock:
            self._pages[_page_key(request, whole)] = text
            while len(self._pages) > _KEPT_PAGES:
                self._pages.popitem(last=False)

    def whole(self, marts: Marts) -> Whole:
        """Return what is known of the version; asked once."""
        content = str(marts.manifest.get("content", ""))
        if self._whole is None or self._whole.content != content:
            self._whole = _whole(marts, content)
        return self._whole


def _page_key(request: Request, whole: Whole) -> tuple[str, ...]:
    return whole.content, str(request.scope.get("root_path") or ""), request.url.path, request.url.query


def _whole(marts: Marts, content: str) -> Whole:
    columns: dict[str, dict[str, str]] = {}
    for row in marts.rows(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = 'mart' ORDER BY ALL"
    ):
        columns.setdefault(row["table_name"], {})[row["column_name"]] = row["data_type"]
    years = marts.rows("SELECT DISTINCT fiscal_year FROM mart.place_year WHERE place = '' ORDER BY 1")
    places = marts.rows("SELECT DISTINCT place, place_name FROM mart.place_year WHERE place_name IS NOT NULL")
    functions = marts.rows(
        "SELECT DISTINCT organization_function AS name FROM mart.department_year "
        "WHERE organization_function IS NOT NULL ORDER BY 1"
    )
    return Whole(
        content,
        tuple(row["fiscal_year"] for row in years),
        {row["place"]: row["place_name"] for row in places},
        tuple(row["name"] for row in functions),
        columns,
        marts.manifest,
    )


class PageKept(Exception):  # noqa: N818 - it ends a request well
    """A page that was made before, as its text."""

    def __init__(self, text: str) -> None:
        """Carry the text."""
        super().__init__()
        self.text = text


def asking(request: Request) -> Iterator[Asking]:
    """Open the current version for one request; `PageKept` where the answer was made before.

    What the application depends on (inside Airflow: the permission) is asked before this.
    """
    site: Site = request.app.state.site
    with site.reading() as marts:
        whole = site.whole(marts)
        text = site.kept(request, whole)
        if text is not None:
            raise PageKept(text)
        yield Asking(marts, whole)


Ask = Annotated[Asking, Depends(asking)]
Seen = Annotated[View, Depends(view_of)]


def page_response(text: str, status: int = 200) -> Response:
    """Return a page's text as an answer."""
    return Response(text, status, HEADERS, "text/html; charset=utf-8")


def render(request: Request, view: View, name: str, status: int = 200, **values: Any) -> Response:
    """Return a page, and keep it: all but evidence, which rests on the archive too, follow from version and address."""
    site: Site = request.app.state.site
    whole = values.pop("whole", None)
    text = site.templates.get_template(f"{name}.html").render(
        v=view,
        c=Cells(view),
        t=view.t,
        whole=whole,
        rows_a_page=tables.ROWS_A_PAGE,
        sort_link=partial(_sort_link, view),
        **values,
    )
    if status == 200 and whole and whole.content and name != "evidence" and len(text) <= _KEPT_LETTERS:
        site.keep(request, whole, text)
    return page_response(text, status)


def _sort_link(view: View, page: tables.Page, column: str, down_first: bool = False) -> tuple[str, str | None]:
    """Return where a column's head leads, and how the table is sorted by it now (for `aria-sort`)."""
    up, down = column, f"-{column}"
    if page.sort == up:
        return view.here(sort=down), "ascending"
    if page.sort == down:
        return view.here(sort=up), "descending"
    return view.here(sort=down if down_first else up), None
