# PYTHON_ARGCOMPLETE_OK
"""The command `jixiao`: one file at a time, or one stage of the pipeline.

Exit 0 when the work was done, 1 when a check failed, 2 with one line on standard error when the input was bad or a
place cannot be written.
"""

import argparse
import errno
import json
import os
import sys
from collections.abc import Callable, Sequence

from jixiao import __version__, file_commands
from jixiao.arguments import command, tinted
from jixiao.errors import JixiaoError

Handler = Callable[[argparse.Namespace], int]


def _quarantine(args: argparse.Namespace) -> int:
    """List, show, retry or resolve what could not be read or published without a doubt."""
    from jixiao.pipeline.settling import keep_resolution
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
                state = tinted(f"{row['state']:10}", "yellow" if row["state"] == "open" else "grey")
                print(f"{row['fiscal_year'] or '----'}  {row['stage']:8}{state}{item}  {row['reason']}")
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


def _parser(first: str = "") -> argparse.ArgumentParser:
    """Return the parser of all commands; of those of one file alone where the first word is one of them."""
    parser = argparse.ArgumentParser(prog="jixiao", description="Performance self-evaluations of departments.")
    parser.add_argument("--version", action="version", version=f"jixiao {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    file_commands.add_commands(commands)
    if first in commands.choices:
        return parser
    from jixiao import reader_commands, record_commands, run_commands, source_commands

    run_commands.add_commands(commands)
    source_commands.add_commands(commands)

    quarantine = command(commands, "quarantine", "what could not be read, and why", "quarantine list")
    actions = quarantine.add_subparsers(required=True, metavar="ACTION", dest="action")
    listing = command(actions, "list", "every item, what is open first", "quarantine list --json")
    listing.add_argument("--json", action="store_true", help="print JSON, and nothing else")
    for action, words, example in (
        ("show", "all that is known of an item", "0a1b2c3d"),
        ("retry", "read it again now; an address: ask for it again in the next run", "0a1b2c3d"),
        ("resolve", "settle it; it stays so until the bytes or the extractor change", "0a1b2c3d --note 'no report'"),
    ):
        one = command(actions, action, words, f"quarantine {action} {example}")
        one.add_argument("item", help="the first characters of its SHA-256 or its address")
        if action == "show":
            one.add_argument("--json", action="store_true", help="print JSON, and nothing else")
        if action == "resolve":
            one.add_argument("--note", required=True, help="why nothing more is to be done")
            one.add_argument("--who", help="who says so")
    quarantine.set_defaults(handler=_quarantine)

    out = command(commands, "publish", "publish the marts that were built last", "publish --rollback")
    out.add_argument("--rollback", action="store_true", help="switch readers back to the version before instead")
    out.add_argument("--unpin", action="store_true", help="publish although a rollback pinned readers to a version")
    out.set_defaults(handler=_publish)
    back = command(commands, "rollback", "the same as publish --rollback", "rollback")
    back.set_defaults(handler=_publish, rollback=True, unpin=False)

    record_commands.add_commands(commands)
    reader_commands.add_commands(commands)
    docs = command(commands, "docs", "write docs/rules.md and docs/data-dictionary.md anew", "docs")
    docs.set_defaults(handler=_docs)
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    if "_ARGCOMPLETE" in os.environ:  # after: eval "$(register-python-argcomplete jixiao)"
        import argcomplete

        argcomplete.autocomplete(_parser())
    said = sys.argv[1:] if words is None else words
    args = _parser(*said[:1]).parse_args(said)
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
