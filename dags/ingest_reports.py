"""The yearly ingestion: one run a fiscal year, from publication sites to published marts.

What runs and when; the work is in `jixiao.pipeline`. Tasks pass paths, never data.
"""

from datetime import timedelta

from airflow.sdk import Asset, CronPartitionTimetable, Param, dag, get_current_context, task

MARTS = Asset("jixiao://marts/", group="jixiao")
ONE_WRITER = "warehouse"  # a pool of one slot: DuckDB lets one process write, and none read beside it


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
        "execution_timeout": timedelta(hours=6),
    },
    params={
        "fiscal_year": Param(
            None,
            type=["null", "integer"],
            minimum=2010,
            maximum=2100,
            description="Fiscal year of a manual run without a partition key.",
        ),
        "batch_size": Param(200, type="integer", minimum=1, maximum=1000, description="Documents in one batch."),
    },
    doc_md=__doc__
    + """
**Trigger a year by hand:** give the fiscal year as the partition key (`2023`), or as the parameter `fiscal_year`.

**Backfill:** `airflow backfill create --dag-id ingest_reports --from-date 2019-01-01T00:00+08:00 --to-date …`
makes one run a fiscal year; the dates are partition dates.

**Killed, failed, run twice:** every task writes to a place that depends on its input alone and replaces whole
documents or whole versions, so clear it and let it run again. Documents that cannot be read are quarantined
(`jixiao quarantine list`) and stop nobody; a failed gate (task `validate`) leaves the published marts as they were.
""",
)
def ingest_reports() -> None:
    """Discover, archive, extract in parallel batches, load, validate, build and publish."""

    @task(doc_md="Read the fiscal year from the partition key, or from the parameter.")
    def fiscal_year() -> int:
        from jixiao.pipeline import fiscal_year_of

        context = get_current_context()
        return fiscal_year_of(context["dag_run"].partition_key, context["params"]["fiscal_year"])

    @task(doc_md="Walk every enabled publication site and list what belongs to the fiscal year, with the reasons.")
    def discover(year: int) -> str:
        from jixiao.pipeline import discover_year

        return str(discover_year(year))

    @task(doc_md="Fetch what is new and keep it unchanged under its SHA-256.")
    def archive(year: int, candidates: str) -> str:
        from jixiao.pipeline import archive_year

        return str(archive_year(year, candidates))

    @task(doc_md="Split the archived documents into batches.")
    def batches(year: int, archived: str) -> list[str]:
        from jixiao.pipeline import plan_batches

        return [str(path) for path in plan_batches(year, archived, get_current_context()["params"]["batch_size"])]

    @task(doc_md="Read and extract one batch; what cannot be read becomes a quarantine entry.")
    def extract(batch: str) -> str:
        from jixiao.pipeline import extract_batch

        return str(extract_batch(batch))

    @task(pool=ONE_WRITER, doc_md="Put the facts of the year's documents in place of the old, in one transaction.")
    def load(year: int, extracted: list[str]) -> None:
        from jixiao.pipeline import load_year

        load_year(year, list(extracted))

    @task(pool=ONE_WRITER, doc_md="The gate: Great Expectations over the warehouse; Data Docs are built.")
    def validate() -> None:
        from jixiao.pipeline import validate_warehouse

        validate_warehouse()

    @task(pool=ONE_WRITER, doc_md="Build the marts of the fiscal year, in the order that their SQL asks for.")
    def build_marts(year: int) -> str:
        from jixiao.pipeline import build_marts_of

        return str(build_marts_of(year))

    @task(pool=ONE_WRITER, outlets=[MARTS], doc_md="Write a new version beside the old ones, check it, switch.")
    def publish(outcome: str) -> str:
        from jixiao.pipeline import publish_marts

        return publish_marts(outcome)

    year = fiscal_year()
    archived = archive(year, discover(year))
    loaded = load(year, extract.expand(batch=batches(year, archived)))
    marts = build_marts(year)
    loaded >> validate() >> marts
    publish(marts)


ingest_reports()
