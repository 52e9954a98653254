"""Names of a package that are imported when first asked for, so that a task starts with what it needs alone."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def later(package: str, modules: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a package's `__getattr__`.

    `modules` holds, by a module's name below the package, the names that come from it, a blank between them. For type
    checkers the package imports them too, below `TYPE_CHECKING`.
    """
    of = {name: module for module, names in modules.items() for name in names.split()}

    def __getattr__(name: str) -> Any:  # noqa: N807 - what Python looks for
        if name not in of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(f"{package}.{of[name]}"), name)
        setattr(import_module(package), name, found)
        return found

    return __getattr__
