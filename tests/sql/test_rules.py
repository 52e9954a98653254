"""Every rule has a case that it must let pass and one that it must catch; no other rule may speak in either."""

import sys
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


def test_documents_do_not_meddle_with_each_other():
    """All cases in one warehouse: each document has the findings that its own case has."""
    crowd, expected = [], []
    for number, param in enumerate(_cases()):
        rule, case = param.values
        documents = case.get("documents") or [case]
        made = [build_extraction({"sha256": str(n) * 64, **document}) for n, document in enumerate(documents)]
        crowd += among_others(made, number)
        expected += [f"{number} {rule} {one}" for one in case["finds"]]
        expected += [f"{number} {one}" for one in case.get("others", [])]
    said = [
        f"{int(row['document_sha256'][:63])} {row['check_id']} {row['severity']} {row['subject']}: "
        f"{row['stated']:f} {row['computed']:f}"
        for row in find_in(crowd).to_pylist()
    ]
    assert sorted(said) == sorted(expected)


@pytest.mark.parametrize(("rule", "case"), [param for param in _cases() if param.values[1]["finds"]])
def test_a_finding_rests_on_sure_facts_on_both_sides(rule, case):
    """Whichever fact of a finding is unsure, the finding does not stand; what it does not use makes no difference."""
    documents = case.get("documents") or [case]
    made = [{"sha256": str(number) * 64, **document} for number, document in enumerate(documents)]
    for found in find_in(map(build_extraction, made)).to_pylist():
        for fact in {*found["stated_fact_ids"], *found["computed_fact_ids"]}:
            doubted = [{**one, "unsure": [fact]} if one["sha256"] == found["document_sha256"] else one for one in made]
            still = find_in(map(build_extraction, doubted)).to_pylist()
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
