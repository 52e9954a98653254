"""What a reader of lists is given: the contract, the client, where to say what it met, and who is wanted."""

from collections.abc import Callable
from dataclasses import dataclass

from jixiao.discover.client import Client
from jixiao.discover.posts import Walk
from jixiao.discover.source import Source


@dataclass(frozen=True, slots=True)
class Asking:
    """One reading of lists.

    `wants` tells whether a department's posts are wanted, by its name: asked where a tree of departments is walked.
    """

    source: Source
    client: Client
    found: Walk
    wants: Callable[[str], bool] = lambda _: True
