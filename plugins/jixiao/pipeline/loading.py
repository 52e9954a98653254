"""Load what a run extracted into the warehouse; hold back what came of a run in which too much failed."""

import json
from datetime import UTC, datetime

from upath import UPath

from jixiao.model import JixiaoError
from jixiao.pipeline.collected import collected
from jixiao.pipeline.collecting import archived_of
from jixiao.pipeline.extracting import extracted_of
from jixiao.pipeline.loading_parts import load_collected
from jixiao.pipeline.staging import Place, begun, place, read, seconds_of, timed, write, year_or_all
from jixiao.settings import Settings


def load_run(run: Place) -> UPath:
    """Load a run's facts, sightings, failures and coverage into the warehouse; no document is no reason not to.

    Only what is new is read: a document whose extraction, address and standing are those of the last load is passed
    over. Some at a time, so that memory does not grow with the run; each part is loaded whole or not at all.

    Returns the record of the load, by which `hold_failures` judges whether anything may be published.
    """
    from jixiao.warehouse import open_warehouse
    from jixiao.warehouse.runs import findings_count, known, note_run
    from jixiao.warehouse.told import doubts_in

    settings, year = Settings.load(), year_or_all(run)
    found = collected(archived_of(run), extracted_of(run))
    sightings = found.sightings
    urls = {sha256: one["url"] for sha256, one in sightings.items()}
    with open_warehouse(settings.warehouse_path) as engine:
        documents, addresses = known(engine, set(sightings), set(urls.values()))
        with timed(run, "load"):
            load_collected(engine, found, urls, year)
        fresh = {sha256 for sha256 in sightings if sha256 not in documents}
        began = begun(run)
        note_run(
            engine,
            {
                "run": f"{place(run).parent.name}/{began['name']}",
                "fiscal_year": year,
                "began_at": began["began_at"],
                "loaded_at": datetime.now(UTC).isoformat(),
                "found": len(sightings),
                "new": sum(1 for sha256 in fresh if urls[sha256] not in addresses),
                "changed": sum(1 for sha256 in fresh if urls[sha256] in addresses),
                "failed": len(found.failures),
                "unread": len(found.errors),
                "doubts": doubts_in(engine, found.readable),
                "findings": findings_count(engine),
                "seconds": json.dumps(seconds_of(run)),
            },
        )
    said = {"year": year, "shares": found.shares()}
    return write(place(run) / "loaded.json", said)


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
