"""Commands that run the pipeline, or a part of it, and that tell what runs came to and how this installation is."""

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jixiao.arguments import command, positive, tinted
from jixiao.demo_site import demo_site
from jixiao.errors import JixiaoError

if TYPE_CHECKING:
    from jixiao.discover import Walk


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
        mark = tinted("ok  ", "green") if finding.good else tinted("!!  ", "red")
        print(f"{mark}{finding.what:22}{finding.words}")
    return 0 if all(finding.good for finding in findings) else 1


def candidate_lines(found: "Walk") -> Iterator[str]:
    """Yield a line for each candidate of a walk: taken or left, and why."""
    for candidate in found.candidates:
        verdict = tinted("taken ", "green") if candidate.taken else tinted("left  ", "grey")
        title = " / ".join(dict.fromkeys(filter(None, (candidate.post_title, candidate.attachment_name))))
        where = f"{candidate.organization}  [{candidate.column}]"
        yield f"{verdict}{candidate.fiscal_year or '----'}  {where}  {title}: {candidate.reason}"


def _discover(args: argparse.Namespace) -> int:
    """Walk one site and print what was found, and why each candidate was taken or left."""
    from jixiao.discover import client_for, load_sources, walk
    from jixiao.pipeline.naming import names_for
    from jixiao.settings import Settings

    settings = Settings.load()
    source = next((s for s in load_sources(settings.sources) if s.id == args.source), None)
    if source is None:
        raise JixiaoError(f"{args.source}: no such contract in {settings.sources.name}/")
    with demo_site(settings.home, args.source):
        client = client_for(source, settings.var / "state", settings.contact)
        try:
            found = walk(source, client, names=names_for(source))
        finally:
            client.close()
    for line in candidate_lines(found):
        print(line)
    for organization, said in found.site_map.get("departments", {}).items():
        print(f"site: {organization}: SID {said['sid']}, prefix {said['prefix'] or '/'}")
    for number, name in found.site_map.get("columns", {}).items():
        print(f"site: column {number} {name}")
    print(f"site: seen on {found.site_map.get('seen_on', '----')}")
    for note in found.notes:
        print(f"note: {note}")
    for problem in found.problems:
        print(tinted(f"problem: {problem}", "red"))
    left = len(found.candidates) - found.taken
    print(f"{found.requests} requests; {found.taken} taken, {left} left, {found.passed_over} posts passed over")
    return 1 if found.problems else 0


def add_commands(commands: Any) -> None:
    """Add these commands to the parser of `jixiao`."""
    ingest = command(
        commands, "ingest", "run all stages of fiscal years, without Airflow", "ingest 2022 2023", aliases=["run"]
    )
    ingest.add_argument("years", nargs="*", type=int, metavar="YEAR")
    ingest.add_argument("--from", dest="folder", metavar="FOLDER", help="a folder of files: a path, s3://…, a zip")
    ingest.add_argument("--fiscal-year", type=int, metavar="YEAR", help="with --from: no files of other years")
    ingest.add_argument("--source", action="append", default=[], metavar="ID", help="only this site; may be repeated")
    ingest.add_argument("--organization", metavar="NAME", help="only this department")
    ingest.add_argument("--batch-size", type=positive, default=200, metavar="N", help="documents in one batch")
    ingest.add_argument("--allow-fewer", action="store_true", help="publish although far fewer reports are there")
    ingest.add_argument("--dry-run", action="store_true", help="walk the sites, fetch nothing, print what would be")
    ingest.set_defaults(handler=_ingest)

    again = command(commands, "reprocess", "read the archive again and say what differs", "reprocess 2023 --apply")
    again.add_argument("years", nargs="*", type=int, metavar="YEAR")
    again.add_argument("--organization", action="append", default=[], metavar="NAME", help="only this department")
    again.add_argument("--version", action="append", default=[], help="only what this extractor read, even today's")
    again.add_argument("--apply", action="store_true", help="load the new facts; without it nothing is changed")
    again.set_defaults(handler=_reprocess)

    runs = command(commands, "runs", "what the newest runs found and what became of it", "runs --most 5")
    runs.add_argument("--most", type=positive, default=20, metavar="N")
    runs.add_argument("--json", action="store_true", help="print JSON, and nothing else")
    runs.set_defaults(handler=_runs)
    doctor = command(commands, "doctor", "how this installation is, and what to do next", "doctor")
    doctor.set_defaults(handler=_doctor)

    walk = command(commands, "discover", "walk one site; say why each candidate was taken or left", "discover demo")
    walk.add_argument("source")
    walk.set_defaults(handler=_discover)
