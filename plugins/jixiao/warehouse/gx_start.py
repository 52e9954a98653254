"""Start Great Expectations: seconds and 280 MB, so only where it is used, and without what the gate never asks for."""

import importlib
import importlib.util
import logging
import os
import sys
from functools import partial
from types import ModuleType
from typing import Any, Final

from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache

_UNUSED: Final = "scipy.stats"  # for expectations on distributions; a quarter of the start


def started() -> Any:
    """Return the module `great_expectations`, which tells nobody of its use and says no more than warnings."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    if _UNUSED not in sys.modules and "great_expectations" not in sys.modules:
        _import_when_used(_UNUSED)
    import great_expectations

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    return great_expectations


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


def _import_when_used(name: str) -> ModuleType:
    """Put a module in place that is executed as soon as anything of it is asked for."""
    parent, _, child = name.rpartition(".")
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        return importlib.import_module(parent)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    setattr(importlib.import_module(parent), child, module)
    return module
