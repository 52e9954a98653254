"""The stages strung together: paths in, paths out. The DAG and the command call these; no Airflow in here.

Every function may run twice, or be killed and run again: it writes to a place that depends on its input alone.
"""

import io
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from jixiao import EXTRACTOR_VERSION
from jixiao.archive import Archive, FetchFailure, Sighting
from jixiao.discover import (
    Candidate,
    CoverageRow,
    client_for,
    coverage,
    load_sources,
    record,
    selected_sources,
    walk,
)
from jixiao.extract.worker import EXTRACTION, Worker, WorkerCrashed
from jixiao.files import write_json, write_text, writing
from jixiao.model import Extraction, JixiaoError, UnreadableDocument
from jixiao.read.limits import Limits
from jixiao.settings import Settings


def fiscal_year_of(partition_key: str | None, parameter: int | None) -> int:
    """Return the fiscal year of a run: its partition key, else its parameter; `JixiaoError` where neither is one."""
    if partition_key and partition_key.isdigit() and len(partition_key) == 4:
        return int(partition_key)
    if parameter is not None:
        return parameter
    raise JixiaoError("give the fiscal year as the partition key (2023) or as the parameter fiscal_year")


def _read(path: str | Path) -> Any:
    return json.loads(Path(path).read_text("utf-8"))


def _taken(candidates: str | Path) -> Iterator[Candidate]:
    """Yield the candidates that were taken; those left are in the same file, with the reason."""
    with Path(candidates).open(encoding="utf-8") as handle:
        yield from (candidate for candidate in map(Candidate.from_record, map(json.loads, handle)) if candidate.taken)


def discover_year(year: int) -> Path:
    """Walk every selected site; write all candidates, taken and left, one a line; print the problems met.

    Raises `JixiaoError` when a site yields fewer reports than its contract says must be there by now, or none where
    the walk before had met some.
    """
    settings = Settings.load()
    path = settings.staging / str(year) / "candidates.jsonl"
    with writing(path) as handle:
        found = io.TextIOWrapper(handle, encoding="utf-8", write_through=True)
        short, problems = _discover(year, settings, found)
        found.detach()
        for problem in problems:
            print(f"problem: {problem}")  # noqa: T201 - a task's log
        write_json(path.with_name("problems.json"), problems)
        if short:
            raise JixiaoError("; ".join(short + problems))
    return path


def _discover(year: int, settings: Settings, found: TextIO) -> tuple[list[str], list[str]]:
    """Write the candidates of every selected site; return what stops the run, and the problems, in words."""
    problems: list[str] = []
    short: list[str] = []
    for source in selected_sources(settings.sources):
        client = client_for(source, settings.var / "state", settings.contact)
        try:
            result = walk(source, client, {year}, fetch_follows=True)
            expected = coverage(source, year, result.candidates, (), date.today())
            stops = expected.fatal or result.fell_silent
            if stops:
                client.end_walk()  # nothing will be fetched: the next try asks the site again
        finally:
            client.close()
        found.writelines(record(candidate) for candidate in result.candidates)
        problems += [f"{source.id}: {problem}" for problem in result.problems]
        print(f"{source.id}: {result.requests} requests, {result.taken} reports")  # noqa: T201 - a task's log
        if stops:
            short.append(expected.words)
        elif expected.verdict in ("many", "stale"):
            problems.append(expected.words)
        for url in Archive(settings.archive_url).mark_gone(result.gone):
            print(f"gone: three full walks did not meet {url} any more")  # noqa: T201 - a task's log
    return short, problems


def archive_year(year: int, candidates: str | Path) -> Path:
    """Fetch the candidates that are taken and not known yet; write sightings and failures."""
    settings = Settings.load()
    archive = Archive(settings.archive_url)
    taken = list(_taken(candidates))
    sightings: list[Sighting] = []
    failures: list[FetchFailure] = []
    covered: list[CoverageRow] = []
    for source in selected_sources(settings.sources):
        client = client_for(source, settings.var / "state", settings.contact)
        try:
            client.begin_walk(str(year))  # takes up the walk that found the candidates: it is over when all is fetched
            results = archive.fetch_all([c for c in taken if c.source_id == source.id], client)
            client.end_walk()
        finally:
            client.close()
        kept = [result for result in results if isinstance(result, Sighting)]
        failed = [result for result in results if isinstance(result, FetchFailure)]
        sightings += kept
        failures += failed
        reports = (candidate for candidate in taken if candidate.url not in archive.nothing_in)
        covered.append(coverage(source, year, reports, (s.url for s in kept), date.today(), len(failed)))
    for remark in archive.remarks:
        print(f"note: {remark}")  # noqa: T201 - a task's log
    said = {
        "sightings": [asdict(s) for s in sightings],
        "failures": [asdict(f) for f in failures],
        "coverage": [asdict(c) for c in covered],
    }
    return write_json(settings.staging / str(year) / "archived.json", said)


def plan_batches(year: int, archived: str | Path, size: int) -> list[Path]:
    """Split the year's documents into batches of at most `size`; return their paths, in order."""
    settings = Settings.load()
    documents = sorted({said["sha256"] for said in _read(archived)["sightings"]})
    folder = settings.staging / str(year) / "batches"
    return [
        write_json(folder / f"{start // size:05d}.json", {"documents": documents[start : start + size]})
        for start in range(0, len(documents), size)
    ]


def extraction_path(sha256: str) -> Path:
    """Return where a document's extraction by this extractor lies; its error, if it has one, beside it."""
    return Settings.load().var / "extractions" / EXTRACTOR_VERSION / sha256[:2] / f"{sha256}.json"


def extract_batch(batch: str | Path) -> Path:
    """Extract a batch's documents that were not extracted yet; what cannot be read gets its reason in words."""
    settings = Settings.load()
    archive = Archive(settings.archive_url)
    documents: list[str] = _read(batch)["documents"]
    errors: dict[str, str] = {}
    with Worker(Limits.configured()) as worker:
        for sha256 in documents:
            if reason := _extract_one(worker, archive, sha256):
                errors[sha256] = reason
    done = Path(batch).with_suffix(".done.json")
    return write_json(done, {"documents": documents, "errors": errors})


def _extract_one(worker: Worker, archive: Archive, sha256: str) -> str | None:
    """Extract a document, unless it was; return why it cannot be read."""
    target = extraction_path(sha256)
    failed = target.with_suffix(".error.json")
    if target.exists():
        return None
    if failed.exists():
        return str(_read(failed)["reason"])
    try:
        text = _extract(worker, archive.local_copy(sha256, Settings.load().var / "copies"))
    except UnreadableDocument as error:
        write_json(failed, {"reason": str(error)})
        return str(error)
    except WorkerCrashed as error:
        return str(error)  # not kept: the next run tries again
    write_text(target, text)
    return None


def _extract(worker: Worker, path: Path) -> str:
    """Extract a file; a lost process may have been killed from outside, so it gets a second chance."""
    try:
        return worker.extract(path)
    except WorkerCrashed:
        return worker.extract(path)


def _misfit(extraction: Extraction) -> str | None:
    """Return why a document cannot be loaded: a figure that no column holds."""
    import pyarrow as pa

    from jixiao.check.facts import fact_tables

    try:
        fact_tables([extraction])
    except pa.ArrowInvalid as error:
        return f"a figure does not fit its column: {error}"
    return None


def load_year(year: int, extracted: Sequence[str | Path]) -> None:
    """Load the year's facts, sightings and quarantine entries into the warehouse, in one transaction."""
    from jixiao.warehouse import QuarantineEntry, SightingRow, load, open_warehouse
    from jixiao.warehouse.corrections import load_corrections
    from jixiao.warehouse.coverage import load_coverage

    settings = Settings.load()
    archived = _read(settings.staging / str(year) / "archived.json")
    errors: dict[str, str] = {}
    documents: list[str] = []
    for path in extracted:
        said = _read(path)
        documents += said["documents"]
        errors |= said["errors"]
    urls = {s["sha256"]: s for s in archived["sightings"]}
    quarantined = [
        QuarantineEntry(sha256, "read", urls[sha256]["url"], year, reason, extractor_version=EXTRACTOR_VERSION)
        for sha256, reason in errors.items()
    ]
    quarantined += [
        QuarantineEntry(f["url"], "archive", f["url"], f["fiscal_year"], f["reason"]) for f in archived["failures"]
    ]
    sightings = [
        SightingRow(
            s["sha256"],
            s["url"],
            s["source_id"],
            s["post_url"],
            s["post_title"],
            s["attachment_name"],
            s["publisher"],
            date.fromisoformat(s["published_on"]) if s["published_on"] else None,
            s["fiscal_year"],
            s["media_type"],
            s["byte_size"],
        )
        for s in archived["sightings"]
    ]
    extractions = []
    for sha256 in sorted(set(documents) - set(errors)):
        extraction = EXTRACTION.validate_json(extraction_path(sha256).read_bytes())
        if reason := _misfit(extraction):
            url = urls[sha256]["url"]
            quarantined.append(QuarantineEntry(sha256, "load", url, year, reason, extractor_version=EXTRACTOR_VERSION))
        else:
            extractions.append(extraction)
    revisions = Archive(settings.archive_url).revisions()
    corrections = load_corrections(settings.corrections, {s.id for s in load_sources(settings.sources)})
    with open_warehouse(settings.warehouse_path) as engine:
        summary = load(engine, extractions, quarantined, sightings, revisions, corrections)
        load_coverage(engine, archived["coverage"])
    print(summary)  # noqa: T201 - a task's log


def retry(item: str) -> str:
    """Try a quarantined item again, without waiting for the next run; return what came of it, in words.

    A document is read and loaded anew; an address is asked for its whole file again by the next run of its year.
    """
    from jixiao.warehouse import QuarantineEntry, load, open_warehouse
    from jixiao.warehouse.quarantine import found

    settings = Settings.load()
    archive = Archive(settings.archive_url)
    with open_warehouse(settings.warehouse_path) as engine:
        entry = found(engine, item)[0]
        name, year = entry["item_id"], entry["fiscal_year"]
        if entry["stage"] == "archive":
            archive.forget(name)
            return f"{name}: the next run of fiscal year {year} asks for it again"
        target = extraction_path(name)
        for kept in (target, target.with_suffix(".error.json")):
            kept.unlink(missing_ok=True)
        with Worker(Limits.configured()) as worker:
            reason = _extract_one(worker, archive, name)
        if reason:
            again = QuarantineEntry(name, "read", entry["url"], year, reason, extractor_version=EXTRACTOR_VERSION)
            load(engine, [], [again])
            return f"{name[:12]}: still not read: {reason}"
        extraction = EXTRACTION.validate_json(target.read_bytes())
        if reason := _misfit(extraction):
            return f"{name[:12]}: read, but not loaded: {reason}"
        load(engine, [extraction])
        return f"{name[:12]}: read and loaded; the next run publishes it"


def validate_warehouse() -> Path:
    """Run the gate; write its outcome. Raises `JixiaoError`, saying what failed on which rows."""
    from jixiao.warehouse.store import note_passed, open_warehouse, writes
    from jixiao.warehouse.validate import keep_run, validate

    settings = Settings.load()
    folder = settings.var / "validation"
    with open_warehouse(settings.warehouse_path) as engine:
        judged = writes(engine)
    validation = validate(settings.warehouse_path, folder / "results", folder / "data_docs")
    keep_run(folder / "history.jsonl", validation, datetime.now(UTC))
    if not validation.success:
        words = "; ".join(unmet.words for unmet in validation.fatal_failures)
        raise JixiaoError(f"the gate failed, the published marts stay as they are: {words}")
    for unmet in validation.warnings:
        print(f"warning: {unmet.words}")  # noqa: T201 - a task's log
    said = {"expectations": validation.evaluated, "warnings": sorted(w.description for w in validation.warnings)}
    latest = write_json(folder / "latest.json", said)
    with open_warehouse(settings.warehouse_path) as engine:
        note_passed(engine, judged)
    return latest


def build_marts_of(year: int) -> Path:
    """Build the marts; all of them, since a report of one year speaks of the year before too.

    A run of another year may have loaded since the gate passed: then the gate goes first, again. Returns the outcome
    that belongs to these marts, kept with its Data Docs until the next are built.
    """
    from jixiao.warehouse import build_marts, open_warehouse
    from jixiao.warehouse.store import has_passed
    from jixiao.warehouse.validate import take_place

    settings = Settings.load()
    folder = settings.var / "validation"
    while True:
        with open_warehouse(settings.warehouse_path) as engine:
            if has_passed(engine):
                print(f"after fiscal year {year}: {build_marts(engine)}")  # noqa: T201 - a task's log
                for left in folder.glob(".built.*"):  # by a killed build
                    shutil.rmtree(left)
                new = folder / f".built.{uuid4().hex}"
                shutil.copytree(folder / "data_docs", new / "data_docs")
                shutil.copy(folder / "latest.json", new / "outcome.json")
                take_place(new, folder / "built")
                return folder / "built" / "outcome.json"
        validate_warehouse()


def publish_marts(outcome: str | Path) -> str:
    """Publish the marts as they were built last, with what the gate said of them; return the version's folder."""
    from jixiao.publish import publish

    settings = Settings.load()
    docs = Path(outcome).with_name("data_docs")
    published = publish(settings.warehouse_path, settings.publish_url, settings.keep_versions, _read(outcome), docs)
    print(f"version {published.version}, {'new' if published.changed else 'unchanged'}")  # noqa: T201 - a task's log
    return str(published.folder)


def run_year(year: int, batch_size: int = 200) -> str:
    """Run all stages of one fiscal year in this process, without Airflow; return the published folder."""
    archived = archive_year(year, discover_year(year))
    extracted = [extract_batch(batch) for batch in plan_batches(year, archived, batch_size)]
    load_year(year, extracted)
    validate_warehouse()
    return publish_marts(build_marts_of(year))


def summary_lines(years: Iterable[int] | None = None) -> list[str]:
    """Return what a person wants to see of the last runs and the published marts, line by line."""
    import duckdb

    from jixiao.publish import current, current_database

    settings = Settings.load()
    wanted = sorted(years) if years else sorted(int(p.name) for p in settings.staging.glob("[0-9]*"))
    out: list[str] = []
    for year in wanted:
        folder = settings.staging / str(year)
        if not (folder / "archived.json").exists():
            out.append(f"fiscal year {year}: never run")
            continue
        archived = _read(folder / "archived.json")
        batches = [_read(path) for path in sorted((folder / "batches").glob("*.done.json"))]
        errors = {k: v for batch in batches for k, v in batch["errors"].items()}
        documents = {sha for batch in batches for sha in batch["documents"]}
        out.append(
            f"fiscal year {year}: discovered {sum(1 for _ in _taken(folder / 'candidates.jsonl'))}, "
            f"archived {len({s['sha256'] for s in archived['sightings']})}, extracted {len(documents) - len(errors)}, "
            f"quarantined {len(errors) + len(archived['failures'])}"
        )
        out += [f"    problem: {problem}" for problem in _read(folder / "problems.json")]
        out += [f"    quarantined: {f['reason']}" for f in archived["failures"]]
        out += [f"    quarantined: {reason}" for reason in errors.values()]
    root = settings.publish_url
    folder_now = current(root)
    database = current_database(root, settings.var / "copies")
    if folder_now is None or database is None:
        return [*out, "nothing is published yet"]
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "SELECT fiscal_year, organization, coalesce(budget_yuan, initial_budget_yuan), final_yuan, "
            "execution_rate_pct, total_score, grade FROM mart.department_year ORDER BY fiscal_year, region_code"
        ).fetchall()
        out.append("")
        out.append(f"{'year':6}{'budget, yuan':>16}{'outturn, yuan':>16}{'rate, %':>10}{'score':>8}  department")
        for year, name, budget, final, rate, score, grade in rows:
            cells = [
                "-" if value is None else format(value, spec)
                for value, spec in ((budget, ",.2f"), (final, ",.2f"), (rate, ".2f"), (score, ".2f"))
            ]
            figures = f"{cells[0]:>16}{cells[1]:>16}{cells[2]:>10}{cells[3]:>8}"
            out.append(f"{year:<6}{figures}  {name}{f'（{grade}）' if grade else ''}")
        found = connection.execute(
            "SELECT fiscal_year, organization, code, severity, message_zh, page FROM mart.findings "
            "ORDER BY fiscal_year, region_code, code, subject"
        ).fetchall()
        out.append("")
        out.append(f"findings: {len(found)}")
        out += [
            f"    {year} {name} {code} {severity}: {text}{f' (page {page})' if page else ''}"
            for year, name, code, severity, text, page in found
        ]
    out += ["", f"published marts: {root.rstrip('/')}/current (version {int(folder_now.name)})"]
    return out
