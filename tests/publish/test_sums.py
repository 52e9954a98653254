"""Marts that cannot be summed wrongly, read as an analyst reads them: by SQL, and by pandas from a mart's folder."""

import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest

HOME = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HOME / "tools"))
import synthetic  # noqa: E402


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIXIAO_VAR", str(tmp_path_factory.mktemp("sums")))
        yield synthetic.make(60).folder


@pytest.fixture(scope="module")
def marts(published):
    with duckdb.connect(str(published / "marts.duckdb"), read_only=True) as connection:
        yield connection


def test_the_leaves_of_every_scheme_make_up_the_total(marts):
    """What lies inside what is counted once, so a scheme sums to the total wherever the report adds up itself."""
    rows = marts.execute(
        """
        SELECT scheme, sum(leaves) AS leaves, sum(total_yuan) AS total, sum(everything) AS everything
        FROM (
            SELECT document_sha256, stage, scheme, sum(yuan) FILTER (is_leaf) AS leaves, sum(yuan) AS everything,
                any_value(total_yuan) AS total_yuan
            FROM mart.expenditure_structure
            WHERE document_sha256 NOT IN (SELECT document_sha256 FROM mart.findings WHERE code IN ('JX101', 'JX102'))
            GROUP BY ALL
        )
        WHERE total_yuan IS NOT NULL GROUP BY scheme ORDER BY scheme
        """
    ).fetchall()
    assert [scheme for scheme, *_ in rows] == ["economic", "function", "nature"]
    for scheme, leaves, total, everything in rows:
        assert leaves == total, scheme
        if scheme == "nature":
            assert everything > total * 5 / 4, "personnel and public use lie inside basic"


def test_a_whole_whose_parts_do_not_make_it_up_is_counted_itself(marts):
    """Where one part is wrong or missing, leaves fall back to the whole: nothing is left out, nothing twice."""
    twice = marts.execute(
        """
        SELECT count(*) FROM mart.amounts AS whole INNER JOIN mart.amounts AS part
            ON whole.document_sha256 = part.document_sha256 AND whole.fiscal_year = part.fiscal_year
            AND whole.flow = part.flow AND whole.stage = part.stage AND whole.scheme = part.scheme
            AND part.part_of = whole.item
        WHERE whole.is_leaf = part.is_leaf
        """
    ).fetchone()
    assert twice == (0,)
    assert marts.execute("SELECT count(*) FROM mart.amounts WHERE level = 2 AND NOT is_leaf").fetchone()[0] > 0


def test_a_place_s_totals_say_of_how_many(marts):
    for year, reports, final, with_final in marts.execute(
        "SELECT fiscal_year, reports, final_yuan, reports_with_final FROM mart.place_year WHERE place = ''"
    ).fetchall():
        whole = marts.execute(
            "SELECT count(*), sum(final_yuan), count(final_yuan) FROM mart.department_year WHERE fiscal_year = ?",
            [year],
        ).fetchone()
        assert (reports, final, with_final) == whole


def test_pandas_reads_a_mart_s_folder_and_divides_its_money(published, marts):
    for mart in ("department_year", "amounts", "place_year"):
        frame = pd.read_parquet(published / "parquet" / mart)
        assert len(frame) == marts.execute(f"SELECT count(*) FROM mart.{mart}").fetchone()[0]
        assert set(frame["fiscal_year"].astype(int)) <= set(range(2018, 2024))
    rates = {}
    for backend in ("numpy_nullable", "pyarrow"):
        frame = pd.read_parquet(published / "parquet" / "department_year", dtype_backend=backend)
        both = frame[frame["execution_rate_pct"].notna()]
        rates[backend] = (both["final_yuan"] / both["budget_yuan"]).astype(float) * 100
        assert (rates[backend] - both["execution_rate_pct"].astype(float)).abs().max() < 0.0001
        whole = marts.execute("SELECT sum(final_yuan) FROM mart.department_year").fetchone()[0]
        assert frame["final_yuan"].sum() == whole, "nothing is rounded"
    assert len(rates["pyarrow"]) > 100
