"""Where the local Airflow lies, its settings and secrets, and one command of it at a time."""

import ctypes
import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
USER = "admin"


class RunError(Exception):
    """Airflow did not do what was asked; the message says what and where its log is."""


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def airflow_home() -> Path:
    """Return the Airflow home inside the project's `var/`."""
    return Path(os.environ.get("JIXIAO_VAR", HOME / "var")).resolve() / "airflow"


def kept_secret(name: str) -> str:
    """Return a secret that is generated once and readable by this user only."""
    path = airflow_home() / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(".new")
        partial.write_text(secrets.token_urlsafe(32))
        partial.chmod(0o600)
        partial.replace(path)
    return path.read_text()


def began() -> str:
    """Return when this Airflow home was first used: nothing that was due before runs by itself."""
    path = airflow_home() / "began"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(datetime.now(UTC).isoformat(timespec="seconds"))
    return path.read_text()


def environment(port: int) -> dict[str, str]:
    """Return the environment of every part: SQLite metadata, no examples, no telemetry, loopback only."""
    home = airflow_home()
    home.mkdir(parents=True, exist_ok=True)
    database = home / "airflow.db"
    database.touch(mode=0o600)  # it holds connections and sessions; SQLite gives its journals the same mode
    database.chmod(0o600)
    passwords = home / "secrets" / "passwords.json"
    if not passwords.exists():
        password = kept_secret("password")
        passwords.write_text(json.dumps({USER: password}))
        passwords.chmod(0o600)
    url = f"http://127.0.0.1:{port}"
    settings = {
        "CORE__DAGS_FOLDER": HOME / "dags",
        "CORE__PLUGINS_FOLDER": HOME / "plugins",
        "CORE__LOAD_EXAMPLES": False,
        "CORE__MAX_MAP_LENGTH": 20000,  # as docker-compose.yml
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": max(2, os.cpu_count() or 2),
        "CORE__AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": passwords,
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{database}",
        "API__HOST": "127.0.0.1",
        "API__PORT": port,
        "API__BASE_URL": url,
        "API__WORKERS": 1,
        "API__SECRET_KEY": kept_secret("api_secret_key"),
        "API_AUTH__JWT_SECRET": kept_secret("jwt_secret"),
        "LOGGING__BASE_LOG_FOLDER": home / "logs",
        "USAGE_DATA_COLLECTION__ENABLED": False,
        "SCHEDULER__ENABLE_HEALTH_CHECK": False,
        # A machine that is busy answers late; the default of 5 s fails tasks that only had to wait.
        "WORKERS__EXECUTION_API_TIMEOUT": 60,
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": 30,
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": 120,
    }
    env = dict(os.environ)
    env |= {f"AIRFLOW__{name}": str(value) for name, value in settings.items()}
    env |= {
        "AIRFLOW_HOME": str(home),
        "JIXIAO_HOME": str(HOME),
        "JIXIAO_SCHEDULED_SINCE": os.environ.get("JIXIAO_SCHEDULED_SINCE") or began(),
        "GX_ANALYTICS_ENABLED": "false",
        "PATH": f"{BIN}{os.pathsep}{env.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": "127.0.0.1,localhost",
    }
    return env


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the Airflow home; two schedulers on one SQLite file would fight."""
    home = airflow_home()
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(f"another Airflow already runs on {home}: stop it first (make up, make run)") from None
        yield


def _die_with_parent() -> None:
    """Ask Linux to end this child when its parent ends, even by kill -9."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def airflow(env: dict[str, str], *words: str) -> None:
    """Run one command of Airflow; raise `RunError` with its words when it fails."""
    done = subprocess.run(
        [BIN / "airflow", *words],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_die_with_parent,
    )
    if done.returncode:
        raise RunError(f"airflow {' '.join(words[:2])}: {(done.stderr or done.stdout).strip()[-800:]}")


PREPARE = (
    ("db", "migrate"),
    ("pools", "set", "warehouse", "1", "DuckDB has one writer: tasks that open the warehouse take this slot"),
)
"""The commands that create or migrate Airflow's own tables and the pool that lets one task write the warehouse."""
