"""Commands as `jixiao` has them: each with an example; what the values of options may be; colour on a terminal."""

import argparse
import os
import sys
from typing import Any, Final, Literal

_COLOURS: Final = {"red": 31, "green": 32, "yellow": 33, "grey": 90}


def command(commands: Any, name: str, words: str, example: str, **more: Any) -> argparse.ArgumentParser:
    """Add a command: what it does in `words`, and an example of its use, told without the program's name."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=words, description=f"{words[0].upper()}{words[1:]}.", epilog=f"Example: jixiao {example}", **more
    )
    return parser


def positive(said: str) -> int:
    """Return a whole number from 1."""
    if not (said.isascii() and said.isdigit() and int(said) > 0):
        raise argparse.ArgumentTypeError(f"{said!r} is no number from 1")
    return int(said)


def tinted(words: str, colour: Literal["red", "green", "yellow", "grey"]) -> str:
    """Return words in a colour where standard output is a terminal that wants it; as they are in a pipe."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return words
    return f"\x1b[{_COLOURS[colour]}m{words}\x1b[0m"
