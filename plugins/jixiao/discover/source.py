"""Source contracts: one YAML file a publication site, in `sources/`."""

import os
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from jixiao.discover.platforms import platforms
from jixiao.discover.selectors import Selectors
from jixiao.discover.ways import FALLBACK
from jixiao.model import JixiaoError
from jixiao.settings import Settings

REGION_CODE: Final = r"^[1-9]\d{5}$"


class Department(BaseModel):
    """A department on a site.

    `prefix` is its path on the platform gkmlpt, None where it is not known and found by publisher. `aliases` are
    other names that it publishes under (the short form of its name).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    organization: str
    region_code: Annotated[str, Field(pattern=REGION_CODE)]
    prefix: str | None = None
    aliases: tuple[str, ...] = ()

    def named_in(self, *texts: str) -> bool:
        """Tell whether one of the texts names the department."""
        return any(name in text for name in (self.organization, *self.aliases) for text in texts)


class Expected(BaseModel):
    """How much a walk must find: fewer than `least_reports` after `by` is an error, more than `most_reports` odd.

    `least_by_year` says otherwise for single fiscal years. `days_without_new` days after the last new report a site is
    worth a look, whatever it said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    least_reports: int = 1
    least_by_year: dict[int, int] = {}
    most_reports: int | None = None
    by: Annotated[str, Field(pattern=r"^\d\d-\d\d$")] = "11-30"
    days_without_new: Annotated[int, Field(ge=1)] = 450

    def least(self, fiscal_year: int) -> int:
        """Return how many reports of a fiscal year there must be."""
        return self.least_by_year.get(fiscal_year, self.least_reports)

    def due(self, fiscal_year: int, today: date) -> bool:
        """Tell whether the reports of a fiscal year must be out by now (they come out the year after)."""
        month, day = (int(part) for part in self.by.split("-"))
        return today > date(fiscal_year + 1, month, day)


class Politeness(BaseModel):
    """How a site is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    delay_seconds: float = 2.0
    jitter_seconds: float = 1.0
    timeout_seconds: float = 60.0
    deadline_seconds: float = 600.0
    attempts: Annotated[int, Field(ge=1, le=6)] = 3


class Seen(BaseModel):
    """What a look at the site saw when the contract was written: day, first page, platform, and columns by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    day: date
    url: str = ""
    platform: str
    columns: dict[str, str] = {}


class Source(BaseModel):
    """One publication site, or a folder of files: adapter `files`, whose address is any fsspec URL.

    Other adapters are the platforms of `platforms.yaml`. A contract that is not `enabled` can be looked at (`jixiao
    discover`) and checked, but no run asks its site. Before `first_fiscal_year` it published nothing of ours: such a
    year is not asked for. `roster` names the departments of many (`rosters/<roster>.csv`): they and whoever else of
    their places is met are told by the names that posts give them. `lists` are columns to read besides those that the
    platform's own directory names: addresses, or paths of the site; `selectors` say where a generic list keeps its
    rows. `search` is the address of the search service, asked within the site's SID; beside other platforms than
    gkmlpt it is Kaipuyun's, and names the site's code (`?siteCode=`). `fallbacks` documents, host by host, what may
    be tried in this order when the connection fails: `tls12_p256`, `legacy` (both verify certificates all the same),
    `http` (the same path without TLS). What was used is recorded. `seen` is what `sources check` compares with.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    name: str
    adapter: str
    enabled: bool = True
    address: str | None = None
    address_from: str | None = None
    hosts: tuple[str, ...] = ()
    allow_loopback: bool = False
    departments: tuple[Department, ...] = ()
    roster: Annotated[str, Field(pattern=r"^[\w-]+$")] | None = None
    first_fiscal_year: Annotated[int, Field(ge=2000, le=2100)] | None = None
    lists: tuple[str, ...] = ()
    selectors: Selectors | None = None
    search: str | None = None
    fallbacks: dict[str, tuple[Annotated[str, Field(pattern=rf"^(?:{FALLBACK})$")], ...]] = {}
    columns: str = "预决算|预算|决算|财政|资金|绩效"
    expected: Expected = Expected()
    politeness: Politeness = Politeness()
    seen: Seen | None = None

    @field_validator("adapter")
    @classmethod
    def _is_adapter(cls, name: str) -> str:
        known = [*(platform.id for platform in platforms().values() if platform.lists), "files"]
        if name not in known:
            raise ValueError(f"no adapter is called {name!r}: there are {', '.join(known)}")
        return name

    @model_validator(mode="after")
    def _has_departments(self) -> Self:
        if self.adapter != "files" and self.enabled and not self.departments and not self.roster:
            raise ValueError("a site needs departments, or a roster of them")
        return self

    def of_department(self, organization: str) -> "Source":
        """Return the contract with only the department of that name or alias, if it has one."""
        named = (one for one in self.departments if organization in (one.organization, *one.aliases))
        return self.model_copy(update={"departments": tuple(named), "roster": None})

    @property
    def base(self) -> str:
        """Return the site's address without a trailing slash; an address from the environment may be missing."""
        address = self.address or os.environ.get(self.address_from or "", "")
        if not address:
            raise JixiaoError(f"source {self.id}: the environment variable {self.address_from} names no address")
        return address.rstrip("/")

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Return the hosts that may be asked: that of the address and those listed."""
        return frozenset({urlsplit(self.base).hostname or "", *self.hosts})

    @property
    def column_pattern(self) -> re.Pattern[str]:
        """Return the pattern of the columns' names."""
        return re.compile(self.columns)

    def allows(self, url: str) -> bool:
        """Tell whether the contract lets us ask an address: its host is named, its port is usual or the site's own."""
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            return False
        own = {urlsplit(address).port for address in (self.base, self.search or "") if address}
        return (parts.hostname or "") in self.allowed_hosts and port in own | ({None, 80, 443} - _closed(self))


def _closed(source: Source) -> set[int | None]:
    """Return the ports that are not open by themselves: on loopback only the site's own is."""
    return {None, 80, 443} if source.allow_loopback else set()


def load_sources(folder: Path) -> tuple[Source, ...]:
    """Read every contract; raise `JixiaoError` naming the file and the key that is wrong."""
    return tuple(map(_loaded, sorted(folder.glob("*.yaml"))))


def _loaded(path: Path) -> Source:
    try:
        said = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        return Source.model_validate({"id": path.stem, **said})
    except yaml.YAMLError as error:
        raise JixiaoError(f"{path.name}: not YAML: {' '.join(str(error).split())}") from None
    except TypeError:
        raise JixiaoError(f"{path.name}: not a mapping") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise JixiaoError(f"{path.name}: {where}: {first['msg']}") from None


def selected_sources(folder: Path) -> tuple[Source, ...]:
    """Return the contracts to work on: those that JIXIAO_SOURCES_ONLY names, else all but the demo site's."""
    only = set(Settings.load().sources_only)
    sources = load_sources(folder)
    if unknown := only - {source.id for source in sources}:
        raise JixiaoError(f"JIXIAO_SOURCES_ONLY names {sorted(unknown)}, and {folder.name} has no such contract")
    if asleep := sorted(source.id for source in sources if source.id in only and not source.enabled):
        raise JixiaoError(f"JIXIAO_SOURCES_ONLY names {', '.join(asleep)}, and the contract says enabled: false")
    return tuple(source for source in sources if _is_selected(source))


def selected_source(folder: Path, source_id: str) -> Source:
    """Return one of the contracts to work on, and read no other: a thousand of them take seconds.

    Raises:
        JixiaoError: it is none of them.
    """
    path = folder / f"{source_id}.yaml"
    source = _loaded(path) if path.name == f"{source_id}.yaml" and path.is_file() else None
    if source is None or not _is_selected(source):
        raise JixiaoError(f"no contract is named {source_id}")
    return source


def _is_selected(source: Source) -> bool:
    only = Settings.load().sources_only
    return source.enabled and (source.id in only if only else source.address is not None)
