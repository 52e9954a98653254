"""`python -m jixiao.boxed.start MODULE …`: run a module of ours as a program, with what is kept (`jixiao.kept`)."""

import gc
import runpy
import sys

from jixiao.kept import install

if __name__ == "__main__":
    gc.set_threshold(20_000, 20, 20)  # nothing that is imported is garbage
    install()
    runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
