"""The demo's publication site for whoever asks for it by name and has not started it."""

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_VARIABLE: Final = "JIXIAO_DEMO_URL"


@contextmanager
def demo_site(home: Path, source_id: str) -> Iterator[None]:
    """Serve the demo's site on loopback while the block runs, where `source_id` is its contract and no address is set.

    It is part of the repository at `home`, not of the package: without it, nothing is served.
    """
    if source_id != "demo" or os.environ.get(_VARIABLE) or not (home / "demo" / "site.py").exists():
        yield
        return
    sys.path.insert(0, str(home))
    try:
        serve = importlib.import_module("demo.site").serve
    finally:
        sys.path.remove(str(home))
    with serve() as site:
        os.environ[_VARIABLE] = site.url
        try:
            yield
        finally:
            del os.environ[_VARIABLE]
