"""What a person wants to see of the last runs and the published marts."""

from collections.abc import Iterable

from upath import UPath

from jixiao.model import JixiaoError
from jixiao.pipeline.records import archived_in, is_done
from jixiao.pipeline.staging import read_sound, runs_of, taken
from jixiao.pipeline.staging import years as years_run
from jixiao.settings import Settings


def _year_lines(year: int) -> list[str]:
    """Return what the last run of a fiscal year met, source by source put together."""
    runs = runs_of(year)
    return run_lines(runs[0], f"fiscal year {year}") if runs else [f"fiscal year {year}: never run"]


def run_lines(folder: UPath, what: str) -> list[str]:
    """Return what a run met, source by source put together."""
    archived = [said for path in _there(folder, "sources/*/archived.json") if (said := archived_in(path)) is not None]
    if not archived:
        return [f"{what}: never run"]
    batches = [said for path in _there(folder, "batches/*.done.json") if is_done(said := read_sound(path))]
    errors = {k: v for batch in batches for k, v in batch["errors"].items()}
    documents = {sha for batch in batches for sha in batch["documents"]}
    discovered = sum(_taken(path) for path in sorted((folder / "sources").glob("*/candidates.jsonl"), key=str))
    failures = [failure for said in archived for failure in said["failures"]]
    out = [
        f"{what}: discovered {discovered}, "
        f"archived {len({s['sha256'] for said in archived for s in said['sightings']})}, "
        f"extracted {len(documents) - len(errors)}, quarantined {len(errors) + len(failures)}"
    ]
    for path in _there(folder, "sources/*/problems.json"):
        problems = read_sound(path)
        out += [f"    problem: {problem}" for problem in (problems if isinstance(problems, list) else ())]
    out += [f"    quarantined: {failure['reason']}" for failure in failures]
    return [*out, *(f"    quarantined: {reason}" for reason in errors.values())]


def _there(folder: UPath, pattern: str) -> list[UPath]:
    return sorted(folder.glob(pattern), key=str)


def _taken(candidates: UPath) -> int:
    """Return how many candidates were taken; of a damaged file none, and a line says so."""
    try:
        return len(taken(candidates))
    except JixiaoError as error:
        print(f"problem: {error}")  # noqa: T201 - a line of the answer
        return 0


def summary_lines(years: Iterable[int] | None = None) -> list[str]:
    """Return what a person wants to see of the last runs and the published marts, line by line."""
    import duckdb

    from jixiao.publish import current, current_database

    settings = Settings.load()
    wanted = years_run() if years is None else sorted(years)
    out: list[str] = []
    for year in wanted:
        out += _year_lines(year)
    root = settings.publish_url
    folder_now = current(root)
    database = current_database(root, settings.var / "copies")
    if folder_now is None or database is None:
        return [*out, "nothing is published yet"]
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "SELECT fiscal_year, organization, coalesce(budget_yuan, initial_budget_yuan), final_yuan, "
            "execution_rate_pct, total_score, grade FROM mart.department_year ORDER BY fiscal_year, region_code"
        ).fetchall()
        out.append("")
        out.append(f"{'year':6}{'budget, yuan':>16}{'outturn, yuan':>16}{'rate, %':>10}{'score':>8}  department")
        for year, name, budget, final, rate, score, grade in rows:
            cells = [
                "-" if value is None else format(value, spec)
                for value, spec in ((budget, ",.2f"), (final, ",.2f"), (rate, ".2f"), (score, ".2f"))
            ]
            figures = f"{cells[0]:>16}{cells[1]:>16}{cells[2]:>10}{cells[3]:>8}"
            out.append(f"{year:<6}{figures}  {name}{f'（{grade}）' if grade else ''}")
        found = connection.execute(
            "SELECT fiscal_year, organization, code, severity, message_zh, page FROM mart.findings "
            "ORDER BY fiscal_year, region_code, code, subject"
        ).fetchall()
        out.append("")
        out.append(f"findings: {len(found)}")
        out += [
            f"    {year} {name} {code} {severity}: {text}{f' (page {page})' if page else ''}"
            for year, name, code, severity, text, page in found
        ]
    out += ["", f"published marts: {root.rstrip('/')}/current (version {int(folder_now.name)})"]
    return out
