"""What a load is given, told by one digest without reading what each record says."""

import hashlib

from jixiao.archive import Archive
from jixiao.pipeline.contracts import corrections_now, rosters_by_source
from jixiao.pipeline.extracting import extracted_of, marks_of
from jixiao.pipeline.records import archived_of, is_done
from jixiao.pipeline.staging import Place, read_sound
from jixiao.settings import Settings


def given_to(run: Place, year: int | None) -> str | None:
    """Return a digest of the run's records, the extractions' marks, the archive's chains, corrections and rosters.

    None where it cannot be told without the work itself: a damaged record, an archive on an object store.
    """
    from jixiao.warehouse.standing import work_of

    state, documents = Archive(Settings.load().archive_url).state(), list[str]()
    for path in extracted_of(run):
        if not is_done(said := read_sound(path, "documents", "errors")):
            return None
        documents += said["documents"]
    if state is None:
        return None
    # A problem is told anew by each load.
    (corrections, unread), rosters = corrections_now(), rosters_by_source()
    if unread:
        return None
    records = (hashlib.sha256(path.read_bytes()).hexdigest() for path in (*archived_of(run), *extracted_of(run)))
    marks = marks_of(sorted(set(documents)))
    return work_of("given", [year], [list(records)], [list(marks.items())], [state], corrections, rosters.items())
