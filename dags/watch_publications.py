"""Every week: ask the sites, by conditional requests, what came late, was replaced or has vanished, and ingest it.

The open years are those for which reports still come out: the newest three. What changed is loaded; `build_marts`
publishes it.
"""

from airflow.sdk import CronTriggerTimetable, Param, dag, get_current_context, task
from jixiao_alerts import on_failure, within
from jixiao_tasks import DEFAULTS, FACTS, ON_WRITER, SINCE, complete, extract, param, site, told_apart


@task(doc_md="Open a run for each open fiscal year.")
def begin() -> list[str]:
    """Open the runs."""
    from jixiao.pipeline import open_run, open_years

    run_id = get_current_context()["dag_run"].run_id
    with told_apart():
        return [str(open_run(year, run_id)) for year in open_years(param("years"))]


@task(doc_md="List the sources of each open year.")
def sources(runs: list[str]) -> list[dict[str, str]]:
    """Choose the sources."""
    from jixiao.pipeline import sources_of

    with told_apart():
        return [{"run": run, "source_id": source} for run in runs for source in sources_of(run)]


@task(trigger_rule="all_done", doc_md="Split what was archived in the open years into batches.")
def batches(runs: list[str]) -> list[str]:
    """Plan the batches of all open years."""
    from jixiao.pipeline import plan_batches

    with told_apart():
        return [str(path) for run in runs for path in plan_batches(run, 200)]


@task(
    **ON_WRITER,
    trigger_rule="none_failed",
    outlets=[FACTS],
    doc_md="Load the open years; hold the failures of each against the share allowed.",
)
def load(runs: list[str]) -> None:
    """Load the open years."""
    from jixiao.pipeline import hold_failures, load_run

    with told_apart():
        for run in runs:
            hold_failures(load_run(run))


@dag(
    dag_id="watch_publications",
    schedule=CronTriggerTimetable("0 4 * * 1", timezone="Asia/Shanghai"),
    start_date=SINCE,
    catchup=False,
    max_active_runs=1,
    tags=["jixiao", "ingestion"],
    default_args=DEFAULTS,
    on_failure_callback=on_failure(),
    deadline=within(24),
    params={"years": Param(3, type="integer", minimum=1, maximum=20, description="How many fiscal years are open.")},
    doc_md=__doc__,
)
def watch_publications() -> None:
    """Walk all sources of the open years and load what changed."""
    runs = begin()
    planned = batches(runs)
    site.expand_kwargs(sources(runs)) >> planned >> complete(runs)
    extract.expand(batch=planned) >> load(runs)


watch_publications()
