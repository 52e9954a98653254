"""What a person or a command has done beside the runs: corrections applied, an item settled or tried again."""

from collections.abc import Sequence
from typing import Any

from jixiao import EXTRACTOR_VERSION
from jixiao.archive import Archive
from jixiao.extract.worker import Worker
from jixiao.pipeline.contracts import corrections_now
from jixiao.pipeline.extracting import extract_one, read_extraction
from jixiao.read.limits import Limits
from jixiao.settings import Settings


def apply_corrections() -> None:
    """Apply the corrections as they stand now; documents that they touch, or no longer touch, are loaded anew."""
    from jixiao.warehouse import load, open_warehouse, standing

    corrections, unread = corrections_now()
    with open_warehouse(Settings.load().warehouse_path) as engine, standing.followed(engine):
        print(load(engine, [], corrections=corrections, unread=unread))  # noqa: T201 - a task's log


def keep_resolution(entries: Sequence[dict[str, Any]]) -> None:
    """Keep in the archive what a person settled, so that a warehouse that is made anew knows of it."""
    said = [{name: value if value is None else str(value) for name, value in row.items()} for row in entries]
    for row, one in zip(entries, said, strict=True):
        one["fiscal_year"] = row["fiscal_year"]
    Archive(Settings.load().archive_url).keep_resolution(entries[0]["item_id"], {"entries": said})


def retry(item: str) -> str:
    """Try a quarantined item again, without waiting for the next run; return what came of it, in words.

    A document is read and loaded anew; an address is asked for its whole file again by the next run of its year.
    """
    from jixiao.warehouse import QuarantineEntry, load, open_warehouse, standing
    from jixiao.warehouse.quarantine import found

    settings = Settings.load()
    archive = Archive(settings.archive_url)
    with open_warehouse(settings.warehouse_path) as engine:
        entry = found(engine, item)[0]
        name, year = entry["item_id"], entry["fiscal_year"]
        if entry["stage"] == "archive":
            archive.forget(name)
            return f"{name}: the next run of fiscal year {year} asks for it again"
        with Worker(Limits.configured()) as worker:
            reason = extract_one(worker, archive, name, again=True)
        if reason:
            again = QuarantineEntry(name, "read", entry["url"], year, reason, extractor_version=EXTRACTOR_VERSION)
            with standing.followed(engine):
                load(engine, [], [again])
            return f"{name[:12]}: still not read: {reason}"
        with standing.followed(engine):
            loaded = load(engine, [read_extraction(name)])
        if loaded.quarantined:
            return f"{name[:12]}: read, but not loaded: {found(engine, name)[0]['reason']}"
        return f"{name[:12]}: read and loaded; the next run publishes it"
