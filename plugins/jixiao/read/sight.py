"""What of a page is not seen: by its element, an attribute, an inline style or the rules of its style sheets."""

import re
from typing import Any

from jixiao.read.stylesheet import Looks, StyleSheets

_STRUCK = frozenset({"del", "s", "strike"})
_FIELDS = frozenset({"input", "textarea", "select", "option", "datalist", "button"})
_DRAWN = frozenset({"iframe", "object", "embed", "audio", "video", "canvas", "svg", "map"})
_NEVER = _STRUCK | _FIELDS | _DRAWN | {"script", "style", "noscript", "head", "nav", "footer", "template", "rt", "rp"}
_OFF_PAGE = ("text-indent", "left", "top", "right", "margin-left", "margin-top")
_ROLLED = ("height", "width", "max-height", "max-width")
_GROUNDS = ("background", "background-color", "background-image")
_PROPERTIES = frozenset(
    {"display", "visibility", "mso-hide", "opacity", "text-decoration", "text-decoration-line", "font-size", "overflow"}
    | {"overflow-x", "overflow-y", "color", "position", *_OFF_PAGE, *_ROLLED, *_GROUNDS}
)
_FAR = re.compile(r"-\d{4,}")
_ZERO = re.compile(r"0(?:\.0*)?(?:px|pt|em|%)?")
_TINY = re.compile(r"(?:0|0?\.\d+|1)(?:pt|px|em|%)?")
_WHITE = frozenset({"white", "#fff", "#ffffff", "rgb(255,255,255)", "rgba(255,255,255,1)"})
_NO_GROUND = _WHITE | {"none", "transparent", "initial", "inherit"}
_FIGURE = re.compile(r"\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+|\d+(?:亿|万|千)?元|\d+分|\d+(?:\.\d+)?[%％]")


def _hides(looks: Looks) -> bool:
    """Tell whether properties hide an element and all in it."""
    return (
        looks.get("display") == "none"
        or looks.get("mso-hide") == "all"
        or bool(_ZERO.fullmatch(looks.get("opacity", "1")))
        or any("line-through" in looks.get(name, "") for name in ("text-decoration", "text-decoration-line"))
        or any(_FAR.match(looks.get(name, "")) for name in _OFF_PAGE)
        or (
            any("hidden" in looks.get(name, "") for name in ("overflow", "overflow-x", "overflow-y"))
            and any(_ZERO.fullmatch(looks.get(name, "1px")) for name in _ROLLED)
        )
    )


class Sight:
    """Tells for one page which elements are seen."""

    def __init__(self, root: Any) -> None:
        """Take the page's root; its own `<style>` sheets count, those of other files are not known."""
        own = [sheet for sheet in root.iter("style") if _is_for_screens(sheet)]
        self._sheets = StyleSheets([sheet.text or "" for sheet in own], _PROPERTIES)
        self._has_others = any("stylesheet" in (link.get("rel") or "").lower() for link in root.iter("link"))

    def is_removed(self, node: Any) -> bool:
        """Tell whether an unseen element takes no place either: what stands behind it moves up."""
        if node.get("hidden") is not None or node.get("width") == "0":
            return True
        looks = self._looks(node)
        return looks.get("display") == "none" or looks.get("mso-hide") == "all"

    def is_folded_column(self, node: Any) -> bool:
        """Tell whether a `<col>` hides its column: a browser folds it, Excel writes the rest."""
        return self.is_removed(node) or self._looks(node).get("visibility") == "collapse"

    def is_unseen(self, node: Any) -> bool:
        """Tell whether an element and all in it is no text that a reader sees."""
        if node.tag in _NEVER or node.get("hidden") is not None:
            return True
        if not isinstance(node.tag, str):
            return False
        if node.tag == "dialog" and node.get("open") is None:
            return True
        looks = self._looks(node)
        return bool(looks) and (_hides(looks) or self._is_faded(node, looks))

    def _looks(self, node: Any) -> Looks:
        looks = self._sheets.looks(node, node.get("style") or "")
        if node.tag == "font" and node.get("color"):
            looks.setdefault("color", node.get("color").lower())
        return looks

    def _is_faded(self, node: Any, looks: Looks) -> bool:
        """Tell whether what children inherit makes the text unseen: one that says it anew is seen again."""
        names = [
            name
            for name, is_so in (
                ("visibility", looks.get("visibility") in ("hidden", "collapse")),
                ("font-size", bool(_TINY.fullmatch(looks.get("font-size", "")))),
                ("color", looks.get("color") in _WHITE and not self._has_ground(node)),
            )
            if is_so
        ]
        if not names:
            return False
        inner = [self._looks(one) for one in node.iterdescendants() if isinstance(one.tag, str)]
        return any(not any(name in one or (name == "color" and _has(one)) for one in inner) for name in names)

    def _has_ground(self, node: Any) -> bool:
        """Tell whether something may stand behind an element that is not white."""
        if self._has_others:
            return True
        for one in (node, *node.iterancestors()):
            said = (one.get("bgcolor") or "").lower()
            if (said and said not in _WHITE) or one.get("background") or _has(self._looks(one)):
                return True
        return False


def _has(looks: Looks) -> bool:
    return any(name in looks and looks[name] not in _NO_GROUND for name in _GROUNDS)


def _is_for_screens(sheet: Any) -> bool:
    media = (sheet.get("media") or "").lower()
    return "print" not in media or "screen" in media


def lost_figure(node: Any) -> str:
    """Return the words of an unseen element if they hold a figure that is worth telling, else ''."""
    if node.tag in _NEVER - _STRUCK - {"template"}:
        return ""
    words = " ".join(node.text_content().split())
    return words if _FIGURE.search(words) else ""


def is_folded(node: Any) -> bool:
    """Tell whether an element is a `<details>` that only shows its summary."""
    return node.tag == "details" and node.get("open") is None


def is_raised(node: Any) -> bool:
    """Tell whether an element stands above or below its line."""
    if node.tag in ("sup", "sub") or "footnotereference" in (node.get("class") or "").lower():
        return True
    return bool(re.search(r"vertical-align:(?:super|sub)", re.sub(r"\s+", "", (node.get("style") or "").lower())))
