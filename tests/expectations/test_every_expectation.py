"""Every expectation of every suite passes on a sound warehouse and fails on what breaks it, told in words."""

import shutil
import sys
from pathlib import Path

import duckdb
import pytest
import yaml
from jixiao.check import rules
from jixiao.schema import schemas
from jixiao.warehouse import QuarantineEntry, load, open_warehouse
from jixiao.warehouse.suites import RULES_SUITE, suites
from jixiao.warehouse.validate import validate

from tests.warehouses import empty_warehouse

sys.path.insert(0, str(Path(__file__).parents[1] / "sql"))
from conftest import build_extraction

SOUND = {
    "sha256": "a" * 64,
    "total": 97,
    "amounts": [
        ["expenditure/final/total/total", "100.00 万元"],
        ["expenditure/budget/total/total", "110.00 万元"],
        ["expenditure/final/nature/basic", "60.00 万元"],
    ],
    "scores": [["指标一", 10, 9]],
    "ratios": [{"name": "share", "percent": "60", "about": "expenditure/nature/basic"}],
    "changes": [{"about": "expenditure/total/total", "sum": "5.00 万元", "percent": "5"}],
    "deductions": [["指标二", 1]],
}
BROKEN = yaml.load(Path(__file__).with_name("broken.yaml").read_text("utf-8"), yaml.CSafeLoader)
# Rows of tables that the sound report leaves empty.
MORE = (
    f"INSERT INTO core.sections BY NAME SELECT '{'a' * 64}' AS document_sha256, 'T0001' AS fact_id, "
    "'problems' AS kind, '进度慢' AS item_text, '1' AS extractor_version",
    f"INSERT INTO core.doubts BY NAME SELECT '{'a' * 64}' AS document_sha256, 'Q0001' AS fact_id, "
    "'unit' AS kind, '没有单位' AS message, [] AS readings, '1' AS extractor_version",
    f"INSERT INTO core.ledger BY NAME SELECT '{'a' * 64}' AS document_sha256, 'sum' AS kind, 'fact' AS state, "
    "'amount' AS reason, 2 AS figures, '1' AS extractor_version",
    f"INSERT INTO core.sightings BY NAME SELECT '{'a' * 64}' AS document_sha256, 'http://x/a' AS url, "
    "'demo' AS source_id, 'application/pdf' AS media_type, 10 AS byte_size",
    "INSERT INTO core.coverage_expectations BY NAME SELECT 'demo' AS source_id, 2023 AS fiscal_year, "
    "1 AS least_reports, DATE '2024-11-30' AS due_on, 3 AS published, 2 AS archived, 0 AS failed, 0 AS late",
    f"INSERT INTO core.corrections BY NAME SELECT '{'a' * 64}' AS document_sha256, '' AS place, '' AS fact_id, "
    "'total_score' AS field, '9' AS was, '97' AS now, '…' AS why, '…' AS who, DATE '2024-12-01' AS corrected_on, "
    "'demo' AS source_id, 'applied' AS state",
    f"INSERT INTO core.revisions BY NAME SELECT '某局' AS organization, 2023 AS fiscal_year, 'a' AS name, "
    f"1 AS revision, '{'a' * 64}' AS document_sha256, DATE '2024-12-01' AS seen_on",
    "INSERT INTO core.rosters BY NAME SELECT 'demo' AS source_id, '440111-某局' AS organization_id, "
    "'某局' AS organization, '440111' AS region_code",
)
FINDING = (
    f"INSERT INTO core.findings BY NAME SELECT '{'a' * 64}' AS document_sha256, 'f' AS finding_id, 'x' AS check_id, "
    "'JX000' AS code, 'minor' AS severity, 's' AS subject, 'yuan' AS unit, 2 AS stated, 1 AS computed, "
    "1 AS difference, 0 AS tolerance, '…' AS message_zh, '…' AS message_en, ['A0001'] AS stated_fact_ids, "
    "[] AS computed_fact_ids"
)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("gate") / "w.duckdb"
    with open_warehouse(empty_warehouse(path)) as engine:
        load(engine, [build_extraction(SOUND)], [QuarantineEntry("http://x/b", "archive", None, 2023, "gone")])
    with duckdb.connect(str(path)) as connection:
        for statement in (*MORE, FINDING):
            connection.execute(statement)
    return path


def _break(connection: duckdb.DuckDBPyConnection, table: str, number: int, said: dict) -> list[str]:
    """Add a row that breaks one expectation: a copy of the first row under a key of its own; return how it is told."""
    if "statement" in said:
        return [""]
    own = {"document_sha256": f"sha256('{number}')"} if table == "reports" else {}
    keys = schemas("core")[table].primary_key
    if "fact_id" in keys:
        letter = connection.execute(f"SELECT left(min(fact_id), 1) FROM core.{table}").fetchone()[0]
        own["fact_id"] = f"'{letter}{9000 + number}'"
    elif table == "coverage_expectations":
        own["source_id"] = f"'{number}'"
    elif table in ("corrections", "revisions"):
        own["field" if table == "corrections" else "name"] = f"'{number}'"
    elif table in ("findings", "quarantine", "sightings"):
        own[keys[-1] if table != "quarantine" else "item_id"] = f"'http://x/{number}'"
    for year, count in said.get("copies", {None: 1}).items():
        for copy in range(count):
            values = {**own, **({"fiscal_year": year} if year else said)}
            if year:
                values["document_sha256"] = f"sha256('{year}-{copy}')"
            replaced = ", ".join(f"{value} AS {name}" for name, value in values.items())
            first = f"SELECT * FROM core.{table} ORDER BY document_sha256 LIMIT 1" if "document_sha256" in keys else ""
            first = first or f"SELECT * FROM core.{table} ORDER BY ALL LIMIT 1"
            connection.execute(f"INSERT INTO core.{table} SELECT * REPLACE ({replaced}) FROM ({first})")
    own = {"fiscal_year": max(said["copies"])} if "copies" in said else {**own, **said}
    told = connection.execute("SELECT " + ", ".join(map(str, own.values()))).fetchone()
    return [
        f"{name}={str(value)[:12] if name == 'document_sha256' else value}"
        for name, value in zip(own, told, strict=True)
    ]


def _without_constraints(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Let rows in that the database itself would refuse: the gate must refuse them too."""
    connection.execute(f"CREATE OR REPLACE TABLE core.{table} AS SELECT * FROM core.{table}")


def test_what_a_schema_promises_and_what_the_rules_find_is_told(warehouse, tmp_path):
    path = Path(shutil.copy(warehouse, tmp_path))
    with duckdb.connect(str(path)) as connection:
        for rule in rules():
            connection.execute(
                f"INSERT INTO core.findings SELECT * REPLACE ('{rule.id}' AS check_id, '{rule.id}' AS finding_id) "
                "FROM core.findings WHERE finding_id = 'f'"
            )
        for name, schema in schemas("core").items():
            _without_constraints(connection, name)
            first = connection.execute(f"SELECT * FROM core.{name} ORDER BY ALL LIMIT 1").to_arrow_table()
            nulls = [f"NULL AS {column.name}" for column in schema.columns if not column.nullable]
            boxes = ["0 AS page"] if "page" in first.column_names else []
            for change in (*nulls, *boxes, f"{schema.columns[0].name} AS {schema.columns[0].name}"):  # the last: twice
                connection.execute(f"INSERT INTO core.{name} SELECT * REPLACE ({change}) FROM first")
            connection.execute(f"ALTER TABLE core.{name} ADD COLUMN more INTEGER")
    broken = validate(path, tmp_path / "results", tmp_path / "docs")
    assert not broken.success
    told = {
        (one.suite, one.description): one.severity
        for one in (*broken.fatal_failures, *broken.warnings)
        if one.count or "more" in str(one.rows)  # one that could not be judged has neither
    }
    for suite in suites():
        for one in suite.expected:
            if one.description not in BROKEN.get(suite.name, {}):
                assert told.get((suite.name, one.description)) == one.severity, f"{suite.name}: {one.description}"
                assert one.severity == ("warning" if suite.name == RULES_SUITE else "critical")


def test_each_is_met_by_a_sound_warehouse_and_broken_by_what_breaks_it(warehouse, tmp_path):
    warehouse = Path(shutil.copy(warehouse, tmp_path))
    sound = validate(warehouse, tmp_path / "results", tmp_path / "docs")
    assert [one.words for one in (*sound.fatal_failures, *sound.warnings)] == []
    with duckdb.connect(str(warehouse)) as connection:
        for table in BROKEN:
            _without_constraints(connection, table)
        number = 0
        connection.execute(
            "INSERT INTO core.reports SELECT reports.* REPLACE (sha256(n::VARCHAR) AS document_sha256, "
            "2005 + n % 2 AS fiscal_year) FROM core.reports, range(16) AS numbers(n)"
        )
        rows = {}
        for table, expected in BROKEN.items():
            for description, said in expected.items():
                number += 1
                rows[table, description] = _break(connection, table, number, said)
        for expected in BROKEN.values():
            for said in expected.values():
                if "statement" in said:
                    connection.execute(said["statement"])
    broken = validate(warehouse, tmp_path / "results", tmp_path / "docs")
    assert not broken.success
    failed = {(one.table, one.description): one for one in (*broken.fatal_failures, *broken.warnings)}
    for table, expected in BROKEN.items():
        for description in expected:
            one = failed.get((f"core.{table}", description))
            assert one is not None, f"{table}: {description}"
            said = "; ".join(one.rows)
            assert any(row in said for row in rows[table, description]), "it does not say which rows"
            assert description in one.words
    fatal = {(one.table, one.description) for one in broken.fatal_failures}
    assert all((one.severity == "critical") == (key in fatal) for key, one in failed.items())
    assert len(list((tmp_path / "results").glob("*.json"))) == 2, "both runs are kept"


def test_every_expectation_has_a_case():
    for suite in suites():
        if suite.name != RULES_SUITE:
            own = yaml.load(
                (Path(__file__).parents[2] / "expectations" / f"{suite.name}.yaml").read_text("utf-8"), yaml.CSafeLoader
            )
            assert {one["description"] for one in own["expectations"]} == set(BROKEN[suite.name]), suite.name
