"""Commands for whoever reads what is published: the dashboard, a figure's print, the marts and the gate in lines."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from jixiao.arguments import command, tinted
from jixiao.errors import JixiaoError


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")


def _tell_json(said: Any) -> None:
    _tell(json.dumps(said, ensure_ascii=False, default=str, indent=1))


def _serve(args: argparse.Namespace) -> int:
    """Serve the dashboard on loopback until Ctrl-C; read-only, without Airflow."""
    from jixiao_dashboard.serving import serve, usual_processes

    serve(args.port, args.processes or usual_processes())
    return 0


def _evidence(args: argparse.Namespace) -> int:
    """List a published report's figures, or draw one on the page of its archived original."""
    from jixiao.glossary import subject_words
    from jixiao.publish.reading import picture, reading
    from jixiao.settings import Settings

    settings = Settings.load()
    with reading(settings.publish_url) as marts:
        sha256 = marts.full_sha256(args.sha256)
        report = marts.report(sha256)
    figures = [report.figure(args.figure)] if args.figure else report.figures
    if args.json:
        _tell_json({"document_sha256": sha256, "figures": [figure.as_json for figure in figures]})
        return 0
    for figure in figures:
        place = f"page {figure.page}" if figure.page else figure.words or ""
        label = subject_words(figure.label) if figure.kind in ("finding", "total") else figure.label
        _tell(f"{figure.id}  {label}: {figure.shown} ({place})")
    if args.figure:
        drawn = picture(settings, sha256, figures[0])
        if drawn is not None:
            args.to.write_bytes(drawn.png)
            _tell(str(args.to))
    return 0


def _summary(args: argparse.Namespace) -> int:
    """Print what the last runs and the published marts say."""
    from jixiao.pipeline.staging import years
    from jixiao.pipeline.summary import summary_lines
    from jixiao.publish.reading import reading
    from jixiao.settings import Settings

    if unknown := sorted(set(args.years) - set(years())):
        raise JixiaoError(f"fiscal year {unknown[0]} was never run")
    if args.json:
        with reading(Settings.load().publish_url) as marts:
            rows = marts.rows(
                "SELECT fiscal_year, region_code, organization, initial_budget_yuan, budget_yuan, final_yuan, "
                "execution_rate_pct, total_score, full_marks, grade, finding_count, material_finding_count, "
                "document_sha256 FROM mart.department_year "
                "WHERE len($years) = 0 OR list_contains($years, fiscal_year) ORDER BY fiscal_year, region_code",
                years=args.years,
            )
        _tell_json(rows)
        return 0
    _tell("\n".join(summary_lines(args.years or None)))
    return 0


def _in_colour(line: str) -> str:
    """Return a line of the gate's: a failed run and what is new stand out on a terminal."""
    if "  FAILED" in line or ": damaged: " in line:
        return tinted(line, "red")
    return tinted(line, "yellow") if line.startswith("    new: ") else line


def _gate(args: argparse.Namespace) -> int:
    """Print what the gate said, run by run."""
    from jixiao.settings import Settings
    from jixiao.warehouse.validate import told_runs

    folder = Settings.load().var / "validation"
    history = folder / "history.jsonl"
    if args.json:
        lines = history.read_text("utf-8").splitlines() if history.exists() else []
        runs = [json.loads(line) for line in lines]
        _tell_json([{**run, **json.loads((folder / "results" / run["results"]).read_text("utf-8"))} for run in runs])
        return 0
    lines = [_in_colour(line) for line in told_runs(history, folder / "results")]
    _tell("\n".join(lines) or "the gate has not run yet")
    return 0


def add_commands(commands: Any) -> None:
    """Add these commands to the parser of `jixiao`."""
    serve = command(commands, "serve", "the dashboard on this machine, read-only", "serve --port 8790")
    serve.add_argument("--port", type=int, default=8790)
    serve.add_argument("--processes", type=int, choices=range(1, 65), metavar="N", help="as many as cores, at most 4")
    serve.set_defaults(handler=_serve)

    evidence = command(
        commands, "evidence", "a report's figures, or the page that one stands on", "evidence b33325d9 A0001 --to a.png"
    )
    evidence.add_argument("sha256", help="SHA-256 of the original, or how it begins")
    evidence.add_argument("figure", nargs="?", help="id of the figure, as the list prints it")
    evidence.add_argument("--to", type=Path, default=Path("evidence.png"), metavar="FILE")
    evidence.add_argument("--json", action="store_true", help="print the figures with page and box; draw nothing")
    evidence.set_defaults(handler=_evidence)

    summary = command(commands, "summary", "what the last runs and the marts say", "summary 2023")
    summary.add_argument("years", nargs="*", type=int, metavar="YEAR")
    summary.add_argument("--json", action="store_true", help="print the published departments as JSON")
    summary.set_defaults(handler=_summary)

    gate = command(
        commands, "gate", "what the gate said, run by run, and what changed from one to the next", "gate --json"
    )
    gate.add_argument("--json", action="store_true", help="print JSON, and nothing else")
    gate.set_defaults(handler=_gate)
