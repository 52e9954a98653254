"""A reader, as a dashboard is one: a process with DuckDB and nothing of ours."""

from pathlib import Path

import duckdb

READ = (
    "SELECT DISTINCT total_score::INTEGER FROM mart.department_year UNION "
    "SELECT DISTINCT yuan::INTEGER FROM mart.amounts UNION SELECT DISTINCT score::INTEGER FROM mart.indicator_scores"
)


def hold(root: Path, held, done, answers) -> None:
    """Open the current version once and read it again when `done`; answer with both readings and whether it is there.

    A reading is what the database says, and the bytes of a Parquet file through its first handle.
    """
    folder = (root / "current").resolve()
    with (
        duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as connection,
        next((folder / "parquet" / "amounts").rglob("*.parquet")).open("rb") as parquet,
    ):

        def reading() -> tuple[list[tuple[int]], bytes]:
            parquet.seek(0)
            return connection.execute(READ).fetchall(), parquet.read()

        first = reading()
        held.set()
        done.wait(600)
        answers.put((first, reading(), folder.exists()))


def read(root: Path, done, answers) -> None:
    """Ask the current version as a dashboard does, again and again; answer with what went wrong and what was seen."""
    seen: set[int] = set()
    wrong = ""
    asked = 0
    try:
        while not (asked and done.is_set()):
            config = {"enable_external_access": "false", "lock_configuration": "true", "threads": 1}
            path = (root / "current").resolve() / "marts.duckdb"
            with duckdb.connect(str(path), read_only=True, config=config) as connection:
                for _ in range(3):
                    numbers = {row[0] for row in connection.execute(READ).fetchall()}
                    wrong = wrong or ("" if len(numbers) == 1 else f"one version says {sorted(numbers)}")
                    seen |= numbers
                    asked += 1
            done.wait(0.02)  # eight that never rest leave the publisher, which is what is tried, a ninth of the machine
    except Exception as error:  # noqa: BLE001 - whatever it is, the test must hear of it
        wrong = wrong or f"{type(error).__name__}: {error}"
    answers.put((wrong, asked, len(seen)))
