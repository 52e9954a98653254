"""Every week: hash the next share of the archive's originals, ask sites again for what is lost, and sweep up.

With the 52 shares of the default every original is looked at once a year. A run is red where something is lost that no
site gives any more: it is to be restored from a backup. Swept is what killed runs left half made a day ago or longer.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, Param, dag, task
from jixiao_alerts import on_failure, within
from jixiao_tasks import DEFAULTS, SINCE, param, told_apart


@task(
    doc_md="Hash a share of the originals, read all sidecars; name what is lost, and ask its site for it again.",
    execution_timeout=timedelta(hours=12),
)
def verify() -> None:
    """Look at a share of the archive."""
    from jixiao.pipeline import verify_share

    with told_apart():
        verify_share(param("shares"), param("ask"))


@task(doc_md="Remove what killed runs left half made.")
def sweep() -> int:
    """Sweep up."""
    from jixiao.pipeline import sweep_leftovers

    with told_apart():
        return sweep_leftovers()


@dag(
    dag_id="verify_archive",
    schedule=CronTriggerTimetable("0 2 * * 6", timezone="Asia/Shanghai"),
    start_date=SINCE,
    catchup=False,
    max_active_runs=1,
    tags=["jixiao", "maintenance"],
    default_args=DEFAULTS,
    on_failure_callback=on_failure(),
    deadline=within(24),
    params={
        "shares": Param(52, type="integer", minimum=1, maximum=256, description="A run looks at one of so many."),
        "ask": Param(True, type="boolean", description="Ask sites again for what is lost."),
    },
    doc_md=__doc__,
)
def verify_archive() -> None:
    """Verify and sweep, whichever of them fails."""
    verify()
    sweep()


verify_archive()
