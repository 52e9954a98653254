"""How a reader wants to see it (language, unit of money, theme: all in the address), and words and numbers so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from fastapi import Query, Request
from jixiao import glossary
from jixiao.publish.reading import Figure
from markupsafe import Markup, escape

Unit = Literal["yuan", "wan", "yi"]
Theme = Literal["auto", "light", "dark"]
_UNITS: Final[Mapping[str, tuple[int, int]]] = {"yuan": (0, 0), "wan": (4, 2), "yi": (8, 4)}
_DEFAULTS: Final = {"lang": "zh", "unit": "wan", "theme": "auto"}
_USUAL: Final = tuple(_DEFAULTS.values())
_CHINA: Final = timezone(timedelta(hours=8))
MINUS: Final = "\u2212"


def number(value: Any, places: int = 2, plus: bool = False) -> str:
    """Return a number with grouped thousands and so many decimals, rounded only for show; the minus is U+2212."""
    if value is None:
        return "—"
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(rounded):,.{places}f}"
    return f"{MINUS}{text}" if rounded < 0 else f"+{text}" if plus and rounded > 0 else text


def _quoted(text: str) -> str:
    """Return a part of an address; ids and numbers, which most are, stand there as they are."""
    return text if text.isascii() and text.isalnum() else quote(text, safe="")


@dataclass(frozen=True, slots=True)
class View:
    """One request's language, unit and theme, its path below `base`, and the other parameters of its address."""

    lang: glossary.Language
    unit: Unit
    theme: Theme
    base: str
    path: str
    params: Mapping[str, str]

    def t(self, chinese: str, english: str) -> str:
        """Return the text in the reader's language."""
        return english if self.lang == "en" else chinese

    def word(self, group: str, key: str | None) -> str:
        """Return a key's word; see `jixiao.glossary`."""
        return glossary.word(group, key, self.lang)

    def subject(self, subject: str) -> str:
        """Return what a finding is about in words."""
        return glossary.subject_words(subject, self.lang)

    def item(self, scheme: str | None, item: str | None) -> str:
        """Return an item of a classification in words."""
        return glossary.item_word(scheme, item, self.lang)

    def name(self, figure: Figure) -> str:
        """Return what a figure is, in words."""
        if figure.kind == "finding" or figure.kind == "total":
            return self.subject(figure.label)
        if figure.kind in ("amount", "change") or (figure.kind == "ratio" and figure.detail.count("/") >= 3):
            return self.subject(figure.detail)
        if figure.kind == "doubt":
            return self.word("doubt", figure.label)
        if figure.kind == "revised":
            return self.revised(figure.detail, figure.label)
        return figure.label

    def short(self, figure: Figure, year: int | None) -> str:
        """Return what a figure is, without the year where it is the report's own."""
        return self.name(figure).removeprefix(f"{year} 年").removesuffix(f", {year}").strip()

    def revised(self, kind: str, fact: str) -> str:
        """Return what a revised fact is, in words."""
        if kind == "report":
            return self.word("field", fact)
        if kind in ("amount", "change", "change_rate", "ratio"):
            return self.subject(fact)
        return fact

    @property
    def unit_word(self) -> str:
        """Return the unit of money in words."""
        return self.word("unit", self.unit)

    @property
    def divisor(self) -> int:
        """Return how many yuan the unit of money is."""
        return int(10 ** _UNITS[self.unit][0])

    def unit_of(self, unit: str) -> str:
        """Return the word for a figure's unit, money as the reader wants it."""
        return self.unit_word if unit == "yuan" else self.word("unit", unit)

    def value(self, value: Any, unit: str, plus: bool = False) -> Markup:
        """Return a figure without its unit, as a `data` element that keeps the whole value."""
        if value is None:
            return Markup('<span class="nil" title="{}">—</span>').format(self.t("报告未列", "not stated"))
        if unit == "yuan":
            shift, places = _UNITS[self.unit]
            text = number(Decimal(value).scaleb(-shift), places, plus)
        else:
            text = number(value, 2, plus)
        # A page shows hundreds: what is made of numbers alone needs no escaping.
        return Markup(f'<data value="{Decimal(value).normalize():f}">{text}</data>')  # noqa: S704

    def printed(self, figure: Figure) -> Markup:
        """Return a figure's value with its unit; a text as it is."""
        if figure.unit == "words":  # a passage or a doubt: its words stand beside the page
            return escape(figure.words or "") if figure.kind == "revised" else Markup("")
        return Markup("{} {}").format(self.value(figure.value, figure.unit), self.unit_of(figure.unit))

    def url(self, path: str = "", /, **params: Any) -> str:
        """Return the address of a page with this view; None leaves a parameter out."""
        fragment = params.pop("at", "")
        kept = [f"{_quoted(name)}={_quoted(str(value))}" for name, value in params.items() if value not in (None, "")]
        if (self.lang, self.unit, self.theme) != _USUAL:
            kept += [f"{name}={said}" for name, usual in _DEFAULTS.items() if (said := getattr(self, name)) != usual]
        query = f"?{'&'.join(kept)}" if kept else ""
        return f"{self.base}/{path}{query}{'#' + quote(fragment) if fragment else ''}"

    def here(self, **changes: Any) -> str:
        """Return this page's address with some parameters changed; a changed filter begins at the first row."""
        moved = {} if changes.keys() & {"after", "before", *_DEFAULTS} else {"after": None, "before": None}
        look = {name: changes.pop(name) for name in tuple(changes) if name in _DEFAULTS}
        other = View(**{**{name: getattr(self, name) for name in self.__slots__}, **look}) if look else self
        return other.url(self.path, **{**self.params, **moved, **changes})

    def place(self, page: int | None, words: str | None = None) -> str:
        """Return where a figure stands: its page, or the row or paragraph that the words begin with."""
        if page is not None:
            return self.t(f"第{page}页", f"p. {page}")
        where = (words or "").partition(": ")[0]
        if self.lang == "en":  # what readers of formats without pages call a place
            where = where.replace("段落", "paragraph")
        told = 0 < len(where) <= 20 and (self.lang == "zh" or where.isascii())
        return where if told else self.t("原文", "source")

    def moment(self, seconds: float | None) -> str:
        """Return a moment in China's time."""
        return "" if seconds is None else f"{datetime.fromtimestamp(seconds, _CHINA):%Y-%m-%d %H:%M} (UTC+8)"


def view_of(
    request: Request,
    lang: Annotated[glossary.Language, Query(description="Language: zh or en")] = "zh",
    unit: Annotated[Unit, Query(description="Unit of money: yuan, wan (10,000 yuan) or yi (100 million yuan)")] = "wan",
    theme: Annotated[Theme, Query(description="Appearance")] = "auto",
) -> View:
    """Read the view from the address."""
    return seen(request, lang, unit, theme)


def seen(request: Request, lang: glossary.Language, unit: Unit, theme: Theme) -> View:
    """Return the view of a request with these choices."""
    base = str(request.scope.get("root_path") or "").rstrip("/")
    path = request.url.path.removeprefix(base).lstrip("/")
    params = {name: value for name, value in request.query_params.items() if name not in _DEFAULTS}
    return View(lang, unit, theme, base, path, params)


def view_anyhow(request: Request) -> View:
    """Read the view from an address that may hold anything: for pages that tell of an error."""
    asked = request.query_params
    lang: glossary.Language = "en" if asked.get("lang") == "en" else "zh"
    theme: Theme = "dark" if asked.get("theme") == "dark" else "light" if asked.get("theme") == "light" else "auto"
    unit: Unit = "yuan" if asked.get("unit") == "yuan" else "yi" if asked.get("unit") == "yi" else "wan"
    return seen(request, lang, unit, theme)
