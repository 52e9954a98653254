"""A figure on its page: the picture is an image of its own, the frame an SVG laid over it; and the original's bytes."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi import Path as PathPart
from fastapi.responses import FileResponse, Response
from jixiao.model import Box, JixiaoError
from jixiao.publish.reading import Figure, PagePicture, original, page_picture
from jixiao.settings import Settings
from markupsafe import Markup

from jixiao_dashboard.site import HEADERS, Ask, Asking, Seen, Sha256, render

router = APIRouter()
_LINE: Final = 116.0
"""Height of a crop around a figure, points."""
_KEPT: Final = {**HEADERS, "Cache-Control": "private, max-age=31536000, immutable"}


@router.get("/evidence/{sha256}", include_in_schema=False)
def evidence(
    request: Request,
    view: Seen,
    ask: Ask,
    sha256: Sha256,
    figure: Annotated[str, Query(max_length=300, description="Id of the figure; without it, the first")] = "",
    side: Annotated[str, Query(pattern="^(stated|computed)?$")] = "",
    page: Annotated[int | None, Query(ge=1, le=100_000, description="Another page than the figure's")] = None,
) -> Response:
    """Show the original's page with the figure framed, or the words around it; its report's figures beside."""
    head = ask.marts.head(sha256)
    figures = ask.marts.figures(sha256, head["fiscal_year"])
    one = next((each for each in figures if each.id == figure), figures[0] if figures and not figure else None)
    if one is None:
        raise JixiaoError(f"the report {sha256} has no figure {figure}")
    finding = _finding(ask, sha256, one, figures) if one.kind == "finding" else {}
    sides = finding.get("sides", [])
    shown = sides[1] if side == "computed" and len(sides) > 1 else one
    settings, pictures, problem = Settings.load(), {}, None
    for each in (shown, *sides):
        if each.page is not None and each.box is not None and each.page not in pictures and problem is None:
            try:
                pictures[each.page] = page_picture(settings, sha256, each.page)
            except JixiaoError as error:
                problem = str(error)
    whole_page = page or shown.page
    if page and problem is None and page not in pictures:
        try:
            pictures[page] = page_picture(settings, sha256, page)
        except JixiaoError as error:
            problem = str(error)
    position = figures.index(one)
    return render(
        request, view, "evidence", whole=ask.whole, here="departments", head=head, figures=figures, one=one,
        shown=shown, whole_page=whole_page,
        finding=finding, pictures=pictures, problem=problem, sides=sides, crop=crop, marked=marked,
        before=figures[position - 1] if position else None,
        after=figures[position + 1] if position + 1 < len(figures) else None,
    )  # fmt: skip


def _finding(ask: Asking, sha256: str, figure: Figure, figures: Sequence[Figure]) -> dict[str, Any]:
    """Return a finding's row, and the figures of both its sides: what is stated first."""
    row = ask.marts.row(
        "SELECT * FROM mart.findings WHERE document_sha256 = $sha256 AND finding_id = $id", sha256=sha256, id=figure.id
    )
    known = {one.id: one for one in figures}
    stated = [known[name] for name in (row["stated_fact_ids"] or ["total"]) if name in known]
    computed = [
        known[name] for name in row["computed_fact_ids"] if name in known and name not in row["stated_fact_ids"]
    ]
    sides = [*stated[:1], *computed] if stated else computed
    return {**row, "sides": sides[:6], "left_out": max(len(sides) - 6, 0)}


def crop(picture: PagePicture, box: Box) -> str:
    """Return the view box of the lines around a figure: as wide as the text of a page usually is."""
    wide = min(picture.width, max(456.0, box.x1 - box.x0 + 40))
    x = (picture.width - wide) / 2
    x = min(max(x, box.x1 + 20 - wide), box.x0 - 20)  # the figure is inside, the margins only where they must be
    x = min(max(x, 0.0), picture.width - wide)
    high = max(_LINE, box.bottom - box.top + 40)
    y = min(max((box.top + box.bottom - high) / 2, 0.0), max(picture.height - high, 0.0))
    return f"{x:.2f} {y:.2f} {wide:.2f} {high:.2f}"


def marked(figure: Figure) -> Markup:
    """Return the words around a figure, its digits marked where they are found as printed in any unit."""
    words = figure.words or ""
    if figure.value is None:
        return Markup("{}").format(words)
    for shift in (0, 4, 8):
        for digits in _writings(figure, shift):
            found = re.search(rf"(?<![\d.]){re.escape(digits)}(?![\d]|\.\d)", words)
            if found:
                start, end = found.span()
                return Markup("{}<mark>{}</mark>{}").format(words[:start], words[start:end], words[end:])
    return Markup("{}").format(words)


def _writings(figure: Figure, shift: int) -> list[str]:
    """Return the ways in which a value may be printed when its unit is 1, 10,000 or 100 million."""
    value = abs(figure.value or Decimal(0)).scaleb(-shift)
    plain = format(value.normalize(), "f")
    out = [plain]
    for places in range(1, 5):
        padded = f"{value:.{places}f}"
        if len(padded) > len(plain) and padded.startswith(plain):
            out.append(padded)
    return sorted({*out, *(_grouped(one) for one in out)}, key=len, reverse=True)


def _grouped(digits: str) -> str:
    whole, point, part = digits.partition(".")
    return f"{int(whole):,}{point}{part}"


@router.get("/page/{sha256}/{page}.png", include_in_schema=False)
def page(request: Request, ask: Ask, sha256: Sha256, page: Annotated[int, PathPart(ge=1, le=100_000)]) -> Response:
    """Hand out the picture of a page of a published original: it never changes."""
    ask.marts.head(sha256)
    drawn = page_picture(Settings.load(), sha256, page)
    etag = f'"{drawn.etag}"'
    headers = {**_KEPT, "ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return FileResponse(drawn.path, media_type="image/png", headers=headers)


@router.get("/original/{sha256}", include_in_schema=False)
def download(ask: Ask, sha256: Sha256) -> Response:
    """Hand out the original's bytes as archived, to be saved and never to be shown as a page of this site."""
    from jixiao import magic

    ask.marts.head(sha256)
    path = original(Settings.load(), sha256)
    name = sha256 + magic.EXTENSIONS.get(magic.media_type_of(path) or "", "")
    return FileResponse(path, media_type="application/octet-stream", filename=name, headers=HEADERS)
