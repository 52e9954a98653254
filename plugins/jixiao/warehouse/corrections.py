"""Corrections by persons: `sources/corrections/<site>.yaml`, reviewed like code and applied on every load.

- document_sha256: 0123…        # 64 digits: other bytes are another document
field: A0003.yuan             # a fact's id and field, or a field of the report itself: total_score
was: "1938600"                # what the extractor reads; where it reads something else the correction does not fit
now: "1983600"
why: the scan shows 198.36, two digits were swapped
who: data steward
date: 2026-03-01
"""

import types
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from jixiao.model import Amount, Change, Deduction, Extraction, JixiaoError, Ratio, Report, Score

State = Literal["applied", "needless", "unfit", "waiting"]

_FACTS: dict[str, tuple[str, type]] = {
    "A": ("amounts", Amount),
    "S": ("scores", Score),
    "R": ("ratios", Ratio),
    "C": ("changes", Change),
    "D": ("deductions", Deduction),
}


class Correction(BaseModel):
    """One value of one document, as a person read it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    document_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    field: Annotated[str, Field(pattern=r"^(?:[ASRCD]\d{4,}\.)?[a-z_]+$")]
    was: str | int | Decimal | None
    now: str | int | Decimal | None
    why: Annotated[str, Field(min_length=1)]
    who: Annotated[str, Field(min_length=1)]
    date: date

    @model_validator(mode="after")
    def _check(self) -> "Correction":
        self.value(self.was)
        self.value(self.now)
        return self

    @property
    def fact_id(self) -> str:
        """Return the fact's id, empty for a field of the report itself."""
        return self.field.rpartition(".")[0]

    @property
    def name(self) -> str:
        """Return the field's name."""
        return self.field.rpartition(".")[2]

    def value(self, said: str | int | Decimal | None) -> Any:
        """Return a stated value in the field's own type; `ValueError` where there is no such field or value."""
        record = _FACTS[self.fact_id[0]][1] if self.fact_id else Report
        adapter = _scalar_fields(record).get(self.name)
        if adapter is None:
            raise ValueError(f"{record.__name__} has no field {self.name} that can be corrected")
        return adapter.validate_python(said)


@cache
def _scalar_fields(record: type) -> dict[str, TypeAdapter[Any]]:
    """Return the fields of a record that hold one word, number or nothing."""
    return {
        name: TypeAdapter(hint)
        for name, hint in get_type_hints(record).items()
        if all(part in (str, int, Decimal, types.NoneType) or get_origin(part) is Literal for part in _parts(hint))
    }


def _parts(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


@dataclass(frozen=True, slots=True)
class Judged:
    """A correction of a source, and what became of it; `found` is what the extractor reads where it does not fit."""

    source_id: str
    correction: Correction
    state: State = "waiting"
    found: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Return what makes it another correction, whatever became of it."""
        return tuple(str(value) for name, value in self.row.items() if name != "state")

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "Judged":
        """Read a row of `core.corrections`."""
        said = {name: row[name] for name in ("document_sha256", "was", "now", "why", "who")}
        field = f"{row['fact_id']}.{row['field']}" if row["fact_id"] else row["field"]
        return cls(row["source_id"], Correction(**said, field=field, date=row["corrected_on"]), row["state"])

    @property
    def row(self) -> dict[str, Any]:
        """Return it in the shape of `sql/core/corrections/schema.yaml`."""
        one = self.correction
        return {
            "document_sha256": one.document_sha256,
            "fact_id": one.fact_id,
            "field": one.name,
            "was": _shown(one.value(one.was)),
            "now": _shown(one.value(one.now)),
            "why": one.why,
            "who": one.who,
            "corrected_on": one.date,
            "source_id": self.source_id,
            "state": self.state,
        }


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)


def load_corrections(folder: Path, source_ids: Iterable[str]) -> list[Judged]:
    """Read every file of corrections; raise `JixiaoError` naming the file and what is wrong in it."""
    known = set(source_ids)
    found: dict[tuple[str, str], Judged] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in known:
            raise JixiaoError(f"{folder.name}/{path.name}: there is no source contract {path.stem}")
        try:
            said = TypeAdapter(list[Correction]).validate_python(yaml.safe_load(path.read_text("utf-8")) or [])
        except yaml.YAMLError as error:
            raise JixiaoError(f"{folder.name}/{path.name}: not YAML: {' '.join(str(error).split())}") from None
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise JixiaoError(f"{folder.name}/{path.name}: {where}: {first['msg']}") from None
        for one in said:
            if (one.document_sha256, one.field) in found:
                raise JixiaoError(f"{folder.name}/{path.name}: {one.field} of {one.document_sha256} is corrected twice")
            found[one.document_sha256, one.field] = Judged(path.stem, one)
    return [found[key] for key in sorted(found)]


def corrected(extraction: Extraction, corrections: Sequence[Judged]) -> tuple[Extraction, list[Judged]]:
    """Return a document with its corrections applied, and what became of each."""
    judged = []
    for one in corrections:
        extraction, state, found = _apply(extraction, one.correction)
        judged.append(replace(one, state=state, found=found))
    return extraction, judged


def _apply(extraction: Extraction, one: Correction) -> tuple[Extraction, State, str | None]:
    facts: tuple[Any, ...] = (extraction.report,)
    table, at = "report", 0
    if one.fact_id:
        table, at = _FACTS[one.fact_id[0]][0], int(one.fact_id[1:]) - 1
        facts = getattr(extraction, table)
    if not 0 <= at < len(facts):
        return extraction, "unfit", "no such fact"
    reads, now = getattr(facts[at], one.name), one.value(one.now)
    if reads == now:
        return extraction, "needless", None
    if reads != one.value(one.was):
        return extraction, "unfit", str(reads)
    fixed = replace(facts[at], **{one.name: now})
    changed: Any = fixed if table == "report" else (*facts[:at], fixed, *facts[at + 1 :])
    return replace(extraction, **{table: changed}), "applied", None
