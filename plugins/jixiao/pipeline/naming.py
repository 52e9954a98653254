"""Whose a post is on a site of many departments: by the gazetteer, by short forms and by the roster's aliases."""

import re
from collections.abc import Sequence
from typing import Final

from jixiao.discover import Names, RosterRow, Source, roster_of
from jixiao.discover.source import Department
from jixiao.extract.identity.names import expand, is_organization, tidy
from jixiao.extract.identity.organization import name_in
from jixiao.extract.identity.regions import chain_at_start, leading_words, region_of, regions
from jixiao.read.text import normalise
from jixiao.settings import Settings
from jixiao.warehouse.organizations import Organization, bodies_of, organization_of

_BEFORE: Final = re.compile(
    r"^(?:关于|公开|公布|公示|附件|附表|第?[\d一二三四五六七八九十]+[.、:)]|[\d(（)）:.、\s_-]+(?=[^\d年])|20\d\d年度?)+"
)
_GOES_ON: Final = re.compile(r"$|20\d\d|[(（]|年度|本级|部门|单位|整体|预算|决算|绩效|财政支出|自评|的")
_KINDS: Final = "省市区县州旗盟"
_IN_BRACKETS: Final = re.compile(r"[(（]([^()（）]+)[)）]")


def names_for(source: Source) -> Names | None:
    """Return what tells the departments of a site of many; None for a site of those that its contract names.

    Raises `JixiaoError` where the contract's roster is missing or damaged.
    """
    return Gazetteer(roster_of(source, Settings.load().rosters)) if source.roster else None


class Gazetteer:
    """Tells departments by names: those of a roster in all their forms, others of the same places by their full names.

    A name that may stand for two of them (教育局 where the roster is of two districts) tells nobody.
    """

    def __init__(self, roster: Sequence[RosterRow]) -> None:
        """Work out the forms of the roster's names."""
        self._known: dict[str, Department] = {}
        forms: dict[str, set[str]] = {}
        for row in roster:
            one = organization_of(row.organization, row.region_code)
            whose = Department(organization=one.name, region_code=row.region_code, aliases=row.aliases)
            self._known[one.organization_id] = whose
            for text in (row.organization, one.name, *row.aliases, *_short_forms(one)):
                forms.setdefault(expand(normalise(text)), set()).add(one.organization_id)
        self._forms = {text: next(iter(ids)) if len(ids) == 1 else None for text, ids in forms.items()}
        self._longest = max(map(len, self._forms), default=0)
        self._places = {row.region_code for row in roster}
        self._only = next(iter(self._places)) if len(self._places) == 1 else None

    def whose(self, titles: Sequence[str], names: Sequence[str]) -> Department | None:
        """Return the department that the first text which names one names; None for none, or one of elsewhere."""
        for text, is_title in (*((title, True) for title in titles), *((name, False) for name in names)):
            name = self._name_in(normalise(text), is_title)
            if name:
                return self._department(name)
        return None

    def _name_in(self, text: str, is_title: bool) -> str:
        """Return the name that a text is or begins with, or that a title holds in brackets; empty for none."""
        bare = _BEFORE.sub("", text)
        if not is_title:
            return bare if expand(bare) in self._forms or is_organization(bare) else ""
        found = name_in(bare) or (bare if is_organization(bare) else "")
        for end in range(min(self._longest, len(bare)), max(1, len(found)), -1):
            if expand(bare[:end]) in self._forms and _GOES_ON.match(bare, end):
                return bare[:end]
        return found or next((one for one in _IN_BRACKETS.findall(bare) if expand(one) in self._forms), "")

    def _department(self, name: str) -> Department | None:
        if (text := expand(name)) in self._forms:
            known = self._forms[text]
            return self._known[known] if known is not None else None
        bare = tidy(name)
        place = self._place_of(bare)
        if place is None or not any(place.startswith(_significant(one)) for one in self._places):
            return None
        one = organization_of(bare, place)
        if one.organization_id in self._known:
            return self._known[one.organization_id]
        return Department(organization=one.name, region_code=place)

    def _place_of(self, name: str) -> str | None:
        """Return the code of the place that a name begins with; an ambiguous one is that of the roster's places.

        A name without a place is one of the roster's only place, if it has only one; 市财政局 is none of a district.
        """
        bare = name.removeprefix(leading_words(name))
        chain, _ = chain_at_start(bare)
        if not chain:
            only = regions().get(self._only or "")
            is_of_it = only is not None and (bare[0] not in _KINDS or bare[0] == only.name[-1])
            return only.code if only is not None and is_of_it else None
        if (found := region_of(name)) is not None:
            return found.code
        here = [one.code for one in chain[-1] if any(one.code.startswith(_significant(p)) for p in self._places)]
        return here[0] if len(here) == 1 else None


def _short_forms(one: Organization) -> list[str]:
    """Return a department's name without its city, with the kind of its place alone (区教育局), and without a place.

    Each in all the ways to write what departments of all places have in common (区府办).
    """
    place = regions().get(one.region_code or "")
    bodies = [(leading_words(body), body.removeprefix(leading_words(body))) for body in bodies_of(one)]
    places = (place.name, place.name[-1], "") if place is not None else ()
    return [leading + before + body for leading, body in bodies for before in places]


def _significant(code: str) -> str:
    """Return the digits of a code that all places below it share: 44, 4401, 440111."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
