"""Organizations' names: what is one, what is written around one, and which two can be the same."""

import csv
import re
from functools import cache

from jixiao.extract.identity.regions import chain_at_start
from jixiao.extract.identity.words import words
from jixiao.kept import text_in

# A budget code is longer than a year, or parted from the name: 118001淅川县水利局, (301)民政局.
_CODE_BEFORE = re.compile(r"^(?:[\[(]?\d{3,}(?:-\d+)*(?:[\])]|[-—_:]+)+|\d{5,})(?=[一-鿿])")
_CODE_BEHIND = re.compile(r"(?:[-—_(\[]+\d{3,}(?:-\d+)*[\])]?|\d{5,})$")
_YEAR = re.compile(r"20\d\d年?度?|[〇○零一二三四五六七八九]{4}年度?")
_SHORTEST, _LONGEST = 4, 40


@cache
def _pattern(before: str, name: str, behind: str) -> re.Pattern[str]:
    every = "|".join(sorted(map(re.escape, words(name)), key=len, reverse=True))
    return re.compile(f"{before}(?:{every}){behind}")


def has_ending(name: str) -> bool:
    """Tell whether a text ends as an organization's name does (局, 委员会)."""
    return bool(_pattern("", "endings", "$").search(name))


@cache
def _abbreviations() -> tuple[tuple[str, str], ...]:
    rows = csv.DictReader(text_in("data/departments.csv").splitlines())
    return tuple(sorted(((r["abbreviation"], r["full"]) for r in rows), key=lambda pair: -len(pair[0])))


def expand(name: str) -> str:
    """Return a name with an official abbreviation at its end written out: 韶关市科协 → 韶关市科学技术协会."""
    for short, full in _abbreviations():
        if name.endswith(short) and not name.endswith(full):
            return name[: -len(short)] + full
    return name


def abbreviated(name: str) -> str:
    """Return a name whose end is written out with its official abbreviation, or an empty string: 韶关市科协."""
    found = next(((short, full) for short, full in _abbreviations() if name.endswith(full)), None)
    return name.removesuffix(found[1]) + found[0] if found is not None else ""


def tidy(name: str) -> str:
    """Return a name without budget code, own level, year and the words around it (305001-, (本级), 关于, 的)."""
    name = _CODE_BEHIND.sub("", _CODE_BEFORE.sub("", name))
    name = _pattern(r"\(", "own_level", r"\)$").sub("", name)
    name = _YEAR.sub("", name)
    name = re.sub(f"^(?:{_pattern('', 'before', '').pattern}\\d*[:.、]?|[:.、\\-—]+)+", "", name)
    name = re.sub(f"(?:{_pattern('', 'behind', '').pattern})+$", "", name)
    name = _CODE_BEFORE.sub("", name.strip("“”\"' —-"))
    own = _pattern("", "own_level_behind", "$").search(name)
    return name[: own.start()] if own and has_ending(name[: own.start()]) else name


def is_organization(name: str) -> bool:
    """Tell whether a text can be an organization's name, whatever is written around it."""
    bare = tidy(name)
    return _SHORTEST <= len(bare) <= _LONGEST and has_ending(expand(bare)) and not re.search(r"[,。;:\d×]|XX|xx", bare)


def is_own_level(name: str) -> bool:
    """Tell whether a text names the department without the units below it: 局机关, 局本级."""
    return len(name) <= _SHORTEST and bool(_pattern("", "own_level", "$").search(name))


def same(one: str, other: str) -> bool:
    """Tell whether two names can be of one organization: one is the other without its government.

    A township or a street is its government or office: 文龙街道 is 綦江区人民政府文龙街道办事处.
    """
    names = [_pattern("(?<=[镇乡道])", "seats", "$").sub("", expand(tidy(name))) for name in (one, other)]
    cores = [name[chain_at_start(name)[1] :] or name for name in names]
    return any(long.endswith(short) for long, short in (cores, cores[::-1], names, names[::-1]))
