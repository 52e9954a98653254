"""Where a generic list keeps what we need: what a contract may say of it."""

import re

import lxml.etree
from pydantic import BaseModel, ConfigDict, field_validator


class Selectors(BaseModel):
    """Where a generic list keeps what we need, as XPath: its rows, and link and day within a row; the next page's link.

    `address` is a pattern that the addresses of posts match. What is not given is recognised.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    rows: str = ""
    link: str = ".//a"
    day: str = ""
    next: str = ""
    address: str = ""

    @field_validator("rows", "link", "day", "next")
    @classmethod
    def _is_xpath(cls, path: str) -> str:
        if path:
            try:
                lxml.etree.XPath(path)
            except lxml.etree.XPathSyntaxError:
                raise ValueError(f"{path!r} is no XPath") from None
        return path

    @field_validator("address")
    @classmethod
    def _is_pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return pattern
