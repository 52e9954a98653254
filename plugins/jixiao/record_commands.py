"""Commands about the record itself: whether the archive is whole, and making all else from it again."""

import argparse
from typing import Any

from jixiao.arguments import positive


def _verify(args: argparse.Namespace) -> int:
    """Hash a share of the archive's originals; ask sites again for what is lost."""
    from jixiao.pipeline.verifying import verify_archive

    lost = False
    for line in verify_archive(args.shares, not args.offline):
        lost = lost or line.startswith(("original ", "record "))
        print(line, flush=True)
    return 1 if lost else 0


def _rebuild(args: argparse.Namespace) -> int:
    """Make warehouse and marts anew from the archive and the corrections."""
    from jixiao.pipeline.rebuilding import rebuild

    for line in rebuild():
        print(line, flush=True)
    return 0


def add_commands(commands: Any) -> None:
    """Add these commands to the parser of `jixiao`."""
    archive = commands.add_parser("archive", help="the archive of originals")
    actions = archive.add_subparsers(required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="hash the originals and read the sidecars; exit 1 where any is lost")
    verify.add_argument(
        "--shares", type=positive, default=1, metavar="N", help="look at one of N shares, each call the next"
    )
    verify.add_argument("--offline", action="store_true", help="ask no site for what is lost")
    verify.set_defaults(handler=_verify)
    again = commands.add_parser("rebuild", help="make warehouse and marts anew from archive and corrections alone")
    again.set_defaults(handler=_rebuild)
