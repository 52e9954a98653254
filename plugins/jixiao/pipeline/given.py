"""What a load is given, told by one digest without reading what each record says."""

import hashlib
from dataclasses import dataclass

from jixiao.archive import Archive
from jixiao.pipeline.contracts import corrections_now, rosters_by_source
from jixiao.pipeline.extracting import extracted_of, marks_of
from jixiao.pipeline.records import archived_of, is_done
from jixiao.pipeline.staging import Place, read_sound
from jixiao.settings import Settings


@dataclass(frozen=True, slots=True)
class Given:
    """What a load is given: a digest of all of it, the hashes of the run's records, and the extractions' marks.

    The digest is None where it cannot be told without the work itself: a damaged record, an archive on an object store.
    """

    digest: str | None
    records: tuple[str, ...]
    marks: dict[str, str]


def given_to(run: Place, year: int | None) -> Given:
    """Return what a load is given: the run's records, marks, the archive's chains, corrections and rosters."""
    from jixiao.warehouse.standing import work_of

    paths = (*archived_of(run), *extracted_of(run))
    records = tuple(hashlib.sha256(path.read_bytes()).hexdigest() for path in paths)
    state, documents, whole = Archive(Settings.load().archive_url).state(), set[str](), True
    for path in extracted_of(run):
        said = read_sound(path, "documents", "errors")
        if is_done(said):
            documents.update(said["documents"])
        else:
            whole = False
    marks = marks_of(sorted(documents))
    # A problem is told anew by each load.
    (corrections, unread), rosters = corrections_now(), rosters_by_source()
    if state is None or unread or not whole:
        return Given(None, records, marks)
    digest = work_of("given", [year], [records], [list(marks.items())], [state], corrections, rosters.items())
    return Given(digest, records, marks)
