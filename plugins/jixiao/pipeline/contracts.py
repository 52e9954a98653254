"""What stands in the project's own files beside the runs: who must report, and what persons corrected."""

from typing import TYPE_CHECKING, Any

from jixiao.discover import load_sources, roster_of, selected_sources
from jixiao.model import JixiaoError
from jixiao.settings import Settings
from jixiao.version import digest_of

if TYPE_CHECKING:
    from jixiao.warehouse.corrections import Judged


def contracts_digest() -> str:
    """Return a digest of all these files, none of which is read for what it says."""
    settings = Settings.load()
    folders = (settings.sources, settings.rosters, settings.corrections)
    return " ".join([*(digest_of(folder, ("",)) for folder in folders), *settings.sources_only])


def rosters_by_source() -> tuple[dict[str, list[dict[str, Any]]], bool]:
    """Return who must report by each contract, and whether that is all of them.

    One whose roster is damaged is told, and keeps what it had.
    """
    from jixiao.warehouse.rosters import roster_rows

    settings, found, whole = Settings.load(), dict[str, list[dict[str, Any]]](), True
    for source in selected_sources(settings.sources):
        try:
            found[source.id] = roster_rows(source.id, roster_of(source, settings.rosters))
        except JixiaoError as error:
            print(f"problem: {source.id}: {error}")  # noqa: T201 - a task's log
            whole = False
    return found, whole


def corrections_now() -> tuple[list["Judged"], dict[str, str]]:
    """Return the corrections of all files that can be read, and why others cannot, by source."""
    from jixiao.warehouse.corrections import load_corrections

    settings, unread = Settings.load(), dict[str, str]()
    found = load_corrections(settings.corrections, {source.id for source in load_sources(settings.sources)}, unread)
    for problem in unread.values():
        print(f"problem: {problem}: its corrections stay as they were")  # noqa: T201 - a task's log
    return found, unread
