"""What tests of RAR and 7z need of the system."""

import importlib

import pytest

try:
    importlib.import_module("libarchive")
    _MISSING = False
except (ImportError, OSError, AttributeError):  # the binding is of Python, the library of the system
    _MISSING = True

needs_libarchive = pytest.mark.skipif(_MISSING, reason="no libarchive here (Debian: apt-get install libarchive13)")
