"""Say what became of every amount that is missed or made up: python tools/missed.py [--list] [SET|FOLDER ...].

A line a set: precision and recall of all amounts and of sure ones, how many of the missed are a doubt in the ledger,
how many doubts a document has. `--list` adds every missed amount with its state and every wrong one.
"""

import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

from sets import BLIND, documents, names

from compare import compared  # isort: skip
from jixiao.extract import extract  # isort: skip
from jixiao.extract.contract import to_contract  # isort: skip

STATES = ("doubt", "not_ours", "fact")


def became(ledger, yuan):
    """Return (state, why) of the figure with a value; a doubt goes before not ours, and that before another's fact."""
    some = [one for one in ledger if one.kind == "sum" and one.value is not None and _may_be(one, yuan)]
    return min(((one.state, one.why) for one in some), key=lambda one: STATES.index(one[0]), default=("none", ""))


def _may_be(entry, yuan):
    """Tell whether a figure is of a value; one that stands as printed in a table without a unit may be in 万元."""
    unitless = entry.state == "doubt" and entry.printed.replace(",", "").lstrip("-").replace(".", "", 1).isdecimal()
    return abs(entry.value) == yuan or (unitless and abs(entry.value) * 10_000 == yuan)


def measure(folder, lines):
    """Return the counts of one set; what is missed and what is wrong is added to `lines`."""
    counts = Counter()
    for name, document, truth in documents(folder):
        read = extract(document)
        got = to_contract(read, ())["amounts"]
        right, missing, extra = compared("amounts", truth["amounts"], got)
        sure = compared("amounts", truth["amounts"], [one for one in got if one["confidence"] == "sure"])
        counts.update(documents=1, right=right.total(), missing=missing.total(), extra=extra.total())
        counts.update(sure_right=sure[0].total(), sure_extra=sure[2].total())
        states = Counter((one.kind, one.state) for one in read.ledger)
        counts.update({f"{state}s": states["sum", state] for state in STATES}, all_doubts=len(read.doubts))
        for key in missing.elements():
            state, why = became(read.ledger, Decimal(key[5] or 0))
            counts[state] += 1
            lines.append(f"missed  {state:8} {folder.name}/{name}  {' '.join(map(str, key[:5]))} {key[5]:f}  ({why})")
        for key in extra.elements():
            how = "sure" if key in sure[2] else "unsure"
            place = next(
                (one["evidence"]["text"] for one in got if (Decimal(one["yuan"]), one["stage"]) == (key[5], key[2])), ""
            )
            lines.append(f"wrong   {how:8} {folder.name}/{name}  {' '.join(map(str, key[:5]))} {key[5]:f}  {place}")
    return counts


def share(some, every):
    """Return a quotient; of nothing all is right."""
    return some / every if every else 1.0


def told(name, c):
    """Return the line of a set."""
    missed, documents = c["missing"], c["documents"] or 1
    return (
        f"{name:10} {documents:3} documents  P {share(c['right'], c['right'] + c['extra']):.3f}"
        f"  R {share(c['right'], c['right'] + missed):.3f}"
        f"  sure P {share(c['sure_right'], c['sure_right'] + c['sure_extra']):.3f} ({c['sure_extra']} wrong)"
        f"  sure R {share(c['sure_right'], c['right'] + missed):.3f}"
        f"  missed {missed}: {c['doubt']} doubts, {c['not_ours']} not ours, {c['fact']} facts, {c['none']} no figure"
        f"  doubts a document {c['all_doubts'] / documents:.1f}, of {c['doubts'] / documents:.1f} sums"
    )


def main():
    """Print the lines."""
    wanted = [one for one in sys.argv[1:] if one != "--list"]
    folders = [BLIND / one if (BLIND / one).is_dir() else Path(one) for one in wanted or names()]
    lines, total = [], Counter()
    for folder in folders:
        counts = measure(folder, lines)
        total += counts
        print(told(folder.name, counts), flush=True)
    print(told("all", total))
    if "--list" in sys.argv:
        print("\n".join(lines))


if __name__ == "__main__":
    main()
