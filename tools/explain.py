"""Print how one sum of a file of our own was decided: python tools/explain.py FILE A0003 (the file is read here)."""

import sys
from pathlib import Path

from jixiao.extract import extract
from jixiao.extract.explain import explain
from jixiao.read import read_document


def main() -> int:
    """Explain one amount of one file."""
    document = read_document(Path(sys.argv[1]))
    read = extract(document)
    print("\n".join(explain(document, read, read.amounts[int(sys.argv[2].lstrip("A")) - 1])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
