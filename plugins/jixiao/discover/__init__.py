"""Discover: walk publication sites and say what was found, and why each candidate was taken or left."""

from typing import TYPE_CHECKING

from jixiao.later import later

if TYPE_CHECKING:
    from jixiao.discover.client import Client
    from jixiao.discover.coverage import CoverageRow, cli_sources_check
    from jixiao.discover.folder import folder_source
    from jixiao.discover.posts import Candidate, Walk, record
    from jixiao.discover.roster import Names, RosterRow, read_roster, roster_of, with_roster
    from jixiao.discover.source import Source, load_sources, selected_source, selected_sources
    from jixiao.discover.walking import client_for, walk

__all__ = [
    "Candidate", "Client", "CoverageRow", "Names", "RosterRow", "Source", "Walk", "cli_sources_check", "client_for",
    "folder_source", "load_sources", "read_roster", "record", "roster_of", "selected_source",
    "selected_sources", "walk", "with_roster",
]  # fmt: skip

__getattr__ = later(
    __name__,
    {
        "client": "Client",
        "coverage": "CoverageRow cli_sources_check",
        "folder": "folder_source",
        "posts": "Candidate Walk record",
        "roster": "Names RosterRow read_roster roster_of with_roster",
        "source": "Source load_sources selected_source selected_sources",
        "walking": "client_for walk",
    },
)
