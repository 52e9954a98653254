"""Discover: walk publication sites and say what was found, and why each candidate was taken or left."""

from pathlib import Path

from jixiao.discover.client import Client
from jixiao.discover.coverage import CoverageRow, cli_sources_check, coverage
from jixiao.discover.posts import Candidate, Walk, record
from jixiao.discover.source import Source, load_sources, selected_sources
from jixiao.discover.walking import walk

__all__ = [
    "Candidate", "Client", "CoverageRow", "Source", "Walk", "cli_sources_check", "client_for", "coverage",
    "load_sources", "record", "selected_sources", "walk",
]  # fmt: skip


def client_for(source: Source, state: Path, contact: str | None) -> Client:
    """Return the client of a site; what it remembers of it lies in `state`."""
    return Client(source, state / "http" / source.id, contact)
