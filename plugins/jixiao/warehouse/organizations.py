"""Departments as entities: one for all the ways to write a department's name, with its government and its function."""

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jixiao.extract.identity.names import expand
from jixiao.extract.identity.regions import LEADING, Region, leading_words, region_of, regions
from jixiao.extract.identity.words import words

UNKNOWN: Final = "000000"
"""Stands for the government in the id of a department whose government nobody names."""

_OWN_LEVEL = re.compile(r"\((?:本级|机关|本部|部门|单位|汇总|含下属单位|盖章|公章|章)\)|本级$")
_SUFFIX = re.compile(rf"(?:{'|'.join(words('peoples'))})*(?:特别行政区|自治[区州县旗]|地区|林区|[省市区县盟旗])$")
_NAMELESS = re.compile(r"^(?:市辖区|县|(?:自治区|省)直辖县级行政区划)$")


@dataclass(frozen=True, slots=True)
class Organization:
    """A department; `region_code` is the nearest government that GB/T 2260 knows, None where none is named.

    `function` is what departments of all governments have in common (科协, 教育局); None where the name tells none.
    """

    organization_id: str
    name: str
    region_code: str | None
    function: str | None


@cache
def _functions() -> tuple[dict[str, tuple[str, str]], tuple[tuple[str, str], ...]]:
    """Return (function, template) by the name without its place, and the endings that tell a function."""
    whole: dict[str, tuple[str, str]] = {}
    endings: list[tuple[str, str]] = []
    for row in csv.DictReader((files("jixiao") / "data" / "functions.csv").read_text("utf-8").splitlines()):
        for name in (row["name"], *filter(None, row["variants"].split("|"))):
            if name.startswith("*"):
                endings.append((name[1:], row["function"]))
            else:
                whole.setdefault(name.replace("{}", ""), (row["function"], row["name"]))
    return whole, tuple(sorted(endings, key=lambda pair: -len(pair[0])))


def known_region(code: str | None) -> Region | None:
    """Return the region of a code; for one that is not known (withdrawn, a zone) its city, else its province."""
    if not code:
        return None
    return next((regions()[c] for c in (code, code[:4] + "00", code[:2] + "0000") if c in regions()), None)


def _chain(region: Region) -> list[Region]:
    """Return a region and those above it, the province first."""
    out = [region]
    while (above := regions().get(out[0].parent_code)) is not None:
        out.insert(0, above)
    return [r for r in out if not _NAMELESS.match(r.name)] or [region]


def _full_name(region: Region) -> str:
    """Return a government's name as departments write it: a district with its city, all others alone."""
    chain = _chain(region)
    named = chain[-2:] if chain[-1].level == "county" and chain[-1].name.endswith("区") else chain[-1:]
    return "".join(r.name for r in named)


def _without_place(text: str, region: Region | None) -> str:
    """Return a name without the governments that it begins with, in full or short (韶关科协)."""
    if region is None:
        return text
    for above in _chain(region):
        short = _SUFFIX.sub("", above.name)
        for name in (above.name, short + "州", short) if len(short) > 1 else (above.name,):
            # 恩施 before 市 is another government than 恩施州
            if text.startswith(name) and (name == above.name or not re.match("[市区县旗]", text[len(name) :])):
                text = text[len(name) :] or text
                break
    return text


def _behind_a_place(body: str) -> str | None:
    """Return the function of a department of a government that is not known (any more): 萝岗区科学技术协会."""
    at = re.match(r".{1,8}?[市区县州旗](?=.{3})", body)
    found = _functions()[0].get(body[at.end() :]) if at else None
    return found[0] if found else None


@cache
def organization_of(name: str, region_code: str | None) -> Organization:
    """Return the department that a name of a document, a site or a contract stands for."""
    text = "".join(unicodedata.normalize("NFKC", name).split())
    text = expand(_OWN_LEVEL.sub("", text) or text)
    leading = leading_words(text)
    text = text.removeprefix(leading)
    leading = LEADING.get(leading, leading)
    region = known_region(region_code) or region_of(text)
    rest = _without_place(text, region)
    body = leading + rest
    whole, endings = _functions()
    if body not in whole and body[:1] in "省市区县州旗" and body[1:] in whole:
        body = body[1:]  # 市科协 in a document of the city
    function, template = whole.get(body, (None, "{}" + body))
    if function is None:
        function = next((said for ending, said in endings if body.endswith(ending)), None) or _behind_a_place(body)
        template = leading + "{}" + rest
    place = _full_name(region) if region else ""
    code = region.code if region else None
    key = template.replace("{}", "")
    return Organization(f"{code or UNKNOWN}-{key}", template.format(place), code, function)


def bodies_of(one: Organization) -> list[str]:
    """Return all the ways to write a department's name without its place (科学技术协会, 科技协会)."""
    key = one.organization_id.partition("-")[2]
    return [key, *(body for body, (_, template) in _functions()[0].items() if template.replace("{}", "") == key)]


def organization_rows(names: Iterable[tuple[str, str | None]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of `core.organizations` and `core.organization_aliases` for (name, region code) pairs."""
    resolved = {(name, code or ""): organization_of(name, code) for name, code in names}
    entities = {one.organization_id: asdict(one) for one in resolved.values()}
    aliases = [
        {"alias": name, "region_code": code, "organization_id": one.organization_id}
        for (name, code), one in sorted(resolved.items())
    ]
    return [entities[key] for key in sorted(entities)], aliases
