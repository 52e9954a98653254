"""Look whether the archive still holds what it was given, a share at a time; ask sites again for what is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from upath import UPath

from jixiao.archive import Archive, FetchFailure, Sighting
from jixiao.discover import Candidate, client_for, load_sources
from jixiao.files import sweep, write_json
from jixiao.model import JixiaoError
from jixiao.pipeline.staging import read
from jixiao.settings import Settings

_FOLDERS: Final = 256
_AGAIN: Final = "  the site gave it again"


def verify_archive(shares: int = 1, ask: bool = True) -> Iterator[str]:
    """Hash the originals of the next share and read all records; yield a line for each that is damaged or missing.

    Of `shares` calls each takes its own share of the originals, and the next one goes on where this one ended, or was
    killed. Damaged bytes are set aside, and the site is asked for the file again, unless `ask` is false.
    """
    settings = Settings.load()
    archive = Archive(settings.archive_url)
    place = settings.var / "state" / "archive-verify.json"
    told: dict[str, list[Sighting]] = {}
    for sighting in (*archive.sightings(), *archive.containers()):
        told.setdefault(sighting.sha256, []).append(sighting)
    known = len(told)
    missing = [f"sidecar of {sha256} at {url}: missing" for url, sha256 in archive.unwitnessed()]
    records = [*archive.damaged(), *missing]
    archive.make_index()  # what is damaged now counts as not there, for loads too
    yield from (f"record {line}: the next run of its year asks its site again" for line in records)
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
    yield f"{looked} originals of {share} looked at, {lost} lost, {len(records)} records damaged; {known} known in all"


def verify_share(shares: int, ask: bool = True) -> None:
    """Look at the next share of the archive (`verify_archive`); print what is told.

    Raises:
        JixiaoError: something is lost, and no site gave it again; it names the first.
    """
    told, lost = "", list[str]()
    for line in verify_archive(shares, ask):
        print(line)  # noqa: T201 - a task's log
        if line.startswith(_AGAIN):
            lost.remove(told)
        elif line.startswith(("original ", "record ")):
            told = line
            lost.append(line)
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        raise JixiaoError(f"the archive has lost something: {lost[0]}{more}")


def sweep_leftovers() -> int:
    """Remove what killed runs left half made, a day ago or longer, wherever this machine writes; return how many."""
    settings = Settings.load()
    urls = (settings.archive_url, settings.publish_url, settings.staging, settings.extractions)
    local = [Path(at.path) for at in map(UPath, urls) if at.protocol in ("", "file", "local")]
    folders = {path.resolve() for path in (settings.var, settings.warehouse_path.parent, *local) if path.is_dir()}
    outermost = sorted(path for path in folders if not folders & set(path.parents))
    swept = sum(sweep(path) for path in outermost)
    print(f"{swept} files and folders of killed runs removed below {', '.join(map(str, outermost))}")  # noqa: T201
    return swept


def _next(place: Path) -> int:
    """Return the folder to begin with: where the call before ended."""
    try:
        return int(read(place)["next"]) % _FOLDERS
    except (FileNotFoundError, JixiaoError, ValueError, KeyError, TypeError):
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
            return f"{_AGAIN.strip()}: {one.address}"
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
