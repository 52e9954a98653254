"""One correction as a person writes it, and what its file may hold (`corrections.py` has the files)."""

import json
import re
import types
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator, model_validator

from jixiao.model import Amount, Box, Change, Deduction, Evidence, Ratio, Report, Score
from jixiao.warehouse.strict_yaml import PLAIN

Kind = Literal["amount", "score", "ratio", "change", "deduction"]

FACTS: Final[dict[Kind, tuple[str, str, type]]] = {
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


_SOMETHING: Final = r"\S"
_UNSEEN: Final = "a space at an end, or a character that nobody sees"


class Place(BaseModel):
    """A figure as it is printed: enough to tell it from the others of its document."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    kind: Kind
    page: Annotated[int, Field(ge=1, le=100_000)] | None = None
    box: Annotated[list[Annotated[float, Field(ge=-100_000, le=100_000)]], Field(min_length=4, max_length=4)] | None = (
        None
    )
    words: Annotated[str, Field(min_length=2, pattern=_SOMETHING)] | None = None

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
    why: Annotated[str, Field(min_length=1, pattern=_SOMETHING)]
    who: Annotated[str, Field(min_length=1, pattern=_SOMETHING)]
    date: date

    @field_validator("was", "now", mode="before")
    @classmethod
    def _exactly(cls, said: Any) -> Any:
        if isinstance(said, float | bool):
            raise ValueError("put it in quotes, so that it stays as it is written")
        return said

    @field_validator("who")
    @classmethod
    def _seen(cls, said: str) -> str:
        if not said.isprintable():
            raise ValueError(_UNSEEN)
        return said

    @model_validator(mode="after")
    def _check(self) -> "Correction":
        self.value(self.was)
        _check_value(self.field, self.value(self.now))
        for said in (self.was, self.now):
            if isinstance(self.value(said), int | Decimal) and not PLAIN.fullmatch(str(said)):
                raise ValueError(f"{self.field} is a number: digits, a point, nothing else")
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
        record = FACTS[self.at.kind][2] if self.at else Report
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
    if isinstance(value, str) and (not value.isprintable() or value != value.strip()):
        raise ValueError(f"{field}: {_UNSEEN}")
    if field == "region_code" and value is not None and not re.fullmatch("[1-9][0-9]{5}", value):
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
