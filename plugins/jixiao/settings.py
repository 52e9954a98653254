"""Where things are and what an operator may set: environment variables that start with ``JIXIAO_``.

The library reads its SQL, rules, suites and source contracts from the project's own folders; `JIXIAO_HOME` names
the project when the library runs from elsewhere.
"""

import getpass
import os
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from jixiao.errors import JixiaoError


def whoever() -> str:
    """Return who runs this process, as the operating system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


_PREFIX: Final = "JIXIAO_"
_LARGE: Final = 10**9
"""Bytes of a warehouse from which on a second thread saves more time than it takes."""


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


class Settings(NamedTuple):
    """The settings of this process, validated whole; each is an environment variable with the prefix `JIXIAO_`.

    `archive_url`, `publish_url`, `staging` and `extractions` may be any fsspec URL; the warehouse is one local DuckDB
    file with one writer. `memory` is what one DuckDB may take ("3GB"), `threads` with how many threads it works: unless
    somebody says so with one, which takes the least processor time, or two on a warehouse of a gigabyte;
    `document_*` say what one document may cost, `failed_share` from which share of failures on a run publishes nothing.
    `libreoffice` is the folder of its program; empty looks in the usual ones, "off" does without.
    """

    home: Path
    var: Path
    archive_url: str
    publish_url: str
    warehouse: Path
    staging: str
    extractions: str
    sources: Path
    rosters: Path
    corrections: Path
    sources_only: tuple[str, ...] = ()
    contact: str | None = None
    hosts_at_once: int = 32
    keep_versions: int = 5
    memory: str | None = None
    threads: int | None = None
    document_seconds: int = 600
    document_memory_mib: int = 3072
    document_pages: int = 1000
    failed_share: float = 0.2
    libreoffice: str = ""

    @property
    def warehouse_path(self) -> Path:
        """Return the path of the warehouse's DuckDB file."""
        return self.warehouse

    @property
    def sql(self) -> Path:
        """Return the folder of tables, rules and marts."""
        return self.home / "sql"

    @property
    def expectations(self) -> Path:
        """Return the folder of suites."""
        return self.home / "expectations"

    @property
    def duckdb(self) -> dict[str, str | bool | int | float | list[str]]:
        """Return the configuration of the connections to the warehouse."""
        said: dict[str, str | bool | int | float | list[str]] = {
            "threads": self.threads or (2 if _size_of(self.warehouse) > _LARGE else 1),
            "temp_directory": str(self.warehouse.parent / "spill"),
        }
        if self.memory:
            said["memory_limit"] = self.memory
        return said

    @classmethod
    def load(cls) -> "Settings":
        """Read the environment as it is now; it is validated again only where it has changed.

        Raises:
            JixiaoError: a variable holds what it may not; one line that names it.
        """
        given = ((name.upper(), value) for name, value in os.environ.items() if value)
        return _loaded(_here(), tuple(sorted(pair for pair in given if pair[0].startswith(_PREFIX))))


def _here() -> str:
    """Return the folder that relative paths begin at; none where it is no more."""
    try:
        return str(Path.cwd())
    except FileNotFoundError:
        return ""


@lru_cache(maxsize=8)
def _loaded(_folder: str, variables: tuple[tuple[str, str], ...]) -> Settings:
    """Read the settings; stages ask for them with every document."""
    said: dict[str, Any] = {}
    for variable, value in variables:
        name = variable.removeprefix(_PREFIX).lower()
        if name in _READ:
            try:
                said[name] = _READ[name](value)
            except ValueError as error:
                raise JixiaoError(f"{variable}={value}: {error}") from None
    home = said.get("home", Path(__file__).resolve().parents[2])
    var = said.get("var", home / "var").resolve()
    places = {
        "archive_url": str(var / "archive"),
        "publish_url": str(var / "published"),
        "warehouse": var / "warehouse" / "jixiao.duckdb",
        "staging": str(var / "staging"),
        "extractions": str(var / "extractions"),
        "sources": home / "sources",
        "rosters": home / "rosters",
        "corrections": home / "sources" / "corrections",
    }
    return Settings(**{**places, **said, "home": home, "var": var})


def _number(kind: type[int] | type[float], least: int, most: int | None = None) -> Callable[[str], Any]:
    """Return what reads a number within limits."""
    words = (
        f"a {'whole ' if kind is int else ''}number {f'from {least}' if most is None else f'from {least} to {most}'}"
    )

    def read(value: str) -> int | float:
        try:
            number = kind(value)
        except ValueError:
            raise ValueError(f"this should be {words}") from None
        if not (least <= number and (most is None or number <= most)):  # nor is NaN within any
            raise ValueError(f"this should be {words}")
        return number

    return read


def _size(value: str) -> str:
    """Return a size as DuckDB reads it."""
    if not re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", value):
        raise ValueError("this should be a size, as 3GB or 512MiB")
    return value


def _names(value: str) -> tuple[str, ...]:
    return tuple(name for name in value.split(",") if name)


_READ: Final[dict[str, Callable[[str], Any]]] = {
    "home": lambda value: Path(value).resolve(),
    "var": Path,
    "archive_url": str,
    "publish_url": str,
    "warehouse": Path,
    "staging": str,
    "extractions": str,
    "sources": Path,
    "rosters": Path,
    "corrections": Path,
    "sources_only": _names,
    "contact": str,
    "hosts_at_once": _number(int, 1, 256),
    "keep_versions": _number(int, 1),
    "memory": _size,
    "threads": _number(int, 1, 256),
    "document_seconds": _number(int, 1),
    "document_memory_mib": _number(int, 256),
    "document_pages": _number(int, 1),
    "failed_share": _number(float, 0, 1),
    "libreoffice": str,
}
"""How each variable is read; what raises `ValueError` says what it should be."""
