"""Commands about the record itself: whether the archive is whole, and making all else from it again."""

import argparse
from typing import Any

from jixiao.arguments import command, positive


def _verify(args: argparse.Namespace) -> int:
    """Hash a share of the archive's originals; ask sites again for what is lost."""
    from jixiao.pipeline.verifying import verify_archive

    lost = False
    for line in verify_archive(args.shares, not args.offline):
        lost = lost or line.startswith(("original ", "record "))
        print(line, flush=True)
    return 1 if lost else 0


def _index(args: argparse.Namespace) -> int:
    """Make anew what a load reads in place of all sidecars."""
    from jixiao.archive import Archive
    from jixiao.settings import Settings

    print(f"{Archive(Settings.load().archive_url).make_index()} sidecars are in the index")
    return 0


def _rebuild(args: argparse.Namespace) -> int:
    """Make warehouse and marts anew from the archive and the corrections."""
    from jixiao.pipeline.rebuilding import rebuild

    for line in rebuild():
        print(line, flush=True)
    return 0


def add_commands(commands: Any) -> None:
    """Add these commands to the parser of `jixiao`."""
    archive = command(commands, "archive", "the archive of originals", "archive verify --shares 7")
    actions = archive.add_subparsers(required=True, metavar="ACTION")
    verify = command(
        actions,
        "verify",
        "hash the originals and read the sidecars; exit 1 where any is lost",
        "archive verify --offline",
    )
    verify.add_argument(
        "--shares", type=positive, default=1, metavar="N", help="look at one of N shares, each call the next"
    )
    verify.add_argument("--offline", action="store_true", help="ask no site for what is lost")
    verify.set_defaults(handler=_verify)
    index = command(actions, "index", "make the index of the sidecars anew, which loads read", "archive index")
    index.set_defaults(handler=_index)
    again = command(commands, "rebuild", "make warehouse and marts anew from archive and corrections alone", "rebuild")
    again.set_defaults(handler=_rebuild)
