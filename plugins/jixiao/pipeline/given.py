"""What a load is given, told by one digest without reading what each sighting says."""

import hashlib
from dataclasses import dataclass
from typing import Any

from jixiao.archive import Archive
from jixiao.pipeline.contracts import contracts_digest
from jixiao.pipeline.extracting import extracted_of, marks_of
from jixiao.pipeline.records import archived_of, is_done
from jixiao.pipeline.staging import Place, read_sound
from jixiao.settings import Settings


@dataclass(frozen=True, slots=True)
class Given:
    """What a load is given: a digest of all of it, the hashes of the run's records, and the extractions' marks.

    The digest is None where it cannot be told without the work itself: a damaged record, an archive on an object store.
    `batches` are what came of batches, by path; without those whose record is damaged.
    """

    digest: str | None
    records: tuple[str, ...]
    marks: dict[str, str]
    batches: dict[str, dict[str, Any]]


def given_to(run: Place, year: int | None) -> Given:
    """Return what a load is given: the run's records, marks, the archive's chains, contracts and corrections."""
    from jixiao.warehouse.standing import work_of

    archived, extracted = archived_of(run), extracted_of(run)
    records = tuple(hashlib.sha256(path.read_bytes()).hexdigest() for path in (*archived, *extracted))
    state = Archive(Settings.load().archive_url).state()
    read = {str(path): read_sound(path, "documents", "errors") for path in extracted}
    batches = {path: said for path, said in read.items() if is_done(said)}
    marks = marks_of(sorted({sha256 for said in batches.values() for sha256 in said["documents"]}))
    if state is None or len(batches) < len(extracted):
        return Given(None, records, marks, batches)
    digest = work_of("given", [year], [records], [list(marks.items())], [state], [contracts_digest()])
    return Given(digest, records, marks, batches)
