"""A warehouse whose marts all say one number, and processes that load or publish without end.

Run as a script: `numbered.py load|publish FOLDER FIRST`.
"""

import itertools
import sys
import time
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from jixiao.model import Amount, DocumentInfo, Evidence, Extraction, Report, Score
from jixiao.publish import publish
from jixiao.warehouse import build_marts, load, open_warehouse

DOCUMENTS = 30
FIGURES = 40


def document(index: int, number: int) -> Extraction:
    """Return a report all of whose figures say `number`, by an extractor of that version."""
    at = Evidence(1, None, str(number))
    amounts = tuple(
        Amount(2021, "expenditure", "final", "project", f"项目{i}", "x", Decimal(number), Decimal(1), at)
        for i in range(FIGURES)
    )
    scores = tuple(Score((f"指标{i}",), Decimal(1000), Decimal(number), at) for i in range(FIGURES))
    report = Report(f"第{index}局", "440100", 2021, "narrative", Decimal(number), Decimal(1000), None)
    return Extraction(str(number), DocumentInfo(f"{index:064d}", "application/pdf", 1, "text"), report, amounts, scores)


@cache
def _built() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "w.duckdb"
        with open_warehouse(path) as engine:
            load(engine, [document(i, 1) for i in range(3)])
            build_marts(engine)
        return path.read_bytes()


def put(warehouse: Path, number: int) -> None:
    """Make the marts say `number`; built once, then altered in place, because it is publishing that is tried."""
    if not warehouse.exists():
        warehouse.parent.mkdir(parents=True, exist_ok=True)
        warehouse.write_bytes(_built())
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("BEGIN")
        connection.execute("UPDATE mart.department_year SET total_score = ?", [number])
        connection.execute("UPDATE mart.amounts SET yuan = ?", [number])
        connection.execute("UPDATE mart.indicator_scores SET score = ?", [number])
        connection.execute("COMMIT")


def _forever(what: str, folder: Path, first: int) -> None:
    warehouse = folder / "w" / "jixiao.duckdb"
    for number in itertools.count(first):
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        if what == "load":
            with open_warehouse(warehouse) as engine:
                load(engine, [document(i, number) for i in range(DOCUMENTS)])
        else:
            put(warehouse, number)
            publish(warehouse, folder / "p", keep=2)
        time.sleep(0.01)


if __name__ == "__main__":
    _forever(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
