"""What a person asks of the published marts, down to the page that a figure stands on; nothing here writes a mart."""

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from jixiao.files import write_bytes
from jixiao.model import Box, JixiaoError
from jixiao.publish import current_database
from jixiao.publish.shelf import MANIFEST, manifest_in
from jixiao.settings import Settings

if TYPE_CHECKING:  # the archive and the pictures are for those who ask for a page: a list starts without them
    from jixiao.read.show import Picture

Row = dict[str, Any]
_UNITS: Final = {"yuan": " 元", "pct": "%", "points": " 分"}
_PLACE: Final = "page, box, evidence_text AS words"
# Requests run beside each other: one that works with many threads would take them from the others.
_CONFIG: Final[dict[str, Any]] = {"enable_external_access": "false", "lock_configuration": "true", "threads": 1}
# Everything that is stated or found in one report, in one shape: what a person reads, follows and checks.
_FIGURES: Final = f"""
SELECT 'finding' AS kind, finding_id AS id, subject AS label, concat_ws(' ', code, severity) AS detail,
    unit, stated AS value, computed AS beside, {_PLACE}
FROM mart.findings WHERE document_sha256 = $sha256 AND fiscal_year = $year
UNION ALL BY NAME
SELECT 'total' AS kind, 'total' AS id, 'total' AS label, coalesce(grade, '') AS detail, 'points' AS unit,
    total_score AS value, full_marks AS beside, total_score_page AS page, total_score_box AS box,
    total_score_text AS words
FROM mart.department_year WHERE document_sha256 = $sha256 AND fiscal_year = $year
UNION ALL BY NAME
SELECT 'amount' AS kind, fact_id AS id, label, concat_ws('/', fiscal_year, flow, stage, scheme, item) AS detail,
    'yuan' AS unit, yuan AS value, NULL AS beside, {_PLACE}
FROM mart.amounts WHERE document_sha256 = $sha256 AND report_fiscal_year = $year
UNION ALL BY NAME
SELECT 'score' AS kind, fact_id AS id, indicator_path AS label, '' AS detail, 'points' AS unit, score AS value,
    full_marks AS beside, {_PLACE}
FROM mart.indicator_scores WHERE document_sha256 = $sha256 AND fiscal_year = $year
UNION ALL BY NAME
SELECT 'ratio' AS kind, fact_id AS id, label, concat_ws('/', name, flow, scheme, item, rate_fiscal_year) AS detail,
    'pct' AS unit, rate_pct AS value, NULL AS beside, {_PLACE}
FROM mart.ratios WHERE document_sha256 = $sha256 AND fiscal_year = $year
UNION ALL BY NAME
SELECT 'change' AS kind, fact_id AS id, label, concat_ws('/', flow, scheme, item, change_fiscal_year) AS detail,
    CASE WHEN change_yuan IS NULL THEN 'pct' ELSE 'yuan' END AS unit, coalesce(change_yuan, change_pct) AS value,
    NULL AS beside, {_PLACE}
FROM mart.changes WHERE document_sha256 = $sha256 AND fiscal_year = $year
UNION ALL BY NAME
SELECT 'deduction' AS kind, fact_id AS id, indicator AS label, coalesce(reason, '') AS detail, 'points' AS unit,
    points AS value, NULL AS beside, {_PLACE}
FROM mart.deductions WHERE document_sha256 = $sha256 AND fiscal_year = $year
UNION ALL BY NAME
SELECT 'section' AS kind, fact_id AS id, item_text AS label, kind AS detail, 'words' AS unit, NULL AS value,
    NULL AS beside, {_PLACE}
FROM mart.sections WHERE document_sha256 = $sha256 AND fiscal_year = $year
UNION ALL BY NAME
SELECT 'doubt' AS kind, fact_id AS id, kind AS label, message AS detail, 'words' AS unit, NULL AS value,
    NULL AS beside, {_PLACE}
FROM mart.doubts WHERE document_sha256 = $sha256 AND fiscal_year = $year
"""  # noqa: S608 - no words of a person are in it
# A replaced report's figures are in no mart but for those that its successor states otherwise.
_REPLACED: Final = """
SELECT DISTINCT 'revised' AS kind, concat_ws(':', 'V', kind, occurrence, fact) AS id, fact AS label, kind AS detail,
    coalesce(unit, 'words') AS unit, try_cast(old_value AS DECIMAL(20, 4)) AS value, NULL AS beside, old_page AS page,
    old_box AS box, old_value AS words
FROM mart.document_revisions WHERE old_document_sha256 = $sha256 AND old_value IS NOT NULL
"""
_ORDER: Final = ("finding", "total", "amount", "score", "ratio", "change", "deduction", "section", "doubt", "revised")


class NothingPublished(JixiaoError):  # noqa: N818 - the state it tells of
    """No version of the marts has been published yet."""


def shown(value: Decimal | None, unit: str) -> str:
    """Return a value as a person writes it: grouped thousands, no idle zeros, its unit."""
    return "—" if value is None else f"{value.normalize():,f}{_UNITS.get(unit, '')}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a report: `beside` is what it is out of (full marks) or what it should be (a finding).

    `detail` is a key (year/flow/stage/scheme/item) or words. `page` and `box` are None in formats without pages,
    where `words` say where it stands.
    """

    kind: str
    id: str
    label: str
    detail: str
    unit: str
    value: Decimal | None
    beside: Decimal | None
    page: int | None
    box: Box | None
    words: str | None

    @property
    def shown(self) -> str:
        """Return the value as a person writes it, with its unit; a text as it is."""
        return (self.words or "") if self.unit == "words" else shown(self.value, self.unit)

    @property
    def as_json(self) -> Row:
        """Return the figure as JSON has it: numbers as numbers, the box as a list."""
        numbers = {name: getattr(self, name) for name in ("value", "beside")}
        return {
            **{name: getattr(self, name) for name in ("kind", "id", "label", "detail", "unit", "page", "words")},
            **{name: None if value is None else float(value) for name, value in numbers.items()},
            "box": None if self.box is None else list(self.box),
        }


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report: its row of `mart.department_year` and its figures."""

    row: Row
    figures: tuple[Figure, ...]

    def figure(self, name: str) -> Figure:
        """Return the figure with this id; `JixiaoError` where there is none."""
        for figure in self.figures:
            if figure.id == name:
                return figure
        raise JixiaoError(f"the report {self.row['document_sha256']} has no figure {name}")


class Marts:
    """The current version of the published marts."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, manifest: Row | None = None) -> None:
        """Ask through `connection`; see `reading`."""
        self.connection = connection
        self.manifest = manifest or {}

    def rows(self, query: str, **values: Any) -> list[Row]:
        """Return a query's rows by column name; `values` are its `$name` parameters."""
        answer = self.connection.execute(query, values)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def row(self, query: str, **values: Any) -> Row:
        """Return the first row of a query, empty where there is none."""
        found = self.rows(query, **values)
        return found[0] if found else {}

    def figures(self, sha256: str, year: int, name: str | None = None) -> tuple[Figure, ...]:
        """Return the figures of a report of a fiscal year in the order of a report, or the one with this id.

        The tables stand by fiscal year: without it, each would be looked through whole.
        """
        query = f"FROM ({_FIGURES} UNION ALL BY NAME {_REPLACED})"
        only = " WHERE id = $name" if name else ""
        rows = self.rows(
            f"{query}{only} ORDER BY list_position($order, kind), id",
            sha256=sha256,
            year=year,
            order=list(_ORDER),
            **({"name": name} if name else {}),
        )
        return tuple(Figure(**{**row, "box": Box(*row["box"]) if row["box"] else None}) for row in rows)

    def full_sha256(self, prefix: str) -> str:
        """Return the only published SHA-256 that begins so; `JixiaoError` where none or several do."""
        found = self.rows(
            "SELECT DISTINCT document_sha256 AS sha256 "
            "FROM (SELECT document_sha256 FROM mart.department_year UNION ALL "
            "SELECT old_document_sha256 FROM mart.document_revisions) WHERE starts_with(document_sha256, $prefix) "
            "ORDER BY 1 LIMIT 2",
            prefix=prefix,
        )
        if len(found) != 1:
            raise JixiaoError(
                f"several published reports have an original that begins with {prefix}"
                if found
                else f"no published report has the original {prefix}"
            )
        return str(found[0]["sha256"])

    def head(self, sha256: str) -> Row:
        """Return a report's row of `mart.department_year`, or what is known of a replaced one; else `JixiaoError`."""
        row = self.row("SELECT * FROM mart.department_year WHERE document_sha256 = $sha256", sha256=sha256)
        row = row or self.row(
            "SELECT DISTINCT old_document_sha256 AS document_sha256, organization, fiscal_year, region_code, "
            "new_document_sha256 AS replaced_by FROM mart.document_revisions WHERE old_document_sha256 = $sha256 "
            "ORDER BY ALL LIMIT 1",
            sha256=sha256,
        )
        if not row:
            raise JixiaoError(f"no published report has the original {sha256}")
        return row

    def report(self, sha256: str) -> ReportView:
        """Return a report by its original's SHA-256; `JixiaoError` where none of the published ones has it."""
        head = self.head(sha256)
        return ReportView(head, self.figures(sha256, head["fiscal_year"]))


def _database(root: str | Path) -> Path:
    database = current_database(root, Settings.load().var / "copies")
    if database is None:
        raise NothingPublished("nothing is published yet")
    return database


@contextmanager
def reading(root: str | Path) -> Iterator[Marts]:
    """Open the current version: read-only, by its resolved path (so one whole version), and no other file.

    One on an object store is copied first, once a version.
    """
    with duckdb.connect(str(_database(root)), read_only=True, config=_CONFIG) as connection:
        yield Marts(connection)


@dataclass(slots=True)
class _Open:
    """A version's connection and how many requests are asking through it; closed when it is retired and nobody is."""

    key: tuple[Path, int]
    connection: duckdb.DuckDBPyConnection
    manifest: Row
    users: int = 0


class KeptReading:
    """The current version, kept open from one request to the next; a newer one is opened as soon as it is there.

    A version never changes, so all answers of one request belong together: they are asked through one cursor.
    """

    def __init__(self) -> None:
        """Open nothing yet."""
        self._change = threading.Condition()
        self._open: list[_Open] = []  # the newest last; the others wait for their last request

    @contextmanager
    def __call__(self) -> Iterator[Marts]:
        """Give a cursor of the current version; `JixiaoError` where nothing is published."""
        database = _database(Settings.load().publish_url)
        with self._change:
            mine = self._current((database, database.stat().st_ino))
            mine.users += 1
            cursor = mine.connection.cursor()
        try:
            yield Marts(cursor, mine.manifest)
        finally:
            cursor.close()
            with self._change:
                mine.users -= 1
                self._close_retired()

    def _current(self, key: tuple[Path, int]) -> _Open:
        """Return the open version with this path and file, opened now if need be."""
        if self._open and self._open[-1].key == key:
            return self._open[-1]
        again = next((one for one in self._open if one.key == key), None)
        if again is not None:  # rolled back while its last requests were still running
            self._open.remove(again)
            self._open.append(again)
            self._close_retired()
            return again
        # DuckDB keeps an open file by its path: a new file there must not be met with the old one's pages.
        while any(one.key[0] == key[0] and one.users for one in self._open):
            self._change.wait(10)
        for one in [one for one in self._open if one.key[0] == key[0]]:
            self._open.remove(one)
            one.connection.close()
        self._open.append(_Open(key, duckdb.connect(str(key[0]), read_only=True, config=_CONFIG), _manifest_of(key[0])))
        self._close_retired()
        return self._open[-1]

    def _close_retired(self) -> None:
        """Close what nobody asks through any more; closing a connection would close its cursors too."""
        for one in [one for one in self._open[:-1] if not one.users]:
            self._open.remove(one)
            one.connection.close()
        self._change.notify_all()


def _manifest_of(database: Path) -> Row:
    """Return the version's manifest with its number and the day it was written; a copied file has only its name."""
    path = database.parent / MANIFEST
    if not path.exists():
        return {"content": database.name.split("-")[0], "version": None, "published": database.stat().st_mtime}
    said: Row = manifest_in(path.read_bytes())
    return {**said, "version": database.parent.name, "published": path.stat().st_mtime}


def original(settings: Settings, sha256: str) -> Path:
    """Return a local path of an archived original."""
    from jixiao.archive import Archive

    return Archive(settings.archive_url).local_copy(sha256, settings.var / "copies")


def picture(settings: Settings, sha256: str, figure: Figure) -> "Picture | None":
    """Return the original's page with the figure framed, or None where the format has no pages."""
    from jixiao import magic
    from jixiao.read.show import render_box

    if figure.page is None or figure.box is None:
        return None
    path = original(settings, sha256)
    return render_box(path, figure.page, figure.box) if magic.media_type_of(path) == magic.PDF else None


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as a grey PNG file, its size in PDF points, and a digest of its bytes."""

    path: Path
    width: float
    height: float
    etag: str


_PIXELS_WIDE: Final = 953
_GREYS: Final = 16


def page_picture(settings: Settings, sha256: str, page: int) -> PagePicture:
    """Return the picture of a page (from 1), drawn once and kept in `var/pages`.

    `UnreadableDocument` where it cannot be drawn.
    """
    from PIL import Image, PngImagePlugin

    from jixiao.read.show import render_page

    kept = settings.var / "pages" / sha256[:2] / f"{sha256}-{page}.png"
    if not kept.exists():
        path = original(settings, sha256)
        drawn, scale = render_page(path, page)  # no frame: the browser lays its own over the page
        with Image.open(io.BytesIO(drawn)) as whole:
            width, height = whole.width / scale, whole.height / scale
            size = (_PIXELS_WIDE, max(1, round(_PIXELS_WIDE * whole.height / whole.width)))
            grey = whole.convert("L").resize(size, Image.Resampling.LANCZOS).quantize(_GREYS)
        note = PngImagePlugin.PngInfo()
        note.add_text("points", f"{width:.2f} {height:.2f}")
        png = io.BytesIO()
        grey.save(png, "png", optimize=True, pnginfo=note)
        write_bytes(kept, png.getvalue())
    with Image.open(kept) as image:
        width, height = (float(part) for part in str(image.info["points"]).split())
    return PagePicture(kept, width, height, hashlib.sha256(kept.read_bytes()).hexdigest()[:32])
