"""What many hosts share, on loopback ports of their own and in a folder that is thrown away: PostgreSQL, Redis, S3."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local_airflow.environment import BIN, RunError, free_port
from local_airflow.parts import Part, kept, started, wait_for

BUCKET = "jixiao"
_GRACE_SECONDS = 3.0
_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Services:
    """Where the services answer; every address holds its password."""

    database: str
    broker: str
    s3: str
    running: list[Part]


def missing() -> list[str]:
    """Return the Debian packages that are not installed."""
    lacking = [] if _postgres_folder() else ["postgresql"]
    return lacking if shutil.which("redis-server") else [*lacking, "redis-server"]


@contextmanager
def services(running: list[Part]) -> Iterator[Services]:
    """Start all three, and add them to the parts that run; the block ends all of those, then the folder goes."""
    with tempfile.TemporaryDirectory(prefix="jixiao-services-") as folder, kept(running):
        place = Path(folder)
        place.chmod(0o711)  # the user of PostgreSQL walks through it into a folder of its own
        secret = secrets.token_urlsafe(16)
        yield Services(
            f"postgresql+psycopg2://airflow:{secret}@127.0.0.1:{_postgres(place, secret, running)}/postgres",
            f"redis://:{secret}@127.0.0.1:{_redis(place, secret, running)}/0",
            f"http://127.0.0.1:{_s3(place, running)}",
            running,
        )


def _postgres_folder() -> Path | None:
    """Return where PostgreSQL's programs are; Debian keeps them off the PATH."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return folders[-1].parent if folders else None


def _postgres(place: Path, secret: str, running: list[Part]) -> int:
    """Make an empty database of user `airflow`; as another user where this one is root, whom PostgreSQL refuses."""
    programs, data = _postgres_folder(), place / "postgres"
    if programs is None:
        raise RunError("Debian's postgresql is not installed")
    data.mkdir(mode=0o700)
    word = data.with_name("postgres.password")
    word.write_text(secret)
    become: list[str] = []
    if os.geteuid() == 0:
        try:
            user = pwd.getpwnam("postgres")
        except KeyError:
            user = pwd.getpwnam("nobody")
        become = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        for path in (data, word):
            os.chown(path, user.pw_uid, user.pw_gid)
    word.chmod(0o400)
    auth = ["--auth=scram-sha-256", "--username=airflow", f"--pwfile={word}"]
    made = subprocess.run(
        [*become, programs / "initdb", "--pgdata", data, "--no-sync", "--encoding=UTF8", "--locale=C", *auth],
        capture_output=True, text=True, check=False, cwd=place,
    )  # fmt: skip
    if made.returncode:
        raise RunError(f"initdb: {made.stderr.strip()[-500:]}")
    port = free_port()
    options = ["listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={data}", "fsync=off"]
    command = [*become, programs / "postgres", "-D", data, *(word for option in options for word in ("-c", option))]
    running.append(started("PostgreSQL", command, _plain(), place / "postgres.log", _GRACE_SECONDS))
    _answers("PostgreSQL", port, running)
    return port


def _redis(place: Path, secret: str, running: list[Part]) -> int:
    port, told = free_port(), place / "redis.conf"
    told.touch(mode=0o600)
    told.write_text(f'bind 127.0.0.1\nport {port}\nrequirepass {secret}\nsave ""\nappendonly no\ndir {place}\n')
    running.append(started("Redis", ["redis-server", told], _plain(), place / "redis.log", _GRACE_SECONDS))
    _answers("Redis", port, running)
    return port


def _s3(place: Path, running: list[Part]) -> int:
    """Start moto's S3 server with one bucket; its objects are in its memory."""
    import s3fs

    port = free_port()
    command = [BIN / "moto_server", "-H", "127.0.0.1", "-p", str(port)]
    running.append(started("S3 server", command, _plain(), place / "s3.log", _GRACE_SECONDS))
    _answers("S3 server", port, running)
    s3fs.S3FileSystem(key="any", secret="any", endpoint_url=f"http://127.0.0.1:{port}").mkdir(BUCKET)
    return port


def _plain() -> dict[str, str]:
    """Return the environment of a service: nothing of the project's."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def _answers(name: str, port: int, running: list[Part]) -> None:
    def reached() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True

    wait_for(f"{name} to answer", reached, running, _START_SECONDS)
