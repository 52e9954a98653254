"""The sums of running text while they are being read: what each can be, and what is chosen for it."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from jixiao.extract.clauses import Piece
from jixiao.extract.prose_rates import Rates
from jixiao.extract.readings import Reading
from jixiao.extract.scope import Scopes
from jixiao.extract.scoped import WEAK_MARKS, subject_of
from jixiao.model import Passage, Stage, Subject


@dataclass(slots=True)
class Sum:
    """One sum of the running text with its readings, the cheapest first; `chosen` is set for the whole document.

    `scope` says what its scopes handed down. `follows` is the sum that this one is only compared with: it is as sure as
    that one.
    """

    passage: Passage
    paragraph: int
    piece: Piece
    readings: list[Reading]
    name: str
    chosen: int = 0
    margin: float = 9.0
    scope: tuple[str, ...] = ()
    follows: "Sum | None" = None

    def is_beside(self, passage: Passage, piece: Piece) -> bool:
        """Tell whether a piece stands in the same sentence."""
        return self.passage is passage and self.piece.sentence == piece.sentence

    @property
    def reading(self) -> Reading:
        """Return the reading that was chosen."""
        return self.readings[self.chosen]

    @property
    def yuan(self) -> Decimal:
        """Return its value in yuan."""
        return self.piece.figure.value if self.piece.figure else Decimal(0)

    @property
    def ulp(self) -> Decimal:
        """Return one unit in its last printed digit, in yuan."""
        return self.piece.figure.ulp if self.piece.figure else Decimal(1)


@dataclass(slots=True)
class Read:
    """Everything that the running text says of money, before anything is chosen."""

    sums: list[Sum] = field(default_factory=list)
    rates: Rates = field(default_factory=Rates)


def take_all_of(passage: Passage, piece: Piece, scopes: Scopes, read: Read) -> None:
    """Give a whole once more as what all of it is: 收入100万元,全部为财政拨款; behind a bare 为 stands nothing else."""
    says = piece.of("all_of")
    terms = [t for t in piece.of("subject") if says and t.start >= says[-1].end and t.row.mark not in WEAK_MARKS]
    told = next((one for one in reversed(scopes.told) if one.is_sum and not one.compared), None)
    is_near = bool(terms) and (terms[0].start, terms[0].end) == (says[-1].end, piece.end) and piece.figure is None
    if len(terms) != 1 or (says[-1].row.mark == "near" and not is_near):
        return
    if told is None or scopes.pieces[told.piece].sentence != piece.sentence:
        return
    whole = next((one for one in reversed(read.sums) if one.passage is passage and one.piece.index == told.piece), None)
    subject = subject_of(terms[0], piece.text)
    if whole is None or whole.readings[0].subject is None or subject.item == "total":
        return
    readings = [
        replace(one, subject=replace(subject, flow=one.subject.flow), own=True)
        for one in whole.readings
        if one.subject is not None and _may_be_all(subject, one.subject, one.stage)
    ]
    if readings and readings[0].cost == whole.readings[0].cost:
        words = piece.text[terms[0].start : terms[0].end]
        read.sums.append(Sum(passage, whole.paragraph, whole.piece, readings, words, follows=whole))


def _may_be_all(part: Subject, whole: Subject, stage: Stage | None) -> bool:
    """Tell whether a class can be all of a whole: a source or a nature of the total, a kind of the public expenses."""
    if (part.item, whole.item) == ("general_public_budget", "fiscal_appropriation"):
        return True
    if whole.item not in ("total", "vehicles"):
        return False
    if part.scheme == "source":  # of a budget of spending nobody says whether the source is income or spending
        return whole.scheme == "total" and (whole.flow == "revenue" or stage == "final")
    return part.scheme == whole.scheme or (whole.scheme == "total" and part.scheme == "nature")
