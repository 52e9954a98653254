"""Which departments should report: the roster that a contract names (`rosters/<region>.csv`), and who is meant."""

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from jixiao.discover.source import REGION_CODE, Department, Source
from jixiao.model import JixiaoError

_COLUMNS: Final = frozenset({"organization", "region_code", "aliases", "first_year", "last_year"})
_Year = Annotated[int, Field(ge=2000, le=2100)] | None


class RosterRow(BaseModel):
    """A department that must report each fiscal year from `first_year` to `last_year`, as far as these are told.

    `aliases` are other names that it goes by; in the file they are parted by `|`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    organization: Annotated[str, Field(min_length=2)]
    region_code: Annotated[str, Field(pattern=REGION_CODE)]
    aliases: tuple[str, ...] = ()
    first_year: _Year = None
    last_year: _Year = None

    @field_validator("aliases", mode="before")
    @classmethod
    def _parted(cls, said: object) -> object:
        return tuple(filter(None, said.split("|"))) if isinstance(said, str) else said

    @field_validator("first_year", "last_year", mode="before")
    @classmethod
    def _told(cls, said: object) -> object:
        return said or None


class Names(Protocol):
    """Tells departments by the names that a site gives them."""

    def whose(self, titles: Sequence[str], names: Sequence[str]) -> Department | None:
        """Return the department that the first text names which names one; None for none, or one of elsewhere.

        `titles` may go on behind the name (…2023年度部门整体支出绩效自评报告), `names` are nothing but names.
        """
        ...


def read_roster(path: Path) -> tuple[RosterRow, ...]:
    """Read a roster (UTF-8); raise `JixiaoError` naming the line that is wrong."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise JixiaoError(f"rosters/{path.name} cannot be read: {error}") from None
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    table = csv.DictReader(line for _, line in numbered)
    if unknown := {*(table.fieldnames or ())} ^ _COLUMNS:
        raise JixiaoError(f"rosters/{path.name}: its columns are not {', '.join(sorted(_COLUMNS))}: {sorted(unknown)}")
    rows = []
    for (number, _), said in zip(numbered[1:], table, strict=True):
        try:
            rows.append(RosterRow.model_validate({name: value or "" for name, value in said.items()}))
        except (ValidationError, AttributeError, TypeError) as error:
            first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": "too many cells"}
            where = ".".join(str(part) for part in first["loc"])
            raise JixiaoError(f"rosters/{path.name}, line {number}: {where}: {first['msg']}") from None
    if twice := [name for name, count in Counter(row.organization for row in rows).items() if count > 1]:
        raise JixiaoError(f"rosters/{path.name} names {'、'.join(sorted(twice))} twice")
    return tuple(rows)


def with_roster(source: Source, folder: Path) -> Source:
    """Return a contract whose departments are also those of its roster."""
    own = {one.organization for one in source.departments}
    listed = [
        Department(organization=row.organization, region_code=row.region_code, aliases=row.aliases)
        for row in roster_of(source, folder)
        if row.organization not in own
    ]
    return source.model_copy(update={"departments": (*source.departments, *listed)})


def roster_of(source: Source, folder: Path) -> tuple[RosterRow, ...]:
    """Return who must report on a site: whom the contract's roster names, and the departments of the contract itself.

    `folder` holds the rosters. Raises `JixiaoError` where the roster is missing or damaged.
    """
    listed = read_roster(folder / f"{source.roster}.csv") if source.roster else ()
    known = {row.organization for row in listed}
    own = (
        RosterRow(
            organization=one.organization,
            region_code=one.region_code,
            aliases=one.aliases,
            first_year=source.first_fiscal_year,
        )
        for one in source.departments
        if one.organization not in known
    )
    return (*listed, *own)
