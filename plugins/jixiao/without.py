"""What a stage does without: packages that take longer to import than its work, and looking for circles of objects."""

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any, Final

_NEW_OBJECTS: Final = 50_000


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Have modules that nobody imported yet look as if they were not installed.

    For pandas pyarrow and DuckDB look whenever they are given a value: it might be one of its.
    """
    hidden = _Hidden(names)
    sys.meta_path.insert(0, hidden)
    try:
        yield
    finally:
        sys.meta_path.remove(hidden)


@contextmanager
def without_searching() -> Iterator[None]:
    """Have Python look for circles of objects after 50,000 new ones, not 700: a run's records are many and stay."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _NEW_OBJECTS), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def named(modules: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """Have modules that nobody imported yet give an empty class for each name that is asked of them.

    Whoever is imported meanwhile may name their types; what it asks of them later is what `modules` says of it, by
    module and name, else the module's own.
    """
    stand_ins = {name: _StandIn(name, said) for name, said in modules.items() if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, one in stand_ins.items():
            one.naming = False
            if sys.modules.get(name) is one:
                del sys.modules[name]


@contextmanager
def bare(package: str) -> Iterator[None]:
    """Have modules of a package imported without what it imports itself, if nobody imported it yet.

    They are forgotten afterwards: whoever imports the package later has it whole, and modules of its own.
    """
    spec = None if package in sys.modules else find_spec(package)
    if spec is None:
        yield
        return
    sys.modules[package] = module_from_spec(spec)
    try:
        yield
    finally:
        for name in [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]:
            del sys.modules[name]


def put_off(*names: str) -> None:
    """Have modules that nobody imported yet be imported when something of theirs is first asked for."""
    for name in names:
        if name not in sys.modules:
            package, _, last = name.rpartition(".")
            sys.modules[name] = _PutOff(name)
            if package:
                setattr(import_module(package), last, sys.modules[name])


def left_out(*names: str) -> None:
    """Have modules that nobody imported yet hold nothing: what they do when they are imported is not needed."""
    for name in names:
        sys.modules.setdefault(name, ModuleType(name))


class _Hidden:
    """Finds no module of some names, wherever else one may be."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name in self._names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


class _PutOff(ModuleType):
    """Stands for a module until something is asked of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        self.__dict__.update(vars(import_module(self.__name__)))
        return getattr(self, name)


class _StandIn(ModuleType):
    """Stands for a module that nobody needs yet."""

    __path__: list[str] = []  # noqa: RUF012 - so that modules below it are looked for
    naming = True

    def __init__(self, name: str, said: Mapping[str, Any]) -> None:
        super().__init__(name)
        self.__dict__.update(said)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self.naming:
            found: Any = type(name, (Exception,), {})
        else:
            found = getattr(import_module(self.__name__), name)
        setattr(self, name, found)
        return found
