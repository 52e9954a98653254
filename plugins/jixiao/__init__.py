"""Jixiao (绩效): performance self-evaluations of Chinese government departments, from web page to mart.

The packages follow the data: ``discover`` finds posts, ``archive`` keeps their files unchanged, ``read`` turns a
file into positioned text and tables, ``extract`` finds the figures, ``check`` judges them, ``warehouse`` loads
them into DuckDB and builds the marts, ``publish`` switches readers to a new version. Imports point that way only.
"""

from typing import Final

__version__: Final = "0.1.0"

EXTRACTOR_VERSION: Final = "1"
"""Changes whenever the same bytes could yield other facts; extractions are stored under it."""
