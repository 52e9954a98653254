"""Publish the marts: a new version beside the old ones, checked, then one atomic switch of `current`.

Readers follow the symlink `current` to a folder that is never changed again, so they see one whole version or another.
"""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from jixiao import EXTRACTOR_VERSION, __version__
from jixiao.model import JixiaoError
from jixiao.schema import TableSchema
from jixiao.warehouse.marts import SCHEMA, build_order
from jixiao.warehouse.store import comment_statements, create_statement, quoted

DATABASE: Final = "marts.duckdb"
MANIFEST: Final = "manifest.json"
STORAGE_VERSION: Final = "v1.2.0"  # readers of DuckDB 1.2 and later can open it


@dataclass(frozen=True, slots=True)
class Published:
    """A published version: its number, its folder, and whether this call made it."""

    version: int
    folder: Path
    changed: bool


def current(root: Path) -> Path | None:
    """Return the folder that `current` points at, or None where nothing was published yet."""
    link = root / "current"
    return link.resolve() if link.exists() else None


def versions(root: Path) -> list[int]:
    """Return the numbers of the whole versions, oldest first."""
    found = root.glob("versions/*/" + MANIFEST)
    return sorted(int(path.parent.name) for path in found if path.parent.name.isdigit())


def publish(warehouse: Path, root: Path, keep: int = 5, expectations: dict[str, Any] | None = None) -> Published:
    """Publish the marts of the warehouse; nothing is written where they equal the current version.

    What a crash left half has no number or no manifest, is never pointed at, and is removed by the next call.
    """
    (root / "versions").mkdir(parents=True, exist_ok=True)
    for folder in (root / "versions").iterdir():
        # A crash between the manifest and the rename leaves a partial folder that has a manifest.
        if not folder.name.isdigit() or not (folder / MANIFEST).exists():
            shutil.rmtree(folder)
    number = max(versions(root), default=0) + 1
    folder = root / "versions" / f"{number:06d}"
    partial = root / "versions" / f"partial-{number:06d}"
    partial.mkdir()
    order = build_order()
    counts = _write(warehouse, partial, order)
    manifest = _manifest(partial, counts, expectations or {})
    before = current(root)
    if before is not None and _content(before) == manifest["content"]:
        shutil.rmtree(partial)
        return Published(int(before.name), before, False)
    _verify(partial / DATABASE, counts)
    path = partial / MANIFEST
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    for file in sorted(partial.rglob("*")):
        _sync(file)
    partial.rename(folder)
    _sync(folder.parent)
    _switch(root, folder)
    for old in versions(root)[:-keep]:
        gone = root / "versions" / f"{old:06d}"
        # Without its manifest it is no version: a crash half way through must not leave one to roll back to.
        (gone / MANIFEST).unlink()
        _sync(gone)
        shutil.rmtree(gone)
    return Published(number, folder, True)


def rollback(root: Path) -> Published:
    """Switch `current` to the version before it; raise `JixiaoError` where there is none."""
    now = current(root)
    if now is None:
        raise JixiaoError(f"nothing is published in {root}")
    older = [number for number in versions(root) if number < int(now.name)]
    if not older:
        raise JixiaoError(f"version {int(now.name)} is the oldest that is kept")
    folder = root / "versions" / f"{older[-1]:06d}"
    _switch(root, folder)
    return Published(older[-1], folder, True)


def _switch(root: Path, folder: Path) -> None:
    """Point `current` at a folder: a new link takes the old one's name in one step."""
    link = root / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(folder, root))
    link.replace(root / "current")
    _sync(root)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(warehouse: Path, folder: Path, order: tuple[TableSchema, ...]) -> dict[str, int]:
    """Copy the marts into a new database and into Parquet by fiscal year; one thread, so that bytes repeat."""
    counts: dict[str, int] = {}
    connection = duckdb.connect(":memory:", config={"threads": 1})
    try:
        connection.execute(f"ATTACH {quoted(str(warehouse))} AS source (READ_ONLY)")
        connection.execute(f"ATTACH {quoted(str(folder / DATABASE))} AS target (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE target")
        connection.execute(f"CREATE SCHEMA target.{SCHEMA}")
        for mart in order:
            keys = ", ".join(mart.primary_key)
            read = f"SELECT * FROM source.{SCHEMA}.{mart.name}"  # noqa: S608
            connection.execute(create_statement(mart, SCHEMA, if_not_exists=False))
            connection.execute(f"INSERT INTO {SCHEMA}.{mart.name} {read} ORDER BY {keys}")
            for statement in comment_statements(mart, SCHEMA):
                connection.execute(statement)
            counts[mart.name] = int(connection.execute(f"SELECT count(*) FROM {SCHEMA}.{mart.name}").fetchall()[0][0])  # noqa: S608
            years = connection.execute(f"SELECT DISTINCT fiscal_year FROM ({read}) ORDER BY 1").fetchall()  # noqa: S608
            for (year,) in years:
                target = folder / "parquet" / mart.name / f"fiscal_year={year}"
                target.mkdir(parents=True)
                where = f"{read} WHERE fiscal_year IS NOT DISTINCT FROM {'NULL' if year is None else int(year)}"
                connection.execute(
                    f"COPY ({where} ORDER BY {keys}) TO {quoted(str(target / 'part.parquet'))} (FORMAT parquet)"
                )
        connection.execute("CHECKPOINT target")
        connection.execute("USE memory")
        connection.execute("DETACH target")
    finally:
        connection.close()
    return counts


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _manifest(folder: Path, counts: dict[str, int], expectations: dict[str, Any]) -> dict[str, Any]:
    """Return counts, hashes and versions; no time and no host.

    `content` is over the Parquet files: DuckDB puts a random number into each database file.
    """
    files = {str(p.relative_to(folder)): _hash(p) for p in sorted((folder / "parquet").rglob("*.parquet"))}
    content = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
    return {
        "code_version": __version__,
        "extractor_version": EXTRACTOR_VERSION,
        "storage_version": STORAGE_VERSION,
        "rows": counts,
        "files": {**files, DATABASE: _hash(folder / DATABASE)},
        "content": content,
        "expectations": expectations,
    }


def _content(folder: Path) -> str | None:
    path = folder / MANIFEST
    if not path.exists():
        return None
    content = json.loads(path.read_text("utf-8")).get("content")
    return str(content) if content else None


def _verify(path: Path, counts: dict[str, int]) -> None:
    """Reopen a database as a reader would and count again."""
    with duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"}) as connection:
        for name, count in counts.items():
            found = int(connection.execute(f"SELECT count(*) FROM {SCHEMA}.{name}").fetchall()[0][0])  # noqa: S608
            if found != count:
                raise JixiaoError(f"{path.name}: {name} has {found} rows after reopening, {count} were written")
