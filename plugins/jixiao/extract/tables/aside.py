"""Why figures in tables are nobody's facts, for the ledger."""

from collections.abc import Iterable

from jixiao.extract.places import Places
from jixiao.extract.tables.sums import CellSaid


def set_aside(places: Places, cells: Iterable[CellSaid]) -> dict[str, str]:
    """Return by figure (by its id) why its column or row makes it no fact.

    What stands in columns of marks and scores is the scores' reader's to account for.
    """
    told = [cell for cell in cells if cell.state == "not_ours" and not cell.is_of_scores]
    return {one.id: cell.why for cell in told for one in places.around(cell.evidence)}
