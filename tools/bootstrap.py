"""Make the virtual environment from requirements.lock, with nothing but Python's standard library to start from.

The lock names versions and hashes and no index, so that whatever package index pip is set up with serves: a mirror,
a company's index or the public one. (uv.lock records download addresses, and `uv sync --frozen` would go to those.)

    bootstrap.py VENV [LOCK]   create VENV and install exactly what the lock says (default requirements.lock)
    bootstrap.py --lock        resolve pyproject.toml anew and write the locks
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
LOCKS = {"dev": "requirements.lock", "compose": "requirements-compose.lock"}  # by dependency group
UV = "uv==0.13.8"


def pip_setting(python: Path, name: str) -> str | None:
    """Return a setting of pip's configuration, which uv does not read by itself."""
    done = subprocess.run([python, "-m", "pip", "config", "get", name], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def environment(python: Path) -> dict[str, str]:
    """Return the environment in which uv asks the same index as pip would."""
    env = dict(os.environ)
    index = env.get("PIP_INDEX_URL") or pip_setting(python, "global.index-url")
    if index and "UV_DEFAULT_INDEX" not in env:
        env["UV_DEFAULT_INDEX"] = index
    certificates = env.get("PIP_CERT") or pip_setting(python, "global.cert")
    if certificates and "SSL_CERT_FILE" not in env:
        env["SSL_CERT_FILE"] = certificates
    return env


def make_venv(folder: Path) -> Path:
    """Create the environment and put uv into it; return its Python."""
    python = folder / "bin" / "python"
    if not python.exists():
        try:
            venv.create(folder, with_pip=True)
        except subprocess.CalledProcessError:
            sys.exit("This Python cannot create environments with pip; on Debian: apt-get install python3-venv")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV], check=True)
    return python


def main(words: list[str]) -> None:
    """Do what the module's description says."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        sys.exit(f"Jixiao needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]}")
    os.chdir(HOME)
    if words[0] == "--lock":
        python = make_venv(HOME / ".venv")
        # `uv lock` would record addresses; a compiled list of versions and hashes has none.
        for group, lock in LOCKS.items():
            resolve = [
                python,
                "-m",
                "uv",
                "pip",
                "compile",
                "--universal",
                "--generate-hashes",
                "--no-header",
            ]
            resolve += [
                "--no-emit-index-url",
                "--no-annotate",
                "--quiet",
                "--group",
                group,
                "--output-file",
                lock,
            ]
            if group != "dev":  # one version of everything, wherever it runs
                resolve += ["--constraint", LOCKS["dev"]]
            subprocess.run([*resolve, *words[1:], "pyproject.toml"], check=True, env=environment(python))
        return
    folder = HOME / words[0]
    lock = HOME / (words[1] if len(words) > 1 else LOCKS["dev"])
    print(f"making {words[0]}", flush=True)
    python = make_venv(folder)
    env = {**environment(python), "VIRTUAL_ENV": str(folder)}
    # Compiled once, here: a machine may forbid what runs to write bytecode, and then every start compiles everything.
    install = [python, "-m", "uv", "pip", "install", "--compile-bytecode", "--python", python]
    if not sys.stderr.isatty():  # on a terminal uv shows how far it is
        install.append("--quiet")
    count = sum(1 for line in lock.read_text("utf-8").splitlines() if "==" in line)
    print(f"installing up to {count} packages of {lock.name} into {words[0]}: some minutes", flush=True)
    subprocess.run([*install, "--require-hashes", "--requirement", lock], check=True, env=env)
    subprocess.run([*install, "--no-deps", "--no-build-isolation", "--editable", "."], check=True, env=env)
    subprocess.run(
        [python, "-m", "compileall", "-q", "plugins"], check=True
    )  # the reader's box lets nothing be written
    if (HOME / "sql").is_dir():  # the image brings it later
        subprocess.run([python, "-m", "jixiao.keep"], check=True)
    print(f"{words[0]} is ready", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
