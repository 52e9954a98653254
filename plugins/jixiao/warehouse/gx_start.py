"""Start Great Expectations: seconds and 280 MB, so only where it is used, and without what the gate never asks for."""

import importlib
import importlib.util
import logging
import os
import sys
from types import ModuleType
from typing import Any, Final

_UNUSED: Final = "scipy.stats"  # for expectations on distributions; a quarter of the start


def started() -> Any:
    """Return the module `great_expectations`, which tells nobody of its use and says no more than warnings."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    if _UNUSED not in sys.modules and "great_expectations" not in sys.modules:
        _import_when_used(_UNUSED)
    import great_expectations

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    return great_expectations


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
