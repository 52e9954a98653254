"""GB/T 2260: which government a name belongs to."""

import csv
import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from jixiao import EXTRACTOR_VERSION
from jixiao.extract.identity.words import words
from jixiao.kept import made_of, text_in


class Region(NamedTuple):
    """A province, city or county."""

    code: str
    name: str
    level: str
    parent_code: str


_Rows = dict[str, tuple[str, str, str, str]]
_Names = dict[str, tuple[str, ...]]


@cache
def regions() -> dict[str, Region]:
    """Return every region by its code."""
    return {code: Region._make(row) for code, row in _kept()[0].items()}


@cache
def _region(code: str) -> Region | None:
    """Return one region; who reads one file meets few of them."""
    row = _kept()[0].get(code)
    return None if row is None else Region._make(row)


@cache
def _kept() -> tuple[_Rows, _Names]:
    """Return the values of each region by its code, and the codes of those that are called by a name."""
    rows, names = made_of(f"regions {EXTRACTOR_VERSION}", _made)
    return rows, names


def _made() -> tuple[_Rows, _Names]:
    listed = csv.reader(text_in("data/regions.csv").splitlines())
    if tuple(next(listed)) != Region._fields:
        raise ValueError(f"regions.csv: its columns are not {', '.join(Region._fields)}")
    rows = {code: (code, name, level, parent) for code, name, level, parent in listed}
    return rows, _by_name([Region._make(row) for row in rows.values()])


def _by_name(every: Sequence[Region]) -> _Names:
    """Return codes by regions' names, and by an autonomous place's short form where nothing else is called so."""
    found: dict[str, list[str]] = {}
    for region in every:
        if region.name not in {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}:
            found.setdefault(region.name, []).append(region.code)
    short: dict[str, list[str]] = {}
    for region in every:
        if (form := short_form(region.name)) and form not in found:
            short.setdefault(form, []).append(region.code)
    codes = {region.code for region in every}
    for name, code in (entry.split() for entry in words("short_places")):
        if name not in found and code in codes:
            short.setdefault(name, []).append(code)
    return {name: tuple(dict.fromkeys(some)) for name, some in {**found, **short}.items()}


@cache
def _autonomous() -> re.Pattern[str]:
    peoples = "|".join(sorted(map(re.escape, words("peoples")), key=len, reverse=True))
    return re.compile(rf"^(?P<place>.{{2,}}?)(?:{peoples})*自治(?P<level>[州县旗])$")


def short_form(name: str) -> str | None:
    """Return how an autonomous place is called every day: 红河州, 双江县, 鄂温克旗; None for other places."""
    match = _autonomous().match(name) if "自治" in name else None
    return match["place"].removesuffix("族") + match["level"] if match else None


def _ancestors(region: Region) -> set[str]:
    out = set()
    code = region.parent_code
    while code:
        above = _region(code)
        if above is None:
            break
        out.add(above.name)
        code = above.parent_code
    return out


LEADING: Final = {
    "中共": "中国共产党",
    "共青团": "中国共产主义青年团",
    "政协": "中国人民政治协商会议",
    "国家税务总局": "国家税务总局",
    "中国国际贸易促进委员会": "中国国际贸易促进委员会",
}
"""What may stand before the place in a name, short and in full: 中共韶关市委组织部."""


def leading_words(name: str) -> str:
    """Return what stands before the place in a name (中共), or nothing."""
    return next((word for pair in LEADING.items() for word in reversed(pair) if name.startswith(word)), "")


def chain_at_start(text: str) -> tuple[list[tuple[Region, ...]], int]:
    """Return the regions that a name begins with (several where a name is ambiguous) and where they end."""
    names = _kept()[1]
    chain: list[tuple[Region, ...]] = []
    at = 0
    while at < len(text):
        for length in range(min(15, len(text) - at), 1, -1):
            if found := names.get(text[at : at + length]):
                chain.append(tuple(region for code in found if (region := _region(code))))
                at += length
                break
        else:
            break
    return chain, at


def region_of(organization: str, context: str = "") -> Region | None:
    """Return the government that an organization's name begins with; an ambiguous name is settled by `context`."""
    chain, _ = chain_at_start(organization.removeprefix(leading_words(organization)))
    if not chain:
        return _province_of(organization, context)
    candidates = list(chain[-1])
    for above in reversed(chain[:-1]):
        upper = {region.name for region in above}
        narrowed = [region for region in candidates if upper & _ancestors(region)]
        candidates = narrowed or candidates
    if len(candidates) > 1:
        named = [region for region in candidates if any(name in context for name in _ancestors(region))]
        candidates = named or candidates
    return candidates[0] if len(candidates) == 1 else None


def _province_of(organization: str, context: str) -> Region | None:
    """Return the province whose short name a name begins with (青海建筑职业技术学院), where a province is spoken of."""
    if not re.search(r"(?:省|自治区)(?:财政厅|人民政府|政府|委|党委|级)", context):
        return None
    for region in regions().values():
        short = region.name[: 3 if region.name.startswith(("内蒙古", "黑龙江")) else 2]
        if region.level == "province" and re.match(f"{short}(?![省市区县州旗盟路街镇乡村])", organization):
            return region
    return None
