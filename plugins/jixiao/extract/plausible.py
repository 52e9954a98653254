"""What a report's own sums make doubtful: their year beside the title's, a size that no department's budget has."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jixiao.model import Amount, Doubt

_OVERALL = frozenset({"total", "nature"})
_LEAST = 2
_HUGE_YUAN = Decimal(10_000_000_000)


def implausible(amounts: Sequence[Amount], fiscal_year: int | None) -> Iterator[Doubt]:
    """Give a doubt where every overall sum is of another year than the report, and one for a sum of 100 亿元 or more.

    The largest ministries of a province spend so much; elsewhere the unit is likelier wrong than the sum.
    """
    overall = [one for one in amounts if one.scheme in _OVERALL]
    years = {one.fiscal_year for one in overall}
    if fiscal_year is not None and len(overall) >= _LEAST and fiscal_year not in years:
        said = ", ".join(map(str, sorted(years)))
        message = f"the report is of {fiscal_year}, its sums are all of {said}"
        yield Doubt("undecided_year", message, overall[0].evidence, (str(fiscal_year), said))
    huge = next((one for one in overall if abs(one.yuan) >= _HUGE_YUAN), None)
    if huge is not None:
        message = f"{huge.label}: {huge.yuan:.0f} yuan is more than a department's budget holds"
        yield Doubt("implausible_sum", message, huge.evidence)
