"""Commands about one file: its facts, how a figure was decided, and where the figures stand."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.arguments import command
from jixiao.errors import JixiaoError, UnreadableDocument

if TYPE_CHECKING:
    from jixiao.model import Evidence, Extraction

_FACTS = ("amounts", "scores", "ratios", "deductions")
"""What stands at a place of its own, as the contract names it."""


def _extracted(path: Path) -> "Extraction":
    """Extract one file in a process of its own, so that the limits hold whatever the file does."""
    from jixiao.extract.stored import EXTRACTION
    from jixiao.extract.worker import Worker
    from jixiao.read.limits import Limits

    with Worker(Limits.configured()) as worker:
        return EXTRACTION.validate_json(worker.extract(path))


def _judged(path: Path) -> dict[str, Any]:
    """Return one file's contract, made by one process of its own, which reads it and judges what it read.

    What the process needs is loaded there alone: this one only prints.
    """
    from jixiao.boxed.child import Child, ChildLate, ChildLost
    from jixiao.read.limits import Limits
    from jixiao.read.office import turned

    limits = Limits.configured()
    with Child("jixiao.check.worker", limits.memory_bytes) as child:
        with turned(path, limits) as beside:
            child.ask(path, limits.seconds, beside, limits=limits._asdict())
        try:
            contract: dict[str, Any] = child.ask(path, limits.seconds, contract=True)["contract"]
        except (ChildLate, ChildLost, UnreadableDocument) as error:
            words = str(error).removeprefix(f"{path.name}: ")
            raise UnreadableDocument(f"{path.name}: its rules cannot be judged: {words}") from None
        return contract


def _extract(args: argparse.Namespace) -> int:
    """Read one file; print its facts and findings."""
    if args.file.is_dir():
        raise JixiaoError(f"{args.file} is a folder: name one file in it")
    if args.ledger:
        print("\n".join(_ledger_lines(_extracted(args.file))))
        return 0
    answer = _judged(args.file)
    if args.json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
        return 0
    report = answer["report"]
    print(f"{report['organization']} {report['fiscal_year']}: {report['total_score']} of {report['full_marks']}")
    for kind in _FACTS:
        print(f"  {kind}: {len(answer[kind])}")
    for fact in (fact for kind in _FACTS for fact in answer[kind]):
        at = fact["evidence"]
        if at.get("uncertain"):
            print(f"  uncertain, OCR confidence {at['confidence']:.2f}: {at['text']}")
    for doubt in answer["doubts"]:
        print(f"  not understood: {doubt['message']}")
    for finding in answer["findings"]:
        print(f"  finding: {finding['message']}")
    return 0


def _ledger_lines(extraction: "Extraction") -> list[str]:
    """Return one line for each figure of the document, then how many ended in which way."""
    from jixiao.extract.ledger import summary

    lines = [
        f"{entry.figure_id or '-----':6}{entry.state:9}{entry.fact_id or '':12}{entry.kind:7}{entry.printed:>16}  "
        f"{entry.why}{''.join(f' | {reading}' for reading in entry.readings)}  ({_place(entry.evidence)})"
        for entry in extraction.ledger
    ]
    counts = summary(extraction.ledger)
    return [*lines, ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())]


def _explain(args: argparse.Namespace) -> int:
    """Print how one figure was decided: scopes, readings with costs and grounds, what closes, the rows that spoke."""
    from jixiao.extract.worker import Worker
    from jixiao.read.limits import Limits

    with Worker(Limits.configured()) as worker:
        lines = worker.explain(args.file, args.figure)
    if not lines:
        raise JixiaoError(f"{args.figure}: no such fact or figure (jixiao extract {args.file} --ledger lists them)")
    print("\n".join(lines))
    return 0


def _place(at: "Evidence") -> str:
    doubt = f", uncertain: OCR confidence {at.confidence:.2f}" if at.uncertain else ""
    return f"page {at.page}: {at.text}{doubt}" if at.page else at.text + doubt


def _show(args: argparse.Namespace) -> int:
    """Draw every figure's box on its page: facts, what is not ours, and doubts in three colours."""
    from jixiao.read.show import Mark, render_marks

    extraction = _extracted(args.file)
    numbered = [*enumerate(extraction.ledger, 1)]
    marks = [
        Mark(number, entry.evidence.page, entry.evidence.box, entry.state, entry.evidence.uncertain)
        for number, entry in numbered
        if entry.evidence.page is not None and entry.evidence.box is not None
    ]
    for path in render_marks(args.file, marks, args.to):
        print(path)
    for number, entry in numbered:
        print(f"{number:4} {entry.state:9}{entry.why}  ({_place(entry.evidence)})")
    return 0


def add_commands(commands: Any) -> None:
    """Add these commands to the parser of `jixiao`."""
    one = command(commands, "extract", "read one file and print its facts", "extract report.pdf --json")
    one.add_argument("file", type=Path)
    one.add_argument("--json", action="store_true", help="print the extraction contract, and nothing else")
    one.add_argument("--ledger", action="store_true", help="print what became of every figure, one a line")
    one.set_defaults(handler=_extract)

    why = command(commands, "explain", "print how one figure was decided", "explain report.pdf A0003")
    why.add_argument("file", type=Path)
    why.add_argument("figure", help="a fact (A0003) or a figure of the ledger (F0012)")
    why.set_defaults(handler=_explain)

    show = command(
        commands, "show", "draw every figure's box on its page: facts, not ours, doubts", "show report.pdf --to shown"
    )
    show.add_argument("file", type=Path)
    show.add_argument("--to", type=Path, default=Path("shown"), metavar="FOLDER")
    show.set_defaults(handler=_show)
