"""What of a page is not seen: by its element, an attribute, an inline style or the rules of its style sheets."""

import re
from typing import Any

from jixiao.read.marks import figures_in
from jixiao.read.stylesheet import Looks, StyleSheets, declared

_STRUCK = frozenset({"del", "s", "strike"})
_FIELDS = frozenset({"input", "textarea", "select", "option", "datalist", "button"})
_DRAWN = frozenset({"iframe", "object", "embed", "audio", "video", "canvas", "svg", "map"})
_NEVER = _STRUCK | _FIELDS | _DRAWN | {"script", "style", "noscript", "head", "nav", "footer", "template", "rt", "rp"}
_TOLD = frozenset({"template", "textarea", "input", "svg"})
_LEAST_PX, _PICTURE_PX = 100, (200, 60)
_OFF_PAGE = ("text-indent", "left", "top", "right", "margin-left", "margin-top")
_ROLLED = ("height", "width", "max-height", "max-width")
_GROUNDS = ("background", "background-color", "background-image")
_PROPERTIES = frozenset(
    {"display", "visibility", "mso-hide", "opacity", "text-decoration", "text-decoration-line", "font-size", "overflow"}
    | {"overflow-x", "overflow-y", "color", "position", *_OFF_PAGE, *_ROLLED, *_GROUNDS}
    | {"font", "clip", "clip-path", "transform", "filter", "content-visibility", "direction", "unicode-bidi"}
)
_FAR = re.compile(r"-\d{4,}|-\d{3,}(?:r?em|vw|vh|%)")
_GONE = {
    "clip": re.compile(r"rect\((?:0(?:px)?,?){4}\)|rect\((?:1px,?){4}\)"),
    "clip-path": re.compile(r"inset\((?:100|[5-9]\d)%\)|circle\(0(?:px|%)?(?:at.*)?\)|polygon\((?:0(?:px|%)?,?)+\)"),
    "transform": re.compile(r".*(?:scale[xy3d]*\((?:0,?)+\)|translate[xy3d]*\([^)]*-\d{4,}).*"),
    "filter": re.compile(r".*opacity\(0%?\).*"),
    "content-visibility": re.compile("hidden"),
}
"""Values (without spaces) with which nothing of an element is drawn."""
_NO_INK = re.compile(r"transparent|(?:rgb|hsl)a\([^)]*,0(?:\.0*)?%?\)|#[0-9a-f]{6}00")
_NO_SIZE = re.compile(r"(?:normal|italic|bold|[1-9]00)*0(?:px|pt|em|%)?/.*")
_ZERO = re.compile(r"0(?:\.0*)?(?:px|pt|em|%)?")
_LEAST = re.compile(r"1px|0(?:\.\d*)?(?:px|pt|em|%)?")
_TINY = re.compile(r"(?:0|0?\.\d+|1)(?:pt|px)?|(?:0|0?\.[01]\d*)r?em|1?\d(?:\.\d+)?%")
"""Sizes of letters that nobody sees; of what is relative (.85em, 80%) less than a fifth."""
_WHITE = frozenset({"white", "#fff", "#ffffff", "rgb(255,255,255)", "rgba(255,255,255,1)"})
_NO_GROUND = _WHITE | {"none", "transparent", "initial", "inherit"}


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
            and any(_LEAST.fullmatch(looks.get(name, "auto")) for name in _ROLLED)
        )
        or any(value.fullmatch(looks.get(name, "")) for name, value in _GONE.items())
    )


_ADDED = re.compile(r"([^{}]*::?(?:before|after)[^{}]*)\{([^{}]*)\}", re.IGNORECASE)
_PSEUDO = re.compile(r"::?(?:before|after)\b", re.IGNORECASE)
_STRING = re.compile(r"""["'][^"']*\d[^"']*["']""")


class Sight:
    """Tells for one page which elements are seen."""

    def __init__(self, root: Any) -> None:
        """Take the page's root; its own `<style>` sheets count, those of other files are not known."""
        own = [sheet for sheet in root.iter("style") if _is_for_screens(sheet)]
        texts = [sheet.text or "" for sheet in own]
        self._sheets = StyleSheets(texts, _PROPERTIES)
        self._is_mixed = False
        """Whether a part of what is faded may be seen again: then each text is asked for by itself."""
        self._added_rules = [rule for text in texts for rule in _added_rules(text)]
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

    def runs_backwards(self, node: Any) -> bool:
        """Tell whether the characters of an element are shown from the last one on."""
        looks = self._looks(node)
        is_override = node.tag == "bdo" or "override" in looks.get("unicode-bidi", "")
        return is_override and "rtl" in (looks.get("direction"), (node.get("dir") or "").lower())

    def added(self, root: Any) -> str:
        """Return the words with a figure that style sheets put before and behind elements (`::before`)."""
        if not self._added_rules:
            return ""
        rules = StyleSheets(self._added_rules, frozenset({"content"}))
        found = (rules.looks(node, "").get("content", "") for node in root.iter() if isinstance(node.tag, str))
        return " ".join(dict.fromkeys(words for words in found if words))

    def _looks(self, node: Any) -> Looks:
        looks = self._sheets.looks(node, node.get("style") or "")
        if node.tag == "font" and node.get("color"):
            looks.setdefault("color", node.get("color").lower())
        if _NO_SIZE.fullmatch(looks.get("font", "")):
            looks.setdefault("font-size", "0")
        return looks

    def is_faded_text(self, parent: Any) -> bool:
        """Tell whether text that stands straight in an element is unseen, by what it or one above it says."""
        if not self._is_mixed:
            return False
        said: set[str] = set()
        for node in (parent, *parent.iterancestors()):
            looks = self._looks(node)
            if any(name not in said for name in self._fading(node, looks)):
                return True
            said |= looks.keys() | ({"color"} if _has(looks) else set())
        return False

    def _fading(self, node: Any, looks: Looks) -> list[str]:
        """Return the properties that make an element's text unseen, and that those inside of it may say anew."""
        said = (
            ("visibility", looks.get("visibility") in ("hidden", "collapse")),
            ("font-size", bool(_TINY.fullmatch(looks.get("font-size", "")))),
            ("color", bool(_NO_INK.fullmatch(looks.get("color", "")))),
            ("color", looks.get("color") in _WHITE and not self._has_ground(node)),
        )
        return [name for name, is_so in said if is_so]

    def _is_faded(self, node: Any, looks: Looks) -> bool:
        """Tell whether what children inherit makes an element unseen as a whole: one that says it anew is seen."""
        names = self._fading(node, looks)
        if not names:
            return False
        inner = [self._looks(one) for one in node.iterdescendants() if isinstance(one.tag, str)]
        if any(not any(name in one or (name == "color" and _has(one)) for one in inner) for name in names):
            return True
        self._is_mixed = True
        return False

    def _has_ground(self, node: Any) -> bool:
        """Tell whether something may stand behind an element that is not white."""
        if self._has_others:
            return True
        for one in (node, *node.iterancestors()):
            said = (one.get("bgcolor") or "").lower()
            if (said and said not in _WHITE) or one.get("background") or _has(self._looks(one)):
                return True
        return False


def _added_rules(text: str) -> list[str]:
    """Return the rules of a sheet for what is added before or behind elements, as rules for these."""
    found = _ADDED.findall(text)
    return [
        f"{_PSEUDO.sub('', selectors)}{{{declarations}}}"
        for selectors, declarations in found
        if _STRING.search(declarations)
    ]


def _has(looks: Looks) -> bool:
    return any(name in looks and looks[name] not in _NO_GROUND for name in _GROUNDS)


def _is_for_screens(sheet: Any) -> bool:
    media = (sheet.get("media") or "").lower()
    return "print" not in media or "screen" in media


def lost_figure(node: Any) -> str:
    """Return the words of an element that is no text, if they hold a figure that is worth telling, else ''."""
    if node.tag in _NEVER - _STRUCK - _TOLD:
        return ""
    is_typed = node.tag == "input" and (node.get("type") or "text").lower() in ("text", "number")
    words = " ".join(((node.get("value") or "") if is_typed else node.text_content()).split())
    return words if figures_in(words) else ""


def shows_another(node: Any) -> bool:
    """Tell whether an element is a window of a size to read in, onto a page or file that is none of this one."""
    if node.tag not in ("iframe", "object", "embed") or not (node.get("src") or node.get("data")):
        return False
    return not any(said.rstrip("px").isdecimal() and int(said.rstrip("px")[:5]) < _LEAST_PX for said in _size(node))


def is_large(node: Any) -> bool:
    """Tell whether a picture is large enough for a table; one whose size is not said is if it fills a paragraph."""
    wide, high = (int(said.rstrip("px")[:5]) if said.rstrip("px").isdecimal() else None for said in _size(node))
    if wide is not None or high is not None:
        return (wide is None or wide >= _PICTURE_PX[0]) and (high is None or high >= _PICTURE_PX[1])
    paragraph = next(node.iterancestors("p"), None)
    return paragraph is not None and not paragraph.text_content().strip()


def _size(node: Any) -> tuple[str, str]:
    """Return the width and height that an element says of itself."""
    style = declared(node.get("style") or "")
    wide, high = (style.get(name) or (node.get(name) or "").strip() for name in ("width", "height"))
    return wide, high


def is_folded(node: Any) -> bool:
    """Tell whether an element is a `<details>` that only shows its summary."""
    return node.tag == "details" and node.get("open") is None


def is_raised(node: Any) -> bool:
    """Tell whether an element stands above or below its line."""
    if node.tag in ("sup", "sub") or "footnotereference" in (node.get("class") or "").lower():
        return True
    return bool(re.search(r"vertical-align:(?:super|sub)", re.sub(r"\s+", "", (node.get("style") or "").lower())))
