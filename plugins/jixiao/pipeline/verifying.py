"""Look whether the archive still holds what it was given, a share at a time; ask sites again for what is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from jixiao.archive import Archive, FetchFailure, Sighting
from jixiao.discover import Candidate, client_for, load_sources
from jixiao.files import write_json
from jixiao.model import JixiaoError
from jixiao.pipeline.staging import read
from jixiao.settings import Settings

_FOLDERS: Final = 256


def verify_archive(shares: int = 1, ask: bool = True) -> Iterator[str]:
    """Hash the originals of the next share and read all records; yield a line for each that is damaged or missing.

    Of `shares` calls each takes its own share of the originals, and the next one goes on where this one ended, or was
    killed. Damaged bytes are set aside, and the site is asked for the file again, unless `ask` is false.
    """
    settings = Settings.load()
    archive = Archive(settings.archive_url)
    place = settings.var / "state" / "archive-verify.json"
    told: dict[str, list[Sighting]] = {}
    for sighting in archive.sightings():
        told.setdefault(sighting.sha256, []).append(sighting)
    known = len(told)
    yield from (f"record {line}" for line in archive.damaged())
    begin = _next(place)
    end = min(_FOLDERS, begin + -(-_FOLDERS // shares))
    looked, lost = 0, 0
    for number in range(begin, end):
        prefix = f"{number:02x}"
        wanted = {sha256 for sha256 in told if sha256.startswith(prefix)} | set(archive.originals(prefix))
        for sha256 in sorted(wanted):
            looked += 1
            if (state := archive.state_of(sha256)) == "whole":
                continue
            lost += 1
            names = "; ".join(sorted({one.url for one in told.get(sha256, ())})) or "no sidecar names it"
            yield f"original {sha256} is {state}: {names}"
            if state == "damaged":
                archive.set_aside(sha256)
            if ask and told.get(sha256):
                yield f"  {_asked_again(archive, sha256, told[sha256], settings)}"
        write_json(place, {"next": (number + 1) % _FOLDERS})
    share = f"folders {begin:02x} to {end - 1:02x}"
    records = len(archive.damaged())
    yield f"{looked} originals of {share} looked at, {lost} lost, {records} records damaged; {known} known in all"


def _next(place: Path) -> int:
    """Return the folder to begin with: where the call before ended."""
    try:
        return int(read(place)["next"]) % _FOLDERS
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return 0


def _asked_again(archive: Archive, sha256: str, seen: list[Sighting], settings: Settings) -> str:
    """Ask the addresses of a lost original for it again; return what came of it, in words."""
    sources = {source.id: source for source in load_sources(settings.sources)}
    words = "it stands nowhere any more: restore it from a backup"
    gone = set(archive.gone())
    for one in seen:
        if one.source_id not in sources or one.address in gone:
            continue
        archive.forget(one.address)
        try:
            client = client_for(sources[one.source_id], settings.var / "state", settings.contact)
        except JixiaoError as error:
            words = str(error)
            continue
        try:
            results = archive.fetch(_candidate(one), client)
        finally:
            client.close()
        if archive.state_of(sha256) == "whole":
            return f"the site gave it again: {one.address}"
        failed = [result.reason for result in results if isinstance(result, FetchFailure)]
        words = "; ".join(failed) or f"the site has another file now: {one.address}"
    return words


def _candidate(seen: Sighting) -> Candidate:
    """Return what led to a sighting, as far as it is known: enough to ask for the file again."""
    return Candidate(
        seen.source_id, seen.address, seen.post_url, seen.post_title, "", seen.attachment_name, seen.publisher,
        seen.published_on, seen.fiscal_year, seen.organization, seen.region_code, True, "asked again",
        published_at=seen.published_at,
    )  # fmt: skip
