"""How an installation is: one line a matter, with what to do next where it is not well."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from jixiao import EXTRACTOR_VERSION, __version__
from jixiao.model import JixiaoError
from jixiao.settings import Settings

_GIB: Final = 1024**3
_LEAST_DISK_GIB: Final = 5.0
_LEAST_MEMORY_GIB: Final = 4.0
_LONG_AGO_DAYS: Final = 45


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that was looked at: what, whether it is well, and in words how it is and what to do."""

    what: str
    good: bool
    words: str


def examine() -> list[Matter]:
    """Look at everything; nothing is changed, no site is asked."""
    settings = Settings.load()
    out = [_versions(), _disk(settings), _memory(), _contact(settings), _box(), _archives(), _office(settings)]
    out += _sources(settings)
    out += _warehouse(settings)
    return out


def _versions() -> Matter:
    import duckdb
    import pypdfium2

    said = f"jixiao {__version__}, extractor {EXTRACTOR_VERSION[:12]}, duckdb {duckdb.__version__}"
    return Matter("versions", True, f"{said}, pypdfium2 {pypdfium2.version.PYPDFIUM_INFO}")


def _disk(settings: Settings) -> Matter:
    place = settings.var
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / _GIB
    good = free >= _LEAST_DISK_GIB
    return Matter(
        "disk", good, f"{free:.1f} GiB free below {place}" + ("" if good else ": make room before the next run")
    )


def _memory() -> Matter:
    said = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    free = int(said["MemAvailable"].split()[0]) / 1024**2
    good = free >= _LEAST_MEMORY_GIB
    advice = "" if good else ": set JIXIAO_MEMORY and JIXIAO_DOCUMENT_MEMORY_MIB lower, or run fewer workers"
    return Matter("memory", good, f"{free:.1f} GiB free{advice}")


def _contact(settings: Settings) -> Matter:
    if settings.contact:
        return Matter("contact", True, settings.contact)
    return Matter("contact", False, "JIXIAO_CONTACT is not set: no public site is asked")


def _box() -> Matter:
    from jixiao.boxed.box import told

    gaps = told()
    words = "files of strangers are read without secrets, network, other files and programs"
    return Matter("reading box", not gaps, f"not all holds here: {'; '.join(gaps)}" if gaps else words)


def _archives() -> Matter:
    from ctypes.util import find_library

    from jixiao.boxed.unpacker import MISSING

    library = find_library("archive")
    return Matter("RAR and 7z", True, f"{library} opens them" if library else f"kept, not opened: {MISSING}")


def _office(settings: Settings) -> Matter:
    from jixiao.libreoffice import OFF, installed, program
    from jixiao.read.office import OLD

    if program() is None and settings.libreoffice not in ("", OFF):
        return Matter("LibreOffice", False, f"JIXIAO_LIBREOFFICE={settings.libreoffice} is no folder of its program")
    if program() is None:
        return Matter("LibreOffice", True, f"not used: {OLD} are refused, with what to save them as")
    return Matter("LibreOffice", True, f"{installed()} opens {OLD}")


def _sources(settings: Settings) -> Iterator[Matter]:
    from jixiao.discover import selected_sources

    for source in selected_sources(settings.sources):
        path = settings.var / "state" / "http" / source.id / "site.json"
        if not path.exists():
            yield Matter(f"source {source.id}", True, "not walked yet")
            continue
        try:
            seen = date.fromisoformat(json.loads(path.read_text("utf-8")).get("seen_on", "1970-01-01"))
        except ValueError:
            yield Matter(f"source {source.id}", False, f"{path} is damaged: the next walk writes it anew")
            continue
        old = (date.today() - seen).days > _LONG_AGO_DAYS
        words = f"last walked on {seen}" + (f": try it with jixiao discover {source.id}" if old else "")
        yield Matter(f"source {source.id}", not old, words)


def _warehouse(settings: Settings) -> Iterator[Matter]:
    path = settings.warehouse_path
    if not path.exists():
        yield Matter("warehouse", True, "not made yet: jixiao ingest YEAR makes it")
        return
    try:
        rows = _asked(path)
    except JixiaoError as error:
        yield Matter("warehouse", False, str(error))
        return
    yield Matter("warehouse", True, f"{path.stat().st_size / 1024**2:.0f} MiB, {rows['documents']} documents")
    other = rows["other_versions"]
    words = "every document was read by today's" if not other else f"{other} were read by another: jixiao reprocess"
    yield Matter("extractor", not other, words)
    waiting = rows["waiting"]
    yield Matter("quarantine", True, f"{waiting} wait for a person: jixiao quarantine list" if waiting else "empty")
    passed = rows["passed"]
    words = (
        "has judged all that was loaded"
        if passed
        else "has not judged what was loaded last: jixiao ingest, or build_marts"
    )
    yield Matter("gate", passed, words)


def _asked(path: Path) -> dict[str, Any]:
    """Ask the warehouse without waiting for whoever writes to it."""
    import duckdb

    from jixiao.warehouse.lock import holder

    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM core.reports), "
                "(SELECT count(*) FROM raw.extractions WHERE extractor_version <> ?), "
                "(SELECT count(*) FROM core.quarantine WHERE state = 'open'), "
                "(SELECT passed IS NOT DISTINCT FROM writes FROM raw.gate)",
                [EXTRACTOR_VERSION],
            ).fetchone()
    except duckdb.Error as error:
        writer = holder(error)
        words = f"{writer} is writing: ask again later" if writer else str(error).splitlines()[0]
        raise JixiaoError(words) from None
    return dict(zip(("documents", "other_versions", "waiting", "passed"), row or (0, 0, 0, True), strict=True))
