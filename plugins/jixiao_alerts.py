"""Who is told when a run fails or is late: what the operator configures, through Airflow's own notifiers.

`JIXIAO_ALERT_CONN` is the id of an Airflow connection of type http (a webhook, its path in `JIXIAO_ALERT_PATH`);
`JIXIAO_ALERT_MAIL` are addresses, separated by commas, written to by the connection `smtp_default`. Where neither is
set nobody is told. `JIXIAO_LATE_HOURS` is after how many hours a run is late, in place of what its DAG says; only the
webhook hears of it, through Airflow's triggerer.
"""

import os
from datetime import timedelta
from typing import Any

from airflow.sdk import AsyncCallback, DeadlineAlert, DeadlineReference

_DAG, _RUN = "{{ dag_run.dag_id }}", "{{ dag_run.run_id }}"
_LATE_RUN = "{{ dag_run.dag_run_id }}"
"""A deadline is told of a run as the API shows it, and of nothing else."""


def _webhook(what: str, run: str) -> dict[str, Any] | None:
    connection = os.environ.get("JIXIAO_ALERT_CONN")
    if not connection:
        return None
    said = {"text": f"jixiao: {what}: {_DAG} {run}", "dag_id": _DAG, "run_id": run}
    return {"http_conn_id": connection, "endpoint": os.environ.get("JIXIAO_ALERT_PATH", ""), "json": said}


def on_failure() -> list[Any]:
    """Return the notifiers of a run that failed; empty where nobody is to be told."""
    out: list[Any] = []
    if webhook := _webhook("a run failed", _RUN):
        from airflow.providers.http.notifications.http import HttpNotifier

        out.append(HttpNotifier(**webhook))
    if addresses := os.environ.get("JIXIAO_ALERT_MAIL"):
        from airflow.providers.smtp.notifications.smtp import SmtpNotifier

        subject = f"jixiao: a run failed: {_DAG} {_RUN}"
        text = "The task logs in Airflow say what happened: {{ dag_run.state }}."
        out.append(SmtpNotifier(to=addresses.split(","), subject=subject, html_content=text))
    return out


def within(hours: int) -> DeadlineAlert | None:
    """Return the alert of a run that is not done so many hours after it was queued; None where nobody is to be told."""
    late = float(os.environ.get("JIXIAO_LATE_HOURS") or hours)
    webhook = _webhook(f"not done after {late:g} hours", _LATE_RUN)
    if webhook is None:
        return None
    from airflow.providers.http.notifications.http import HttpNotifier

    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=late),
        callback=AsyncCallback(HttpNotifier, kwargs=webhook),
    )
