"""All stages of one fiscal year in this process, without Airflow."""

from collections.abc import Sequence

from jixiao.archive import Told
from jixiao.discover import folder_source
from jixiao.model import JixiaoError
from jixiao.pipeline.collecting import archive_source, cover_years, discover_source, folder_of, sources_of
from jixiao.pipeline.extracting import (
    extract_batch,
    extracted_documents,
    extracted_of,
    extraction_path,
    plan_batches,
)
from jixiao.pipeline.loading import hold_failures, load_run
from jixiao.pipeline.publishing import build_marts, hold_numbers, publish_marts, validate_warehouse
from jixiao.pipeline.side_by_side import collect
from jixiao.pipeline.staging import Place, open_run, read_sound, taken
from jixiao.pipeline.summary import run_lines


def run_year(
    year: int,
    batch_size: int = 200,
    only: Sequence[str] = (),
    organization: str | None = None,
    allow_fewer: bool = False,
) -> str:
    """Run all stages of one fiscal year; return the published folder.

    A source that fails stops none of the others: they are published, then the failure is raised.

    Raises:
        JixiaoError: a source failed, the gate did, or too many documents did; it says which.
    """
    run = open_run(year, "command")
    failed = collect(run, sources_of(run, only, organization), organization)
    for batch in plan_batches(run, batch_size):
        extract_batch(batch)
    folder = _published(run, allow_fewer)
    if failed:
        raise JixiaoError(f"published without {len(failed)} of its sources: {'; '.join(failed)}")
    return folder


def run_folder(url: str, year: int | None = None, batch_size: int = 200, allow_fewer: bool = False) -> list[str]:
    """Run all stages on a folder of files (any fsspec URL), of one fiscal year or of whatever years are in it.

    Returns what came of it, line by line. Files that are as they were the last time are not read again.

    Raises:
        JixiaoError: there is no such folder, the gate failed, or too many documents did; it says which.
    """
    source = folder_source(url)
    run = open_run(year, source.id)
    source_id = folder_of(run, source)
    archive_source(run, source_id, discover_source(run, source_id))
    batches = plan_batches(run, batch_size)
    for batch in batches:
        extract_batch(batch)
    if year is None:
        cover_years(run, source_id, _told(run))
    folder = _published(run, allow_fewer)
    return [*run_lines(run, source.name), f"published: {folder}"]


def _told(run: Place) -> dict[str, Told]:
    """Return what a run's documents say of themselves, by SHA-256."""
    shas = {sha256 for path in extracted_of(run) for sha256 in extracted_documents(path)["documents"]}
    reports = {
        s: said["report"] for s in shas if (p := extraction_path(s)).exists() and (said := read_sound(p, "report"))
    }
    return {sha256: Told(report["organization"], report["fiscal_year"]) for sha256, report in reports.items()}


def _published(run: Place, allow_fewer: bool) -> str:
    """Load and publish what a run archived and extracted; return the published folder."""
    hold_failures(load_run(run))
    if not allow_fewer:
        hold_numbers()
    validate_warehouse()
    return str(publish_marts(build_marts()).folder)


def dry_run(year: int, only: Sequence[str] = (), organization: str | None = None) -> list[str]:
    """Walk the sites and fetch nothing; return what would be fetched, one line a report."""
    run = open_run(year, "dry run")
    return [
        f"{source_id}  {candidate.organization}  {candidate.post_title}  {candidate.url}"
        for source_id in sources_of(run, only, organization)
        for candidate in taken(discover_source(run, source_id, organization))
    ]
