"""Compare a contract answer with the truth, row by row, as the scoreboard does."""

import unicodedata
from collections import Counter
from decimal import Decimal


def words(text):
    """Return what a reader would call the same words."""
    folded = unicodedata.normalize("NFKC", text or "")
    return "".join(c for c in folded if not c.isspace() and c not in "\"'“”‘’「」—–-一·:,、")


def number(text):
    """Return a figure without its trailing zeros."""
    return None if text is None else Decimal(str(text)).normalize()


KEYS = {
    "amounts": lambda a: (a["fiscal_year"], a["flow"], a["stage"], a["scheme"], words(a["item"]), number(a["yuan"])),
    "scores": lambda s: (words(s["path"][-1]), number(s["full_marks"]), number(s["score"])),
    "ratios": lambda r: (r["name"], number(r["percent"])),
    "deductions": lambda d: (words(d["indicator"]), number(d["points"])),
}


def compared(kind, truth, got):
    """Return (right, missing, spurious) as counters; optional truth rows count for neither side."""
    key = KEYS[kind]
    need = Counter(key(row) for row in truth if not row.get("optional"))
    may = Counter(key(row) for row in truth if row.get("optional"))
    have = Counter(key(row) for row in got)
    right = need & have
    return right, need - right, have - right - may


def f1(right, missing, spurious):
    """Return F1 of three counts."""
    return 2 * right / (2 * right + missing + spurious) if right + missing + spurious else 1.0
