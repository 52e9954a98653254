"""Read the archive again with the extractor of today, and say value by value what differs from what is loaded."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from upath import UPath

from jixiao import EXTRACTOR_VERSION
from jixiao.check import check_extraction
from jixiao.check.facts import fact_rows
from jixiao.model import Extraction
from jixiao.pipeline.extracting import extracted_documents, read_extraction, write_batches
from jixiao.pipeline.loading_parts import AT_ONCE
from jixiao.pipeline.staging import Place, place, read, run_folder, write
from jixiao.settings import Settings

_SAYS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "reports": ((), ("organization", "region_code", "fiscal_year", "form", "total_score", "grade")),
    "amounts": (("fiscal_year", "flow", "stage", "scheme", "item"), ("yuan",)),
    "scores": (("path",), ("full_marks", "score")),
    "ratios": (("name", "label"), ("percent",)),
    "changes": (("fiscal_year", "flow", "scheme", "item"), ("yuan", "percent")),
    "deductions": (("indicator",), ("points",)),
}
"""What a row of a fact table is about, and what it says of it."""

Said = tuple[str, tuple[str, ...], tuple[str, ...]]


def choose_documents(
    name: str,
    fiscal_years: Sequence[int] = (),
    organizations: Sequence[str] = (),
    extractor_versions: Sequence[str] = (),
    size: int = 200,
) -> list[UPath]:
    """Split the documents that are to be read again into batches; nothing chosen means all that today's did not read.

    Args:
        name: the run's.
        fiscal_years: of the reports, or of the posts they came with; empty means all.
        organizations: full names; empty means all.
        extractor_versions: only what these read last; empty means every one but today's.
        size: most documents in a batch.
    """
    from jixiao.warehouse import open_warehouse

    with open_warehouse(Settings.load().warehouse_path) as engine, engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "WITH kept AS (SELECT document_sha256, extractor_version FROM raw.extractions UNION "
            "SELECT item_id, extractor_version FROM core.quarantine WHERE stage = 'read' AND state = 'open' "
            "AND item_id NOT IN (SELECT document_sha256 FROM raw.extractions)) "
            "SELECT kept.document_sha256, kept.extractor_version, report.organization, "
            "coalesce(report.fiscal_year, seen.fiscal_year) FROM kept "
            "LEFT JOIN core.reports AS report USING (document_sha256) "
            "LEFT JOIN core.first_sightings AS seen USING (document_sha256) ORDER BY kept.document_sha256"
        ).fetchall()
    chosen = [
        sha256
        for sha256, version, organization, year in rows
        if (version in extractor_versions if extractor_versions else version != EXTRACTOR_VERSION)
        and (not fiscal_years or year in fiscal_years)
        and (not organizations or organization in organizations)
    ]
    return write_batches(run_folder("reprocess", name), chosen, size)


def compare_readings(name: str, batches: Iterable[Place]) -> UPath:
    """Compare what the batches gave with what is loaded; print it, keep it as JSON, and return where."""
    done = [extracted_documents(batch) for batch in batches]
    errors = {sha256: reason for said in done for sha256, reason in said["errors"].items()}
    documents = sorted({sha256 for said in done for sha256 in said["documents"]} - set(errors))
    differing: dict[str, dict[str, list[str]]] = {}
    total: Counter[str] = Counter()
    for old, new in _pairs(documents):
        found = difference(old, new)
        total.update({kind: len(lines) for kind, lines in found.items()})
        if any(found.values()):
            differing[new.document.sha256] = found
    for sha256, found in differing.items():
        print(sha256[:12])  # noqa: T201 - a task's log
        for kind, lines in found.items():
            print("\n".join(f"    {kind}: {line}" for line in lines))  # noqa: T201
    print(f"{len(documents)} documents, {len(differing)} differ, {len(errors)} not read: {dict(total)}")  # noqa: T201
    said = {"documents": documents, "errors": errors, "total": total, "differing": differing}
    return write(run_folder("reprocess", name) / "difference.json", said)


def load_readings(difference: Place) -> None:
    """Load the new extractions that a difference was made of; what could not be read again keeps its facts."""
    from jixiao.warehouse import load, open_warehouse, standing

    documents: list[str] = read(place(difference))["documents"]
    with open_warehouse(Settings.load().warehouse_path) as engine, standing.followed(engine):
        for start in range(0, len(documents) or 1, AT_ONCE):
            print(load(engine, _new(documents[start : start + AT_ONCE])))  # noqa: T201 - a task's log


def difference(old: Extraction, new: Extraction) -> dict[str, list[str]]:
    """Return what a new reading gained, lost and changed, in words, with the findings that come and go."""
    before, after = _said(old), _said(new)
    lost, gained = before - after, after - before
    changed = []
    for table, about, value in sorted(lost.elements()):
        again = next((one for one in sorted(gained.elements()) if one[:2] == (table, about)), None)
        if again is not None and lost[table, about, value]:
            changed.append(f"{table} {'/'.join(about)}: {_words(value)} -> {_words(again[2])}")
            lost[table, about, value] -= 1
            gained[again] -= 1
    findings = [
        Counter(f"{one.check} {one.subject}: {one.stated} | {one.computed}" for one in check_extraction(reading))
        for reading in ((old, new) if changed or +lost or +gained else ())
    ]
    out = {
        "changed": changed,
        "lost": [f"{table} {'/'.join(about)}: {_words(value)}" for table, about, value in sorted((+lost).elements())],
        "gained": [
            f"{table} {'/'.join(about)}: {_words(value)}" for table, about, value in sorted((+gained).elements())
        ],
    }
    if findings:
        out["findings lost"] = sorted((findings[0] - findings[1]).elements())
        out["findings gained"] = sorted((findings[1] - findings[0]).elements())
    return out


def _said(extraction: Extraction) -> Counter[Said]:
    rows = fact_rows(extraction)
    return Counter(
        (table, tuple(_word(row[name]) for name in about), tuple(_word(row[name]) for name in values))
        for table, (about, values) in _SAYS.items()
        for row in rows[table]
    )


def _word(value: Any) -> str:
    return " > ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def _words(values: tuple[str, ...]) -> str:
    return ", ".join(value or "-" for value in values)


def _new(documents: Iterable[str]) -> Iterator[Extraction]:
    for sha256 in documents:
        yield read_extraction(sha256)


def _pairs(documents: Sequence[str]) -> Iterator[tuple[Extraction, Extraction]]:
    """Yield for each document what is loaded and what was read now."""
    from jixiao.warehouse import open_warehouse
    from jixiao.warehouse.told import unpacked

    with open_warehouse(Settings.load().warehouse_path) as engine, engine.connect() as connection:
        for new in _new(documents):
            kept = connection.exec_driver_sql(
                "SELECT extraction FROM raw.extractions WHERE document_sha256 = ?", (new.document.sha256,)
            ).fetchone()
            if kept is not None:
                yield unpacked(kept[0]), new
