"""Start Great Expectations: a second and 100 MB, so only where it is used, and without what the gate never asks for."""

import ast
import importlib
import importlib.util
import logging
import os
import sys
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Final

from jinja2 import Environment
from jinja2.bccache import Bucket, FileSystemBytecodeCache

from jixiao.without import named, without

_GX: Final = "great_expectations"
_METRICS: Final = ("column_aggregate", "column_map", "column_pair_map", "multicolumn_map", "query", "table")
_BY_NEED: Final = (
    "datasource.fluent",
    "expectations",
    "expectations.core",
    "expectations.metrics",
    *(f"expectations.metrics.{kind}_metrics" for kind in _METRICS),
)
"""Packages that import every type of data source, expectation and metric there is: the gate has its own."""
_NOT_OURS: Final = ("boto3", "botocore", "psycopg2", "shapely", "sqlalchemy.dialects.postgresql", "sqlalchemy.orm")
"""What it does without where it is not installed, and takes a while to load where it is."""
_NAMED: Final[dict[str, dict[str, Any]]] = {
    "pandas": {"isna": lambda value: value is None or value != value},
    "requests": {},
    "requests.adapters": {},
}
"""What it names types of and does not use here, as no frame is judged and nothing is sent; it asks what is missing."""


def started() -> Any:
    """Return the module `great_expectations`, which tells nobody of its use and says no more than warnings.

    A type of data source or expectation of its own is there once it is asked for.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    if _GX not in sys.modules:
        spec = importlib.util.find_spec(_GX)
        home = Path(str(spec.origin)).parent if spec is not None else Path()
        for name in _BY_NEED:
            _put_by_need(name, home)
        with without(*_NOT_OURS), named(_NAMED):
            import great_expectations
        _complete_forward_references()
    import great_expectations

    logging.getLogger(_GX).setLevel(logging.WARNING)
    return great_expectations


def _complete_forward_references() -> None:
    """Do what the package of data sources does beside importing them."""
    definition: Any = importlib.import_module(f"{_GX}.core.batch_definition")
    interfaces: Any = importlib.import_module(f"{_GX}.datasource.fluent.interfaces")
    definition.BatchDefinition.update_forward_refs(DataAsset=interfaces.DataAsset)


def _put_by_need(name: str, home: Path) -> None:
    """Put a package in place that imports nothing before it is asked for it; its own file says where each name is."""
    package: Any = ModuleType(f"{_GX}.{name}")
    folder = home.joinpath(*name.split("."))
    package.__path__ = [str(folder)]
    package.__package__ = package.__name__
    places: dict[str, str] = {}

    def found(wanted: str) -> Any:
        if not places:
            places.update(_imported_by(folder / "__init__.py", package.__name__))
        if wanted not in places:
            raise AttributeError(f"{package.__name__} has no {wanted}")
        return getattr(importlib.import_module(places[wanted]), wanted)

    package.__getattr__ = found
    sys.modules[package.__name__] = package
    parent, _, child = package.__name__.rpartition(".")
    if parent in sys.modules:
        setattr(sys.modules[parent], child, package)


def _imported_by(path: Path, package: str) -> dict[str, str]:
    """Return from which module a package imports each name."""
    return {
        alias.name: importlib.util.resolve_name("." * node.level + (node.module or ""), package)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def compile_pages_once(folder: Path) -> None:
    """Have the templates of Data Docs compiled once, and kept in a folder; each of three sections did so anew."""
    view: Any = importlib.import_module("great_expectations.render.view.view")
    folder.mkdir(parents=True, exist_ok=True)
    view.Environment = partial(Environment, bytecode_cache=_Compiled(str(folder)))


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates, read once a process. Jinja takes none of another template or Python, and no damaged one."""

    _kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what was compiled before."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])
        else:
            super().load_bytecode(bucket)
        if bucket.code is not None:
            self._kept[bucket.key] = bucket.bytecode_to_string()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()
        super().dump_bytecode(bucket)
