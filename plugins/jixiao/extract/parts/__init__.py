"""The kind of a document, its parts, and whose each of them, each row and each clause is."""

from jixiao.extract.parts.outline import Outline, Owner, Part, kind_doubts, outline
from jixiao.extract.parts.own import own_document, owned

__all__ = ["Outline", "Owner", "Part", "kind_doubts", "outline", "own_document", "owned"]
