"""How pytest-xdist's workers share the tests: a file goes to one worker as a whole, the files that take longest first.

What a file's fixtures make is made once then, and no worker waits long for the other at the end. Some files go
together, as they share what takes long to make, or would fight for the machine. Marks cannot say so: pytest 9.2 does
not let xdist 3.8 name a test by its group, so that each test of a group went to another worker.
"""

import gc
from typing import Final

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER: Final = {
    "tests/airflow/test_dashboard.py": "an Airflow",
    "tests/airflow/test_run.py": "an Airflow",
    "tests/dashboard/": "the dashboard's marts",
    "tests/faults/test_disks.py": "stages",
    "tests/faults/test_kills.py": "stages",
    "tests/sql/test_marts.py": "marts of the cases",
    "tests/sql/test_mutations.py": "marts of the cases",
}
"""What goes to one worker together, by the beginning of its path."""

LONGEST: Final = (
    "tests/airflow/test_",
    "tests/sql/test_mutations.py",
    "tests/faults/",
    "tests/dashboard/",
    "tests/pipeline/",
    "tests/test_scoreboard.py",
    "tests/warehouse/",
    "tests/expectations/",
    "tests/publish/",
    "tests/blind/",
    "tests/golden/",
    "tests/generator/",
    "tests/read/test_fuzz.py",
    "tests/read/test_hostile.py",
    "tests/read/test_limits.py",
    "tests/read/test_office.py",
    "tests/extract/test_ledger.py",
)
"""What is begun first, by the beginning of its path."""


NEW_OBJECTS: Final = 50_000
"""New objects after which Python looks for circles: after 700, with all tests in memory, it took a seventh of a run."""


class Sharing(LoadScopeScheduling):
    """Hands out files, or what goes together, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return next((name for path, name in TOGETHER.items() if nodeid.startswith(path)), nodeid.partition("::")[0])


def place_of(nodeid: str) -> int:
    """Return a test's place in the order: that of its path among the longest, or behind them all."""
    return next((place for place, path in enumerate(LONGEST) if nodeid.startswith(path)), len(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Sharing:
    config.option.loadscopereorder = False  # by their number of tests
    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: place_of(item.nodeid))


def pytest_collection_finish() -> None:
    """Let Python's search for circles leave alone what was imported and collected: it is there to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 10, 10)
