"""The fields of a report: its department, government, year, form, total score and grade."""

from jixiao.extract.identity.form import find_form
from jixiao.extract.identity.organization import find_organization
from jixiao.extract.identity.region import find_region
from jixiao.extract.identity.total import find_grade, find_total
from jixiao.extract.identity.year import find_year, year_doubts

__all__ = ["find_form", "find_grade", "find_organization", "find_region", "find_total", "find_year", "year_doubts"]
