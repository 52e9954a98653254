"""What an extracting process does in its box, for `extract.worker` and for who judges what it extracted."""

from pathlib import Path
from typing import Any

from jixiao.model import Document, Extraction
from jixiao.read.limits import Limits


def extracted(path: Path, request: dict[str, Any]) -> tuple[Document, Extraction]:
    """Return one file as it was read, and its extraction; in the box."""
    from jixiao.extract import extract
    from jixiao.read import read_document

    beside = Path(request["beside"]) if "beside" in request else None
    document = read_document(path, Limits(**request["limits"]), beside)
    return document, extract(document)


def answer(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Return the extraction of one file as JSON, or how one of its figures was decided; in the box."""
    document, extraction = extracted(path, request)
    if name := request.get("explain"):
        from jixiao.extract.explain import explain

        return {"lines": explain(document, extraction, name)}
    from jixiao.extract.stored import EXTRACTION

    return {"extraction": EXTRACTION.dump_json(extraction, indent=1).decode()}


def main() -> None:
    """Serve as a process in a box."""
    from jixiao.boxed.serving import serve
    from jixiao.libreoffice import version_files

    serve(answer, version_files())
