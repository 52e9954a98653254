"""The compose file as `docker compose` itself reads it: nothing starts without secrets, all is watched."""

import json
import re
import stat
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
COMPOSE = Path(sys.executable).with_name("docker-compose")
ENV_MAKER = HOME / "tools" / "make_env.py"


@pytest.fixture(scope="module")
def env_file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("compose") / "made.env"
    subprocess.run([sys.executable, ENV_MAKER, "ops@example.org"], env={"JIXIAO_ENV_FILE": str(path)}, check=True)
    return path


def _config(env_file: Path) -> subprocess.CompletedProcess[str]:
    words = [COMPOSE, "--env-file", env_file, "--profile", "*", "config", "--format", "json"]
    return subprocess.run(
        words, cwd=HOME, env={"HOME": str(env_file.parent)}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def services(env_file) -> dict[str, dict[str, object]]:
    done = _config(env_file)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["services"]


def test_nothing_starts_without_generated_secrets(tmp_path):
    (tmp_path / "empty.env").touch()
    done = _config(tmp_path / "empty.env")
    assert done.returncode != 0
    assert "run make env" in done.stderr


def test_secrets_are_new_each_time_and_never_overwritten(env_file, tmp_path):
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600
    before = env_file.read_text()
    again = subprocess.run(
        [sys.executable, ENV_MAKER, "ops@example.org"],
        env={"JIXIAO_ENV_FILE": str(env_file)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert again.returncode != 0
    assert "is there already" in again.stderr
    assert env_file.read_text() == before
    other = tmp_path / "other.env"
    subprocess.run([sys.executable, ENV_MAKER, "ops@example.org"], env={"JIXIAO_ENV_FILE": str(other)}, check=True)
    kept = [dict(line.split("=", 1) for line in text.splitlines()) for text in (before, other.read_text())]
    same = {name for name in kept[0] if kept[0][name] == kept[1][name]}
    assert same - {"JIXIAO_SCHEDULED_SINCE"} == {"JIXIAO_CONTACT"}
    since = [datetime.fromisoformat(said["JIXIAO_SCHEDULED_SINCE"]) for said in kept]
    assert since == sorted(since)
    assert datetime.now(UTC) - since[-1] < timedelta(hours=1)


def test_every_service_is_watched_and_bounded(services):
    for name, service in services.items():
        assert int(service["mem_limit"]) > 0, name
        assert "healthcheck" in service, name
        if name != "init":
            assert service["healthcheck"].get("test"), name
        assert "no-new-privileges:true" in service["security_opt"], name
        for port in service.get("ports", []):
            assert port["host_ip"] == "127.0.0.1", f"{name} is reachable from outside"
    ours = {name for name, service in services.items() if service["image"].startswith("jixiao:")}
    assert ours >= {"api-server", "scheduler", "dag-processor", "triggerer", "worker", "writer"}
    for name in ours:
        assert services[name]["cap_drop"] == ["ALL"], name
        assert services[name]["read_only"] is True, name
    redis = services["redis"]["command"]
    assert redis[redis.index("--requirepass") + 1], "whoever reaches the queue runs tasks"


def test_images_are_of_one_exact_version(services):
    version = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    for name, service in services.items():
        tag = service["image"].rpartition(":")[2]
        assert re.search(r"\d+\.\d+|RELEASE\.", tag), f"{name}: {service['image']}"
        if service["image"].startswith("jixiao:"):
            assert tag == version
    base = re.search(r"^FROM (\S+)", (HOME / "deploy" / "Dockerfile").read_text("utf-8"), re.MULTILINE)[1]
    assert re.search(r":\d+\.\d+\.\d+", base)


def test_the_file_holds_no_secret():
    for line in (HOME / "docker-compose.yml").read_text("utf-8").splitlines():
        if found := re.match(r"\s*\w*(?:PASSWORD|SECRET|KEY|AUTH)\w*: *(.+)", line):
            assert found[1].startswith("${") or "AuthManager" in found[1], line


def test_only_the_writer_takes_what_opens_the_warehouse(services):
    queues = {
        name: service["command"][service["command"].index("--queues") + 1]
        for name, service in services.items()
        if service.get("command") and "--queues" in service["command"]
    }
    assert queues == {"worker": "default", "writer": "warehouse"}


def test_the_database_of_a_local_airflow_is_its_users_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path))
    monkeypatch.syspath_prepend(str(HOME / "tools"))
    (tmp_path / "airflow").mkdir()
    (tmp_path / "airflow" / "airflow.db").touch(mode=0o644)
    from local_airflow import environment

    environment(8080)
    assert stat.S_IMODE((tmp_path / "airflow" / "airflow.db").stat().st_mode) == 0o600
