"""Gate, marts and publisher alone: what was loaded without an ingestion reaches the readers.

Runs when facts were loaded (`reprocess_archive`, `watch_publications`), and by hand after `jixiao quarantine retry` or
a change of the corrections.
"""

from airflow.sdk import Param, dag, task
from jixiao_alerts import on_failure, within
from jixiao_tasks import DEFAULTS, FACTS, ON_WRITER, build, publish, told_apart, validate


@task(**ON_WRITER, doc_md="Apply the corrections as they stand now to every document they name.")
def correct() -> None:
    """Apply the corrections."""
    from jixiao.pipeline import apply_corrections

    with told_apart():
        apply_corrections()


@dag(
    dag_id="build_marts",
    schedule=[FACTS],
    catchup=False,
    max_active_runs=1,
    tags=["jixiao", "publishing"],
    default_args=DEFAULTS,
    on_failure_callback=on_failure(),
    deadline=within(6),
    params={
        "allow_fewer": Param(
            False, type="boolean", description="Publish although sources have far fewer reports than are published now."
        ),
    },
    doc_md=__doc__,
)
def build_marts() -> None:
    """Correct, validate, build and publish."""
    marts = build()
    correct() >> validate([]) >> marts
    publish(marts)


build_marts()
