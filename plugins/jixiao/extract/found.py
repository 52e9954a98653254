"""What a reader of money finds: facts, doubts, and the sums that are nobody's fact with the reason."""

from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.model import Amount, Change, Doubt, Evidence, Ratio


@dataclass(frozen=True, slots=True)
class Left:
    """A sum (`yuan`) that was read and is none of the department's; `why` names the words or the scope that decided."""

    yuan: Decimal
    evidence: Evidence
    why: str


@dataclass(slots=True)
class Found:
    """The facts found so far, in the order of the text; `left` are the sums that are not ours."""

    amounts: list[Amount] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
