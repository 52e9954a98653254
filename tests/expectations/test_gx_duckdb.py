"""Great Expectations on DuckDB fails without the work-around, and works with it."""

import os

import duckdb
import pytest
from jixiao.warehouse import gx_duckdb


@pytest.fixture
def no_workaround():
    gx_duckdb.uninstall()
    yield
    gx_duckdb.install()


def _judge(path):
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx

    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE OR REPLACE TABLE facts AS SELECT range AS n FROM range(10)")
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql("facts", connection_string=f"duckdb:///{path}")
    batch = source.add_table_asset("facts", table_name="facts").add_batch_definition_whole_table("all").get_batch()
    try:
        return batch.validate(gx.expectations.ExpectColumnValuesToBeBetween(column="n", min_value=0, max_value=8))
    finally:
        source.get_execution_engine().engine.dispose()
        source.get_engine().dispose()


def test_fails_without(tmp_path, no_workaround):
    answer = _judge(tmp_path / "facts.duckdb")
    assert not answer.success
    assert answer.exception_info
    assert "unexpected_count" not in answer.result


def test_works_with(tmp_path):
    gx_duckdb.install()
    gx_duckdb.install()
    answer = _judge(tmp_path / "facts.duckdb")
    assert answer.result["unexpected_count"] == 1
    assert answer.result["partial_unexpected_list"] == [9]
