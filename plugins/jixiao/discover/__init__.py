"""Discover: walk publication sites and say what was found, and why each candidate was taken or left."""

from pathlib import Path

from jixiao.discover.client import Client
from jixiao.discover.gkmlpt import Candidate, Walk
from jixiao.discover.gkmlpt import walk as _walk_gkmlpt
from jixiao.discover.source import Source, load_sources, selected_sources

__all__ = ["Candidate", "Client", "Source", "Walk", "load_sources", "selected_sources", "walk"]


def walk(source: Source, client: Client, fiscal_years: set[int] | None = None) -> Walk:
    """Walk one site; problems are words in the result. `fiscal_years` None takes every year."""
    return _walk_gkmlpt(source, client, fiscal_years)


def client_for(source: Source, state: Path, contact: str | None) -> Client:
    """Return the client of a site; what it remembers of it lies in `state`."""
    return Client(source, state / "http" / source.id, contact)
