"""What the gate has Great Expectations judge: that the queries of all suites select no row.

Its own classes look up a table's columns and fetch rows that nobody is shown, one query an expectation; here all
counts of a table are taken in one query (`counting.py`), and Great Expectations judges them. Imported by the gate
alone, as Great Expectations takes seconds to import.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal

from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies

from jixiao.warehouse.counting import Count

_COUNTED: Final = "unexpected_rows_query.counted"
_KEYS: Final = ("column", "unexpected_rows_query")
COUNTED: Final[dict[tuple[str, str], Count]] = {}
"""How many rows the queries select, by table and query, or why one cannot be judged; filled by the gate."""


class WarehouseDatasource(SQLDatasource):
    """The warehouse, whose judged tables are in one schema: its type's name is `warehouse`."""

    type: Literal["warehouse"] = "warehouse"  # type: ignore[assignment] # as Great Expectations' own kinds do

    @property
    def schema_(self) -> str | None:
        """Return the schema of all tables that are judged."""
        return "core"


class Counted(QueryMetricProvider):
    """How many rows a query selects, as the gate counted them."""

    metric_name = _COUNTED
    value_keys = _KEYS

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls,  # noqa: N805 - it makes a class method of it
        execution_engine: Any,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> int:
        table, query = (metric_value_kwargs[key] for key in _KEYS)
        found = COUNTED[table, query]
        if isinstance(found, Exception):
            raise found
        return found


class RowsThatDiffer(UnexpectedRowsExpectation):
    """Expect that a query selects no row; the name of its type, `rows_that_differ`, follows from the class's.

    `column` is the table that `{batch}` stands for: Data Docs have a section for each value of it.
    """

    column: str
    metric_dependencies: ClassVar[tuple[str, ...]] = (_COUNTED,)
    success_keys: ClassVar[tuple[str, ...]] = _KEYS

    def get_validation_dependencies(
        self, execution_engine: Any = None, runtime_configuration: dict[str, Any] | None = None, **_: Any
    ) -> Any:
        """Ask for the count alone."""
        count = MetricConfiguration(_COUNTED, {"batch_id": self.batch_id}, {key: getattr(self, key) for key in _KEYS})
        return ValidationDependencies({_COUNTED: count}, {"result_format": "BASIC"})

    def _validate(
        self,
        metrics: Mapping[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        count = metrics[_COUNTED]
        return {"success": count == 0, "result": {"observed_value": count}}
