"""One sum of several terms: 人员经费和公用经费支出1402.20万元 is of neither, but of what both make up."""

from jixiao.extract.clauses import Piece
from jixiao.extract.identities import all_needed
from jixiao.extract.lexicon import Token
from jixiao.extract.scoped import WEAK_MARKS, subject_of
from jixiao.model import Subject

_LINKS = frozenset(("和", "及", "与", "以及"))


def joined_terms(piece: Piece) -> tuple[Token, ...]:
    """Return the last two terms of a piece where 和 alone joins them in front of its one sum; else nothing."""
    strong = [token for token in piece.of("subject") if token.row.mark not in WEAK_MARKS]
    if len(strong) < 2 or piece.figure is None or piece.figure.is_zero_in_words or piece.has("all_of"):
        return ()
    one, other = strong[-2:]
    return (one, other) if piece.text[one.end : other.start] in _LINKS else ()


def whole_of_joined(terms: tuple[Token, ...], text: str) -> Subject | None:
    """Return what joined terms are all the parts of; None where they are not all of anything."""
    subjects = [subject_of(token, text) for token in terms]
    items = {f"{one.scheme}/{one.item}" for one in subjects}
    whole = next((one.whole for one in all_needed() if set(one.parts) == items), None)
    if whole is None or len({one.flow for one in subjects}) > 1:
        return None
    scheme, item = whole.split("/")
    return Subject(subjects[0].flow, scheme, item)  # type: ignore[arg-type]
