"""All stages of one fiscal year in this process, without Airflow."""

from collections.abc import Sequence

from jixiao.model import JixiaoError
from jixiao.pipeline.collecting import archive_source, discover_source, sources_of
from jixiao.pipeline.extracting import extract_batch, plan_batches
from jixiao.pipeline.loading import hold_failures, load_run
from jixiao.pipeline.publishing import build_marts, hold_numbers, publish_marts, validate_warehouse
from jixiao.pipeline.staging import open_run, taken


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
    failed: list[str] = []
    for source_id in sources_of(run, only, organization):
        try:
            candidates = discover_source(run, source_id, organization)
            archive_source(run, source_id, candidates, organization)
        except JixiaoError as error:
            print(f"problem: {error}")  # noqa: T201 - a run's log
            failed.append(str(error))
    for batch in plan_batches(run, batch_size):
        extract_batch(batch)
    hold_failures(load_run(run))
    if not allow_fewer:
        hold_numbers()
    validate_warehouse()
    folder = str(publish_marts(build_marts()).folder)
    if failed:
        raise JixiaoError(f"published without {len(failed)} of its sources: {'; '.join(failed)}")
    return folder


def dry_run(year: int, only: Sequence[str] = (), organization: str | None = None) -> list[str]:
    """Walk the sites and fetch nothing; return what would be fetched, one line a report."""
    run = open_run(year, "dry run")
    return [
        f"{source_id}  {candidate.organization}  {candidate.post_title}  {candidate.url}"
        for source_id in sources_of(run, only, organization)
        for candidate in taken(discover_source(run, source_id, organization))
    ]
