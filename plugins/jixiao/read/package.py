"""Open Packaging: the parts of a Word or Excel file and what they relate to, as forgiving as Office itself.

python-docx and openpyxl look parts up by fixed names and content types and stop at what Office steps over: a relation
that leads nowhere, media without a content type, a main part of another name, the namespaces of Strict Open XML.
Here only what is asked for is opened, and XML comes without entities, network or endless depth (lxml's own limits).
"""

import base64
import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from jixiao.model import UnreadableDocument
from jixiao.read.limits import Limits

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.microsoft.com/office/word/2003/wordml": "w",
    "http://schemas.microsoft.com/office/word/2003/auxHint": "wx",
    "http://schemas.microsoft.com/aml/2001/core": "aml",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "x",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "x",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    "http://purl.oclc.org/ooxml/drawingml/chart": "c",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "dgm",
    "http://purl.oclc.org/ooxml/drawingml/diagram": "dgm",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing": "xdr",
    "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing": "xdr",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.microsoft.com/office/2006/xmlPackage": "pkg",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
    "urn:schemas-microsoft-com:office:spreadsheet": "ss",
    "urn:schemas-microsoft-com:office:excel": "xl",
    "http://www.w3.org/tr/rec-html40": "h",
    "http://www.w3.org/TR/REC-html40": "h",
}
"""Namespaces by the prefix they are known by: the transitional and the strict one are the same thing."""


@cache
def _short(name: str) -> str:
    if not name.startswith("{"):
        return name
    space, _, local = name[1:].partition("}")
    return f"{_PREFIXES.get(space, '?')}:{local}"


def tag(node: Any) -> str:
    """Return an element's name with its usual prefix (`w:p`), `?:name` in an unknown namespace, '' for no element."""
    return _short(node.tag) if isinstance(node.tag, str) else ""


def attribute(node: Any, name: str) -> str | None:
    """Return an attribute by its prefixed name (`w:val`), in whichever namespace of that prefix it stands."""
    for key, value in node.attrib.items():
        if _short(key) == name:
            return str(value)
    return None


def child(node: Any, name: str) -> Any | None:
    """Return the first child of this name."""
    return next((item for item in node if tag(item) == name), None)


_UNDERSTOOD = (
    "http://schemas.microsoft.com/office/",
    "http://schemas.openxmlformats.org/",
    "urn:schemas-microsoft-com:",
)


def alternative(node: Any) -> Any:
    """Return the one alternative of `mc:AlternateContent` that Office shows: a choice it knows, or the fallback."""
    for item in node:
        if tag(item) == "mc:Choice":
            needed = (node.nsmap | item.nsmap).get
            if all((needed(name) or "").startswith(_UNDERSTOOD) for name in (item.get("Requires") or "").split()):
                return item
    found = child(node, "mc:Fallback")
    return () if found is None else found


def is_on(node: Any | None) -> bool | None:
    """Return what an on/off property says: None where it is not given."""
    if node is None:
        return None
    return (attribute(node, "w:val") or "1").lower() not in ("0", "false", "off", "none")


def parse(data: bytes) -> Any:
    """Parse XML of unknown origin: no entities, no network, lxml's limits on depth and length."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    return etree.fromstring(data, parser)


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a part's relation leads: the last word of its type (`image`, `worksheet`), and a part's name."""

    kind: str
    target: str
    is_outside: bool


class Package:
    """The parts of one file by name."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Open a zip; raise `UnreadableDocument` where it is damaged or unpacks to more than the limit."""
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError):
            raise UnreadableDocument(f"{path.name}: the file is damaged or truncated") from None
        infos = self._zip.infolist()
        unpacked = sum(member.file_size for member in infos)
        if unpacked > limits.file_bytes:
            raise UnreadableDocument(f"{path.name}: unpacks to {unpacked} bytes, more than the limit")
        self._names = {info.filename.replace("\\", "/").lstrip("/").lower(): info.filename for info in infos}

    def data(self, name: str) -> bytes | None:
        """Return a part's bytes, or None where there is no such part."""
        member = self._names.get(name.lower())
        if member is None:
            return None
        try:
            return self._zip.read(member)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
            raise UnreadableDocument(f"{self.path.name}: the file is damaged or truncated") from None

    def xml(self, name: str) -> Any | None:
        """Return a part's root element, or None where there is no such part."""
        data = self.data(name)
        return None if data is None else parse(data)

    def relations(self, name: str) -> dict[str, Relation]:
        """Return a part's relations by their id ('' for the package's own); those that lead nowhere included."""
        folder, _, base = name.rpartition("/")
        root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        out: dict[str, Relation] = {}
        for item in root if root is not None else ():
            if isinstance(item.tag, str):
                kind = (item.get("Type") or "").rpartition("/")[2]
                target = item.get("Target") or ""
                inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                outside = item.get("TargetMode") == "External"
                out[item.get("Id") or ""] = Relation(kind, target if outside else inside, outside)
        return out

    def main_part(self) -> str:
        """Return the name of the part that is the document."""
        found = next((one.target for one in self.relations("").values() if one.kind == "officeDocument"), None)
        if found is None or self._names.get(found.lower()) is None:
            usual = (name for name in ("word/document.xml", "xl/workbook.xml") if name in self._names)
            found = next(usual, None)
        if found is None:
            raise UnreadableDocument(f"{self.path.name}: the file is damaged (its main part is missing)")
        return found

    def related(self, name: str, kind: str) -> Any | None:
        """Return the root element of the part that `name` relates to by this kind, or None."""
        for relation in self.relations(name).values():
            if relation.kind == kind and not relation.is_outside:
                return self.xml(relation.target)
        return None


class FlatPackage(Package):
    """The same parts in one XML file (`pkg:package`), as Word saves and WordprocessingML tools send them."""

    def __init__(self, path: Path) -> None:
        """Parse the file; a part's bytes are made when they are asked for."""
        self.path = path
        self._parts = {
            (attribute(part, "pkg:name") or "").lstrip("/"): part
            for part in parse(path.read_bytes())
            if tag(part) == "pkg:part"
        }
        self._names = {name.lower(): name for name in self._parts}

    def data(self, name: str) -> bytes | None:
        """Return a part's bytes, or None where there is no such part."""
        member = self._names.get(name.lower())
        if member is None:
            return None
        inside = next((item for item in self._parts[member] if tag(item) in ("pkg:xmlData", "pkg:binaryData")), None)
        if inside is None:
            return b""
        if tag(inside) == "pkg:binaryData":
            return base64.b64decode(inside.text or "")
        return bytes(etree.tostring(inside[0])) if len(inside) else b""
