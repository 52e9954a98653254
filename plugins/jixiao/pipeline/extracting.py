"""Extract what was archived, batch by batch; what cannot be read gets its reason in words."""

import json
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from upath import UPath

from jixiao import EXTRACTOR_VERSION
from jixiao.archive import Archive, DamagedOriginal
from jixiao.check.worker import judged
from jixiao.extract.stored import EXTRACTION
from jixiao.extract.worker import Worker, WorkerCrashed
from jixiao.model import Extraction, JixiaoError, UnreadableDocument
from jixiao.pipeline.progress import progress
from jixiao.pipeline.records import archived_in, archived_of, is_done, is_planned
from jixiao.pipeline.staging import Place, place, read, read_sound, timed, write, write_text
from jixiao.read.limits import Limits
from jixiao.settings import Settings

_MANY_FACTS: Final = 2_000_000
"""Characters of an extraction from which on its rules are tried under a document's limits before it is loaded."""


_LONGEST_REASON: Final = 500
_PLAN: Final = "all.json"
_NONE: Final[dict[str, Any]] = {"sightings": ()}
_FACTS: Final = ("amounts", "scores", "ratios", "changes", "deductions")


def plan_batches(run: Place, size: int) -> list[UPath]:
    """Split what a run's sources archived into batches of at most `size` documents; return their paths, in order."""
    documents = sorted(
        {one["sha256"] for path in archived_of(run) for one in (archived_in(path) or _NONE)["sightings"]}
    )
    return write_batches(run, documents, size)


def write_batches(run: Place, documents: Sequence[str], size: int) -> list[UPath]:
    """Write batches of at most `size` documents into a run's folder; return their paths, in order."""
    folder = place(run) / "batches"
    write(folder / _PLAN, {"documents": documents, "size": size})
    return [
        write(folder / f"{start // size:05d}.json", {"documents": documents[start : start + size]})
        for start in range(0, len(documents), size)
    ]


def extracted_of(run: Place) -> list[UPath]:
    """Return what came of a run's batches, in their order."""
    return sorted((place(run) / "batches").glob("*.done.json"), key=str)


def extraction_path(sha256: str) -> UPath:
    """Return where a document's extraction by this extractor lies; its error, if it has one, beside it."""
    return place(Settings.load().extractions) / EXTRACTOR_VERSION / sha256[:2] / f"{sha256}.json"


def marks_of(documents: Iterable[str]) -> dict[str, str]:
    """Return a mark of each document's extraction as it lies there now: another one, and it was written since.

    Of a local file its inode, size and time; of an object what its store says of it. No extraction, no mark: "".
    """
    folder = place(Settings.load().extractions) / EXTRACTOR_VERSION
    is_local, base = folder.protocol in ("", "file", "local"), folder.path.rstrip("/")
    found = {}
    for sha256 in documents:
        path = f"{base}/{sha256[:2]}/{sha256}.json"
        try:
            if is_local:
                about = os.stat(path)  # noqa: PTH116 - a Path a document costs ten times as much
                said = f"{about.st_ino} {about.st_size} {about.st_mtime_ns}"
            else:
                told = folder.fs.info(path)
                said = " ".join(
                    str(told.get(name, "")) for name in ("size", "ETag", "mtime", "created", "LastModified")
                )
        except FileNotFoundError:
            found[sha256] = ""
        else:
            found[sha256] = f"{EXTRACTOR_VERSION} {said}"
    return found


def extract_batch(batch: Place) -> UPath:
    """Extract a batch's documents that were not extracted yet; what cannot be read gets its reason in words."""
    settings = Settings.load()
    archive = Archive(settings.archive_url)
    documents = _planned(place(batch))
    errors: dict[str, str] = {}
    done = place(batch)
    source = _sources_in(done.parent.parent)
    with (
        timed(done.parent.parent, f"extract-{done.stem}"),
        Worker(Limits.configured()) as worker,
        progress(f"batch {done.stem}", len(documents)) as advance,
    ):
        for sha256 in documents:
            began = time.monotonic()
            if reason := extract_one(worker, archive, sha256):
                errors[sha256] = reason
            print(_told(source.get(sha256), sha256, reason, time.monotonic() - began))  # noqa: T201 - a task's log
            advance()
    return write(done.with_name(f"{done.stem}.done.json"), {"documents": documents, "errors": errors})


def _planned(batch: UPath) -> list[str]:
    """Return the documents of a batch; those of a damaged one are looked up in the plan of all."""
    said = read_sound(batch, "documents")
    if said is None or not is_planned(said):
        plan = read(batch.with_name(_PLAN))
        start = int(batch.stem) * plan["size"]
        said = {"documents": plan["documents"][start : start + plan["size"]]}
        write(batch, said)
    return list(said["documents"])


def _sources_in(run: UPath) -> dict[str, str]:
    """Return the source that each document of a run was archived from, by SHA-256; a reprocessing has none."""
    archived = (archived_in(path) or _NONE for path in archived_of(run))
    return {one["sha256"]: one["source_id"] for said in archived for one in said["sightings"]}


def _told(source_id: str | None, sha256: str, reason: str | None, seconds: float) -> str:
    """Return one line of JSON about a document, for whoever reads logs by machine."""
    said: dict[str, Any] = {"document": sha256, "source": source_id, "seconds": round(seconds, 2)}
    if reason:
        return json.dumps(said | {"unread": reason}, ensure_ascii=False)
    found = read(extraction_path(sha256))
    facts = sum(len(found[kind]) for kind in _FACTS)
    return json.dumps(said | {"pages": found["document"]["page_count"], "facts": facts, "doubts": len(found["doubts"])})


def extract_one(worker: Worker, archive: Archive, sha256: str, again: bool = False) -> str | None:
    """Extract a document, unless it was, or `again`; return why it cannot be read.

    What is kept of it stays until there is something new to take its place.
    """
    target = extraction_path(sha256)
    failed = target.with_name(f"{sha256}.error.json")
    kept = target.exists() and _is_of(read_sound(target, "document", "doubts", *_FACTS), sha256)
    if kept and not again:
        return None
    if not again and failed.exists() and (known := read_sound(failed, "reason")):
        return str(known["reason"])
    try:
        text = _extract(worker, archive.local_copy(sha256, Settings.load().var / "copies"))
        if not _is_of(json.loads(text), sha256):
            raise DamagedOriginal(f"the archive's document {sha256} changed while it was read")
    except UnreadableDocument as error:
        if not kept:
            write(failed, {"reason": str(error)})
        return str(error)
    except (WorkerCrashed, DamagedOriginal) as error:
        return " ".join(str(error).split())[:_LONGEST_REASON]  # not kept: the next run tries again
    if len(text) > _MANY_FACTS:
        try:
            judged(EXTRACTION.validate_json(text), Limits.configured(), sha256)
        except UnreadableDocument as error:
            return str(error)
    write_text(target, text)
    failed.unlink(missing_ok=True)
    return None


def _is_of(said: Any, sha256: str) -> bool:
    """Tell whether an extraction is of a document: a file of another one may have got its name."""
    return isinstance(said, dict) and isinstance(said["document"], dict) and said["document"].get("sha256") == sha256


def read_extraction(sha256: str) -> Extraction:
    """Return a document's extraction; one whose file is damaged is made anew, from the original.

    Raises:
        JixiaoError: it is damaged, and the original cannot be read now.
    """
    path = extraction_path(sha256)
    try:
        found = EXTRACTION.validate_json(path.read_bytes())
        if found.document.sha256 != sha256:
            raise ValueError(f"it is of {found.document.sha256}")
        return found
    except (ValueError, OSError) as error:
        print(f"problem: {path}: damaged, made anew: {str(error).splitlines()[0]}")  # noqa: T201 - a task's log
    with Worker(Limits.configured()) as worker:
        if reason := extract_one(worker, Archive(Settings.load().archive_url), sha256, again=True):
            raise JixiaoError(reason)
    return EXTRACTION.validate_json(path.read_bytes())


def extracted_documents(done: Place) -> Any:
    """Return what came of a batch; one whose record is damaged is extracted again."""
    said = read_sound(done, "documents", "errors")
    at = place(done)
    return said if is_done(said) else read(extract_batch(at.with_name(at.name.replace(".done.", "."))))


def _extract(worker: Worker, path: Path) -> str:
    """Extract a file; a lost process may have been killed from outside, so it gets a second chance."""
    try:
        return worker.extract(path)
    except WorkerCrashed:
        return worker.extract(path)
