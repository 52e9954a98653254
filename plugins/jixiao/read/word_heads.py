"""Heads and feet of a Word file's pages: furniture, as those of a PDF are; a figure that only they show is told."""

from collections.abc import Iterable
from typing import Any

from jixiao.read.body import Body
from jixiao.read.marks import figures_in
from jixiao.read.package import Package, attribute, child, tag
from jixiao.read.word_text import Inline

_REFERENCES = ("w:headerReference", "w:footerReference")
_MOST_WORDS = 80


def heads_of(package: Package, main: str, root: Any) -> list[Any]:
    """Return the root elements of the heads and feet that the sections of a document (`root`, part `main`) show."""
    named = {attribute(item, "r:id") for item in root.iter() if tag(item) in _REFERENCES}
    parts = (one.target for name, one in package.relations(main).items() if name in named and not one.is_outside)
    return [found for found in map(package.xml, dict.fromkeys(parts)) if found is not None]


def tell_of(heads: Iterable[Any], inline: Inline, body: Body) -> None:
    """Tell of each head and foot that shows a figure which the text does not hold."""
    texts = [line.text for line in body.lines]
    texts += [line.text for table in body.tables for cell in table.cells for line in cell.lines]
    told = set(figures_in("\n".join(texts)))
    for head in heads:
        shown = [inline.run(item, child(item, "w:pPr"), None).text()[0] for item in head.iter() if tag(item) == "w:p"]
        words = " ".join(" ".join(shown).split())
        if set(figures_in(words)) - told:
            told |= set(figures_in(words))
            said = "a head or foot of the pages holds a figure that the text lacks"
            body.remark("text_not_read", f"{said}: {words[:_MOST_WORDS]}", "页眉页脚", words[:_MOST_WORDS])
