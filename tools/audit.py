"""Ask an advisory source (OSV) whether what the locks name has known weaknesses.

Exit 0: none known; 1: some are, each in a line; 2: the source cannot be reached, so nothing was checked.
`JIXIAO_ADVISORIES` names another source of the same interface.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx

HOME = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-compose.lock")
AT_ONCE = 500


def pinned(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and version of each package that a lock names."""
    yield from re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE)


def known(packages: list[tuple[str, str]], source: str) -> dict[tuple[str, str], list[str]]:
    """Return the advisories of each package that has any; raises `httpx.HTTPError` where the source does not answer."""
    found: dict[tuple[str, str], list[str]] = {}
    for start in range(0, len(packages), AT_ONCE):
        some = packages[start : start + AT_ONCE]
        queries = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in some]
        answer = httpx.post(f"{source}/v1/querybatch", json={"queries": queries}, timeout=60)
        answer.raise_for_status()
        for package, said in zip(some, answer.json()["results"], strict=True):
            if said.get("vulns"):
                found[package] = [one["id"] for one in said["vulns"]]
    return found


def main() -> int:
    """Check every lock."""
    source = os.environ.get("JIXIAO_ADVISORIES", "https://api.osv.dev").rstrip("/")
    packages = sorted({one for lock in LOCKS for one in pinned((HOME / lock).read_text("utf-8"))})
    try:
        found = known(packages, source)
    except (httpx.HTTPError, ValueError) as error:
        print(f"{source} cannot be reached ({error}): nothing was checked", file=sys.stderr)
        return 2
    for (name, version), advisories in sorted(found.items()):
        print(f"{name} {version}: {', '.join(advisories)}")
    print(f"{len(packages)} packages, {len(found)} with known weaknesses")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
