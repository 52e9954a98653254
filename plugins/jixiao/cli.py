"""The command `jixiao`: one file at a time, or one stage of the pipeline.

Exit 0 when the work was done, 1 when a check failed, 2 with one line on standard error when the input was bad.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from jixiao import __version__
from jixiao.model import JixiaoError

Handler = Callable[[argparse.Namespace], int]


def _extract(args: argparse.Namespace) -> int:
    """Read one file; print its facts and findings."""
    from jixiao.check import check_extraction
    from jixiao.extract import extract
    from jixiao.extract.contract import to_contract
    from jixiao.read import read_document

    extraction = extract(read_document(args.file))
    findings = check_extraction(extraction)
    answer = to_contract(extraction, findings)
    if args.json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
        return 0
    report = answer["report"]
    print(f"{report['organization']} {report['fiscal_year']}: {report['total_score']} of {report['full_marks']}")
    for kind in ("amounts", "scores", "ratios", "deductions"):
        print(f"  {kind}: {len(answer[kind])}")
    for doubt in extraction.doubts:
        print(f"  not understood: {doubt.message}")
    for finding in findings:
        print(f"  finding: {finding.message_zh}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jixiao", description="Performance self-evaluations of departments.")
    parser.add_argument("--version", action="version", version=f"jixiao {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    one = commands.add_parser("extract", help="read one file and print its facts")
    one.add_argument("file", type=Path)
    one.add_argument("--json", action="store_true", help="print the extraction contract, and nothing else")
    one.set_defaults(handler=_extract)
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    args = _parser().parse_args(words)
    handler: Handler = args.handler
    try:
        return handler(args)
    except JixiaoError as error:
        print(f"jixiao: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 141


if __name__ == "__main__":
    sys.exit(main())
