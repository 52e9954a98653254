"""TODO."""

from jixiao.model import Extraction, Finding


def check_extraction(extraction: Extraction) -> tuple[Finding, ...]:
    return ()
