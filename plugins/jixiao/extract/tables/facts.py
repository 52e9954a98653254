"""The money of a document's tables, ruled and flattened."""

from collections.abc import Callable, Iterable, Sequence

from jixiao.extract.found import Found
from jixiao.extract.tables.flat import fitted_tables
from jixiao.extract.tables.money import read_money
from jixiao.extract.tables.runs import flat_tables
from jixiao.extract.tables.sums import TableFound
from jixiao.extract.tables.tokens import tokens_of
from jixiao.model import Amount, Document, Passage


def extract_tables(
    document: Document,
    fiscal_year: int,
    known: Sequence[Amount],
    read_sentences: Callable[[Iterable[Passage], int], Found],
) -> TableFound:
    """Return the facts of all tables; `known` are the prose figures, which may decide a unit.

    What the running lines hold is fitted to heads first; where that does not do, labels beside figures are read, and
    what these say in sentences by `read_sentences`.
    """
    tokens = tokens_of(document)
    fitted = [*fitted_tables(tokens)]
    rest = [*tokens]
    for fit in reversed(fitted):
        del rest[fit.start : fit.end]
    flat, sentences = flat_tables(rest, document.passages)
    told = read_sentences(sentences, fiscal_year)
    tables = (*document.tables, *(fit.table for fit in fitted), *flat)
    unsure = {index: fit.unsure for index, fit in enumerate(fitted, len(document.tables))}
    found = read_money(document, tables, fiscal_year, [*known, *told.amounts], unsure)
    found.amounts[:0] = told.amounts
    found.ratios[:0] = told.ratios
    found.changes[:0] = told.changes
    found.doubts[:0] = told.doubts
    found.left[:0] = told.left
    return found
