"""Every rule has a case that it must let pass and one that it must catch; no other rule may speak in either."""

import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from jixiao.check import find_in, rules

sys.path.insert(0, str(Path(__file__).parent))
from conftest import among_others, build_extraction

CASES = Path(__file__).parent / "rules"


def _cases():
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text("utf-8")):
            yield pytest.param(path.stem, case, id=f"{path.stem}: {case['title']}")


@pytest.mark.parametrize(("rule", "case"), list(_cases()))
def test_case(rule, case, build):
    documents = case.get("documents") or [case]
    found = find_in(
        [build({"sha256": str(number) * 64, **document}) for number, document in enumerate(documents)]
    ).to_pylist()
    said = [
        f"{row['check_id']} {row['severity']} {row['subject']}: {row['stated']:f} {row['computed']:f}" for row in found
    ]
    expected = [f"{rule} {one}" for one in case["finds"]] + case.get("others", [])
    assert sorted(said) == sorted(expected)


@cache
def _judged() -> dict[int, list[dict]]:
    """Return the findings of every case, all judged in one warehouse, by the case's number."""
    crowd = []
    for number, param in enumerate(_cases()):
        crowd += among_others([build_extraction(one) for one in _documents(param.values[1])], number)
    return _by_number(crowd)


@cache
def _doubted() -> dict[int, list[tuple[str, list[dict]]]]:
    """Return, by number, what is found of a case when one fact of a finding is unsure, by fact."""
    crowd, tried = [], []
    for number, param in enumerate(_cases()):
        documents = _documents(param.values[1])
        for found in _judged().get(number, []):
            for fact in sorted({*found["stated_fact_ids"], *found["computed_fact_ids"]}):
                at = int(found["document_sha256"][63:])
                doubted = [{**one, "unsure": [fact]} if n == at else one for n, one in enumerate(documents)]
                crowd += among_others([build_extraction(one) for one in doubted], len(tried))
                tried.append((number, fact))
    still = _by_number(crowd)
    out: dict[int, list[tuple[str, list[dict]]]] = {}
    for trial, (number, fact) in enumerate(tried):
        out.setdefault(number, []).append((fact, still.get(trial, [])))
    return out


def _documents(case) -> list[dict]:
    return [{"sha256": str(n) * 64, **one} for n, one in enumerate(case.get("documents") or [case])]


def _by_number(crowd) -> dict[int, list[dict]]:
    found: dict[int, list[dict]] = {}
    for row in find_in(crowd).to_pylist():
        found.setdefault(int(row["document_sha256"][:63]), []).append(row)
    return found


def test_documents_do_not_meddle_with_each_other():
    """All cases in one warehouse: each document has the findings that its own case has."""
    expected = []
    for number, param in enumerate(_cases()):
        rule, case = param.values
        expected += [f"{number} {rule} {one}" for one in case["finds"]]
        expected += [f"{number} {one}" for one in case.get("others", [])]
    said = [
        f"{number} {row['check_id']} {row['severity']} {row['subject']}: {row['stated']:f} {row['computed']:f}"
        for number, rows in _judged().items()
        for row in rows
    ]
    assert sorted(said) == sorted(expected)


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        pytest.param(number, param.values[0], id=param.id)
        for number, param in enumerate(_cases())
        if param.values[1]["finds"]
    ],
)
def test_a_finding_rests_on_sure_facts_on_both_sides(number, rule):
    """Whichever fact of a finding is unsure, the finding does not stand; what it does not use makes no difference."""
    for fact, still in _doubted().get(number, []):
        uses = [{*row["stated_fact_ids"], *row["computed_fact_ids"]} for row in still]
        assert all(fact not in used for used in uses), (rule, fact)


@pytest.mark.parametrize("rule", [rule.id for rule in rules()])
def test_rule_has_a_passing_and_a_failing_case(rule):
    cases = yaml.safe_load((CASES / f"{rule}.yaml").read_text("utf-8"))
    assert any(case["finds"] for case in cases), "no failing case"
    assert any(not case["finds"] for case in cases), "no passing case"


def test_codes_are_unique_and_siblings_exist():
    codes = [rule.code for rule in rules()]
    names = {rule.id for rule in rules()}
    assert len(set(codes)) == len(codes)
    assert {sibling for rule in rules() for sibling in rule.siblings} <= names
