"""The stages strung together: paths in, paths out. The DAGs and the command call these; no Airflow in here.

Every function may run twice, or be killed and run again: it writes to a place that depends on its input alone.
"""

from typing import TYPE_CHECKING

from jixiao.later import later

if TYPE_CHECKING:
    from jixiao.pipeline.collecting import (
        archive_source,
        discover_source,
        fiscal_year_of,
        missing_sources,
        open_years,
        sources_of,
    )
    from jixiao.pipeline.extracting import extract_batch, extraction_path, plan_batches
    from jixiao.pipeline.loading import hold_failures, load_run
    from jixiao.pipeline.publishing import build_marts, hold_numbers, publish_marts, validate_warehouse
    from jixiao.pipeline.reprocessing import choose_documents, compare_readings, load_readings
    from jixiao.pipeline.settling import apply_corrections, retry
    from jixiao.pipeline.staging import open_run
    from jixiao.pipeline.summary import summary_lines
    from jixiao.pipeline.verifying import sweep_leftovers, verify_share
    from jixiao.pipeline.whole import dry_run, run_folder, run_year

__all__ = [
    "apply_corrections", "archive_source", "build_marts", "choose_documents", "compare_readings", "discover_source",
    "dry_run", "extract_batch", "extraction_path", "fiscal_year_of", "hold_failures", "hold_numbers",
    "load_readings", "load_run", "missing_sources", "open_run", "open_years", "plan_batches", "publish_marts",
    "retry", "run_folder", "run_year", "sources_of", "summary_lines", "sweep_leftovers",
    "validate_warehouse", "verify_share",
]  # fmt: skip

__getattr__ = later(
    __name__,
    {
        "collecting": "archive_source discover_source fiscal_year_of missing_sources open_years sources_of",
        "extracting": "extract_batch extraction_path plan_batches",
        "loading": "hold_failures load_run",
        "publishing": "build_marts hold_numbers publish_marts validate_warehouse",
        "reprocessing": "choose_documents compare_readings load_readings",
        "settling": "apply_corrections retry",
        "staging": "open_run",
        "summary": "summary_lines",
        "verifying": "sweep_leftovers verify_share",
        "whole": "dry_run run_folder run_year",
    },
)
