"""Start Great Expectations: seconds and 280 MB, so only where it is used, and without what the gate never asks for."""

import importlib
import importlib.util
import logging
import os
import re
import sys
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache

_GX: Final = "great_expectations"
_METRICS: Final = ("column_aggregate", "column_map", "column_pair_map", "multicolumn_map", "query", "table")
_UNUSED: Final = (
    "expectations",
    "expectations.core",
    "expectations.metrics",
    *(f"expectations.metrics.{kind}_metrics" for kind in _METRICS),
)
"""Packages that import every type of expectation and metric there is: half of the start, and the gate has its own."""
_WORD: Final = re.compile("(?<=[a-z])(?=[A-Z])")


def started() -> Any:
    """Return the module `great_expectations`, which tells nobody of its use and says no more than warnings.

    A type of expectation of its own is there once it is asked for.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    if _GX not in sys.modules:
        spec = importlib.util.find_spec(_GX)
        home = Path(str(spec.origin)).parent if spec is not None else Path()
        for name in _UNUSED:
            _put_by_need(name, home)
    import great_expectations

    logging.getLogger(_GX).setLevel(logging.WARNING)
    return great_expectations


def _put_by_need(name: str, home: Path) -> None:
    """Put a package in place that imports nothing before it is asked for it: its class `AbcDef` is in `abc_def.py`."""
    package: Any = ModuleType(f"{_GX}.{name}")
    package.__path__ = [str(home.joinpath(*name.split(".")))]
    package.__package__ = package.__name__

    def found(wanted: str) -> Any:
        try:
            module = importlib.import_module(f"{package.__name__}.{_WORD.sub('_', wanted).lower()}")
            return getattr(module, wanted)
        except ImportError as error:
            raise AttributeError(f"{package.__name__} has no {wanted}") from error

    package.__getattr__ = found
    sys.modules[package.__name__] = package
    parent, _, child = package.__name__.rpartition(".")
    if parent in sys.modules:
        setattr(sys.modules[parent], child, package)


def compile_pages_once() -> None:
    """Have the templates of Data Docs compiled once a process; each of their three sections did so anew."""
    view: Any = importlib.import_module("great_expectations.render.view.view")
    if view.Environment is Environment:
        view.Environment = partial(Environment, bytecode_cache=_Compiled())


class _Compiled(BytecodeCache):
    """Compiled templates, kept as long as the process lives."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what was compiled before."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()
