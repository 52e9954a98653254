"""What the values of options may be."""

import argparse


def positive(said: str) -> int:
    """Return a whole number from 1."""
    if not (said.isascii() and said.isdigit() and int(said) > 0):
        raise argparse.ArgumentTypeError(f"{said!r} is no number from 1")
    return int(said)
