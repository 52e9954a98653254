"""`python -m jixiao.boxed.start MODULE …`: run a module of ours as a program, with what is kept (`jixiao.kept`)."""

import runpy
import sys

from jixiao.kept import install

if __name__ == "__main__":
    install()
    runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
