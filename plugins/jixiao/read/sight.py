"""What of a page is not seen: by its element, an attribute, an inline style or a simple rule of its style sheets."""

import re
from typing import Any

_NEVER = frozenset(
    [
        "script",
        "style",
        "noscript",
        "head",
        "nav",
        "footer",
        "template",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "canvas",
        "svg",
        "map",
        "input",
        "textarea",
        "select",
        "option",
        "datalist",
        "button",
        "del",
        "s",
        "strike",
    ]
)
_STRUCK = frozenset({"del", "s", "strike"})
_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|mso-hide:all|opacity:0(?:\.0*)?(?:;|$)|text-decoration[\w-]*:[^;]*"
    r"line-through|font-size:(?:0|0?\.\d+|1)(?:pt|px|em|%)?(?:;|!|$)|(?:text-indent|left|top|right|margin-left):"
    r"-\d{4,}"
)
_ROLLED_UP = re.compile(r"(?:^|;)(?:max-)?(?:height|width):0(?:px|pt)?(?:;|$)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_AT_RULE = re.compile(r"@[^{};]+(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")
_SIMPLE = re.compile(r"([a-z][\w-]*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
_FIGURE = re.compile(r"\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+|\d+(?:亿|万|千)?元|\d+分|\d+(?:\.\d+)?[%％]")


def _tidy(style: str) -> str:
    return re.sub(r"\s+", "", style.lower())


def hides(style: str) -> bool:
    """Tell whether declarations (of an attribute or a rule) hide what they apply to."""
    said = _tidy(style)
    return bool(_HIDING.search(said)) or ("overflow:hidden" in said and bool(_ROLLED_UP.search(said)))


class Sight:
    """Tells for one page which elements are seen."""

    def __init__(self, root: Any) -> None:
        """Take the page's root; its `<style>` rules with simple selectors count, those of other files are not known."""
        self._rules: list[tuple[str, frozenset[str]]] = []
        for sheet in root.iter("style"):
            if "print" in (sheet.get("media") or "") and "screen" not in (sheet.get("media") or ""):
                continue
            text = re.sub(r"/\*.*?\*/|<!--|-->", "", sheet.text or "", flags=re.DOTALL)
            for selectors, declarations in _RULE.findall(_AT_RULE.sub("", text)):
                if hides(declarations):
                    self._add(selectors)

    def _add(self, selectors: str) -> None:
        for selector in selectors.split(","):
            found = _SIMPLE.fullmatch(selector.strip())
            if found and (found[1] or found[2]):
                self._rules.append(((found[1] or "").lower(), frozenset(re.findall(r"[.#][\w-]+", found[2]))))

    def is_unseen(self, node: Any) -> bool:
        """Tell whether an element and all in it is no text that a reader sees."""
        if node.tag in _NEVER or node.get("hidden") is not None:
            return True
        if hides(node.get("style") or ""):
            return True
        if not self._rules:
            return False
        names = {f".{name}" for name in (node.get("class") or "").split()}
        if node.get("id"):
            names.add(f"#{node.get('id')}")
        return any(tag in ("", node.tag) and wanted <= names for tag, wanted in self._rules)


def lost_figure(node: Any) -> str:
    """Return the words of an unseen element if they hold a figure that is worth telling, else ''."""
    if node.tag in _NEVER - _STRUCK - {"template"}:
        return ""
    words = " ".join(node.text_content().split())
    return words if _FIGURE.search(words) else ""


def is_raised(node: Any) -> bool:
    """Tell whether an element stands above or below its line."""
    if node.tag in ("sup", "sub") or "footnotereference" in (node.get("class") or "").lower():
        return True
    return bool(re.search(r"vertical-align:(?:super|sub)", _tidy(node.get("style") or "")))
