"""Discover and archive, source by source: a site that is dead, silent or short fails alone."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from upath import UPath

from jixiao.archive import Archive, FetchFailure, Sighting
from jixiao.discover import Source, client_for, coverage, record, selected_sources, walk
from jixiao.model import JixiaoError, TransientError
from jixiao.pipeline.staging import Place, place, read, taken, timed, write, write_lines, year_of
from jixiao.settings import Settings

_SOURCES = "sources.json"
_ARCHIVED = "archived.json"


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
        chosen = [source for source in chosen if source.of_department(organization).departments]
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
    came = "candidates.jsonl" if dry else _ARCHIVED
    if missing := [name for name in wanted if not (_folder(run, name) / came).exists()]:
        raise JixiaoError(f"the run lacks {len(missing)} of {len(wanted)} sources: {', '.join(missing)}")


def _source(source_id: str, organization: str | None) -> Source:
    sources = {source.id: source for source in selected_sources(Settings.load().sources)}
    if source_id not in sources:
        raise JixiaoError(f"no contract is named {source_id}")
    return sources[source_id].of_department(organization) if organization else sources[source_id]


def _folder(run: Place, source_id: str) -> UPath:
    return place(run) / "sources" / source_id


def archived_of(run: Place) -> list[UPath]:
    """Return what the sources of a run archived, in the order of their names; one that failed is not among them."""
    return sorted((place(run) / "sources").glob(f"*/{_ARCHIVED}"), key=str)


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
    source, year = _source(source_id, organization), year_of(run)
    folder = _folder(run, source.id)
    client = client_for(source, _state(organization), settings.contact)
    try:
        with timed(run, f"discover-{source.id}"):
            result = walk(source, client, {year}, fetch_follows=True)
        expected = coverage(source, year, result.candidates, (), date.today())
        # Of one department alone the contract says nothing.
        stops = (expected.fatal or result.fell_silent) and organization is None
        if stops:
            client.end_walk()  # nothing will be fetched: the next try asks the site again
    finally:
        client.close()
    problems = [f"{source.id}: {problem}" for problem in result.problems]
    if not stops and expected.verdict in ("many", "stale"):
        problems.append(expected.words)
    for problem in problems:
        print(f"problem: {problem}")  # noqa: T201 - a task's log
    print(f"{source.id}: {result.requests} requests, {result.taken} reports")  # noqa: T201 - a task's log
    for url in Archive(settings.archive_url).mark_gone(result.gone if organization is None else ()):
        print(f"gone: three full walks did not meet {url} any more")  # noqa: T201 - a task's log
    write(folder / "problems.json", problems)
    if stops:
        # What was not reached may answer next time; a site that answers and has too little breaks its contract.
        failure = TransientError if result.problems and not result.fell_silent else JixiaoError
        raise failure("; ".join([expected.words, *problems]))
    return write_lines(folder / "candidates.jsonl", map(record, result.candidates))


def archive_source(run: Place, source_id: str, candidates: Place, organization: str | None = None) -> UPath:
    """Fetch one site's candidates that are taken and not known yet; write sightings, failures and coverage."""
    settings = Settings.load()
    archive = Archive(settings.archive_url)
    source, year = _source(source_id, organization), year_of(run)
    wanted = list(taken(candidates))
    client = client_for(source, _state(organization), settings.contact)
    try:
        client.begin_walk(str(year))  # takes up the walk that found the candidates: it is over when all is fetched
        with timed(run, f"archive-{source.id}"):
            results = archive.fetch_all(wanted, client)
        client.end_walk()
    finally:
        client.close()
    sightings = [result for result in results if isinstance(result, Sighting)]
    failures = [result for result in results if isinstance(result, FetchFailure)]
    for remark in archive.remarks:
        print(f"note: {remark}")  # noqa: T201 - a task's log
    reports = (candidate for candidate in wanted if candidate.url not in archive.nothing_in)
    covered = coverage(source, year, reports, (s.url for s in sightings), date.today(), len(failures))
    said = {
        "source_id": source.id,
        "sightings": [asdict(one) for one in sightings],
        "failures": [asdict(one) for one in failures],
        "coverage": [] if organization else [asdict(covered)],
    }
    if not organization:
        archive.keep_account(source.id, year, {name: said[name] for name in ("failures", "coverage")})
    return write(_folder(run, source.id) / _ARCHIVED, said)
