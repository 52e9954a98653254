"""How a run of Word looks: hidden, struck through, in the colour of its ground, raised; styles are followed."""

from dataclasses import dataclass, fields, replace
from typing import Any, Self

from jixiao.read.package import attribute, child, is_on, tag

_WHITE = "ffffff"
UNKNOWN = "?"
"""A ground whose colour is not known: no text is taken for invisible on it."""
UNSEEN = "none"
"""The colour of letters that are not filled at all."""
_FAINT_ALPHA = 95_000  # of 100,000 parts that are see-through
_NEAR = 8
_TINY_HALF_POINTS = 3
_RISE_HALF_POINTS = 4
_LEAST_SCALE = 10  # percent of a letter's width
_HIGHLIGHTS = {"white": _WHITE, "none": None}


@dataclass(frozen=True, slots=True)
class Look:
    """What of a run's properties decides how it is seen; None is 'not said'. Sizes: half points; scale: percent."""

    vanish: bool | None = None
    strike: bool | None = None
    colour: str | None = None
    ground: str | None = None
    align: str | None = None
    rise: int | None = None
    size: int | None = None
    scale: int | None = None

    def over(self, other: Self) -> "Look":
        """Return this look, with what it does not say taken from the other."""
        mine = ((item.name, getattr(self, item.name)) for item in fields(self))
        return Look(**{name: getattr(other, name) if value is None else value for name, value in mine})

    @property
    def is_raised(self) -> bool:
        """Tell whether it stands above or below its line."""
        return self.align in ("superscript", "subscript") or abs(self.rise or 0) >= _RISE_HALF_POINTS

    def unseen(self, ground: str | None) -> str | None:
        """Return why nobody sees it on this ground (None: paper), or None where it is seen."""
        if self.vanish:
            return "hidden"
        if self.strike:
            return "struck through"
        if (self.size is not None and self.size <= _TINY_HALF_POINTS) or (self.scale or 100) < _LEAST_SCALE:
            return "too small to be seen"
        if self.colour == UNSEEN:
            return "see-through"
        if self.colour and _alike(self.colour, self.ground or ground or _WHITE):
            return "in the colour of its ground"
        return None


def _alike(one: str, other: str) -> bool:
    try:
        pairs = [(int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (0, 2, 4)]
    except ValueError:
        return False  # 'auto', or a ground that is not known
    return all(abs(a - b) < _NEAR for a, b in pairs)


def shade(node: Any | None) -> str | None:
    """Return the ground that the shading within properties (`w:shd`) gives, or None."""
    found = None if node is None else child(node, "w:shd")
    if found is None:
        return None
    pattern = attribute(found, "w:val") or "clear"
    fill = _themed(found, "w:themeFill", attribute(found, "w:fill"), UNKNOWN)
    if pattern in ("clear", "nil"):
        return None if fill == "auto" else fill
    return (attribute(found, "w:color") or "auto").lower() if pattern == "solid" else UNKNOWN


def paper_of(parts: dict[str, Any]) -> str | None:
    """Return the ground that the settings have Word show behind all pages: None for white paper."""
    settings = parts.get("settings")
    return UNKNOWN if settings is not None and is_on(child(settings, "w:displayBackgroundShape")) else None


def _themed(node: Any, name: str, said: str | None, other: str) -> str:
    """Return a colour that may be the theme's: its first ground is white, of others the file says what they are."""
    theme = attribute(node, name)
    if theme in ("background1", "light1") and not attribute(node, f"{name.removesuffix('Color')}Shade"):
        return _WHITE
    said = (said or "auto").lower()
    return other if theme and said == "auto" else said


def look_of(properties: Any | None) -> Look:
    """Return what run properties (`w:rPr`) say of the look."""
    if properties is None or not len(properties):
        return Look()
    found = {tag(item): item for item in properties}

    def value(name: str) -> str | None:
        return attribute(found[name], "w:val") if name in found else None

    def number(name: str) -> int | None:
        said = value(name) or ""
        return int(said) if said.lstrip("-").isdecimal() and len(said) < 9 else None

    strikes = [is_on(found.get(name)) for name in ("w:strike", "w:dstrike")]
    said = [strike for strike in strikes if strike is not None]
    light = value("w:highlight")
    ground = shade(properties) if light is None else _HIGHLIGHTS.get(light, UNKNOWN)
    return Look(
        is_on(found.get("w:vanish")),
        any(said) if said else None,
        _ink(found.get("w:color"), None if "w14:textOutline" in found else found.get("w14:textFill")),
        ground,
        value("w:vertAlign"),
        number("w:position"),
        number("w:sz"),
        number("w:w"),
    )


def _ink(colour: Any | None, fill: Any | None) -> str | None:
    """Return the colour of a run's letters; the fill that newer programs give them stands above `w:color`."""
    for item in fill.iter() if fill is not None else ():
        if tag(item) == "w14:noFill":
            return UNSEEN
        if tag(item) in ("w14:srgbClr", "w14:schemeClr"):
            alpha = child(item, "w14:alpha")
            if alpha is not None and int(attribute(alpha, "w14:val") or "0") > _FAINT_ALPHA:
                return UNSEEN
            said = (attribute(item, "w14:val") or "").lower()
            if said in ("bg1", "lt1", _WHITE) and not [one for one in item if one is not alpha]:
                return _WHITE
    return None if colour is None else _themed(colour, "w:themeColor", attribute(colour, "w:val"), "auto")


@dataclass(frozen=True, slots=True)
class _Style:
    """A style of a Word file."""

    based_on: str | None
    look: Look
    is_default: bool
    kind: str
    is_shaded: bool
    outline: Any | None


class Styles:
    """The styles of one document, by id."""

    def __init__(self, root: Any | None) -> None:
        """Take the root of styles.xml (or `w:styles` of a Word 2003 file); None: no styles."""
        self._styles: dict[str, _Style] = {}
        self._base = Look()
        self._looks: dict[str, Look] = {}
        for item in root if root is not None else ():
            if tag(item) == "w:docDefaults":
                outer = child(item, "w:rPrDefault")
                self._base = look_of(child(outer, "w:rPr")) if outer is not None else Look()
            elif tag(item) == "w:style":
                self._styles[attribute(item, "w:styleId") or ""] = self._style(item)
        default = next((name for name, one in self._styles.items() if one.is_default and one.kind == "paragraph"), None)
        self._base = self.look(default).over(self._base) if default is not None else self._base

    @staticmethod
    def _style(item: Any) -> _Style:
        based = child(item, "w:basedOn")
        shaded = any(tag(one) == "w:shd" and (attribute(one, "w:fill") or "auto") != "auto" for one in item.iter())
        return _Style(
            None if based is None else attribute(based, "w:val"),
            look_of(child(item, "w:rPr")),
            (attribute(item, "w:default") or "0") in ("1", "true", "on"),
            attribute(item, "w:type") or "",
            shaded,
            child(item, "w:pPr"),
        )

    def chain(self, name: str | None) -> list[_Style]:
        """Return a style and those it is based on, nearest first; a circle ends it."""
        out: list[_Style] = []
        seen: set[str] = set()
        while name is not None and name in self._styles and name not in seen:
            seen.add(name)
            out.append(self._styles[name])
            name = self._styles[name].based_on
        return out

    def look(self, name: str | None) -> Look:
        """Return the look that a style gives, with those it is based on."""
        if name is None:
            return Look()
        if name not in self._looks:
            found = Look()
            for style in self.chain(name):
                found = found.over(style.look)
            self._looks[name] = found
        return self._looks[name]

    def is_shaded(self, name: str | None) -> bool:
        """Tell whether a table's style puts grounds behind cells."""
        return any(style.is_shaded for style in self.chain(name))

    def paragraph_properties(self, name: str | None) -> list[Any]:
        """Return the paragraph properties of a style and those it is based on, nearest first."""
        return [style.outline for style in self.chain(name) if style.outline is not None]

    def ground(self, properties: Any | None) -> str | None:
        """Return the ground that a paragraph's properties or its style give it, or None."""
        style = None if properties is None else child(properties, "w:pStyle")
        inherited = [] if style is None else self.paragraph_properties(attribute(style, "w:val"))
        return next((found for found in map(shade, (properties, *inherited)) if found), None)

    def run(self, properties: Any | None, paragraph_style: str | None, table_style: str | None = None) -> Look:
        """Return a run's look: its own properties, its character, paragraph and table style, the defaults.

        What two styles switch on (`w:vanish`, `w:strike`) is off: each turns it over (ECMA-376 part 1, 17.7.3).
        """
        own = look_of(properties)
        named = None if properties is None else child(properties, "w:rStyle")
        styles = [self.look(None if named is None else attribute(named, "w:val")), self.look(paragraph_style)]
        look = own
        for style in (*styles, self.look(table_style), self._base):
            look = look.over(style)
        vanish, strike = (sum(bool(getattr(style, name)) for style in styles) == 2 for name in ("vanish", "strike"))
        if vanish and own.vanish is None:
            look = replace(look, vanish=False)
        return replace(look, strike=False) if strike and own.strike is None else look
