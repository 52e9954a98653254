"""Every rule has a case that it must let pass and one that it must catch; no other rule may speak in either."""

import re
import sys
from functools import cache
from itertools import product
from pathlib import Path

import pytest
import yaml
from jixiao.check import find_alone, find_in, rows_of, rules
from jixiao.check.catalogue import has
from jixiao.check.scope import current_sql, intervals_sql

sys.path.insert(0, str(Path(__file__).parent))
from conftest import among_others, build_extraction

CASES = Path(__file__).parent / "rules"


def _cases():
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader):
            yield pytest.param(path.stem, case, id=f"{path.stem}: {case['title']}")


def _alone():
    """Yield of each rule the first case that it catches and the first that it lets pass."""
    met = set()
    for param in _cases():
        rule, case = param.values
        if (rule, bool(case["finds"])) not in met:
            met.add((rule, bool(case["finds"])))
            yield param


def _told(rows) -> list[str]:
    return sorted(
        f"{row['check_id']} {row['severity']} {row['subject']}: {row['stated']:f} {row['computed']:f}" for row in rows
    )


def _expected(rule, case) -> list[str]:
    return sorted([f"{rule} {one}" for one in case["finds"]] + case.get("others", []))


@pytest.mark.parametrize(
    ("number", "rule", "case"), [pytest.param(n, *one.values, id=one.id) for n, one in enumerate(_cases())]
)
def test_case(number, rule, case):
    """Each has its findings among all others in one warehouse: documents do not meddle with each other."""
    assert _told(_judged().get(number, [])) == _expected(rule, case)


@pytest.mark.parametrize(("rule", "case"), list(_alone()))
def test_a_document_alone_has_the_findings_that_it_has_among_others(rule, case, build):
    assert _told(find_in(map(build, _documents(case)))) == _expected(rule, case)


def test_rules_see_facts_and_whose_they_are_but_neither_chains_nor_sightings():
    """A load judges what was read: what else changes of the archive changes no finding (`warehouse/loading.py`)."""
    views = re.split(r"(?=CREATE OR REPLACE (?:VIEW|MACRO) )", current_sql() + intervals_sql())
    defined = {found[1]: view for view in views if (found := re.match(r"CREATE OR REPLACE \w+ core\.(\w+)", view))}
    seen = {name for rule in rules() for name in re.findall(r"core\.(\w+)", rule.sql)}
    while more := {name for one in seen & {*defined} for name in re.findall(r"core\.(\w+)", defined[one])} - seen:
        seen |= more
    assert len(seen & {"reports", "amounts", "scores", "named_reports", "amount_keys"}) == 5
    assert not seen & {"revisions", "sightings", "corrections", "quarantine"}


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
    for row in find_in(crowd):
        found.setdefault(int(row["document_sha256"][:63]), []).append(row)
    return found


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


@pytest.mark.parametrize(("name", "case"), [param for param in _alone() if param.values[1]["finds"]])
def test_a_rule_finds_nothing_without_a_row_that_it_says_it_needs(name, case, build):
    rule = next(one for one in rules() if one.id == name)
    rows = rows_of(map(build, _documents(case)))
    assert find_alone(rows, [rule]), "the rule's own case"
    for chosen in product(*(some.items() for some in rule.needs)):
        without = rows
        for table, values in chosen:
            without = {**without, table: [row for row in without[table] if not has(row, values)]}
        assert not rule.may_find(without)
        assert find_alone(without, [rule]) == []
    for table, columns in rule.alike.items():
        once = {**rows, table: list({tuple(row[name] for name in columns): row for row in rows[table]}.values())}
        assert not rule.may_find(once)
        assert find_alone(once, [rule]) == []


@pytest.mark.parametrize("rule", [rule.id for rule in rules()])
def test_rule_has_a_passing_and_a_failing_case(rule):
    cases = yaml.load((CASES / f"{rule}.yaml").read_text("utf-8"), yaml.CSafeLoader)
    assert any(case["finds"] for case in cases), "no failing case"
    assert any(not case["finds"] for case in cases), "no passing case"


def test_codes_are_unique_and_siblings_exist():
    codes = [rule.code for rule in rules()]
    names = {rule.id for rule in rules()}
    assert len(set(codes)) == len(codes)
    assert {sibling for rule in rules() for sibling in rule.siblings} <= names
