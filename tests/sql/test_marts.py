"""Each mart: input rows and expected rows, in `tests/sql/marts/<mart>.yaml`; a column left out does not matter."""

from pathlib import Path

import pytest
import yaml
from jixiao.schema import schemas
from jixiao.warehouse import build_marts, open_warehouse
from jixiao.warehouse.marts import query_of

CASES = Path(__file__).parent / "marts"
FILL = {"VARCHAR": "x", "INTEGER": 1, "DOUBLE": 1.0, "BIGINT": 1, "BOOLEAN": False, "VARCHAR[]": []}


def _cases():
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text("utf-8")):
            yield pytest.param(path.stem, case, id=f"{path.stem}: {case['title']}")


def _run(tmp_path, mart, case):
    with open_warehouse(tmp_path / "w.duckdb") as engine:
        with engine.begin() as connection:
            for table, rows in case["given"].items():
                columns = schemas("core")[table].columns
                for row in rows:
                    assert set(row) <= {c.name for c in columns}, f"core.{table} has no such column"
                    full = {c.name: row.get(c.name, None if c.nullable else FILL.get(c.type, 1)) for c in columns}
                    marks = ", ".join("?" for _ in full)
                    connection.exec_driver_sql(
                        f"INSERT INTO core.{table} ({', '.join(full)}) VALUES ({marks})", tuple(full.values())
                    )
        build_marts(engine)
        with engine.connect() as connection:
            found = connection.exec_driver_sql(f"SELECT * FROM mart.{mart} ORDER BY ALL").mappings().all()
    return [dict(row) for row in found]


def _plain(value):
    return float(value) if type(value).__name__ == "Decimal" else value


@pytest.mark.parametrize(("mart", "case"), list(_cases()))
def test_case(tmp_path, mart, case):
    found = _run(tmp_path, mart, case)
    named = [{name: _plain(row[name]) for name in case["expected"][0]} for row in found] if case["expected"] else found
    assert named == case["expected"]


def test_every_mart_has_a_case():
    assert {path.stem for path in CASES.glob("*.yaml")} == set(schemas("marts"))


@pytest.mark.parametrize("mart", sorted(schemas("marts")))
def test_a_mutation_of_the_sql_is_noticed(mart, tmp_path, monkeypatch):
    """An inner join for a left one, or another newest report: some case must then differ."""
    import jixiao.warehouse.marts as marts

    original = query_of

    def mutated(schema):
        text = original(schema)
        if schema.name != mart:
            return text
        changed = text.replace("report.organization,", "upper(report.region_code) AS organization,", 1)
        if changed == text:  # a mart without departments: it loses those that have nothing to join
            changed = text.replace("LEFT JOIN", "INNER JOIN")
        assert changed != text
        return changed

    monkeypatch.setattr(marts, "query_of", mutated)
    cases = [case for param in _cases() for name, case in [param.values] if name == mart]
    differs = False
    for number, case in enumerate(cases):
        found = _run(tmp_path / str(number), mart, case)
        wanted = case["expected"]
        named = [{name: _plain(row[name]) for name in wanted[0]} for row in found] if wanted else found
        differs = differs or named != wanted
    assert differs
