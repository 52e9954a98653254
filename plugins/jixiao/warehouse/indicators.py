"""Indicators under one name each: `data/indicators.yaml`, so that provinces and years compare."""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_NUMBERING = re.compile(r"^(?:[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})(?:[)]|[.、](?!\d)))+")
_REMARK = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]$")
_QUOTES = re.compile(r"[\s“”\"'‘’「」《》]")
_TAIL = re.compile(r"(?:情况|指标|工作|得分|方面)$")


@cache
def _entries() -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = yaml.load(
        (files("jixiao") / "data" / "indicators.yaml").read_text("utf-8"), yaml.CSafeLoader
    )
    return said


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (entry["name"], re.compile("|".join(f"(?:{one})" for one in (re.escape(entry["name"]), *entry["patterns"]))))
        for entry in _entries()
    )


def vocabulary() -> list[dict[str, str]]:
    """Return the rows of `core.indicators`."""
    return [{"canonical": entry["name"], "indicator_group": entry["group"]} for entry in _entries()]


@cache
def canonical_indicator(name: str) -> str | None:
    """Return the canonical name of an indicator, None where the vocabulary has none: it is listed then, not guessed."""
    text = _QUOTES.sub("", unicodedata.normalize("NFKC", name))
    text = _REMARK.sub("", _NUMBERING.sub("", text))
    for shown in (text, _TAIL.sub("", text)):
        found = next((canonical for canonical, pattern in _patterns() if pattern.fullmatch(shown)), None)
        if found:
            return found
    return None
