"""Jixiao (绩效): performance self-evaluations of Chinese government departments, from web page to mart.

The packages follow the data: ``discover`` finds posts, ``archive`` keeps their files unchanged, ``read`` turns a
file into positioned text and tables, ``extract`` finds the figures, ``check`` judges them, ``warehouse`` loads
them into DuckDB and builds the marts, ``publish`` switches readers to a new version. Imports point that way only.
"""

from typing import Final

__version__: Final = "0.1.0"

EXTRACTOR_VERSION: str
"""A digest of the code and data that read and extract (`jixiao.version`): another one, and the same bytes could yield
other facts. Extractions and their errors are stored under it; it is worked out when it is first asked for."""


def __getattr__(name: str) -> str:
    """Work out the extractor's version when it is asked for."""
    if name == "EXTRACTOR_VERSION":
        from jixiao.version import extractor_version

        return extractor_version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
