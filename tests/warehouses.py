"""A warehouse with nothing in it: made once a process and copied, as its tables take half a second of a core."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from jixiao.warehouse import open_warehouse


@cache
def _empty() -> bytes:
    with TemporaryDirectory(prefix="jixiao-empty-") as folder:
        path = Path(folder) / "w.duckdb"
        with open_warehouse(path):
            pass
        return path.read_bytes()


def empty_warehouse(path: Path) -> Path:
    """Put an empty warehouse at a path, for a test that is not about making one; return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_empty())
    return path
