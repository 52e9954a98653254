"""Synthetic reports that look like a country's: for the dashboard's tests, pictures and `make bench`.

`python tools/synthetic.py DEPARTMENTS FOLDER` publishes so many departments of five years into FOLDER (a
`JIXIAO_VAR`). Nothing is random: every figure follows from the department's number and the year.
"""

import os
import sys
from datetime import date
from pathlib import Path

import duckdb
from jixiao.check.facts import FACT_TABLES
from jixiao.publish import Published, publish
from jixiao.schema import schemas
from jixiao.settings import Settings
from jixiao.warehouse import build_marts, open_warehouse
from jixiao.warehouse.coverage import load_coverage
from jixiao.warehouse.findings import record_findings
from jixiao.warehouse.loading import replace_facts
from jixiao.warehouse.names import record_names
from jixiao.warehouse.store import raw_connection

YEARS = range(2019, 2024)
DATA = Path(__file__).resolve().parents[1] / "plugins" / "jixiao" / "data"
_MADE = f"""
CREATE TABLE made AS
WITH places AS (
    SELECT county.code, city.name || county.name AS place,
        row_number() OVER (ORDER BY hash(county.code)) - 1 AS place_no
    FROM read_csv('{DATA}/regions.csv', all_varchar = true) AS county
    INNER JOIN read_csv('{DATA}/regions.csv', all_varchar = true) AS city ON county.parent_code = city.code
    WHERE county.level = 'county' AND left(county.code, 2) IN ('44', '43', '51', '33')
),
functions AS (
    SELECT name, row_number() OVER (ORDER BY function) - 1 AS function_no
    FROM read_csv('{DATA}/functions.csv', all_varchar = true) WHERE name LIKE '{{}}%' AND name NOT LIKE '%|%'
),
numbered AS (
    SELECT d, d % (SELECT count(*) FROM places) AS place_no,
        (d // (SELECT count(*) FROM places) + d) % (SELECT count(*) FROM functions) AS function_no
    FROM range(?) AS departments(d)
)
SELECT sha256(d || '/' || y) AS document_sha256, replace(functions.name, '{{}}', place) AS organization,
    code AS region_code, y::INTEGER AS fiscal_year, d,
    (hash(d, y) % 1000) / 1000.0 AS u, (hash(y, d, 7) % 1000) / 1000.0 AS v, (hash(d) % 1000) / 1000.0 AS w
FROM numbered INNER JOIN places USING (place_no) INNER JOIN functions USING (function_no), range(2019, 2024) AS ys(y)
WHERE (hash(d, y, 3) % 100) < 84 + 3 * (y - 2019)
"""
_RATE = (
    "CASE WHEN u < 0.06 THEN 74 + 200 * u WHEN u > 0.985 THEN 100 + 100 * (u - 0.98) ELSE 100 - 14 * (1 - u) ^ 3 END"
)
_SUM = "round(10 ^ (6 + 2 * w) * (1 + 0.06 * (fiscal_year - back - 2019)) / 100)::BIGINT * 100"
_PLACE = "1 AS page, 296.15 AS x0, 539.16 AS top, 337.18 AS x1, 556.6 AS bottom, 'x' AS evidence_text, "
_PLACE += "'1' AS extractor_version"
# item, scheme, stage, years back, parts of the outturn in thousandths, from which v on it is given
_AMOUNTS = (
    ("total", "total", "budget", 0, 0, 0.05),
    ("total", "total", "final", 0, 1000, 0.02),
    ("total", "total", "final", 1, 1000, 0.4),
    ("basic", "nature", "final", 0, 700, 0),
    ("project", "nature", "final", 0, 300, 0),
    ("personnel", "nature", "final", 0, 560, 0.3),
    ("public_use", "nature", "final", 0, 140, 0.3),
    ("201", "function", "final", 0, 150, 0.2),
    ("206", "function", "final", 0, 650, 0.2),
    ("208", "function", "final", 0, 200, 0.2),
    ("301", "economic", "final", 0, 600, 0.5),
    ("302", "economic", "final", 0, 400, 0.5),
    ("total", "three_public", "final", 0, 9, 0.3),
    ("vehicle_operation", "three_public", "final", 0, 6, 0.3),
    ("reception", "three_public", "final", 0, 3, 0.3),
    ("专项业务经费", "project", "final", 0, 200, 0.1),
    ("专项业务经费", "project", "budget", 0, 210, 0.1),
    ("信息化运行维护", "project", "final", 0, 100, 0.1),
    ("信息化运行维护", "project", "budget", 0, 120, 0.1),
)
_INDICATORS = (
    "绩效目标设定",
    "预算编制",
    "预算执行率",
    "支付进度率",
    "公用经费控制率",
    "政府采购执行率",
    "资产管理",
    "产出数量",
)
_INDICATORS += ("产出质量", "社会效益", "满意度")
_QUERIES = {
    "reports": f"""
        SELECT document_sha256, organization, region_code, fiscal_year, 'narrative' AS form,
            CASE WHEN v > 0.03 THEN round(90 + 10 * u ^ 0.5, 2) END AS total_score, 0.01 AS total_score_ulp,
            100 AS full_marks, 'application/pdf' AS media_type, 2 AS page_count, 'text' AS text_source, {_PLACE}
        FROM made""",
    "amounts": f"""
        SELECT document_sha256, 'A' || lpad(k::VARCHAR, 4, '0') AS fact_id, fiscal_year - back AS fiscal_year,
            'expenditure' AS flow, stage, scheme, item, item AS label,
            CASE WHEN parts = 0 THEN round({_SUM} / ({_RATE}) * 100 / 100) * 100
            ELSE {_SUM} * parts / 1000 + CASE WHEN hash(d, fiscal_year, k) % 70 = 0 THEN 60000 ELSE 0 END END AS yuan,
            100 AS ulp_yuan, 'sure' AS confidence, {_PLACE}
        FROM made, kinds WHERE v >= least(since, 0.9)""",
    "scores": f"""
        SELECT document_sha256, 'S' || lpad(k::VARCHAR, 4, '0') AS fact_id,
            ['绩效', names.name] AS path, 2 AS level, names.name AS indicator, ['绩效'] AS parent_path,
            9 AS full_marks, 1 AS full_marks_ulp,
            CASE WHEN (hash(d, k, fiscal_year) % 100) < 60 THEN 9
            ELSE round(9 - 4 * ((hash(k, d, fiscal_year) % 100) / 100.0) ^ 3, 2) END AS score,
            0.01 AS score_ulp, 'sure' AS confidence, {_PLACE}
        FROM made, names WHERE hash(d, k) % 10 > 1""",
    "ratios": f"""
        SELECT document_sha256, 'R0001' AS fact_id, 'budget_completion_rate' AS name, '预算完成率' AS label,
            round({_RATE} + CASE WHEN hash(d, fiscal_year, 5) % 12 = 0 THEN 1.5 ELSE 0 END, 2) AS percent,
            0.01 AS ulp_pct, fiscal_year, 'expenditure' AS flow, 'total' AS scheme, 'total' AS item,
            'sure' AS confidence, {_PLACE}
        FROM made WHERE v > 0.3""",
    "sections": f"""
        SELECT document_sha256, 'P' || lpad(k::VARCHAR, 4, '0') AS fact_id,
            CASE WHEN k < 3 THEN 'problems' ELSE 'improvements' END AS kind,
            ['预算编制不够细', '个别项目支付偏慢', '提前论证项目', '按季度通报进度'][k] AS item_text, {_PLACE}
        FROM made, range(1, 5) AS ks(k)""",
    "doubts": f"""
        SELECT document_sha256, 'Q0001' AS fact_id, 'unread_figure' AS kind,
            '1 figure is not understood here: 30万元' AS message, []::VARCHAR[] AS readings, {_PLACE}
        FROM made WHERE hash(d, fiscal_year, 9) % 4 = 0""",
}


_SIGHTINGS = """
INSERT INTO core.sightings BY NAME
SELECT document_sha256, 'https://example.invalid/' || document_sha256 || '.pdf' AS url,
    'city-' || left(region_code, 4) AS source_id, organization AS publisher, fiscal_year, media_type,
    make_date(fiscal_year + 1, 6 + (hash(document_sha256) % 6)::INTEGER, 1 + (hash(document_sha256, 2) % 28)::INTEGER)
        AS published_on, 200000 AS byte_size
FROM made
"""


def _facts(departments: int) -> dict[str, object]:
    """Return the fact tables of so many departments, five years each, some reports missing."""
    core = schemas("core")
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        connection.execute(_MADE, [departments])
        rows = ", ".join(f"({k}, {', '.join(map(repr, kind))})" for k, kind in enumerate(_AMOUNTS, 1))
        connection.execute(
            f"CREATE TABLE kinds AS FROM (VALUES {rows}) AS _(k, item, scheme, stage, back, parts, since)"
        )
        names = ", ".join(f"({k}, {name!r})" for k, name in enumerate(_INDICATORS, 1))
        connection.execute(f"CREATE TABLE names AS FROM (VALUES {names}) AS _(k, name)")
        return {
            name: connection.execute(_QUERIES[name]).to_arrow_table()
            if name in _QUERIES
            else core[name].arrow_schema.empty_table()
            for name in FACT_TABLES
        }


def make(departments: int) -> Published:
    """Load, judge, build and publish the reports into the settings' places."""
    settings = Settings.load()
    tables = _facts(departments)
    with open_warehouse(settings.warehouse_path) as engine:
        with engine.begin() as connection:
            native = raw_connection(connection)
            replace_facts(native, tables, tables["reports"]["document_sha256"].to_pylist())
            native.register("made", tables["reports"])
            native.execute(_SIGHTINGS)
            native.unregister("made")
            record_names(native)
            record_findings(native)
        cities = sorted({code[:4] for code in tables["reports"]["region_code"].to_pylist()})
        load_coverage(engine, [_coverage(city, year, departments // len(cities)) for city in cities for year in YEARS])
        build_marts(engine, whole=True)
    return publish(settings.warehouse_path, settings.publish_url)


def _coverage(city: str, year: int, departments: int) -> dict[str, object]:
    late, failed = (int(city) + year) % 4, (int(city) * year) % 3
    published = max(departments - (int(city) % 3), 0)
    return {
        "source_id": f"city-{city}",
        "fiscal_year": year,
        "least_reports": departments,
        "due_on": date(year + 1, 11, 30),
        "published": published,
        "archived": max(published - failed, 0),
        "failed": min(failed, published),
        "late": min(late, published),
        "newest_on": date(year + 1, 12, 2),
    }


if __name__ == "__main__":
    os.environ["JIXIAO_VAR"] = sys.argv[2]
    print(make(int(sys.argv[1])))
