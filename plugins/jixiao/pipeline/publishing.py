"""The gate, the marts and the publisher."""

import shutil
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.files import write_json
from jixiao.model import JixiaoError
from jixiao.pipeline.staging import Place, read
from jixiao.settings import Settings
from jixiao.without import without, without_searching

if TYPE_CHECKING:
    from jixiao.publish import Published


@without("pandas")
@without_searching()
def validate_warehouse() -> Path:
    """Run the gate; return its outcome, written. Facts that it passed before, and that are as they were, stand.

    Raises:
        JixiaoError: it says what failed on which rows.
    """
    from jixiao.warehouse import open_warehouse, standing

    settings = Settings.load()
    folder = settings.var / "validation"
    latest, work = folder / "latest.json", standing.work_of("gate", [version("great_expectations")])
    with open_warehouse(settings.warehouse_path) as engine:
        judged, facts = standing.writes(engine), standing.content(engine)
        if standing.stands(engine, work, facts) and latest.exists() and (folder / "data_docs" / "index.html").exists():
            standing.note_passed(engine, judged)
            standing.seal(engine, facts)
            print("the gate has passed these facts, and nothing was changed since")  # noqa: T201 - a task's log
            return latest
        from jixiao.warehouse.offences import counts_by_document

        standing.forget(engine, work)  # its Data Docs are about to be those of other facts
        trusted = standing.stands(engine, standing.work_of(standing.FACTS), facts)
        counts = counts_by_document(engine, work, trusted)
        standing.seal(engine, facts)
    from jixiao.warehouse.validate import keep_run, validate

    validation = validate(settings.warehouse_path, folder / "results", folder / "data_docs", counts)
    keep_run(folder / "history.jsonl", validation, datetime.now(UTC))
    if not validation.success:
        words = "; ".join(unmet.words for unmet in validation.fatal_failures)
        raise JixiaoError(f"the gate failed, the published marts stay as they are: {words}")
    for unmet in validation.warnings:
        print(f"warning: {unmet.words}")  # noqa: T201 - a task's log
    said = {"expectations": validation.evaluated, "warnings": sorted(w.description for w in validation.warnings)}
    write_json(latest, said)
    with open_warehouse(settings.warehouse_path) as engine:
        stands = standing.content(engine) == facts  # no other run has loaded meanwhile
        standing.note_passed(engine, judged)
        if stands:
            standing.note_done(engine, work, facts)
            standing.seal(engine, facts)
    return latest


@without("pandas")
@without_searching()
def build_marts() -> Path:
    """Build the marts; all of them, since a report of one year speaks of the year before too.

    A run of another year may have loaded since the gate passed: then the gate goes first, again. Marts that were built
    of the facts as they are now stand. Returns the outcome that belongs to these marts, kept with its Data Docs until
    the next are built.
    """
    from jixiao.warehouse import open_warehouse, standing
    from jixiao.warehouse.standing import has_passed
    from jixiao.warehouse.validate import building

    settings = Settings.load()
    folder = settings.var / "validation"
    while True:
        with open_warehouse(settings.warehouse_path) as engine:
            if has_passed(engine):
                work, facts = standing.work_of("marts"), standing.content(engine)
                if standing.stands(engine, work, facts):
                    standing.seal(engine, facts)
                    print("the marts are those of these facts: nothing is built")  # noqa: T201 - a task's log
                else:
                    from jixiao.warehouse import build_marts as build_all

                    standing.forget_published(engine)
                    standing.forget(engine, work)  # a kill after the build must not leave the word for other marts
                    print(build_all(engine))  # noqa: T201 - a task's log
                    standing.note_done(engine, work, facts)
                    standing.seal(engine, facts)
                with building(folder / "built") as new:
                    shutil.copytree(folder / "data_docs", new / "data_docs")
                    shutil.copy(folder / "latest.json", new / "outcome.json")
                return folder / "built" / "outcome.json"
        validate_warehouse()


def hold_numbers() -> None:
    """Refuse to publish far fewer reports than are published now: marts never shrink because fetching failed.

    Raises:
        JixiaoError: of a source and fiscal year there are fewer by more than `failed_share`; it names them.
    """
    from jixiao.warehouse.lock import connect

    settings = Settings.load()
    columns = "source_id, fiscal_year, extracted"
    before = _published(f"SELECT {columns} FROM mart.coverage ORDER BY ALL")  # noqa: S608 - our own names
    if not before:
        return
    with connect(settings.warehouse_path, read_only=True) as warehouse:
        rows = warehouse.execute(f"SELECT {columns} FROM core.source_years").fetchall()  # noqa: S608 - our own names
    now = {(source, year): count for source, year, count in rows}
    fewer = [
        f"{source} {year}: {now.get((source, year), 0)}, published {count}"
        for source, year, count in before
        if count and now.get((source, year), 0) < count * (1 - settings.failed_share)
    ]
    if fewer:
        raise JixiaoError(
            f"nothing is published, far fewer reports than before (allow it if it is right): {'; '.join(fewer)}"
        )


def _published(query: str) -> list[tuple[Any, ...]]:
    """Ask the current version, or where it is damaged the newest before it; nothing where none can be asked."""
    import duckdb

    from jixiao.publish import databases

    settings = Settings.load()
    for database in databases(settings.publish_url, settings.var / "copies"):
        try:
            with duckdb.connect(str(database), read_only=True) as published:
                return published.execute(query).fetchall()
        except duckdb.Error as error:
            print(f"problem: {database}: damaged: {str(error).splitlines()[0][:200]}")  # noqa: T201 - a task's log
    return []


@without("pandas")
@without_searching()
def publish_marts(outcome: Place) -> "Published":
    """Publish the marts as they were built last, with what the gate said of them; return the version."""
    from jixiao.publish import publish, standing_version
    from jixiao.warehouse import standing

    settings = Settings.load()
    warehouse, root, docs = settings.warehouse_path, settings.publish_url, Path(str(outcome)).with_name("data_docs")
    held = standing.sealed(warehouse)
    published = standing_version(root, lambda content: held.get("published") == [root, content])
    if published is None:
        published = publish(warehouse, root, settings.keep_versions, read(outcome), docs)
    standing.note(warehouse, held, "published", [root, published.content])
    print(f"version {published.version}, {'new' if published.changed else 'unchanged'}")  # noqa: T201 - a task's log
    return published
