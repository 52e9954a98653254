"""Where things are and what an operator may set: environment variables that start with ``JIXIAO_``.

The library reads its SQL, rules, suites and source contracts from the project's own folders; `JIXIAO_HOME` names
the project when the library runs from elsewhere.
"""

import os
from dataclasses import dataclass
from pathlib import Path


def _project_home() -> Path:
    """Return the folder that holds `sql/`, `expectations/` and `sources/`."""
    stated = os.environ.get("JIXIAO_HOME")
    return Path(stated).resolve() if stated else Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Settings:
    """The resolved settings of this process.

    `archive_url` and `publish_url` may be any fsspec URL; the warehouse is one local DuckDB file with one writer.
    `duckdb` is the configuration of the connections to it.
    """

    home: Path
    var: Path
    archive_url: str
    publish_url: str
    warehouse_path: Path
    staging: Path
    sources: Path
    corrections: Path
    sql: Path
    expectations: Path
    contact: str | None
    keep_versions: int
    duckdb: dict[str, str | bool | int | float | list[str]]

    @classmethod
    def load(cls) -> "Settings":
        """Read the environment now; nothing is cached, so a test may change it."""
        home = _project_home()
        var = Path(os.environ.get("JIXIAO_VAR", home / "var")).resolve()
        warehouse = Path(os.environ.get("JIXIAO_WAREHOUSE", var / "warehouse" / "jixiao.duckdb"))
        duckdb: dict[str, str | bool | int | float | list[str]] = {
            "threads": 2,
            "temp_directory": str(warehouse.parent / "spill"),
        }
        if memory := os.environ.get("JIXIAO_MEMORY"):
            duckdb["memory_limit"] = memory
        return cls(
            home=home,
            var=var,
            archive_url=os.environ.get("JIXIAO_ARCHIVE_URL", str(var / "archive")),
            publish_url=os.environ.get("JIXIAO_PUBLISH_URL", str(var / "published")),
            warehouse_path=warehouse,
            staging=Path(os.environ.get("JIXIAO_STAGING", var / "staging")),
            sources=Path(os.environ.get("JIXIAO_SOURCES", home / "sources")),
            corrections=Path(os.environ.get("JIXIAO_CORRECTIONS", home / "sources" / "corrections")),
            sql=home / "sql",
            expectations=home / "expectations",
            contact=os.environ.get("JIXIAO_CONTACT"),
            keep_versions=int(os.environ.get("JIXIAO_KEEP_VERSIONS", "5")),
            duckdb=duckdb,
        )
