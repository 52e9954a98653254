"""Every small wrong in the SQL of a rule or a mart makes some case fail, but for those that `equivalent.yaml` explains.

The suite tries a few of each; `JIXIAO_MUTANTS=all` tries all of them (some minutes).
"""

import os
import random
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import duckdb
import pytest
import yaml
from jixiao.check import find_rule, rules
from jixiao.check.facts import fact_tables
from jixiao.check.scope import in_memory
from jixiao.model import Extraction
from jixiao.schema import schemas
from jixiao.warehouse.marts import query_of

sys.path.insert(0, str(Path(__file__).parent))
from cases import cases, mart_answer, mart_database
from conftest import among_others, build_extraction
from mutation import mutants

SAMPLE = 4
EQUIVALENT = yaml.load((Path(__file__).parent / "equivalent.yaml").read_text("utf-8"), yaml.CSafeLoader) or {}


def _tried(name: str, sql: str) -> list[tuple[str, str]]:
    """Return the mutants to try: all, or a few that the name and the SQL alone decide on; none that is explained."""
    known = EQUIVALENT.get(name, {})
    found = [(words, query) for words, query in mutants(sql) if words not in known]
    if os.environ.get("JIXIAO_MUTANTS") != "all":
        found = random.Random(name).sample(found, min(SAMPLE, len(found)))
    return [(words, query()) for words, query in found]


@cache
def _documents() -> tuple[tuple[str, list[Extraction]], ...]:
    """Return the documents of every rule's cases, each with the name of its rule."""
    return tuple(
        (
            name,
            [build_extraction({"sha256": str(n) * 64, **one}) for n, one in enumerate(case.get("documents") or [case])],
        )
        for name, case in cases("rules")
    )


@cache
def _crowd() -> duckdb.DuckDBPyConnection:
    """Return the facts of all cases beside each other, as in a warehouse, ready to be judged in one go."""
    crowd = [one for number, (_, documents) in enumerate(_documents()) for one in among_others(documents, number)]
    return in_memory(fact_tables(crowd), threads=1)


@cache
def _case(number: int) -> duckdb.DuckDBPyConnection:
    """Return the facts of one case, ready to be judged; it takes a moment, so only where all in one go tell nothing."""
    return in_memory(fact_tables(_documents()[number][1]), threads=1)


def _places(rule: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield all cases in one, then each alone, the rule's own first."""
    yield _crowd()
    yield from (_case(number) for number in sorted(range(len(_documents())), key=lambda n: _documents()[n][0] != rule))


@contextmanager
def _bounded(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """A wrong query may never end."""
    timer = threading.Timer(5, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _found(connection: duckdb.DuckDBPyConnection, rule) -> object:
    try:
        with _bounded(connection):
            return find_rule(connection, rule)
    except (duckdb.Error, ArithmeticError, TypeError) as error:
        return str(error)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_wrong_rule_is_noticed(rule):
    """A mutant must say something else on some case of any rule: each case names all that may be found in it."""
    right = cache(lambda connection: _found(connection, rule))
    survivors = [
        words
        for words, mutant in _tried(rule.id, rule.sql)
        if all(_found(one, replace(rule, sql=mutant)) == right(one) for one in _places(rule.id))
    ]
    assert survivors == []


@pytest.mark.parametrize("mart", schemas("marts").values(), ids=lambda mart: mart.name)
def test_wrong_mart_is_noticed(warehouses, mart):
    with ExitStack() as stack:
        own = [case for name, case in cases("marts") if name == mart.name]
        given = [(case, stack.enter_context(mart_database(warehouses, mart.name, case))) for case in own]

        def passes(query: str) -> bool:
            try:
                for case, native in given:
                    with _bounded(native):
                        if mart_answer(native, mart.name, query, case) != case["expected"]:
                            return False
            except duckdb.Error:
                return False
            return True

        assert passes(query_of(mart))
        assert [words for words, mutant in _tried(mart.name, query_of(mart)) if passes(mutant)] == []


def test_what_is_explained_is_still_there():
    sources = {rule.id: rule.sql for rule in rules()} | {m.name: query_of(m) for m in schemas("marts").values()}
    for name, explained in EQUIVALENT.items():
        there = {words for words, _ in mutants(sources[name])}
        assert set(explained) <= there, name
