"""The blind sets for tools that measure on them: each document read once (kept in var/sets), its truth beside it."""

import json
import pickle
import sys
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
BLIND = HERE / "tests" / "blind"
ORDER = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh")
sys.path[:0] = [str(BLIND), str(HERE / "tests" / "generator")]

from jixiao.model import UnreadableDocument  # noqa: E402
from jixiao.read import read_document  # noqa: E402


def names():
    """Return the sets, in the order in which they were written."""
    found = [path.name for path in BLIND.iterdir() if (path / "reports").is_dir()]
    return sorted(found, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))


def documents(folder):
    """Give (file name, Document, truth) of each report of a folder that holds `reports` and `truth`."""
    for path in sorted((folder / "reports").iterdir()):
        truth = json.loads((folder / "truth" / f"{path.stem}.json").read_text("utf-8"))
        document = _read(path)
        if document is not None:
            yield path.name, document, truth


def _read(path):
    """Return the Document of a file, from var/sets where this reader has read it before; None if it is refused."""
    code = sha256(b"".join(one.read_bytes() for one in sorted((HERE / "plugins/jixiao/read").glob("*.py"))))
    code.update((HERE / "plugins/jixiao/model.py").read_bytes())
    kept = HERE / "var" / "sets" / code.hexdigest()[:12] / f"{sha256(path.read_bytes()).hexdigest()[:32]}.pickle"
    if kept.exists():
        return pickle.loads(kept.read_bytes())  # written by this tool, on this machine
    try:
        document = read_document(path)
    except UnreadableDocument:
        document = None
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(pickle.dumps(document))
    return document
