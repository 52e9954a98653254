"""The lists of `words.yaml`."""

from functools import cache
from importlib.resources import files

import yaml


@cache
def words(name: str) -> tuple[str, ...]:
    """Return one list."""
    return tuple(_all()[name])


@cache
def _all() -> dict[str, list[str]]:
    said: dict[str, list[str]] = yaml.load(
        (files("jixiao") / "extract" / "identity" / "words.yaml").read_text("utf-8"), yaml.CSafeLoader
    )
    return said
