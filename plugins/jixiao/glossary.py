"""The words for every key that the project writes, in Chinese and English: `data/glossary.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

from jixiao.kept import yaml_of

Language = Literal["zh", "en"]
_FILE: Final = Path(__file__).parent / "data" / "glossary.yaml"
_COLUMNS: Final = Path(__file__).parent / "data" / "columns.yaml"
_SUBJECT: Final = ("flow", "stage", "scheme", "item", "ratio")


@cache
def glossary() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Return the table: group, key, (Chinese, English)."""
    said = yaml_of(_FILE.read_text("utf-8"))
    return {group: {key: (pair[0], pair[1]) for key, pair in words.items()} for group, words in said.items()}


@cache
def columns() -> Mapping[str, tuple[str, str, str]]:
    """Return the marts' columns by name: (Chinese name, an example of its values as text, more in Chinese or "")."""
    import yaml

    said = yaml.load(_COLUMNS.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - it makes nothing but text
    return {name: (told[0], told[1], told[2] if len(told) > 2 else "") for name, told in said.items()}


@cache
def about_marts() -> Mapping[str, str]:
    """Return what each mart holds, in Chinese; in English its own schema.yaml tells it."""
    said = yaml_of(_FILE.read_text("utf-8"))["mart"]
    return {name: told[2] for name, told in said.items()}


def word(group: str, key: str | None, language: Language = "zh") -> str:
    """Return the word for a key of a group; the key itself where there is none (a project's name, a new kind)."""
    if key is None:
        return ""
    pair = glossary()[group].get(key)
    return key if pair is None else pair[language == "en"]


def item_word(scheme: str | None, item: str | None, language: Language = "zh") -> str:
    """Return the word for an item of a classification: class codes keep their number, projects their name."""
    if item is None:
        return ""
    if scheme in ("function", "economic") and item in glossary()[scheme]:
        return f"{item} {word(scheme, item, language)}"
    return item if scheme == "project" and item != "project" else word("item", item, language)


def figure_words(flow: str | None, stage: str | None, scheme: str | None, item: str | None, language: Language) -> str:
    """Return a row of the budget's classifications in words: 支出决算总额, 公务接待（决算）, Basic, outturn."""
    end, whose = word("stage", stage, language), word("flow", flow, language)
    if scheme in ("total", None):
        if language == "en":
            return f"Total {whose.lower()}, {end.lower()}" if end else f"Total {whose.lower()}"
        return f"{whose}{end}总额"
    kind = word("scheme", scheme, language)
    if item is None:
        return (
            f"{whose}{end}（{kind}）"
            if language == "zh"
            else ", ".join(filter(None, (whose, kind.lower(), end.lower())))
        )
    name = kind if item == "total" else item_word(scheme, item, language)
    if not end:
        return name
    return f"{name}（{end}）" if language == "zh" else f"{name}, {end.lower()}"


def subject_words(subject: str, language: Language = "zh") -> str:
    """Return what a finding or a revised fact is about in words: `revenue/total/total/2023` is 2023 年收入总额.

    A subject of other parts (an indicator's path) stays as it is.
    """
    if subject == "total":
        return "自评总分" if language == "zh" else "Total score"
    parts = subject.split("/")
    year = next((part for part in (parts[-1], parts[0]) if len(part) == 4 and part.isdigit()), None)
    if year is not None:
        parts.remove(year)
    name = _named(parts, language)
    if name is None:
        return subject
    if year is None:
        return name
    gap = " " if name[:1].isascii() else ""
    return f"{year} 年{gap}{name}" if language == "zh" else f"{name}, {year}"


def _named(parts: list[str], language: Language) -> str | None:
    """Return flow, stage, scheme and item (any may be missing) in words; None where the parts are none of these."""
    table = glossary()
    flow = stage = ratio = None
    if parts and parts[0] in table["ratio"]:
        ratio = parts.pop(0)
    if parts and parts[0] in table["flow"]:
        flow = parts.pop(0)
    if parts and parts[0] in table["stage"]:
        stage = parts.pop(0)
    if flow is None:
        return word("ratio", ratio, language) if ratio and not parts else None
    scheme = parts.pop(0) if parts and parts[0] in table["scheme"] else None
    if scheme == "economic" and parts == ["nature"]:  # two schemes held against one another
        pair = [word("scheme", one, language) for one in (scheme, "nature")]
        return f"{word('flow', flow)}：{'与'.join(pair)}" if language == "zh" else f"{pair[0]} and {pair[1].lower()}"
    name = figure_words(flow, stage, scheme, "/".join(parts) or None, language)
    if not ratio:
        return name
    return f"{name}{word('ratio', ratio)}" if language == "zh" else f"{name}: {word('ratio', ratio, language).lower()}"
