"""Style sheets of a page, as far as they decide what is seen: rules, the media they are for, which one wins."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_MEDIA = re.compile(r"@media([^{]*)\{((?:[^{}]*\{[^{}]*\})*[^{}]*)\}", re.IGNORECASE)
_AT_RULE = re.compile(r"@[^{};]+(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")
_NARROW = re.compile(r"max-(?:device-)?width|min-width:\s*(?:1[4-9]|[2-9]\d)\d\dpx|orientation:\s*portrait")
_STEP = re.compile(r"\s*>\s*|\s+")
_PIECE = re.compile(
    r"(?P<name>^(?:[a-zA-Z][\w-]*|\*))|\.(?P<cls>[\w-]+)|#(?P<id>[\w-]+)"
    r"|\[(?P<attr>[\w-]+)(?:=[\"']?(?P<value>[^\]\"']*)[\"']?)?\]|:not\((?P<other>[^()]+)\)"
)
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;]+)")

Looks = dict[str, str]
"""Properties with their values, both in small letters and without spaces."""


@dataclass(frozen=True, slots=True)
class _Compound:
    """What one element must be: its name, classes, id and attributes, and what it must not be."""

    name: str
    classes: frozenset[str]
    ids: frozenset[str]
    attributes: tuple[tuple[str, str | None], ...]
    others: tuple["_Compound", ...]

    def fits(self, node: Any) -> bool:
        return (
            self.name in ("", node.tag)
            and self.classes <= set((node.get("class") or "").split())
            and self.ids <= {node.get("id")}
            and all(node.get(name) is not None and value in (None, node.get(name)) for name, value in self.attributes)
            and not any(other.fits(node) for other in self.others)
        )


@dataclass(frozen=True, slots=True)
class _Rule:
    """The compounds of a selector from the last to the first, each with whether it is the parent of the one behind."""

    steps: tuple[tuple[_Compound, bool], ...]
    weight: tuple[int, int, int, int]
    looks: Looks

    def fits(self, node: Any) -> bool:
        last, is_parent = self.steps[0]
        return last.fits(node) and self._above(node, 1, is_parent)

    def _above(self, node: Any, at: int, is_parent: bool) -> bool:
        if at == len(self.steps):
            return True
        wanted, next_is_parent = self.steps[at]
        for above in node.iterancestors():
            if wanted.fits(above) and self._above(above, at + 1, next_is_parent):
                return True
            if is_parent:
                return False
        return False


def declared(style: str) -> Looks:
    """Return what declarations say, of an attribute or a rule; what is important keeps its mark (`!important`)."""
    out: Looks = {}
    for name, value in _DECLARATION.findall(style.lower()):
        said = re.sub(r"\s+", "", value)
        if "!important" in said or "!important" not in out.get(name, ""):
            out[name] = said
    return out


def _compound(text: str) -> _Compound | None:
    """Read one compound of a selector; None for what no page at rest can be told by (`:hover`)."""
    pieces = list(_PIECE.finditer(text))
    if not text or sum(len(piece[0]) for piece in pieces) != len(text):
        return None
    others = tuple(_compound(piece["other"].strip()) for piece in pieces if piece["other"])
    name = next((piece["name"].lower() for piece in pieces if piece["name"]), "")
    known = tuple(other for other in others if other is not None)
    return (
        None
        if len(known) < len(others)
        else _Compound(
            "" if name == "*" else name,
            frozenset(piece["cls"] for piece in pieces if piece["cls"]),
            frozenset(piece["id"] for piece in pieces if piece["id"]),
            tuple((piece["attr"].lower(), piece["value"]) for piece in pieces if piece["attr"]),
            known,
        )
    )


class StyleSheets:
    """The rules of one page that name one of the properties asked for."""

    def __init__(self, sheets: Iterable[str], properties: frozenset[str]) -> None:
        """Take the sheets' texts, in their order."""
        self._rules: dict[str, list[_Rule]] = defaultdict(list)
        self._count = 0
        for sheet in sheets:
            text = re.sub(r"/\*.*?\*/|<!--|-->", "", sheet, flags=re.DOTALL)
            text = _MEDIA.sub(lambda found: found[2] if _is_screen(found[1]) else "", text)
            for selectors, declarations in _RULE.findall(_AT_RULE.sub("", text)):
                looks = {name: value for name, value in declared(declarations).items() if name in properties}
                if looks:
                    for selector in selectors.split(","):
                        self._add(selector.strip(), looks)

    def _add(self, selector: str, looks: Looks) -> None:
        words = _STEP.split(selector)
        parents = [">" in gap for gap in _STEP.findall(selector)]
        compounds = [_compound(word) for word in words]
        known = [compound for compound in compounds if compound is not None]
        if not known or len(known) < len(compounds):
            return
        steps = tuple(zip(known[::-1], [*parents[::-1], False], strict=True))
        self._count += 1
        weight = (
            sum(len(one.ids) for one in known),
            sum(len(one.classes) + len(one.attributes) + len(one.others) for one in known),
            sum(bool(one.name) for one in known),
            self._count,
        )
        last = known[-1]
        key = next((f".{name}" for name in sorted(last.classes)), last.name or "*")
        self._rules[key].append(_Rule(steps, weight, looks))

    def looks(self, node: Any, style: str) -> Looks:
        """Return what holds for an element by the rules and by its own style, the strongest of each property."""
        keys = [f".{name}" for name in (node.get("class") or "").split()]
        rules = [rule for key in ("*", node.tag, *keys) for rule in self._rules.get(key, ()) if rule.fits(node)]
        out: Looks = {}
        for looks in (*(rule.looks for rule in sorted(rules, key=lambda rule: rule.weight)), declared(style)):
            for name, value in looks.items():
                if "!important" in value or "!important" not in out.get(name, ""):
                    out[name] = value
        return {name: value.replace("!important", "") for name, value in out.items()}


def _is_screen(media: str) -> bool:
    """Tell whether rules for these media hold on the screen of a desk."""
    said = media.lower()
    return ("print" not in said or "screen" in said) and "speech" not in said and not _NARROW.search(said)
