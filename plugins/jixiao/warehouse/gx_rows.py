"""The one type of expectation that the gate asks Great Expectations to judge: an SQL query selects no row.

Its own classes look up a table's columns and fetch rows that nobody is shown; here a table costs one query an
expectation, which counts. Imported by the gate alone, as Great Expectations takes seconds to import.
"""

from typing import Any, ClassVar

from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies

_COUNT = "unexpected_rows_query.row_count"  # Great Expectations' own metric


class RowsThatDiffer(UnexpectedRowsExpectation):
    """Expect that a query selects no row; the name of its type, `rows_that_differ`, follows from the class's."""

    metric_dependencies: ClassVar[tuple[str, ...]] = (_COUNT,)

    def get_validation_dependencies(
        self, execution_engine: Any = None, runtime_configuration: dict[str, Any] | None = None, **_: Any
    ) -> Any:
        """Ask for the count alone."""
        count = MetricConfiguration(
            _COUNT, {"batch_id": self.batch_id}, {"unexpected_rows_query": self.unexpected_rows_query}
        )
        return ValidationDependencies({_COUNT: count}, {"result_format": "BASIC"})

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: dict[str, Any] | None = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        count = metrics[_COUNT]
        return {"success": count == 0, "result": {"observed_value": count}}
