"""What stands in the project's own files beside the runs: who must report, and what persons corrected."""

from typing import TYPE_CHECKING, Any

from jixiao.discover import load_sources, roster_of, selected_sources
from jixiao.model import JixiaoError
from jixiao.settings import Settings

if TYPE_CHECKING:
    from jixiao.warehouse.corrections import Judged


def rosters_by_source() -> dict[str, list[dict[str, Any]]]:
    """Return who must report by each contract; one whose roster is damaged is told, and keeps what it had."""
    from jixiao.warehouse.rosters import roster_rows

    settings, found = Settings.load(), dict[str, list[dict[str, Any]]]()
    for source in selected_sources(settings.sources):
        try:
            found[source.id] = roster_rows(source.id, roster_of(source, settings.rosters))
        except JixiaoError as error:
            print(f"problem: {source.id}: {error}")  # noqa: T201 - a task's log
    return found


def corrections_now() -> tuple[list["Judged"], dict[str, str]]:
    """Return the corrections of all files that can be read, and why others cannot, by source."""
    from jixiao.warehouse.corrections import load_corrections

    settings, unread = Settings.load(), dict[str, str]()
    found = load_corrections(settings.corrections, {source.id for source in load_sources(settings.sources)}, unread)
    for problem in unread.values():
        print(f"problem: {problem}: its corrections stay as they were")  # noqa: T201 - a task's log
    return found, unread
