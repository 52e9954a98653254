"""A page's figures as HTML: a stated one is a link to its print, a computed one is italic, a missing one says why.

In Python, not in templates: a page shows hundreds of them, and a call of a template's macro costs ten times as much.
"""

from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from jixiao_dashboard.view import View

_SHAPES: Final = {
    "material": '<span class="sev mat"><svg viewBox="0 0 10 10" aria-hidden="true">'
    '<path d="M5-.5 10.5 5 5 10.5-.5 5z"/></svg>',
    "minor": '<span class="sev min"><svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="4"/></svg>',
}


@dataclass(frozen=True, slots=True)
class Cells:
    """Figures and severities as one reader wants to see them."""

    view: View

    def nil(self, why: str = "") -> Markup:
        """Return the sign for what is missing, with the reason."""
        return Markup('<span class="nil" title="{}">—</span>').format(why or self.view.t("报告未列", "not stated"))

    def unsure(self, confidence: str | None) -> Markup:
        """Return the flag of a figure that nothing confirms; nothing for any other."""
        if confidence != "unsure":
            return Markup("")
        why = self.view.t("读法存疑，请看原文", "Reading is unsure: see the print")
        return Markup('<span class="flag" title="{}">?</span>').format(why)

    def num(
        self, sha256: str, fact: str | None, value: Any, unit: str, plus: bool = False, confidence: str | None = None
    ) -> Markup:
        """Return a figure: with a fact's id a link to its print, else computed."""
        if value is None:
            return self.nil()
        shown = self.view.value(value, unit, plus)
        if fact:
            href = escape(self.view.url(f"evidence/{sha256}", figure=fact))
            return Markup(f'<a class="num" href="{href}">{shown}</a>{self.unsure(confidence)}')  # noqa: S704 - escaped
        said = self.view.t("（计）", " (computed)")
        return Markup(f'<i class="num calc">{shown}<span class="vh">{said}</span></i>')  # noqa: S704 - numbers

    def money(
        self, sha256: str, fact: str | None, value: Any, label: str, plus: bool = False, confidence: str | None = None
    ) -> Markup:
        """Return a cell with a sum, its label and unit for a narrow screen."""
        start = f'<td class="n {"kv" if value is None else "money"}" data-l="{escape(label)}" role="cell"><span'
        unit = "" if value is None else f' data-u="{escape(self.view.unit_word)}"'
        shown = self.num(sha256, fact, value, "yuan", plus, confidence)
        return Markup(f"{start}{unit}>{shown}</span></td>")  # noqa: S704 - escaped above

    def sev(self, severity: str, count: int | str | None = None) -> Markup:
        """Return a severity by shape and word, or so many of it."""
        word = escape(self.view.word("severity", severity))
        shown = f"{count:,}" if isinstance(count, int) else count
        said = word if count is None else f'<span class="vh">{word} </span>{shown}'
        return Markup(f"{_SHAPES['material' if severity == 'material' else 'minor']}{said}</span>")  # noqa: S704

    def duo(self, material: int, minor: int) -> Markup:
        """Return how many findings of either severity, in two slots of fixed width."""
        if not (material or minor):
            return Markup('<span class="nil">0</span>')
        counts = (("material", material), ("minor", minor))
        slots = "".join(f"<span>{self.sev(name, count) if count else ''}</span>" for name, count in counts)
        return Markup(f'<span class="duo">{slots}</span>')  # noqa: S704 - made of the above
