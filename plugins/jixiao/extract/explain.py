"""How one figure was decided: its state, scopes, readings with costs and grounds, what closes, the rows that spoke."""

from collections.abc import Iterator

from jixiao.extract.assign import choose
from jixiao.extract.clauses import Piece
from jixiao.extract.confirmed import Confirmed
from jixiao.extract.declared import prepared
from jixiao.extract.figures import Figure, figures_of
from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.names import own_names
from jixiao.extract.parts import outline, own_document
from jixiao.extract.prose import read_sums
from jixiao.extract.sums import Sum
from jixiao.model import Document, Extraction, LedgerEntry

_CELL_ROLES = ("column", "row", "subject", "stage", "change", "last_year", "not_ours")


def explain(document: Document, read: Extraction, name: str) -> list[str]:
    """Return the lines that tell how a fact (A0003) or a figure of the ledger (F0012) was decided, if it is there."""
    entries = [one for one in read.ledger if name in (one.fact_id, one.figure_id)]
    figures = {one.id: one for one in figures_of(prepared(document))}
    sums = _sums(document, read)
    out: list[str] = []
    for entry in entries:
        out += [_entry(entry)]
        figure = figures.get(entry.figure_id or "")
        found = [one for one in sums if figure is not None and _is_of(one, figure)]
        for one in found:
            out += [f"  {line}" for line in _told(one)]
        if figure is not None and not found:
            out += [f"  {line}" for line in _of_words(figure)]
        out += [f"  {line}" for line in _closing(read, entry)]
    return out


def _entry(entry: LedgerEntry) -> str:
    where = f"page {entry.evidence.page}: " if entry.evidence.page else ""
    named = " ".join(filter(None, (entry.figure_id, entry.fact_id)))
    return f"{named} {entry.printed} {entry.state}: {entry.why}  ({where}{entry.evidence.text})"


def _sums(document: Document, read: Extraction) -> list[Sum]:
    """Return the sums of the running text as the extractor chose them."""
    year = read.report.fiscal_year
    if year is None:
        return []
    own = prepared(own_document(outline(prepared(document))))
    sums = read_sums(own.passages, year, own_names(read.report.organization)).sums
    choose(sums)
    return sums


def _is_of(one: Sum, figure: Figure) -> bool:
    printed = one.piece.figure
    if printed is None or one.yuan != figure.value:
        return False
    place = one.passage.evidence(printed.start, printed.end)
    return (place.page, place.box, place.text) == (figure.evidence.page, figure.evidence.box, figure.evidence.text)


def _told(one: Sum) -> Iterator[str]:
    figure = one.piece.figure
    yield f"clause    {one.piece.words}{figure.printed if figure else ''}"
    yield from (f"scope     {line}" for line in one.scope)
    for number, reading in enumerate(one.readings):
        mark = "*" if number == one.chosen else " "
        yield f"reading {mark} {reading.cost:5.2f}  {reading.words()}  ({'; '.join(filter(None, reading.grounds))})"
    yield f"margin    {one.margin:.2f}"
    yield from (f"word      {_row(token, one.piece)}" for token in one.piece.tokens)


def _row(token: Token, piece: Piece) -> str:
    return _spoke(piece.text[token.start : token.end], token)


def _spoke(words: str, token: Token) -> str:
    row = token.row
    mark = f", {row.mark}" if row.mark else ""
    return f"{words}: {row.role} {row.value}{mark}  ({row.theme}.yaml, row {row.line} of {row.role})"


def _of_words(figure: Figure) -> Iterator[str]:
    """Give the words above and beside a figure that no sentence explains, with the rows they are found by."""
    for head in figure.heads:
        yield f"head      {head}"
        for token in lexicon().scan(head, _CELL_ROLES):
            yield f"word      {_spoke(head[token.start : token.end], token)}"


def _closing(read: Extraction, entry: LedgerEntry) -> Iterator[str]:
    """Give what the figure closes with, and how sure it is."""
    if entry.fact_id is None:
        yield from (f"left      {reading}" for reading in entry.readings)
        return
    closes = Confirmed(read.amounts, read.ratios, read.changes)
    fact = entry.fact_id
    yield f"closes    {'; '.join(closes.grounds.get(fact, ())) or 'with nothing'}"
    if fact.startswith("A"):
        yield f"so it is  {read.amounts[int(fact[1:]) - 1].confidence}"
