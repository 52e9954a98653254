"""The lists of `words.yaml`."""

import re
from functools import cache

from jixiao.kept import yaml_in


@cache
def words(name: str) -> tuple[str, ...]:
    """Return one list."""
    return tuple(_all()[name])


@cache
def any_of(name: str) -> str:
    """Return one list as the alternatives of a pattern, the longest first."""
    return "|".join(sorted(map(re.escape, words(name)), key=len, reverse=True))


@cache
def _all() -> dict[str, list[str]]:
    said: dict[str, list[str]] = yaml_in("extract/identity/words.yaml")
    return said
