"""`python -P start.py MODULE …`: run `main` of a module of ours, with what is kept (`jixiao.kept`)."""

import gc
import sys
from importlib import import_module

from jixiao.without import left_out, put_off

_SELDOM = ("pickle", "traceback", "ctypes.util")
"""What numpy, logging and pypdfium2 import, and ask nothing of when a file is read."""
_WORDS = ("numpy._core._add_newdocs", "numpy._core._add_newdocs_scalars")
"""What gives numpy's functions their docstrings, and nothing else."""


def ready() -> None:
    """Have this process import less, and take what is kept, before it imports anything else."""
    gc.set_threshold(200_000, 20, 20)  # nothing that is imported is garbage
    put_off(*_SELDOM)
    left_out(*_WORDS)
    from jixiao.kept import install

    install()


if __name__ == "__main__":
    ready()
    import_module(sys.argv.pop(1)).main()
