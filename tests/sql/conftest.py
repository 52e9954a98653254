"""Facts from short descriptions: money as '268.61 万元', subjects as 'expenditure/final/nature/basic'."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from jixiao.model import (
    Amount,
    Change,
    Deduction,
    DocumentInfo,
    Evidence,
    Extraction,
    LedgerEntry,
    Money,
    Ratio,
    Report,
    Score,
    Subject,
    fact_id,
)

Build = Callable[[dict[str, Any]], Extraction]

_UNITS = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}


def money(text: str) -> Money:
    """Return '-109.6 万元' as yuan with one unit in its last printed digit."""
    figure, unit = re.fullmatch(r"(-?[\d.]+) ?(\S+)", text).groups()
    printed, factor = Decimal(figure), _UNITS[unit]
    return Money(printed * factor, factor.scaleb(int(printed.as_tuple().exponent)))


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _about(text: str) -> Subject:
    flow, scheme, item = text.split("/", 2)
    return Subject(flow, scheme, item)


def build_extraction(said: dict[str, Any]) -> Extraction:
    """Return the extraction that a description stands for; the year is 2023 where none is given."""
    year = said.get("year", 2023)
    amounts = []
    for key, text, *label in said.get("amounts", []):
        subject, _, parent = key.partition(" < ")
        subject, _, of_year = subject.partition(" @")
        flow, stage, scheme, item = subject.split("/", 3)
        sum_ = money(text)
        amounts.append(
            Amount(
                int(of_year or year),
                flow,
                stage,
                scheme,
                item,
                label[0] if label else item,
                sum_.yuan,
                sum_.ulp_yuan,
                Evidence(1),
                parent or None,
            )
        )
    scores = []
    for path, marks, score, *rate in said.get("scores", []):
        at = Evidence(1)
        scores.append(
            Score(tuple(path.split("/")), _decimal(marks), _decimal(score), at, _decimal(rate[0] if rate else None))
        )
    ratios = [
        Ratio(
            one["name"],
            one.get("label", one["name"]),
            Decimal(one["percent"]),
            Evidence(1, text=one.get("text", "")),
            one.get("year", year),
            _about(one["about"]) if "about" in one else None,
            one.get("base"),
            money(one["numerator"]) if "numerator" in one else None,
            money(one["denominator"]) if "denominator" in one else None,
        )
        for one in said.get("ratios", [])
    ]
    changes = []
    for one in said.get("changes", []):
        sum_ = money(one["sum"]) if "sum" in one else None
        changes.append(
            Change(
                year,
                _about(one["about"]),
                one["about"],
                Evidence(1),
                sum_.yuan if sum_ else None,
                sum_.ulp_yuan if sum_ else None,
                _decimal(one.get("percent")),
            )
        )
    deductions = [
        Deduction(name, Decimal(str(points)), None, Evidence(1)) for name, points in said.get("deductions", [])
    ]
    unsure = {*said.get("unsure", ())}
    every = {"amounts": amounts, "scores": scores, "ratios": ratios, "changes": changes, "deductions": deductions}
    for kind, facts in every.items():
        facts[:] = [
            replace(one, confidence="unsure" if fact_id(kind, at) in unsure else "sure") for at, one in enumerate(facts)
        ]
    return Extraction(
        "test",
        DocumentInfo(said.get("sha256", "0" * 64), "application/pdf", 1, "text"),
        Report(
            said.get("organization", "某市科学技术协会"),
            said.get("region", "440100"),
            year,
            "narrative",
            _decimal(said.get("total")),
            _decimal(said.get("full_marks", 100)),
            None,
            Evidence(1),
            _decimal(said.get("total_rate")),
        ),
        tuple(amounts),
        tuple(scores),
        tuple(ratios),
        tuple(changes),
        tuple(deductions),
        ledger=tuple(
            LedgerEntry("sum", "", "fact", "", Evidence(1), fact, block=block)
            for fact, block in said.get("blocks", {}).items()
        ),
    )


def among_others(documents: list[Extraction], number: int) -> list[Extraction]:
    """Return a case's documents under names of their own, so that they can stand beside those of other cases."""
    return [
        replace(
            one,
            document=replace(one.document, sha256=f"{number:063d}{n}"),
            report=replace(one.report, organization=f"{one.report.organization}{number}"),
        )
        for n, one in enumerate(documents)
    ]


@pytest.fixture
def build() -> Build:
    return build_extraction


@pytest.fixture(scope="session")
def warehouses() -> Iterator[Path]:
    """Return a folder for the warehouses of the marts' cases, which is there as long as the tests."""
    with TemporaryDirectory(prefix="jixiao-cases-") as folder:
        yield Path(folder)
