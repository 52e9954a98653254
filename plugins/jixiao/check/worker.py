"""Judging one document in a process of its own (`boxed.child`): its rules run under the limits of its reading.

The process that judges can extract first: `jixiao extract` starts one, not two (`file_commands`).
"""

import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import TypeAdapter

from jixiao.boxed.child import Child, ChildLate, ChildLost, serve
from jixiao.extract import worker as extracting
from jixiao.extract.worker import EXTRACTION
from jixiao.libreoffice import version_files
from jixiao.model import Extraction, Finding, UnreadableDocument
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


def answer(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Return the findings of an extraction, or (asked with the limits of its reading) the extraction of a file."""
    if "limits" in request:
        return extracting.answer(path, request)
    import pyarrow as pa

    from jixiao.check import check_extraction
    from jixiao.extract.contract import to_contract

    extraction = EXTRACTION.validate_json(path.read_bytes())
    try:
        findings = check_extraction(extraction)
    except pa.ArrowInvalid as error:
        raise UnreadableDocument(f"a figure does not fit its column: {error}") from None
    found = _FINDINGS.dump_python(findings, mode="json")
    return (
        {"findings": found, "contract": to_contract(extraction, findings)}
        if "contract" in request
        else {"findings": found}
    )


class WithoutPandas(MetaPathFinder):
    """Says that there is no pandas: pyarrow loads it for every list it is given, in case it is pandas' own."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raise `ModuleNotFoundError` for pandas; leave the others to the finders behind."""
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not needed here", name=name)


if __name__ == "__main__":
    sys.meta_path.insert(0, WithoutPandas())
    serve(answer, version_files())
