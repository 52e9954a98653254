"""Say what each cost of the prose reader is worth: without it, right and wrong amounts of the blind sets change so."""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HERE / "tests" / "blind"), str(HERE / "tests" / "generator")]

from compare import compared  # noqa: E402
from jixiao.extract import assign, extract, readings  # noqa: E402
from jixiao.extract.contract import to_contract  # noqa: E402
from jixiao.read import read_document  # noqa: E402

COSTS = [(m, name) for m in (readings, assign) for name in vars(m) if isinstance(getattr(m, name), float)]


def measure(documents):
    """Return (right, wrong) amounts over all documents."""
    right = wrong = 0
    for document, truth in documents:
        matched, _, extra = compared("amounts", truth["amounts"], to_contract(extract(document), ())["amounts"])
        right, wrong = right + matched.total(), wrong + extra.total()
    return right, wrong


def main():
    """Print one line a cost."""
    folders = sys.argv[1:] or ["first", "fourth", "sixth", "seventh", "eighth"]
    documents = [
        (read_document(path), json.loads((HERE / f"tests/blind/{f}/truth/{path.stem}.json").read_text("utf-8")))
        for f in folders
        for path in sorted((HERE / "tests" / "blind" / f / "reports").iterdir())
    ]
    right, wrong = measure(documents)
    print(f"{'as it is':24} {right:5} right {wrong:4} wrong")
    for module, name in COSTS:
        value = getattr(module, name)
        setattr(module, name, 0.0)
        less, more = measure(documents)
        setattr(module, name, value)
        print(f"{name:24} {less - right:+5} right {more - wrong:+4} wrong  (cost {value})")


if __name__ == "__main__":
    main()
