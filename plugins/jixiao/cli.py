# PYTHON_ARGCOMPLETE_OK
"""The command `jixiao`: one file at a time, or one stage of the pipeline.

Exit 0 when the work was done, 1 when a check failed, 2 with one line on standard error when the input was bad or a
place cannot be written.
"""

import argparse
import errno
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import argcomplete

from jixiao import __version__, reader_commands, record_commands
from jixiao.model import Amount, Deduction, Evidence, Extraction, JixiaoError, Ratio, Score

Handler = Callable[[argparse.Namespace], int]


def _extracted(path: Path) -> Extraction:
    """Extract one file in a process of its own, so that the limits hold whatever the file does."""
    from jixiao.extract.worker import EXTRACTION, Worker
    from jixiao.read.limits import Limits

    with Worker(Limits.configured()) as worker:
        return EXTRACTION.validate_json(worker.extract(path))


def _facts(extraction: Extraction) -> list[Amount | Score | Ratio | Deduction]:
    """Return what stands at a place of its own."""
    return [*extraction.amounts, *extraction.scores, *extraction.ratios, *extraction.deductions]


def _extract(args: argparse.Namespace) -> int:
    """Read one file; print its facts and findings."""
    from jixiao.check.worker import judged
    from jixiao.extract.contract import to_contract
    from jixiao.read.limits import Limits

    if args.file.is_dir():
        raise JixiaoError(f"{args.file} is a folder: name one file in it")
    extraction = _extracted(args.file)
    findings = judged(extraction, Limits.configured(), args.file.name)
    answer = to_contract(extraction, findings)
    if args.ledger:
        print("\n".join(_ledger_lines(extraction)))
        return 0
    if args.json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
        return 0
    report = answer["report"]
    print(f"{report['organization']} {report['fiscal_year']}: {report['total_score']} of {report['full_marks']}")
    for kind in ("amounts", "scores", "ratios", "deductions"):
        print(f"  {kind}: {len(answer[kind])}")
    for fact in _facts(extraction):
        if fact.evidence.uncertain:
            print(f"  uncertain, OCR confidence {fact.evidence.confidence:.2f}: {fact.evidence.text}")
    for doubt in extraction.doubts:
        print(f"  not understood: {doubt.message}")
    for finding in findings:
        print(f"  finding: {finding.message_zh}")
    return 0


def _ledger_lines(extraction: Extraction) -> list[str]:
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


def _place(at: Evidence) -> str:
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


def _ingest(args: argparse.Namespace) -> int:
    """Run all stages of fiscal years without Airflow, or say what they would fetch."""
    from jixiao.pipeline import dry_run, run_folder, run_year, summary_lines

    if args.folder:
        if args.years or args.source or args.organization or args.dry_run:
            raise JixiaoError("--from takes a folder's files: give its year, if it is one, as --fiscal-year")
        print("\n".join(run_folder(args.folder, args.fiscal_year, args.batch_size, args.allow_fewer)))
        print("\n".join(summary_lines(())))
        return 0
    if not args.years or args.fiscal_year:
        raise JixiaoError("give fiscal years (jixiao ingest 2022 2023), or a folder (jixiao ingest --from FOLDER)")
    for year in args.years:
        if args.dry_run:
            print("\n".join(dry_run(year, args.source, args.organization)))
        else:
            print(run_year(year, args.batch_size, args.source, args.organization, args.allow_fewer))
    return 0


def _reprocess(args: argparse.Namespace) -> int:
    """Read documents of the archive again, say what differs, and load that if asked to."""
    from jixiao.pipeline import choose_documents, compare_readings, extract_batch, load_readings

    batches = choose_documents("command", args.years, args.organization, args.version)
    kept = compare_readings("command", [extract_batch(batch) for batch in batches])
    if args.apply:
        load_readings(kept)
    print(kept)
    return 0


def _runs(args: argparse.Namespace) -> int:
    """Print what the newest runs found and what became of it."""
    from jixiao.settings import Settings
    from jixiao.warehouse import read_warehouse
    from jixiao.warehouse.runs import listed

    with read_warehouse(Settings.load().warehouse_path) as engine:
        rows = listed(engine, args.most)
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, default=str, indent=1))
        return 0
    counts = ("found", "new", "changed", "failed", "unread", "doubts", "findings")
    print(f"{'began (UTC)':18}{'year':>6}" + "".join(f"{name:>9}" for name in counts) + "  seconds by stage")
    for row in rows:
        stages = ", ".join(f"{stage} {seconds:.0f}" for stage, seconds in row["seconds"].items())
        figures = "".join(f"{row[name]:>9}" for name in counts)
        print(f"{row['began_at']:%Y-%m-%d %H:%M}  {row['fiscal_year'] or 'all':>6}{figures}  {stages}")
    return 0


def _doctor(args: argparse.Namespace) -> int:
    """Say how this installation is, and what to do next."""
    from jixiao.doctor import examine

    findings = examine()
    for finding in findings:
        print(f"{'ok' if finding.good else '!!':4}{finding.what:22}{finding.words}")
    return 0 if all(finding.good for finding in findings) else 1


def _discover(args: argparse.Namespace) -> int:
    """Walk one site and print what was found, and why each candidate was taken or left."""
    from jixiao.discover import client_for, load_sources, walk
    from jixiao.settings import Settings

    settings = Settings.load()
    source = next((s for s in load_sources(settings.sources) if s.id == args.source), None)
    if source is None:
        raise JixiaoError(f"{args.source}: no such contract in {settings.sources.name}/")
    client = client_for(source, settings.var / "state", settings.contact)
    try:
        found = walk(source, client)
    finally:
        client.close()
    for candidate in found.candidates:
        verdict = "taken" if candidate.taken else "left"
        title = " / ".join(dict.fromkeys(filter(None, (candidate.post_title, candidate.attachment_name))))
        where = f"{candidate.organization}  [{candidate.column}]"
        print(f"{verdict:6}{candidate.fiscal_year or '----'}  {where}  {title}: {candidate.reason}")
    for organization, said in found.site_map.get("departments", {}).items():
        print(f"site: {organization}: SID {said['sid']}, prefix {said['prefix'] or '/'}")
    for number, name in found.site_map.get("columns", {}).items():
        print(f"site: column {number} {name}")
    print(f"site: seen on {found.site_map.get('seen_on', '----')}")
    for note in found.notes:
        print(f"note: {note}")
    for problem in found.problems:
        print(f"problem: {problem}")
    left = len(found.candidates) - found.taken
    print(f"{found.requests} requests; {found.taken} taken, {left} left, {found.passed_over} posts passed over")
    return 1 if found.problems else 0


def _sources_check(args: argparse.Namespace) -> int:
    """Try every selected contract; print what works and what does not."""
    from jixiao.discover import cli_sources_check, selected_sources
    from jixiao.settings import Settings

    settings = Settings.load()
    sources = selected_sources(settings.sources)
    lines, good = cli_sources_check(sources, settings.var / "state", settings.contact)
    print("\n".join(lines))
    return 0 if good else 1


def _quarantine(args: argparse.Namespace) -> int:
    """List, show, retry or resolve what could not be read or published without a doubt."""
    from jixiao.pipeline.loading import keep_resolution
    from jixiao.settings import Settings
    from jixiao.warehouse import open_warehouse, quarantine, read_warehouse

    path = Settings.load().warehouse_path
    if not path.exists():
        raise JixiaoError("there is no warehouse yet: run the pipeline first")
    if args.action == "retry":
        from jixiao.pipeline import retry

        print(retry(args.item))
        return 0
    with (open_warehouse if args.action == "resolve" else read_warehouse)(path) as engine:
        if args.action == "list":
            rows = quarantine.listed(engine)
            if args.json:
                print(json.dumps(rows, ensure_ascii=False, default=str, indent=1))
                return 0
            for row in rows:
                item = row["item_id"] if row["stage"] == "archive" else row["item_id"][:12]
                print(f"{row['fiscal_year'] or '----'}  {row['stage']:8}{row['state']:10}{item}  {row['reason']}")
            return 0
        if args.action == "resolve":
            entries = quarantine.resolve(engine, args.item, args.note, args.who)
            keep_resolution(entries)
        else:
            entries = quarantine.found(engine, args.item)
    if args.action == "show" and args.json:
        print(json.dumps(entries, ensure_ascii=False, default=str, indent=1))
        return 0
    for row in entries:
        print("\n".join(f"{name:18}{value}" for name, value in row.items() if value is not None))
    return 0


def _publish(args: argparse.Namespace) -> int:
    """Publish the marts as they were built last, or switch readers back to the version before."""
    from jixiao.pipeline import publish_marts
    from jixiao.publish import rollback
    from jixiao.publish.hold import unpin
    from jixiao.settings import Settings

    settings = Settings.load()
    if args.rollback:
        print(f"current is version {rollback(settings.publish_url).version}, pinned until publish --unpin")
        return 0
    if args.unpin:
        unpin(settings.publish_url)
    outcome = settings.var / "validation" / "built" / "outcome.json"
    if not outcome.exists():
        raise JixiaoError("no marts have passed the gate yet: run the pipeline first")
    print(publish_marts(outcome).folder)
    return 0


def _docs(args: argparse.Namespace) -> int:
    """Write the generated documents."""
    from jixiao.check.catalogue import describe
    from jixiao.files import as_json
    from jixiao.settings import Settings
    from jixiao.warehouse.corrections import schema
    from jixiao.warehouse.dictionary import describe as describe_tables

    docs = Settings.load().home / "docs"
    (docs / "rules.md").write_text(describe(), "utf-8")
    (docs / "data-dictionary.md").write_text(describe_tables(), "utf-8")
    (docs / "corrections.schema.json").write_text(as_json(schema()), "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jixiao", description="Performance self-evaluations of departments.")
    parser.add_argument("--version", action="version", version=f"jixiao {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    one = commands.add_parser("extract", help="read one file and print its facts")
    one.add_argument("file", type=Path)
    one.add_argument("--json", action="store_true", help="print the extraction contract, and nothing else")
    one.add_argument("--ledger", action="store_true", help="print what became of every figure, one a line")
    one.set_defaults(handler=_extract)

    why = commands.add_parser("explain", help="print how one figure was decided: jixiao explain FILE A0003")
    why.add_argument("file", type=Path)
    why.add_argument("figure", help="a fact (A0003) or a figure of the ledger (F0012)")
    why.set_defaults(handler=_explain)

    show = commands.add_parser("show", help="draw every figure's box on its page: facts, not ours, doubts")
    show.add_argument("file", type=Path)
    show.add_argument("--to", type=Path, default=Path("shown"), metavar="FOLDER")
    show.set_defaults(handler=_show)

    ingest = commands.add_parser(
        "ingest", aliases=["run"], help="run all stages of fiscal years, without Airflow: jixiao ingest 2022 2023"
    )
    ingest.add_argument("years", nargs="*", type=int, metavar="YEAR")
    ingest.add_argument("--from", dest="folder", metavar="FOLDER", help="a folder of files: a path, s3://…, a zip")
    ingest.add_argument("--fiscal-year", type=int, metavar="YEAR", help="with --from: no files of other years")
    ingest.add_argument("--source", action="append", default=[], metavar="ID", help="only this site; may be repeated")
    ingest.add_argument("--organization", metavar="NAME", help="only this department")
    ingest.add_argument("--batch-size", type=int, default=200, metavar="N", help="documents in one batch")
    ingest.add_argument("--allow-fewer", action="store_true", help="publish although far fewer reports are there")
    ingest.add_argument("--dry-run", action="store_true", help="walk the sites, fetch nothing, print what would be")
    ingest.set_defaults(handler=_ingest)

    again = commands.add_parser(
        "reprocess", help="read the archive again and say what differs: jixiao reprocess 2023 --apply"
    )
    again.add_argument("years", nargs="*", type=int, metavar="YEAR")
    again.add_argument("--organization", action="append", default=[], metavar="NAME", help="only this department")
    again.add_argument("--version", action="append", default=[], help="only what this extractor read, even today's")
    again.add_argument("--apply", action="store_true", help="load the new facts; without it nothing is changed")
    again.set_defaults(handler=_reprocess)

    runs = commands.add_parser("runs", help="what the newest runs found and what became of it: jixiao runs --most 5")
    runs.add_argument("--most", type=int, default=20, metavar="N")
    runs.add_argument("--json", action="store_true", help="print JSON, and nothing else")
    runs.set_defaults(handler=_runs)
    doctor = commands.add_parser("doctor", help="how this installation is, and what to do next")
    doctor.set_defaults(handler=_doctor)

    walk = commands.add_parser("discover", help="walk one site; say why each candidate was taken or left")
    walk.add_argument("source")
    walk.set_defaults(handler=_discover)
    sources = commands.add_parser("sources", help="the contracts of publication sites")
    checks = sources.add_subparsers(required=True, metavar="ACTION")
    check = checks.add_parser("check", help="try every contract: reachable, robots, platform, columns, reports")
    check.set_defaults(handler=_sources_check)

    quarantine = commands.add_parser("quarantine", help="what could not be read, and why")
    actions = quarantine.add_subparsers(required=True, metavar="ACTION", dest="action")
    listing = actions.add_parser("list", help="every item, what is open first")
    listing.add_argument("--json", action="store_true", help="print JSON, and nothing else")
    for action, words in (
        ("show", "all that is known of an item"),
        ("retry", "read it again now; an address: ask for it again in the next run"),
        ("resolve", "settle it; it stays so until the bytes or the extractor change"),
    ):
        one = actions.add_parser(action, help=words)
        one.add_argument("item", help="the first characters of its SHA-256 or its address")
        if action == "show":
            one.add_argument("--json", action="store_true", help="print JSON, and nothing else")
        if action == "resolve":
            one.add_argument("--note", required=True, help="why nothing more is to be done")
            one.add_argument("--who", help="who says so")
    quarantine.set_defaults(handler=_quarantine)

    out = commands.add_parser("publish", help="publish the marts that were built last")
    out.add_argument("--rollback", action="store_true", help="switch readers back to the version before instead")
    out.add_argument("--unpin", action="store_true", help="publish although a rollback pinned readers to a version")
    out.set_defaults(handler=_publish)
    back = commands.add_parser("rollback", help="the same as publish --rollback")
    back.set_defaults(handler=_publish, rollback=True, unpin=False)

    record_commands.add_commands(commands)
    reader_commands.add_commands(commands)
    docs = commands.add_parser("docs", help="write docs/rules.md and docs/data-dictionary.md anew")
    docs.set_defaults(handler=_docs)
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    parser = _parser()
    argcomplete.autocomplete(parser)  # after: eval "$(register-python-argcomplete jixiao)"
    args = parser.parse_args(words)
    handler: Handler = args.handler
    return in_one_line(lambda: handler(args))


def in_one_line(call: Callable[[], int]) -> int:
    """Return the exit code of a call; what it fails of is one line on standard error."""
    try:
        return call()
    except JixiaoError as error:
        _complain(str(error))
        return 2
    except BrokenPipeError:
        return 141
    except OSError as error:  # a folder that is missing or must not be written, a full disk
        said = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            said += ": make room and run it again; nothing that was published has changed"
        _complain(said)
        return 2
    except Exception as error:
        # DuckDB tells of a full disk and of a file that is held in words of its own; it is not imported for that.
        if type(error).__module__.partition(".")[0] not in ("duckdb", "_duckdb", "sqlalchemy"):
            raise
        words = " ".join(str(error).partition("[SQL")[0].split())
        _complain(f"the warehouse: {words[:400]}")
        return 2


def _complain(words: str) -> None:
    """Print one line on standard error; what a file's name would do to a terminal is shown, not done."""
    seen = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in " ".join(words.split()))
    print(f"jixiao: {seen}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
