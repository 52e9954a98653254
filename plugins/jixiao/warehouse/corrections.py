"""Corrections by persons: `sources/corrections/<site>.yaml`, reviewed like code and applied on every load.

- document_sha256: 0123…        # 64 digits: other bytes are another document
  at:                           # the figure as it is printed; left out for a field of the report itself
    kind: amount                # amount, score, ratio, change or deduction
    page: 3                     # in formats with pages
    box: [310, 402, 352, 414]   # where on the page, in points from its top left; it need only meet the figure's own
    words: 基本支出198.36万元     # words around the figure, or its paragraph; spaces do not count
  field: yuan                   # the figure's field, or one of the report: total_score
  was: "1938600"                # what the extractor reads; where it reads something else the correction is stale
  now: "1983600"
  why: the scan shows 198.36, two digits were swapped
  who: data steward
  date: 2026-03-01

A correction stays on its figure whatever number the figure has in a list: exactly one of that kind must fit.
"""

import json
import types
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from jixiao.model import Amount, Box, Change, Deduction, Evidence, Extraction, JixiaoError, Ratio, Report, Score
from jixiao.warehouse.strict_yaml import read_strictly

State = Literal["applied", "needless", "stale", "waiting"]
Kind = Literal["amount", "score", "ratio", "change", "deduction"]

_FACTS: Final[dict[Kind, tuple[str, str, type]]] = {
    "amount": ("A", "amounts", Amount),
    "score": ("S", "scores", Score),
    "ratio": ("R", "ratios", Ratio),
    "change": ("C", "changes", Change),
    "deduction": ("D", "deductions", Deduction),
}
_TRILLION: Final = 1_000_000_000_000
_BETWEEN: Final[dict[str, tuple[int, int]]] = {
    "yuan": (-_TRILLION, _TRILLION),
    "ulp_yuan": (0, 10_000_000_000),
    "percent": (-1_000_000, 10_000_000),
    "rate_pct": (-1_000_000, 10_000_000),
    "total_rate_pct": (-1_000_000, 10_000_000),
    "fiscal_year": (1990, 2100),
    **dict.fromkeys(("total_score", "full_marks", "score", "points"), (0, 1000)),
}
"""What a value may be: as the gate has it (`expectations/`)."""


class Place(BaseModel):
    """A figure as it is printed: enough to tell it from the others of its document."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    kind: Kind
    page: Annotated[int, Field(ge=1, le=100_000)] | None = None
    box: Annotated[list[Annotated[float, Field(ge=-100_000, le=100_000)]], Field(min_length=4, max_length=4)] | None = (
        None
    )
    words: Annotated[str, Field(min_length=2)] | None = None

    @model_validator(mode="after")
    def _check(self) -> "Place":
        if self.words is None and (self.page is None or self.box is None):
            raise ValueError("give the words around the figure, or its page and box")
        if self.box and (self.box[0] > self.box[2] or self.box[1] > self.box[3]):
            raise ValueError("a box is x0, top, x1, bottom")
        return self

    def fits(self, evidence: Evidence) -> bool:
        """Tell whether a figure stands there."""
        if self.page is not None and evidence.page != self.page:
            return False
        if self.box is not None and not (evidence.box and _meet(Box(*self.box), evidence.box)):
            return False
        return self.words is None or _folded(self.words) in _folded(evidence.text)


def _meet(one: Box, other: Box) -> bool:
    return one.x0 <= other.x1 and other.x0 <= one.x1 and one.top <= other.bottom and other.top <= one.bottom


def _folded(words: str) -> str:
    return "".join(words.split())


class Correction(BaseModel):
    """One value of one document, as a person read it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    document_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    at: Place | None = None
    field: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    was: Annotated[str | int | None, Field(union_mode="left_to_right")]
    now: Annotated[str | int | None, Field(union_mode="left_to_right")]
    why: Annotated[str, Field(min_length=1)]
    who: Annotated[str, Field(min_length=1)]
    date: date

    @model_validator(mode="after")
    def _check(self) -> "Correction":
        self.value(self.was)
        _check_value(self.field, self.value(self.now))
        return self

    @property
    def place(self) -> str:
        """Return the figure's place as one text; empty for a field of the report itself."""
        said = self.at.model_dump(exclude_none=True) if self.at else {}
        return json.dumps(said, ensure_ascii=False, sort_keys=True) if said else ""

    @property
    def words(self) -> str:
        """Return what is corrected, for a person."""
        if self.at is None:
            return self.field
        page = f"page {self.at.page}" if self.at.page else ""
        words = f"“{self.at.words}”" if self.at.words else ""
        where = ", ".join(part for part in (page, words) if part)
        return f"{self.field} of the {self.at.kind} at {where or self.at.box}"

    def value(self, said: str | int | Decimal | None) -> Any:
        """Return a stated value in the field's own type; `ValueError` where there is no such field or value."""
        record = _FACTS[self.at.kind][2] if self.at else Report
        adapter = _scalar_fields(record).get(self.field)
        if adapter is None:
            raise ValueError(f"{record.__name__} has no field {self.field} that can be corrected")
        return adapter.validate_python(said)


def _check_value(field: str, value: Any) -> None:
    """Raise `ValueError` for a value that the gate would refuse, or that no column holds."""
    if isinstance(value, int | Decimal) and field in _BETWEEN:
        least, most = _BETWEEN[field]
        if not least <= value <= most:
            raise ValueError(f"{field} lies between {least:,} and {most:,}")
    if isinstance(value, Decimal) and int(value.as_tuple().exponent) < -4:
        raise ValueError(f"{field} has at most four decimals")
    if isinstance(value, str) and not value.strip():
        raise ValueError(f"{field} is empty: null says that the document has none")
    if field == "region_code" and value is not None and not (len(value) == 6 and value.isdigit() and value[0] != "0"):
        raise ValueError("region_code is six digits of GB/T 2260")


@cache
def _scalar_fields(record: type) -> dict[str, TypeAdapter[Any]]:
    """Return the fields of a record that hold one word, number or nothing."""
    return {
        name: TypeAdapter(hint)
        for name, hint in get_type_hints(record).items()
        if name != "kind"
        and all(part in (str, int, Decimal, types.NoneType) or get_origin(part) is Literal for part in _parts(hint))
    }


def _parts(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


@dataclass(frozen=True, slots=True)
class Judged:
    """A correction of a source, and what became of it.

    `fact_id` is the fact that it fits now; `found` what the extractor reads where it is stale.
    """

    source_id: str
    correction: Correction
    state: State = "waiting"
    fact_id: str | None = None
    found: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Return what makes it another correction, whatever became of it."""
        return tuple(str(value) for name, value in self.row.items() if name not in ("state", "fact_id"))

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "Judged":
        """Read a row of `core.corrections`."""
        said = {name: row[name] for name in ("document_sha256", "field", "was", "now", "why", "who")}
        at = json.loads(row["place"]) if row["place"] else None
        return cls(row["source_id"], Correction(**said, at=at, date=row["corrected_on"]), row["state"], row["fact_id"])

    @property
    def row(self) -> dict[str, Any]:
        """Return it in the shape of `sql/core/corrections/schema.yaml`."""
        one = self.correction
        return {
            "document_sha256": one.document_sha256,
            "place": one.place,
            "fact_id": self.fact_id,
            "field": one.field,
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


def load_corrections(folder: Path, source_ids: Iterable[str], problems: dict[str, str] | None = None) -> list[Judged]:
    """Read every file of corrections.

    Raises:
        JixiaoError: it names the file, the line and what is wrong there; where `problems` is given, the words go there
            by the file's source instead, and the other files are read.
    """
    known = set(source_ids)
    found: list[Judged] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found += _read(path, known)
        except JixiaoError as error:
            if problems is None:
                raise
            problems[path.stem] = str(error)
    return sorted(found, key=lambda one: one.key)


def _read(path: Path, known: set[str]) -> list[Judged]:
    name = f"{path.parent.name}/{path.name}"
    if path.stem not in known:
        raise JixiaoError(f"{name}: there is no source contract {path.stem}")
    found: dict[tuple[str, str, str], Judged] = {}
    for line, one in read_strictly(path, name, Correction):
        key = (one.document_sha256, one.place, one.field)
        if key in found:
            raise JixiaoError(f"{name}: line {line}: {one.words} of {one.document_sha256} is corrected twice")
        found[key] = Judged(path.stem, one)
    return list(found.values())


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a file of corrections, for editors."""
    said = TypeAdapter(list[Correction]).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Corrections of a source", **said}


def corrected(extraction: Extraction, corrections: Sequence[Judged]) -> tuple[Extraction, list[Judged]]:
    """Return a document with its corrections applied, and what became of each.

    All are judged by what the extractor read, whatever the others change.
    """
    judged: list[Judged] = []
    taken: set[tuple[str, str]] = set()
    read = extraction
    for one in corrections:
        outcome = _judge(read, one)
        key = (outcome.fact_id or "", one.correction.field)
        if outcome.state == "applied":
            if key in taken:
                outcome = replace(outcome, state="stale", found="another correction of the same figure")
            else:
                taken.add(key)
                extraction = _applied(extraction, outcome)
        judged.append(outcome)
    return extraction, judged


def _judge(extraction: Extraction, judged: Judged) -> Judged:
    """Return a correction with the fact that it fits, and its state."""
    one = judged.correction
    if one.at is None:
        found: dict[str, Any] = {"": extraction.report}
    else:
        letter, table, _ = _FACTS[one.at.kind]
        found = {
            f"{letter}{number:04d}": fact
            for number, fact in enumerate(getattr(extraction, table), 1)
            if one.at.fits(fact.evidence)
        }
    was, now = one.value(one.was), one.value(one.now)
    reads = {fact_id: getattr(fact, one.field) for fact_id, fact in found.items()}
    fitting = [fact_id for fact_id, value in reads.items() if value == was]
    if len(fitting) == 1:
        return replace(judged, state="applied", fact_id=fitting[0], found=None)
    right = [fact_id for fact_id, value in reads.items() if value == now]
    if not fitting and len(right) == 1:
        return replace(judged, state="needless", fact_id=right[0], found=None)
    if len(fitting) > 1:
        said = f"{len(fitting)} figures that fit: say more of its place"
    else:
        said = ", ".join(str(value) for value in reads.values()) or "no such figure there"
    return replace(judged, state="stale", fact_id=None, found=said)


def _applied(extraction: Extraction, judged: Judged) -> Extraction:
    one = judged.correction
    change = {one.field: one.value(one.now)}
    if one.at is None:
        return replace(extraction, report=replace(extraction.report, **change))
    table = _FACTS[one.at.kind][1]
    facts: tuple[Any, ...] = getattr(extraction, table)
    at = int(str(judged.fact_id)[1:]) - 1
    # A person looked at the page: what is corrected, or confirmed as it is (field `confidence`), is sure.
    changed: Any = (*facts[:at], replace(facts[at], **{"confidence": "sure", **change}), *facts[at + 1 :])
    return replace(extraction, **{table: changed})
