"""A real Airflow on this machine: its environment, its parts as child processes, its REST API, and what uses them.

`python -m local_airflow.run` is `make run`, `.up` is `make up`, `.cluster` is `make test-cluster`. Everything lies in
`var/airflow` (or below `JIXIAO_VAR`) and listens on loopback only; nothing outlives the process that started it.
"""

from local_airflow.api import Api
from local_airflow.environment import (
    BIN,
    HOME,
    USER,
    RunError,
    airflow,
    airflow_home,
    environment,
    free_port,
    only_one,
)
from local_airflow.parts import Part, parts, wait_for

__all__ = [
    "BIN", "HOME", "USER", "Api", "Part", "RunError", "airflow", "airflow_home", "environment", "free_port",
    "only_one", "parts", "wait_for",
]  # fmt: skip
