"""The yearly ingestion: one run a fiscal year, from publication sites to published marts.

What runs and when; the work is in `jixiao.pipeline`. Tasks pass paths, never data.
"""

from datetime import timedelta

from airflow.sdk import (
    Asset,
    CronPartitionTimetable,
    Param,
    TriggerRule,
    dag,
    get_current_context,
    task,
    task_group,
)
from jixiao_tasks import told_apart

MARTS = Asset("jixiao://marts/", group="jixiao")
ONE_WRITER = "warehouse"  # a pool of one slot: DuckDB lets one process write, and none read beside it


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

    params = get_current_context()["params"]
    with told_apart():
        return sources_of(run, params["source"], params["organization"])


@task_group(tooltip="One publication site: it fails, is retried and is cleared alone.")
def site(run: str, source_id: str) -> None:
    """Discover and archive one source."""

    @task(
        doc_md="Walk the site and list what belongs to the fiscal year, with the reasons.",
        map_index_template="{{ source_id }}",
        execution_timeout=timedelta(hours=6),
    )
    def discover(run: str, source_id: str) -> str:
        from jixiao.pipeline import discover_source

        context = get_current_context()
        context["source_id"] = source_id
        with told_apart():
            return str(discover_source(run, source_id, context["params"]["organization"]))

    @task(
        doc_md="Fetch what is new and keep it unchanged under its SHA-256.",
        map_index_template="{{ source_id }}",
        execution_timeout=timedelta(hours=12),
    )
    def archive(run: str, source_id: str, candidates: str) -> None:
        from airflow.sdk.exceptions import AirflowSkipException
        from jixiao.pipeline import archive_source

        context = get_current_context()
        context["source_id"] = source_id
        if context["params"]["dry_run"]:
            raise AirflowSkipException(f"dry run: {candidates} lists what would be fetched")
        with told_apart():
            archive_source(run, source_id, candidates, context["params"]["organization"])

    archive(run, source_id, discover(run, source_id))


@task(trigger_rule=TriggerRule.ALL_DONE, doc_md="Split what the sources archived into batches of documents.")
def batches(run: str) -> list[str]:
    """Plan the batches."""
    from airflow.sdk.exceptions import AirflowSkipException
    from jixiao.pipeline import plan_batches

    params = get_current_context()["params"]
    if params["dry_run"]:
        raise AirflowSkipException("dry run")
    with told_apart():
        return [str(path) for path in plan_batches(run, params["batch_size"])]


@task(
    doc_md="Read and extract one batch; what cannot be read becomes a quarantine entry.",
    execution_timeout=timedelta(hours=12),
)
def extract(batch: str) -> str:
    """Extract a batch."""
    from jixiao.pipeline import extract_batch

    with told_apart():
        return str(extract_batch(batch))


@task(
    pool=ONE_WRITER,
    queue=ONE_WRITER,
    trigger_rule=TriggerRule.NONE_FAILED,
    doc_md="Put the facts of the run's documents in place of the old, in one transaction; note what failed.",
)
def load(run: str) -> str:
    """Load the run."""
    from airflow.sdk.exceptions import AirflowSkipException
    from jixiao.pipeline import load_run

    if get_current_context()["params"]["dry_run"]:
        raise AirflowSkipException("dry run")
    with told_apart():
        return str(load_run(run))


@task(
    pool=ONE_WRITER,
    queue=ONE_WRITER,
    doc_md="Hold the run's failures against the share allowed; then the gate, Great Expectations.",
)
def validate(loaded: str) -> None:
    """Hold the gate."""
    from jixiao.pipeline import hold_failures, hold_numbers, validate_warehouse

    with told_apart():
        hold_failures(loaded)
        if not get_current_context()["params"]["allow_fewer"]:
            hold_numbers()
        validate_warehouse()


@task(pool=ONE_WRITER, queue=ONE_WRITER, doc_md="Build the marts, in the order that their SQL asks for.")
def build_marts() -> str:
    """Build."""
    from jixiao.pipeline import build_marts as build

    with told_apart():
        return str(build())


@task(pool=ONE_WRITER, queue=ONE_WRITER, outlets=[MARTS], doc_md="Write a new version, check it, switch.")
def publish(outcome: str) -> str:
    """Publish."""
    from jixiao.pipeline import publish_marts

    with told_apart():
        published = publish_marts(outcome)
    get_current_context()["outlet_events"][MARTS].extra = published.summary
    return str(published.folder)


@task(trigger_rule=TriggerRule.ALL_DONE, doc_md="Fail, in words, where a source is missing from the run.")
def complete(run: str) -> None:
    """Say what is missing."""
    from jixiao.pipeline import missing_sources

    with told_apart():
        missing_sources(run)


@dag(
    dag_id="ingest_reports",
    # Departments publish from March to November of the year after; the run of 1 December takes the year before.
    schedule=CronPartitionTimetable("0 3 1 12 *", timezone="Asia/Shanghai", run_offset=-1, key_format="%Y"),
    catchup=False,
    max_active_runs=4,
    tags=["jixiao", "ingestion"],
    default_args={
        "owner": "jixiao",
        "retries": 2,
        "retry_delay": timedelta(seconds=10),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=10),
        "execution_timeout": timedelta(hours=1),
    },
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
    sites = site.partial(run=run).expand(source_id=sources(run))
    planned = batches(run)
    loaded = load(run)
    checked = validate(loaded)
    marts = build_marts()
    published = publish(marts)
    sites >> planned
    extract.expand(batch=planned) >> loaded
    checked >> marts
    published >> complete(run)


ingest_reports()
