"""Load what a run extracted into the warehouse; hold back what came of a run in which too much failed."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from upath import UPath

from jixiao.model import JixiaoError
from jixiao.pipeline.collected import collected
from jixiao.pipeline.extracting import extracted_of
from jixiao.pipeline.given import Given, given_to
from jixiao.pipeline.loading_parts import load_collected
from jixiao.pipeline.records import archived_of
from jixiao.pipeline.staging import Place, begun, place, read, seconds_of, timed, write, year_or_all
from jixiao.settings import Settings
from jixiao.without import without, without_searching

if TYPE_CHECKING:
    import sqlalchemy as sa


_MEMORY: Final = "1GB"
"""What is enough for DuckDB however many documents there are: they are loaded a few at a time."""


@without("pandas")
@without_searching()
def load_run(run: Place) -> UPath:
    """Load a run's facts, sightings, failures and coverage into the warehouse; no document is no reason not to.

    Only what is new is read: a document whose extraction, address and standing are those of the last load is passed
    over. Some at a time, so that memory does not grow with the run; each part is loaded whole or not at all. Where all
    that the stages before left is byte for byte what the last load took, what that one told is told again.

    Returns the record of the load, by which `hold_failures` judges whether anything may be published.
    """
    from jixiao.warehouse import open_warehouse, standing
    from jixiao.warehouse.runs import note_run

    settings, year = Settings.load(), year_or_all(run)
    with open_warehouse(settings.warehouse_path, _MEMORY) as engine:
        with timed(run, "load"):
            all_given = given_to(run, year)
            given = all_given.digest
            held = standing.sealed(settings.warehouse_path)
            before, told = _told_last(held, year)
            if given is not None and given == before:
                print("nothing is new: what is loaded stands")  # noqa: T201 - a task's log
                facts = str(held["content"])
            else:
                facts, told, all_read = _loaded(engine, run, year, all_given)
                given = given if all_read else None
        note_run(engine, {**_began(run, year), **told["run"], "seconds": json.dumps(seconds_of(run))})
        standing.seal(engine, facts)
        held = standing.sealed(settings.warehouse_path)
        again = {"run": told["run"] | {"new": 0, "changed": 0}, "shares": told["shares"]}
        kept = held.get("loaded")
        loaded = {**(kept if isinstance(kept, dict) else {}), str(year): [given, again]}
        standing.note(settings.warehouse_path, held, "loaded", loaded)
    return write(place(run) / "loaded.json", {"year": year, "shares": told["shares"]})


def _told_last(held: dict[str, Any], year: int | None) -> tuple[str | None, dict[str, Any]]:
    """Return what the last load of these fiscal years was given, and what was told of it; None where nobody knows."""
    try:
        given, told = held["loaded"][str(year)]
        return given, {"run": dict(told["run"]), "shares": dict(told["shares"])}
    except (KeyError, TypeError, ValueError):
        return None, {}


def _began(run: Place, year: int | None) -> dict[str, Any]:
    began = begun(run)
    return {
        "run": f"{place(run).parent.name}/{began['name']}",
        "fiscal_year": year,
        "began_at": began["began_at"],
        "loaded_at": datetime.now(UTC).isoformat(),
    }


def _loaded(engine: "sa.Engine", run: Place, year: int | None, given: Given) -> tuple[str, dict[str, Any], bool]:
    """Load what a run collected; return what `load_collected` does, between them what is told of the load."""
    from jixiao.warehouse.runs import findings_count, not_met
    from jixiao.warehouse.told import doubts_in

    found = collected(archived_of(run), extracted_of(run), given.batches)
    sightings = found.sightings
    urls = {sha256: one["url"] for sha256, one in sightings.items()}
    new, changed = not_met(engine, urls)
    facts, all_read = load_collected(engine, found, given, urls, year)
    said = {
        "found": len(sightings),
        "new": new,
        "changed": changed,
        "failed": len(found.failures),
        "unread": len(found.errors),
        "doubts": doubts_in(engine, found.readable),
        "findings": findings_count(engine),
    }
    return facts, {"run": said, "shares": found.shares()}, all_read


_FEW = 3


def hold_failures(loaded: Place) -> None:
    """Refuse to publish what came of a run in which too much failed.

    A share of `failed_share` or more of one source, or of all, stops it; one or two odd files do not, unless nothing
    of the source came at all.

    Raises:
        JixiaoError: it names the sources with their counts.
    """
    most = Settings.load().failed_share
    try:
        shares = {str(name): (int(failed), int(met)) for name, (failed, met) in read(loaded)["shares"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise JixiaoError(f"{loaded}: damaged: {error}: load the run again") from None
    whole = sum(failed for failed, _ in shares.values()), sum(met for _, met in shares.values())
    over = [
        f"{name}: {failed} of {met}"
        for name, (failed, met) in {**shares, "in all": whole}.items()
        if failed and (failed >= _FEW or failed == met) and failed >= most * met
    ]
    if over:
        raise JixiaoError(
            f"nothing is published: documents that could not be fetched or read reach {most:.0%}: {', '.join(over)}"
        )
