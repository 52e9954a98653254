"""Judge facts by the rules of `sql/rules/`: one definition for a single file and for the whole warehouse (`judging`).

Who asks for one module alone does not import all that judges.
"""

from typing import TYPE_CHECKING

from jixiao.later import later

if TYPE_CHECKING:
    from jixiao.check.catalogue import rules
    from jixiao.check.judging import check_extraction, find_all, find_alone, find_in, find_rule, rows_of

__all__ = ["check_extraction", "find_all", "find_alone", "find_in", "find_rule", "rows_of", "rules"]

__getattr__ = later(
    __name__, {"judging": "check_extraction find_all find_alone find_in find_rule rows_of", "catalogue": "rules"}
)
