"""Where things are and what an operator may set: environment variables that start with ``JIXIAO_``.

The library reads its SQL, rules, suites and source contracts from the project's own folders; `JIXIAO_HOME` names
the project when the library runs from elsewhere.
"""

import getpass
import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from jixiao.model import JixiaoError


def whoever() -> str:
    """Return who runs this process, as the operating system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


_PREFIX: Final = "JIXIAO_"
Share = Annotated[float, Field(ge=0, le=1)]


class Settings(BaseModel):
    """The settings of this process, validated whole; each is an environment variable with the prefix `JIXIAO_`.

    `archive_url`, `publish_url`, `staging` and `extractions` may be any fsspec URL; the warehouse is one local DuckDB
    file with one writer. `memory` is what one DuckDB may take ("3GB"), `threads` with how many threads it works;
    `document_*` say what one document may cost, `failed_share` from which share of failures on a run publishes nothing.
    `libreoffice` is the folder of its program; empty looks in the usual ones, "off" does without.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    home: Path = Field(default_factory=lambda: Path(__file__).resolve().parents[2])
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
    hosts_at_once: Annotated[int, Field(ge=1, le=256)] = 32
    keep_versions: Annotated[int, Field(ge=1)] = 5
    memory: Annotated[str, Field(pattern=r"^\d+(\.\d+)? ?[KMGT]i?B$")] | None = None
    threads: Annotated[int, Field(ge=1, le=256)] = 2
    document_seconds: Annotated[int, Field(ge=1)] = 600
    document_memory_mib: Annotated[int, Field(ge=256)] = 3072
    document_pages: Annotated[int, Field(ge=1)] = 1000
    failed_share: Share = 0.2
    libreoffice: str = ""

    @model_validator(mode="before")
    @classmethod
    def _places(cls, said: Any) -> Any:
        """Put what lies in `home` and `var` where nothing else is said."""
        home = Path(said.get("home") or Path(__file__).resolve().parents[2]).resolve()
        var = Path(said.get("var") or home / "var").resolve()
        only = said.get("sources_only", ())
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
        chosen = tuple(name for name in only.split(",") if name) if isinstance(only, str) else only
        return {**places, **said, "home": home, "var": var, "sources_only": chosen}

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
            "threads": self.threads,
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
    """Read the settings; stages ask for them with every document, and validating takes milliseconds."""
    try:
        return Settings.model_validate({name.removeprefix(_PREFIX).lower(): value for name, value in variables})
    except ValidationError as error:
        first = error.errors()[0]
        name = f"JIXIAO_{'_'.join(str(part) for part in first['loc'][:1]).upper()}"
        raise JixiaoError(f"{name}={first['input']!s}: {first['msg'].lower()}") from None
