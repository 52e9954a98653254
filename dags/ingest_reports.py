"""The yearly ingestion: one run a fiscal year, from publication sites to published marts.

What runs and when; the work is in `jixiao.pipeline`. Tasks pass paths, never data.
"""

from airflow.sdk import CronPartitionTimetable, Param, dag, get_current_context, task
from jixiao_alerts import on_failure, within
from jixiao_tasks import (
    DEFAULTS,
    SINCE,
    batches,
    build,
    complete,
    extract,
    load,
    param,
    publish,
    site,
    told_apart,
    validate,
)


@task(doc_md="Read the fiscal year from the partition key, or from the parameter, and open the run's folder.")
def begin() -> str:
    """Open the run."""
    from jixiao.pipeline import fiscal_year_of, open_run

    context = get_current_context()
    run = context["dag_run"]
    with told_apart():
        return str(open_run(fiscal_year_of(run.partition_key, context["params"]["fiscal_year"]), run.run_id))


@task(doc_md="List the sources that publish this fiscal year.")
def sources(run: str) -> list[str]:
    """Choose the sources."""
    from jixiao.pipeline import sources_of

    with told_apart():
        return sources_of(run, param("source"), param("organization"))


@dag(
    dag_id="ingest_reports",
    # Departments publish from March to November of the year after; the run of 1 December takes the year before.
    schedule=CronPartitionTimetable("0 3 1 12 *", timezone="Asia/Shanghai", run_offset=-1, key_format="%Y"),
    start_date=SINCE,
    catchup=False,
    max_active_runs=4,
    tags=["jixiao", "ingestion"],
    default_args=DEFAULTS,
    on_failure_callback=on_failure(),
    deadline=within(24),
    params={
        "fiscal_year": Param(
            None,
            type=["null", "integer"],
            minimum=2010,
            maximum=2100,
            description="Fiscal year of a manual run without a partition key.",
        ),
        "source": Param(
            [], type="array", items={"type": "string"}, description="Ids of contracts; empty means every enabled one."
        ),
        "organization": Param(None, type=["null", "string"], description="One department only, by its full name."),
        "dry_run": Param(False, type="boolean", description="Walk the sites, fetch and publish nothing."),
        "batch_size": Param(200, type="integer", minimum=1, maximum=1000, description="Documents in one batch."),
        "allow_fewer": Param(
            False, type="boolean", description="Publish although sources have far fewer reports than are published now."
        ),
    },
    doc_md=__doc__
    + """
**Trigger a year by hand:** give the fiscal year as the partition key (`2023`), or as the parameter `fiscal_year`.

**Backfill:** see *Running Jixiao* (`docs/operating.md`); a year before a contract's first one is a run that finds
nothing, and green.

**A site that is dead, silent or short** fails in its own row of `site` and is cleared alone; the others are loaded and
published. The task `complete` is red then, and names it. **Too many failures** (documents that could not be
fetched or read, by source and in all) stop the run before anything is published.

**Killed, failed, run twice:** every task writes to a place that depends on its input alone and replaces whole
documents or whole versions, so clear it and let it run again. Documents that cannot be read are quarantined
(`jixiao quarantine list`) and stop nobody; a failed gate (task `validate`) leaves the published marts as they were.
""",
)
def ingest_reports() -> None:
    """Discover and archive by source, extract in parallel batches, load, validate, build and publish."""
    run = begin()
    planned = batches(run)
    loaded = load(run)
    marts = build()
    site.partial(run=run).expand(source_id=sources(run)) >> planned >> complete([run])
    extract.expand(batch=planned) >> loaded
    validate([loaded]) >> marts
    publish(marts)


ingest_reports()
