"""The tasks that the DAGs are made of, and what they share: pools, retries, assets, and who is told of a failure.

Thin: each opens the library late and calls one function of `jixiao.pipeline`. Tasks pass paths, never data.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, TriggerRule, get_current_context, task, task_group

FACTS = Asset("jixiao://facts/", group="jixiao")
"""Facts that were loaded and are not published yet: `build_marts` waits for it."""
MARTS = Asset("jixiao://marts/", group="jixiao")
"""A published version; its event carries number, rows of each mart and hash of the content."""
ONE_WRITER = "warehouse"
"""A pool of one slot, and the queue of the host that has the file: DuckDB lets one process write, no other read."""
ON_WRITER: dict[str, Any] = {"pool": ONE_WRITER, "queue": ONE_WRITER}
"""What a task says that opens the warehouse. `JIXIAO_WRITER_POD` is the template of its pod, with the warehouse's
volume, for KubernetesExecutor, which knows no queues; other executors do not look at it."""
if pod := os.environ.get("JIXIAO_WRITER_POD"):
    ON_WRITER["executor_config"] = {"pod_template_file": pod}
DEFAULTS: dict[str, Any] = {
    "owner": "jixiao",
    "retries": 3,
    "retry_delay": timedelta(seconds=10),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=10),
    "execution_timeout": timedelta(hours=1),
}


def _since(variable: str = "JIXIAO_SCHEDULED_SINCE") -> datetime:
    said = os.environ.get(variable) or "2026-11-01"
    try:
        since = datetime.fromisoformat(said)
    except ValueError as error:
        raise ValueError(f"{variable}: {error}: this should be a time, as 2026-11-01T08:00:00+08:00") from None
    return since if since.tzinfo else since.replace(tzinfo=UTC)


SINCE = _since()
"""From when on DAGs run by themselves: when the installation was made, so that unpausing starts nothing due before.

Without a catch-up Airflow would start what was due last, a whole fiscal year, with a DAG unpaused or a backfill begun.
"""


@contextmanager
def told_apart() -> Iterator[None]:
    """Let what may pass (network, lock, disk) be retried, and fail at once for what a person must mend.

    Raises:
        AirflowFailException: a contract was broken, a parameter is wrong, the gate failed; the words are the library's.
    """
    from airflow.sdk.exceptions import AirflowFailException
    from jixiao.model import JixiaoError, TransientError

    try:
        yield
    except TransientError:
        raise
    except JixiaoError as error:
        raise AirflowFailException(str(error)) from error
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EROFS, errno.ENOTDIR):
            raise AirflowFailException(f"{error.filename}: {error.strerror}") from error
        raise


def param(name: str, otherwise: Any = None) -> Any:
    """Return a parameter of the run; DAGs that do not have it get `otherwise`."""
    return get_current_context()["params"].get(name, otherwise)


def skip_if_dry() -> None:
    """End a task as skipped in a run that is only to tell what it would do."""
    from airflow.sdk.exceptions import AirflowSkipException

    if param("dry_run", False):
        raise AirflowSkipException("dry run: nothing is fetched, loaded or published")


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

        get_current_context()["source_id"] = source_id
        with told_apart():
            return str(discover_source(run, source_id, param("organization")))

    @task(
        doc_md="Fetch what is new and keep it unchanged under its SHA-256.",
        map_index_template="{{ source_id }}",
        execution_timeout=timedelta(hours=12),
    )
    def archive(run: str, source_id: str, candidates: str) -> None:
        from jixiao.pipeline import archive_source

        get_current_context()["source_id"] = source_id
        skip_if_dry()
        with told_apart():
            archive_source(run, source_id, candidates, param("organization"))

    archive(run, source_id, discover(run, source_id))


@task(trigger_rule=TriggerRule.ALL_DONE, doc_md="Split what is to be read into batches of documents.")
def batches(run: str) -> list[str]:
    """Plan the batches of what a run's sources archived."""
    from jixiao.pipeline import plan_batches

    skip_if_dry()
    with told_apart():
        return [str(path) for path in plan_batches(run, param("batch_size", 200))]


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
    **ON_WRITER,
    trigger_rule=TriggerRule.NONE_FAILED,
    doc_md="Put the facts of the run's documents in place of the old, in one transaction; note what failed.",
)
def load(run: str) -> str:
    """Load a run."""
    from jixiao.pipeline import load_run

    skip_if_dry()
    with told_apart():
        return str(load_run(run))


@task(
    **ON_WRITER,
    doc_md="Hold the run's failures against the share allowed; then the gate, Great Expectations.",
)
def validate(loaded: list[str]) -> None:
    """Hold the gate; `loaded` are the records of the loads that it is to answer for."""
    from jixiao.pipeline import hold_failures, hold_numbers, validate_warehouse

    with told_apart():
        for one in loaded:
            hold_failures(one)
        if not param("allow_fewer", False):
            hold_numbers()
        validate_warehouse()


@task(**ON_WRITER, doc_md="Build the marts, in the order that their SQL asks for.")
def build() -> str:
    """Build the marts."""
    from jixiao.pipeline import build_marts

    with told_apart():
        return str(build_marts())


@task(**ON_WRITER, outlets=[MARTS], doc_md="Write a new version, check it, switch.")
def publish(outcome: str) -> str:
    """Publish."""
    from jixiao.pipeline import publish_marts

    with told_apart():
        published = publish_marts(outcome)
    get_current_context()["outlet_events"][MARTS].extra = published.summary
    return str(published.folder)


@task(trigger_rule=TriggerRule.ALL_DONE, doc_md="Fail, in words, where a source is missing from a run.")
def complete(runs: list[str]) -> None:
    """Say which sources are missing."""
    from jixiao.pipeline import missing_sources

    with told_apart():
        for run in runs:
            missing_sources(run)
