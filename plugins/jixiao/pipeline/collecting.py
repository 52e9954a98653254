"""Discover and archive, source by source: a site that is dead, silent or short fails alone."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from upath import UPath

from jixiao.archive import Archive, FetchFailure, Sighting, Told
from jixiao.discover import (
    Candidate,
    Names,
    Source,
    client_for,
    folder_source,
    record,
    selected_source,
    selected_sources,
    walk,
    with_roster,
)
from jixiao.discover.coverage import coverage
from jixiao.model import JixiaoError, TransientError
from jixiao.pipeline.records import ARCHIVED
from jixiao.pipeline.staging import Place, place, read, taken, timed, write, write_lines, year_of, year_or_all
from jixiao.settings import Settings

_SOURCES = "sources.json"
_FOLDER = "folder.json"
_NOTHING_TOLD = Told(None, None)


def fiscal_year_of(partition_key: str | None, parameter: int | None) -> int:
    """Return the fiscal year of a run: its partition key, else its parameter; `JixiaoError` where neither is one."""
    if partition_key and partition_key.isdigit() and len(partition_key) == 4:
        return int(partition_key)
    if parameter is not None:
        return parameter
    raise JixiaoError("give the fiscal year as the partition key (2023) or as the parameter fiscal_year")


def sources_of(run: Place, only: Sequence[str] = (), organization: str | None = None) -> list[str]:
    """Return the ids of the sources that a run works on, and note them.

    They are selected, have reports of that year, and of `organization` if given.
    A contract names the first fiscal year that its site publishes; a year before it has nothing to ask for.
    Raises `JixiaoError` where `only` or `organization` names what no contract knows.
    """
    sources = selected_sources(Settings.load().sources)
    if unknown := set(only) - {source.id for source in sources}:
        raise JixiaoError(f"no contract is named {', '.join(sorted(unknown))}")
    chosen = [source for source in sources if source.id in only or not only]
    if organization:
        chosen = [source for source in chosen if _of_department(source, organization).departments]
        if not chosen:
            raise JixiaoError(f"no contract names the department {organization}")
    year = year_of(run)
    ids = [source.id for source in chosen if source.first_fiscal_year is None or year >= source.first_fiscal_year]
    write(place(run) / _SOURCES, ids)
    return ids


def open_years(count: int) -> list[int]:
    """Return the fiscal years for which reports still come out: the newest `count`, the newest first."""
    return [date.today().year - back for back in range(1, count + 1)]


def missing_sources(run: Place) -> None:
    """Raise `JixiaoError` with the names of the sources that a run wanted and did not get."""
    folder = place(run)
    wanted = read(folder / _SOURCES)
    dry = not (folder / "batches").exists()
    came = "candidates.jsonl" if dry else ARCHIVED
    if missing := [name for name in wanted if not (_folder(run, name) / came).exists()]:
        raise JixiaoError(f"the run lacks {len(missing)} of {len(wanted)} sources: {', '.join(missing)}")


def folder_of(run: Place, source: Source) -> str:
    """Make a folder of files the source of a run, without a contract; return its id."""
    write(place(run) / _FOLDER, source.base)
    write(place(run) / _SOURCES, [source.id])
    return source.id


def source_of(run: Place, source_id: str, organization: str | None = None) -> Source:
    """Return the source of a run by its id; of one department alone, if asked for."""
    folder = place(run) / _FOLDER
    if folder.exists() and (source := folder_source(read(folder))).id == source_id:
        return source
    source = selected_source(Settings.load().sources, source_id)
    return _of_department(source, organization) if organization else source


def _names(source: Source) -> Names | None:
    """Return what tells the departments of a site of many; the gazetteer is loaded for no other."""
    if not source.roster:
        return None
    from jixiao.pipeline.naming import names_for

    return names_for(source)


def _of_department(source: Source, organization: str) -> Source:
    return with_roster(source, Settings.load().rosters).of_department(organization)


def _folder(run: Place, source_id: str) -> UPath:
    return place(run) / "sources" / source_id


def _state(organization: str | None) -> Path:
    """Return where walks are remembered; one of a single department must not tell others' reports for gone."""
    state = Settings.load().var / "state"
    return state / "departments" / organization if organization else state


def discover_source(run: Place, source_id: str, organization: str | None = None) -> UPath:
    """Walk one site for a run (`staging.open_run`); write all candidates, taken and left, one a line.

    The problems met are printed and kept.

    Raises:
        TransientError: parts of the site did not answer, and what did is too little.
        JixiaoError: the site yields fewer reports than its contract says must be there by now, or
            none where the walk before had met some.
    """
    settings = Settings.load()
    source, year = source_of(run, source_id, organization), year_or_all(run)
    folder = _folder(run, source.id)
    client = client_for(source, _state(organization), settings.contact)
    try:
        with timed(run, f"discover-{source.id}"):
            years = None if year is None else {year}
            result = walk(source, client, years, fetch_follows=True, names=_names(source))
        expected = None if year is None else coverage(source, year, result.candidates, (), date.today())
        # Of one department alone the contract says nothing.
        stops = ((expected is not None and expected.fatal) or result.fell_silent) and organization is None
        if stops:
            client.end_walk()  # nothing will be fetched: the next try asks the site again
    finally:
        client.close()
    problems = [f"{source.id}: {problem}" for problem in result.problems]
    words = expected.words if expected is not None else source.id
    if expected is not None and not stops and expected.verdict in ("many", "stale"):
        problems.append(expected.words)
    for problem in problems:
        print(f"problem: {problem}")  # noqa: T201 - a task's log
    asked = "" if source.adapter == "files" else f"{result.requests} requests, "
    print(f"{source.id}: {asked}{result.taken} reports")  # noqa: T201 - a task's log
    for url in Archive(settings.archive_url).mark_gone(result.gone if organization is None else ()):
        print(f"gone: three full walks did not meet {url} any more")  # noqa: T201 - a task's log
    write(folder / "problems.json", problems)
    if stops:
        # What was not reached may answer next time; a site that answers and has too little breaks its contract.
        failure = TransientError if result.problems and not result.fell_silent else JixiaoError
        raise failure("; ".join([words, *problems]))
    return write_lines(folder / "candidates.jsonl", map(record, result.candidates))


def archive_source(run: Place, source_id: str, candidates: Place, organization: str | None = None) -> UPath:
    """Fetch one site's candidates that are taken and not known yet; write sightings, failures and coverage."""
    settings = Settings.load()
    archive = Archive(settings.archive_url)
    source, year = source_of(run, source_id, organization), year_or_all(run)
    wanted = _wanted(run, source_id, candidates, organization)
    client = client_for(source, _state(organization), settings.contact)
    try:
        # Takes up the walk that found the candidates: it is over when all is fetched.
        client.begin_walk("all" if year is None else str(year))
        with timed(run, f"archive-{source.id}"):
            results = archive.fetch_all(wanted, client)
        client.end_walk()
    finally:
        client.close()
    if source.adapter == "files":
        print(f"{source.id}: {client.requests} files read, the others are as they were")  # noqa: T201 - a task's log
    sightings = [result for result in results if isinstance(result, Sighting)]
    failures = [result for result in results if isinstance(result, FetchFailure)]
    for remark in archive.remarks:
        print(f"note: {remark}")  # noqa: T201 - a task's log
    covered = []
    if year is not None and not organization:  # of all years the documents tell which they are (`cover_years`)
        reports = (candidate for candidate in wanted if candidate.url not in archive.nothing_in)
        urls = (sighting.url for sighting in sightings)
        covered = [asdict(coverage(source, year, reports, urls, date.today(), len(failures)))]
    said = {
        "source_id": source.id,
        "sightings": [asdict(one) for one in sightings],
        "failures": [asdict(one) for one in failures],
        "coverage": covered,
    }
    if not organization:
        archive.keep_account(source.id, year, {name: said[name] for name in ("failures", "coverage")})
    return write(_folder(run, source.id) / ARCHIVED, said)


def _wanted(run: Place, source_id: str, candidates: Place, organization: str | None) -> list[Candidate]:
    """Return the candidates that are taken; where their file is damaged the site is walked again."""
    try:
        return taken(candidates)
    except JixiaoError as error:
        print(f"problem: {error}: the site is walked again")  # noqa: T201 - a task's log
    return taken(discover_source(run, source_id, organization))


def cover_years(run: Place, source_id: str, told: Mapping[str, Told]) -> None:
    """Work out the coverage of a run of all years, by the year of each file's title, else by what its document tells.

    `told` is by SHA-256. A file of which nobody tells the year is in no coverage: it waits in quarantine.
    """
    source, path = source_of(run, source_id), _folder(run, source_id) / ARCHIVED
    said = read(path)
    of_address: dict[str, set[int]] = {}
    for one in said["sightings"]:
        year = one["fiscal_year"] or told.get(one["sha256"], _NOTHING_TOLD).fiscal_year
        if year is not None:
            address = one["url"] if one["container_sha256"] is None else one["url"].rsplit("#", 1)[0]
            of_address.setdefault(address, set()).add(year)
    archive = Archive(Settings.load().archive_url)
    rows = []
    wanted = taken(_folder(run, source_id) / "candidates.jsonl")
    years = {c.url: {c.fiscal_year} if c.fiscal_year is not None else of_address.get(c.url, set()) for c in wanted}
    for year in sorted({year for some in years.values() for year in some}):
        reports = (replace(c, fiscal_year=year) for c in wanted if year in years[c.url])
        failed = sum(1 for failure in said["failures"] if failure["fiscal_year"] == year)
        row = asdict(coverage(source, year, reports, of_address, date.today(), failed))
        archive.keep_account(source.id, year, {"failures": [], "coverage": [row]})
        rows.append(row)
    write(path, said | {"coverage": rows})
