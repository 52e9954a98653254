"""Judging one document in a process of its own (`read.child`): its rules run under the limits of its reading."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import TypeAdapter

from jixiao.extract.worker import EXTRACTION
from jixiao.model import Extraction, Finding, UnreadableDocument
from jixiao.read.child import Child, ChildLate, ChildLost, serve
from jixiao.read.limits import Limits

_FINDINGS = TypeAdapter(tuple[Finding, ...])


def judged(extraction: Extraction, limits: Limits, name: str) -> tuple[Finding, ...]:
    """Return a document's findings.

    Raises:
        UnreadableDocument: `name` and why: judging it takes more time or memory than a document may.
    """
    with TemporaryDirectory(prefix="jixiao-") as folder, Child("jixiao.check.worker", limits.memory_bytes) as child:
        path = Path(folder) / "extraction.json"
        path.write_bytes(EXTRACTION.dump_json(extraction))
        try:
            return _FINDINGS.validate_python(child.ask(path, limits.seconds)["findings"])
        except (ChildLate, ChildLost) as error:
            words = str(error).removeprefix(f"{path.name}: ")
            raise UnreadableDocument(f"{name}: its rules cannot be judged: {words}") from None
        except UnreadableDocument as error:
            raise UnreadableDocument(f"{name}: {error}") from None


def _answer(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    import pyarrow as pa

    from jixiao.check import check_extraction

    try:
        findings = check_extraction(EXTRACTION.validate_json(path.read_bytes()))
    except pa.ArrowInvalid as error:
        raise UnreadableDocument(f"a figure does not fit its column: {error}") from None
    return {"findings": _FINDINGS.dump_python(findings, mode="json")}


if __name__ == "__main__":
    serve(_answer)
