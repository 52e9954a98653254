"""Extractions as they are stored, in JSON: what writes and validates them takes a moment to load."""

from pydantic import TypeAdapter

from jixiao.model import Extraction

EXTRACTION = TypeAdapter(Extraction)
