"""Publish the marts: a new version beside the old ones, checked, then one atomic switch of `current`.

A version is never changed again, so readers that follow `current` see one whole version or another. Works on a local
folder and on any object store (`shelf.py`).
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
from upath import UPath

from jixiao import EXTRACTOR_VERSION, __version__
from jixiao.model import JixiaoError
from jixiao.publish.database import STORAGE_VERSION, Built, is_of, put
from jixiao.publish.hold import pin, pinned, publishing
from jixiao.publish.parts import SCHEMA, Part, parts_of, write_part
from jixiao.publish.shelf import MANIFEST, sha256_of, shelf
from jixiao.settings import Settings

if TYPE_CHECKING:  # whoever only reads what is published starts without the warehouse
    from jixiao.schema import TableSchema

DATABASE: Final = "marts.duckdb"


@dataclass(frozen=True, slots=True)
class Published:
    """A published version: its number, its folder, and whether this call made it."""

    version: int
    folder: Path | UPath
    changed: bool

    @property
    def content(self) -> str:
        """Return the hash of the content."""
        return str(json.loads((self.folder / MANIFEST).read_text("utf-8"))["content"])

    @property
    def summary(self) -> dict[str, Any]:
        """Return what whoever waits for the marts is told: version, rows of each mart, hash of the content."""
        said = json.loads((self.folder / MANIFEST).read_text("utf-8"))
        return {"version": self.version, "rows": said["rows"], "content": said["content"]}


def current(root: str | Path) -> Path | UPath | None:
    """Return the folder of the current version, or None where nothing was published yet."""
    return shelf(root).current()


def current_database(root: str | Path, copies: Path) -> Path | None:
    """Return a local path of the current version's database; one on an object store is copied into `copies`."""
    at = shelf(root)
    folder: Any = at.current()
    return None if folder is None else at.local_copy(folder, DATABASE, copies)


def databases(root: str | Path, copies: Path) -> Iterator[Path]:
    """Yield a local path of the current version's database, then of those before it, the newest first.

    A version that cannot be copied whole is told and passed over.
    """
    at: Any = shelf(root)
    now = at.current()
    numbers = at.versions() if now is not None else []
    for number in sorted((number for number in numbers if number <= int(now.name)), reverse=True):
        try:
            yield at.local_copy(at.folder(number), DATABASE, copies)
        except JixiaoError as error:
            print(f"problem: {error}")  # noqa: T201 - a task's log


def versions(root: str | Path) -> list[int]:
    """Return the numbers of the whole versions, oldest first."""
    return shelf(root).versions()


def publish(
    warehouse: Path,
    root: str | Path,
    keep: int = 5,
    expectations: dict[str, Any] | None = None,
    data_docs: Path | None = None,
) -> Published:
    """Publish the marts of the warehouse, with the gate's Data Docs beside them.

    Nothing is written where the marts equal the current version, and its files are still whole; of a Parquet file whose
    rows are those of the current version's, that one is copied, and the database follows from the current version's.
    What a crash left half has no manifest or no number, is never pointed at, and is removed by the next call.
    Before anything is written all of the warehouse is read. The caller must have closed its own connections to it.

    Raises:
        JixiaoError: a rollback pinned readers to a version, or the warehouse is damaged.
        TransientError: another publisher is at work, or another process has the warehouse, for too long.
    """
    with publishing(root):
        if words := pinned(root):
            raise JixiaoError(f"nothing is published: {words}")
        return _published(warehouse, root, keep, expectations, data_docs)


def standing_version(root: str | Path, is_ours: Callable[[str], bool]) -> Published | None:
    """Return the current version where `is_ours` says so of the hash of its content: nothing is to be published then.

    None where a file of it is not whole, where it is of another code's making, and where readers are pinned.
    """
    with publishing(root):
        at: Any = shelf(root)
        before: Any = at.current()
        kept = at.manifest(before) if before is not None else {}
        if not kept or pinned(root) or not is_ours(str(kept.get("content"))):
            return None
        return Published(int(before.name), before, False) if is_of(kept, _order()) and at.is_whole(before) else None


def _order() -> "tuple[TableSchema, ...]":
    from jixiao.warehouse.marts import build_order

    return build_order()


def _parts(connection: duckdb.DuckDBPyConnection) -> tuple[list[Part], dict[str, int]]:
    """Return the files that a version of these marts has, and how many rows each mart has."""
    parts, counts = list[Part](), dict[str, int]()
    for mart in _order():
        some, counts[mart.name] = parts_of(connection, "source", mart)
        parts += some
    return parts, counts


def _published(
    warehouse: Path, root: str | Path, keep: int, expectations: dict[str, Any] | None, data_docs: Path | None
) -> Published:
    from jixiao.warehouse.readthrough import opened, read_through

    at = shelf(root)
    at.clear()
    number = at.next_number()
    before: Any = at.current()
    kept = at.manifest(before) if before is not None else {}
    same = kept["parts"] if isinstance(kept.get("parts"), dict) else {}

    hashed = dict[str, str]()

    def copied(part: Part, target: Path) -> bool:
        said = kept["files"].get(part.name) if same.get(part.name) == part.digest else None
        if said is None or not at.copy(before, part.name, said, target):
            return False
        hashed[part.name] = said
        return True

    with at.workbench(number) as partial:
        with opened(warehouse) as connection:
            parts, counts = _parts(connection)
            digests = {part.name: part.digest for part in parts}
            if kept.get("parts") == digests and is_of(kept, _order()) and at.is_whole(before):
                return Published(int(before.name), before, False)
            read_through(connection, (SCHEMA,))  # what is damaged anywhere is not published
            _write(connection, partial, parts, copied)
        file, was = partial / DATABASE, Built.said(kept)
        follows = was is not None and at.copy(before, DATABASE, kept["files"].get(DATABASE), file)
        built = put(file, _order(), parts, was if follows else None, same)
        manifest = _manifest(partial, counts, digests, expectations or {}, built, hashed)
        if kept.get("content") == manifest["content"] and is_of(kept, _order()) and at.is_whole(before):
            return Published(int(before.name), before, False)
        _verify(partial, counts)
        if data_docs is not None and data_docs.is_dir():
            shutil.copytree(data_docs, partial / "data_docs")
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        (partial / MANIFEST).write_text(text, "utf-8")
        at.place(partial, number)
    at.switch(number)
    for old in at.versions()[:-keep]:
        at.remove(old)
    return Published(number, at.folder(number), True)


def rollback(root: str | Path) -> Published:
    """Switch `current` to the version before it, and pin it; raise `JixiaoError` where there is none."""
    with publishing(root):
        at: Any = shelf(root)
        now = at.current()
        if now is None:
            raise JixiaoError(f"nothing is published in {root}")
        older = [number for number in at.versions() if number < int(now.name) and at.manifest(at.folder(number))]
        if not older:
            raise JixiaoError(f"version {int(now.name)} is the oldest that is kept")
        pin(root, older[-1])  # first: a publish between the two would undo the switch
        at.switch(older[-1])
        return Published(older[-1], at.folder(older[-1]), True)


def _write(
    connection: duckdb.DuckDBPyConnection, folder: Path, parts: "list[Part]", copied: Callable[[Part, Path], bool]
) -> None:
    """Write the marts into Parquet by fiscal year, or copy what is there already."""
    connection.execute("SET threads = 1")
    for part in parts:
        write_part(connection, folder, part, copied)
    connection.execute(f"SET threads = {Settings.load().duckdb['threads']}")


def _manifest(
    folder: Path,
    counts: dict[str, int],
    parts: dict[str, str],
    expectations: dict[str, Any],
    built: Built,
    hashed: dict[str, str],
) -> dict[str, Any]:
    """Return counts, hashes and versions; no time and no host.

    `parts` are the digests of what each Parquet file was written from, `hashed` the hashes of those that were copied,
    and read again, by name; `content` is over these files, as DuckDB puts a random number into each database file.
    """
    written = {str(p.relative_to(folder)): p for p in sorted((folder / "parquet").rglob("*.parquet"))}
    files = {name: hashed.get(name) or sha256_of(path) for name, path in written.items()}
    content = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
    return {
        "code_version": __version__,
        "extractor_version": EXTRACTOR_VERSION,
        "storage_version": STORAGE_VERSION,
        "rows": counts,
        "files": {**files, DATABASE: sha256_of(folder / DATABASE)},
        "parts": parts,
        "database": asdict(built),
        "content": content,
        "expectations": expectations,
    }


def _verify(folder: Path, counts: dict[str, int]) -> None:
    """Reopen the database and the Parquet files as a reader would, and count again."""
    from jixiao.warehouse.rows import quoted

    config: dict[str, Any] = {"enable_external_access": "false"}
    with duckdb.connect(str(folder / DATABASE), read_only=True, config=config) as connection, duckdb.connect() as plain:
        for name, count in counts.items():
            parquet = folder / "parquet" / name
            for where, reader, table in (
                (DATABASE, connection, f"{SCHEMA}.{name}"),
                ("Parquet", plain, f"read_parquet({quoted(f'{parquet}/*/*.parquet')})" if count else "range(0)"),
            ):
                found = int(reader.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])  # noqa: S608
                if found != count:
                    raise JixiaoError(f"{where}: {name} has {found} rows after reopening, {count} were written")
