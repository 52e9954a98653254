"""`python -P start.py MODULE …`: run `main` of a module of ours, with what is kept (`jixiao.kept`)."""

import gc
import sys
from importlib import import_module

from jixiao.kept import install

if __name__ == "__main__":
    gc.set_threshold(200_000, 20, 20)  # nothing that is imported is garbage
    install()
    import_module(sys.argv.pop(1)).main()
