"""Say what each cost and each scope rule of the prose reader is worth: without it, amounts of the blind sets change so.

python tools/ablate.py [SET ...]; two processes. A document's tables, kind and year are read once, only its running text
anew for each line. The right and wrong amounts of all sets are printed, and beside them those of the new writers.
"""

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache

from sets import BLIND, documents, names

from compare import KEYS, compared  # isort: skip
from jixiao.extract import assign, costs, extract, foreign, listing, parallel, prose, readings, scope, stages, subjects  # isort: skip
from jixiao.extract.contract import to_contract  # isort: skip
from jixiao.extract.names import own_names  # isort: skip
from jixiao.extract.parts import outline, own_document  # isort: skip
from jixiao.model import Extraction  # isort: skip

NEW = {"ninth", "tenth", "eleventh"}
WORTH_READING = 5
"""A document with fewer sums in its text says little of the prose reader."""


def _never(*_words: object) -> None:
    return None


def _no(*_words: object) -> bool:
    return False


def _none(*_words: object) -> list[object]:
    return []


COSTS = [
    (module, name) for module in (costs, assign) for name, value in vars(module).items() if isinstance(value, float)
]
RULES: dict[str, list[tuple[object, str, Callable[..., object]]]] = {
    "a list of projects opens": [(scope, "open_list", _never)],
    "a counted noun or heading opens a list": [(listing, "opens_list", lambda token, *_: token.value == "strong")],
    "an item has a label": [(scope, "take_label", _never)],
    "labels have parents": [(listing, "_take_parent", _never)],
    "parts have the stage of their whole": [(scope.Scopes, "part", _never)],
    "an owner reaches beyond its clause": [(scope.Scopes, "_take_owner", _never)],
    "a term of ours ends label and list": [(scope, "leave_list", _never)],
    "a term that ends a longer name is glued": [(scope, "is_glued", _no), (subjects, "is_glued", _no)],
    "支出决算 may be of the term before": [(scope, "is_of_the_same", _no)],
    "last year's sum in a bracket": [(module, "is_twin", _no) for module in (foreign, stages, subjects)],
    "from last year's sum to this year's": [(readings, "_turns_from", _no)],
    "the budget told behind its figure": [(foreign, "budget_behind", _no)],
    "beside others' money": [(module, "beside_others", _no) for module in (foreign, subjects)],
    "a row of figures has its terms before": [(parallel, "_told", _none)],
    "a row of classes by short names": [(parallel, "_classes", _none)],
    "a row of years": [(parallel, "_years", _none)],
    "a row of names": [(parallel, "_names", _none)],
    "a list by its sum": [(assign, "_lists_by_sum", _never)],
    "a part without a name is not its whole": [(readings, "_again", lambda *_: 0.0)],
    "words that are no term speak against": [(scope, "free_words", lambda *_: "")],
    "a heading hands down": [(scope.Scopes, "head", _never)],
    "合计 is of the parts before it": [(scope.Scopes, "_take_sum", _never)],
    "a colon behind a sum opens its parts": [(subjects, "_follows_sum_by_colon", _no)],
    "words in the department's own name own nothing": [(prose, "leave_own_names", _never)],
    "what is handed down ends at a sentence": [(scope.Scopes, "_end_sentence", _never)],
}


@cache
def _kept(
    sets: tuple[str, ...],
) -> list[tuple[str, object, int, tuple[str, ...], list[dict[str, object]], list[object]]]:
    """Return of each document its set, its text with what was read, year, names, truth, and what its tables gave."""
    out = []
    for name in sets:
        for _, document, truth in documents(BLIND / name):
            read = extract(document)
            year = read.report.fiscal_year
            passages = own_document(outline(document)).passages
            own = own_names(read.report.organization)
            if year is None or len(prose.read_sums(passages, year, own).sums) < WORTH_READING:
                continue
            told = {_place(one) for one in prose.extract_prose(passages, year, own).amounts}
            tabled = [one for one in read.amounts if _place(one) not in told]
            out.append((name, (passages, read), year, own, truth["amounts"], tabled))
    return out


def _place(one):
    return one.evidence.page, one.evidence.box, one.evidence.text, one.yuan


def measure(sets):
    """Return [right, wrong] of all sets and of the new writers, as the code now is."""
    counts = [0, 0, 0, 0]
    for name, (passages, read), year, own, truth, tabled in _kept(sets):
        found = prose.extract_prose(passages, year, own).amounts
        got = to_contract(_with(read, [*tabled, *found]), ())["amounts"]
        got = list({KEYS["amounts"](row): row for row in got}.values())
        right, _, extra = compared("amounts", truth, got)
        for at in (0, 2) if name in NEW else (0,):
            counts[at] += right.total()
            counts[at + 1] += extra.total()
    return counts


def _with(read: Extraction, amounts) -> Extraction:
    return replace(read, amounts=tuple(amounts), ledger=(), doubts=())


def _without(task):
    """Return the counts without one cost or rule."""
    sets, kind, number = task
    if kind == "cost":
        module, name = COSTS[number]
        changes = [(module, name, 0.0)]
    else:
        changes = [*RULES.values()][number] if kind == "rule" else []
    before = [(where, name, getattr(where, name)) for where, name, _ in changes]
    for where, name, instead in changes:
        setattr(where, name, instead)
    try:
        return measure(sets)
    finally:
        for where, name, value in before:
            setattr(where, name, value)


def main():
    """Print one line a cost and a rule, those that are worth most first."""
    sets = tuple(sys.argv[1:] or names())
    named = [("as it is", (sets, "", 0))]
    named += [(f"cost {name} {getattr(m, name)}", (sets, "cost", at)) for at, (m, name) in enumerate(COSTS)]
    named += [(f"rule: {name}", (sets, "rule", at)) for at, name in enumerate(RULES)]
    _kept(sets)  # before the processes fork
    with ProcessPoolExecutor(2) as pool:
        found = []
        for (name, _), counts in zip(named, pool.map(_without, [task for _, task in named]), strict=True):
            found.append((name, counts))
            print(name, counts, file=sys.stderr, flush=True)  # it takes minutes: show that it goes on
    base = found[0][1]
    print(f"{'':48}all: right wrong   new writers: right wrong")
    print(f"{'as it is':48}{base[0]:10}{base[1]:6}{base[2]:21}{base[3]:6}")
    less = [(name, [one - other for one, other in zip(counts, base, strict=True)]) for name, counts in found[1:]]
    for name, (a, b, c, d) in sorted(less, key=lambda one: one[1][0] - one[1][1]):
        print(f"{name:48}{a:+10}{b:+6}{c:+21}{d:+6}")


if __name__ == "__main__":
    main()
