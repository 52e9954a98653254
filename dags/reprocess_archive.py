"""Read the archive again with the extractor of today, beside what is loaded, and say figure by figure what differs.

A dry run by default: the difference is printed and kept, nothing is loaded. With `dry_run` off the new facts take the
place of the old, and `build_marts` publishes them.
"""

from airflow.sdk import Param, dag, get_current_context, task
from jixiao_alerts import on_failure, within
from jixiao_tasks import DEFAULTS, FACTS, ON_WRITER, extract, param, skip_if_dry, told_apart


@task(**ON_WRITER, doc_md="Choose documents of the archive; split them into batches.")
def choose() -> list[str]:
    """Choose the documents."""
    from jixiao.pipeline import choose_documents

    with told_apart():
        run_id = get_current_context()["dag_run"].run_id
        chosen = choose_documents(run_id, param("fiscal_years"), param("organizations"), param("extractor_versions"))
        return [str(path) for path in chosen]


@task(
    **ON_WRITER,
    trigger_rule="none_failed",
    doc_md="Print and keep what the new reading gains, loses and changes against what is loaded.",
)
def compare(batches: list[str]) -> str:
    """Compare."""
    from jixiao.pipeline import compare_readings

    with told_apart():
        return str(compare_readings(get_current_context()["dag_run"].run_id, list(batches)))


@task(**ON_WRITER, outlets=[FACTS], doc_md="Put the new facts in place of the old.")
def switch(difference: str) -> None:
    """Load the new reading."""
    from jixiao.pipeline import load_readings

    skip_if_dry()
    with told_apart():
        load_readings(difference)


@dag(
    dag_id="reprocess_archive",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    tags=["jixiao", "maintenance"],
    default_args=DEFAULTS,
    on_failure_callback=on_failure(),
    deadline=within(72),
    params={
        "dry_run": Param(True, type="boolean", description="Print and keep the difference only; load nothing."),
        "fiscal_years": Param([], type="array", items={"type": "integer"}, description="Empty means every year."),
        "organizations": Param([], type="array", items={"type": "string"}, description="Empty means every department."),
        "extractor_versions": Param(
            [], type="array", items={"type": "string"}, description="Only what these read; empty means all but today's."
        ),
    },
    doc_md=__doc__,
)
def reprocess_archive() -> None:
    """Choose, extract beside, compare, switch."""
    switch(compare(extract.expand(batch=choose())))


reprocess_archive()
