"""Organizations' names, as far as telling ours from another's needs them."""

import re

from jixiao.extract.regions import chain_at_start
from jixiao.extract.report import ENDING, expand

_OWN_LEVEL = re.compile(r"\((?:本级|机关|本部|汇总|部门|单位|盖章|公章|章|含下属单位)\)|^\(?\d[\d\-]*\)?[-—]?")
_SHORTEST = 4


def is_organization(name: str) -> bool:
    """Tell whether a text can be an organization's name."""
    bare = _bare(name)
    return _SHORTEST <= len(bare) <= 40 and bool(ENDING.search(bare)) and not re.search(r"[,。;:\d]", bare)


def same(one: str, other: str) -> bool:
    """Tell whether two names can be of one organization: one is the other without its government."""
    names = [expand(_bare(name)) for name in (one, other)]
    cores = [name[chain_at_start(name)[1] :] or name for name in names]
    return any(long.endswith(short) for long, short in (cores, cores[::-1], names, names[::-1]))


def _bare(name: str) -> str:
    return _OWN_LEVEL.sub("", name)
