"""The money of a document's tables, ruled and flattened."""

from collections.abc import Sequence

from jixiao.extract.flat_tables import flat_tables
from jixiao.extract.money_prose import extract_prose
from jixiao.extract.tables.money import read_money
from jixiao.extract.tables.sums import TableFound
from jixiao.model import Amount, Document


def extract_tables(document: Document, fiscal_year: int, known: Sequence[Amount]) -> TableFound:
    """Return the facts of all tables; `known` are the prose figures, which may decide a unit."""
    flat, sentences = flat_tables(document)
    told = extract_prose(sentences, fiscal_year)
    found = read_money(document, (*document.tables, *flat), fiscal_year, [*known, *told.amounts])
    found.amounts[:0] = told.amounts
    found.ratios[:0] = told.ratios
    found.changes[:0] = told.changes
    found.doubts[:0] = told.doubts
    return found
