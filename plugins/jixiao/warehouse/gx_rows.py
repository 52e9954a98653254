"""What the gate has Great Expectations judge: the warehouse's tables, by expectations that a query selects no row.

Its own classes look up a table's columns and fetch rows that nobody is shown; here an expectation costs one query,
which counts, and those that look at single rows of one table share one scan (`counting.py`). Imported by the gate
alone, as Great Expectations takes seconds to import.
"""

from typing import Any, ClassVar, Final, Literal

from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies

_COUNT: Final = "unexpected_rows_query.row_count"  # Great Expectations' own metric
_COUNTED: Final = "unexpected_rows_query.counted"
COUNTED: Final[dict[tuple[str, str], int]] = {}
"""How many rows the queries select that were counted together, by batch and query; filled by the gate."""


class WarehouseDatasource(SQLDatasource):
    """The warehouse, whose judged tables are in one schema: its type's name is `warehouse`."""

    type: Literal["warehouse"] = "warehouse"  # type: ignore[assignment] # as Great Expectations' own kinds do

    @property
    def schema_(self) -> str | None:
        """Return the schema of all tables that are judged."""
        return "core"


class Counted(QueryMetricProvider):
    """How many rows a query selects, where it was counted in one scan with others."""

    metric_name = _COUNTED
    value_keys = ("unexpected_rows_query",)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls,  # noqa: N805 - it makes a class method of it
        execution_engine: Any,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> int:
        return COUNTED[metric_domain_kwargs["batch_id"], metric_value_kwargs["unexpected_rows_query"]]


class RowsThatDiffer(UnexpectedRowsExpectation):
    """Expect that a query selects no row; the name of its type, `rows_that_differ`, follows from the class's."""

    metric_dependencies: ClassVar[tuple[str, ...]] = (_COUNT, _COUNTED)

    def get_validation_dependencies(
        self, execution_engine: Any = None, runtime_configuration: dict[str, Any] | None = None, **_: Any
    ) -> Any:
        """Ask for the count alone."""
        name = _COUNTED if (self.batch_id, self.unexpected_rows_query) in COUNTED else _COUNT
        count = MetricConfiguration(
            name, {"batch_id": self.batch_id}, {"unexpected_rows_query": self.unexpected_rows_query}
        )
        return ValidationDependencies({name: count}, {"result_format": "BASIC"})

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: dict[str, Any] | None = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        (count,) = metrics.values()
        return {"success": count == 0, "result": {"observed_value": count}}
