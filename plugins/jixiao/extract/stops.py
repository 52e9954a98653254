"""Full stops that a writer types as a point: 预算100万元.其中… is two sentences."""

import re
from dataclasses import replace

from jixiao.model import Document

# A point behind words, a bracket or a rate, or behind a number that has its own point; never that of a list mark (一.).
_STOP = re.compile(
    r"(?:(?<=[一-鿿%‰)”\"])(?<!^[一二三四五六七八九十])(?<![。;:][一二三四五六七八九十])|(?<=\d\.\d\d))"
    r"\.(?=[一-鿿“\"(①-⑳]|\d{1,2}[.、](?!\d)|20\d\d年|$)"
)


def with_full_stops(document: Document) -> Document:
    """Return the document with such points in its passages as 。; every character keeps its place."""
    passages = (
        replace(one, text=text) if (text := _STOP.sub("。", one.text)) != one.text else one for one in document.passages
    )
    return replace(document, passages=tuple(passages))
