"""Judging one document in a process of its own (`boxed.child`): its rules run under the limits of its reading.

The process that judges can extract first: `jixiao extract` starts one, not two (`file_commands`).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.errors import UnreadableDocument

if TYPE_CHECKING:
    from jixiao.model import Extraction, Finding
    from jixiao.read.limits import Limits


def judged(extraction: "Extraction", limits: "Limits", name: str) -> "tuple[Finding, ...]":
    """Return a document's findings.

    Raises:
        UnreadableDocument: `name` and why: judging it takes more time or memory than a document may.
    """
    from tempfile import TemporaryDirectory

    from pydantic import TypeAdapter

    from jixiao.boxed.child import Child, ChildLate, ChildLost
    from jixiao.extract.stored import EXTRACTION
    from jixiao.model import Finding

    with TemporaryDirectory(prefix="jixiao-") as folder, Child("jixiao.check.worker", limits.memory_bytes) as child:
        path = Path(folder) / "extraction.json"
        path.write_bytes(EXTRACTION.dump_json(extraction))
        try:
            found = child.ask(path, limits.seconds)["findings"]
        except (ChildLate, ChildLost) as error:
            words = str(error).removeprefix(f"{path.name}: ")
            raise UnreadableDocument(f"{name}: its rules cannot be judged: {words}") from None
        except UnreadableDocument as error:
            raise UnreadableDocument(f"{name}: {error}") from None
    return TypeAdapter(tuple[Finding, ...]).validate_python(found)


class Judge:
    """Answers about an extraction, or about a file that it extracts first and judges when it is asked again."""

    def __init__(self) -> None:
        """Know of no file yet."""
        self._extracted: Extraction | None = None

    def answer(self, path: Path, request: dict[str, Any]) -> dict[str, Any]:
        """Extract a file and keep that (asked with the limits of its reading), tell its contract, or judge a file."""
        if "limits" in request:
            from jixiao.extract.inside import extracted

            _, self._extracted = extracted(path, request)
            return {}
        from jixiao.check import check_extraction

        if "contract" in request and self._extracted is not None:
            from jixiao.extract.contract import to_contract

            return {"contract": to_contract(self._extracted, check_extraction(self._extracted))}
        from pydantic import TypeAdapter

        from jixiao.extract.stored import EXTRACTION
        from jixiao.model import Finding

        findings = check_extraction(EXTRACTION.validate_json(path.read_bytes()))
        return {"findings": TypeAdapter(tuple[Finding, ...]).dump_python(findings, mode="json")}


def main() -> None:
    """Serve as a process in a box."""
    from jixiao.boxed.serving import serve
    from jixiao.libreoffice import version_files

    serve(Judge().answer, version_files())
