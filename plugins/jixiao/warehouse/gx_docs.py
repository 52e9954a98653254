"""Data Docs: what Great Expectations found, as a static site.

Its own run of a suite keeps the suite, what was to be run and the outcome as JSON, and reads each of them again, some
several times: that took longer than all the rest of the gate, and nobody asks for it after the run. Here its pages get
the outcome itself.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)


def write_docs(context: Any, outcome: Any, folder: Path) -> None:
    """Write the site of an outcome, which is one of this context's suites, into an empty folder."""
    for site in list(context.get_site_names()):
        context.delete_data_docs_site(site)
    context.add_data_docs_site(
        "jixiao",
        {
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "site_section_builders": {
                "expectations": "None",
                "profiling": "None",
            },  # the results say all that these would
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
        },
    )
    run = RunIdentifier(run_time=datetime.now(UTC))
    outcome.meta |= {"run_id": run.to_json_dict(), "validation_time": run.run_time}
    store = context.validation_results_store
    store.serialize = store.deserialize = lambda value: value
    suite = ExpectationSuiteIdentifier(outcome.suite_name)
    store.set(ValidationResultIdentifier(suite, run, outcome.batch_id), outcome)
    context.build_data_docs()
