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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from jixiao.model import Extraction, JixiaoError
from jixiao.warehouse.correction_model import FACTS, Correction
from jixiao.warehouse.strict_yaml import read_strictly

State = Literal["applied", "needless", "stale", "waiting"]


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
        letter, table, _ = FACTS[one.at.kind]
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
    table = FACTS[one.at.kind][1]
    facts: tuple[Any, ...] = getattr(extraction, table)
    at = int(str(judged.fact_id)[1:]) - 1
    # A person looked at the page: what is corrected, or confirmed as it is (field `confidence`), is sure.
    changed: Any = (*facts[:at], replace(facts[at], **{"confidence": "sure", **change}), *facts[at + 1 :])
    return replace(extraction, **{table: changed})
