"""The gate between the warehouse and what is published: every suite of `expectations/` and the rule catalogue.

A broken contract (severity `critical`) makes `Validation.success` false; nothing may be published then. A warning is
something about the documents that a reader must hear of. Results are one JSON file for each different outcome, so
that two runs compare with any diff; Data Docs are a static site.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import duckdb

from jixiao.check.catalogue import rules
from jixiao.files import partial_name, write_text
from jixiao.settings import Settings
from jixiao.warehouse.counting import Count, counted
from jixiao.warehouse.gx_start import compile_pages_once, started
from jixiao.warehouse.lock import connect
from jixiao.warehouse.suites import RULES_SUITE, Expected, Severity, Suite, suites

SHOWN_ROWS = 20
_NAME = "warehouse"


@dataclass(frozen=True, slots=True)
class Unmet:
    """One expectation that failed; `rows` tells up to 20 of the offenders by key, `count` how many (None: unknown)."""

    suite: str
    table: str
    description: str
    severity: Severity
    count: int | None
    rows: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return it in a line for a person."""
        said = f"{self.table}: expected that {self.description}"
        if self.count is not None:
            said += f"; {self.count} row{'' if self.count == 1 else 's'} differ{'s' if self.count == 1 else ''}"
        if self.rows:
            more = " …" if self.count is None or self.count > len(self.rows) else ""
            said += f": {'; '.join(self.rows)}{more}"
        return said


@dataclass(frozen=True, slots=True)
class Validation:
    """The outcome: `success` is false exactly when there are `fatal_failures`."""

    success: bool
    evaluated: int
    fatal_failures: tuple[Unmet, ...]
    warnings: tuple[Unmet, ...]
    results_path: Path
    docs_index: Path | None


def validate(
    warehouse: Path,
    results_dir: Path,
    docs_dir: Path,
    known_counts: Mapping[tuple[str, str], Count] = MappingProxyType({}),
) -> Validation:
    """Judge the DuckDB file `warehouse`; write the results and Data Docs; return what failed.

    `known_counts` tell how many rows some expectations select, by table and query (`offences.py`): they are not counted
    again. The caller must have closed its own connections to the file. Takes some
    seconds and 300 MB for Great Expectations itself. Raises `duckdb.Error` where the file is no warehouse at all.
    """
    known = suites()
    with connect(warehouse) as connection:
        there = set(
            connection.execute("SELECT table_schema || '.' || table_name FROM information_schema.tables").fetchall()
        )
        missing = tuple(suite for suite in known if (suite.qualified,) not in there)
    if missing:
        # Great Expectations cannot look at a table that is not there, nor can the rules.
        unmet = tuple(
            Unmet(suite.name, suite.qualified, "the table is there", "critical", None, ())
            for suite in missing
            if suite.name != RULES_SUITE
        )
        return _kept(unmet, len(unmet), {}, results_dir, None)
    with building(docs_dir) as docs:
        unmet, evaluated, counts = _judge(warehouse, known, known_counts, docs)
    return _kept(unmet, evaluated, counts, results_dir, docs_dir / "index.html")


def _kept(
    unmet: tuple[Unmet, ...], evaluated: int, counts: dict[str, int], results_dir: Path, docs_index: Path | None
) -> Validation:
    """Write the outcome under a name that depends on its content alone."""
    fatal = tuple(one for one in unmet if one.severity == "critical")
    warnings = tuple(one for one in unmet if one.severity != "critical")
    said = {
        "success": not fatal,
        "evaluated": evaluated,
        "rows": counts,
        "fatal_failures": [{**asdict(one), "words": one.words} for one in fatal],
        "warnings": [{**asdict(one), "words": one.words} for one in warnings],
        "rules": [rule.code for rule in rules()],
    }
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    results_dir.mkdir(parents=True, exist_ok=True)
    path = results_dir / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
    if not path.exists():
        write_text(path, text)
    return Validation(not fatal, evaluated, fatal, warnings, path, docs_index)


def keep_run(history: Path, validation: Validation, at: datetime) -> None:
    """Add a run to the history: when it was, and which outcome it had."""
    history.parent.mkdir(parents=True, exist_ok=True)
    said = {
        "at": at.isoformat(timespec="seconds"),
        "success": validation.success,
        "results": validation.results_path.name,
    }
    with history.open("a+b") as handle:
        if handle.tell():  # a run that was killed may have left half a line
            handle.seek(-1, os.SEEK_END)
            handle.write(b"" if handle.read(1) == b"\n" else b"\n")
        handle.write(json.dumps(said).encode() + b"\n")


def told_runs(history: Path, results_dir: Path) -> Iterator[str]:
    """Yield each run of the gate in a line, and below it what failed that had not failed before, and what no longer."""
    before: dict[str, str] = {}
    for number, line in enumerate(history.read_bytes().splitlines() if history.exists() else (), 1):
        try:
            run = json.loads(line)
            kept = json.loads((results_dir / run["results"]).read_text("utf-8"))
            now = {
                f"{one['table']}: {one['description']}": one["words"]
                for one in kept["fatal_failures"] + kept["warnings"]
            }
            reports = kept["rows"].get("core.reports", 0)
            told = "passed" if run["success"] else "FAILED"
            told_at, evaluated = run["at"], kept["evaluated"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:  # cut off by a kill
            yield f"{history.name}: line {number}: damaged: {' '.join(str(error).split())[:200]}"
            continue
        warned = len(kept["warnings"])
        told += f", {warned} warning{'' if warned == 1 else 's'}" if warned else ""
        yield f"{told_at}  {told}  {evaluated} expectations, {reports} reports"
        yield from (f"    new: {now[key]}" for key in sorted(now.keys() - before.keys()))
        yield from (f"    met again: {key}" for key in sorted(before.keys() - now.keys()))
        before = now


def _judge(
    warehouse: Path, known: tuple[Suite, ...], known_counts: Mapping[tuple[str, str], Count], docs: Path
) -> tuple[tuple[Unmet, ...], int, dict[str, int]]:
    """Run all suites with Great Expectations; return what failed, how many were judged, and rows by table."""
    gx = started()
    compile_pages_once(Settings.load().var / "validation" / "templates")
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from jixiao.warehouse.gx_docs import write_docs
    from jixiao.warehouse.gx_rows import COUNTED  # and registers the types of the warehouse and of all expectations

    COUNTED.clear()  # before Great Expectations opens the file with settings of its own
    with connect(warehouse) as connection:
        for suite in known:
            kept = {query: n for (table, query), n in known_counts.items() if table == suite.qualified}
            told = kept | counted(connection, suite, kept)
            COUNTED.update({(suite.qualified, query): n for query, n in told.items()})
    context = gx.get_context(mode="ephemeral")
    context._save_project_config = lambda: None  # writes it as YAML with every table, and keeps it nowhere
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_warehouse(
        "warehouse", connection_string=f"duckdb:///{warehouse}?{urlencode(Settings.load().duckdb)}"
    )
    engine = source.get_execution_engine().engine
    try:
        asset = source.add_table_asset(_NAME, table_name=known[0].table)
        expected = [one for suite in known for one in suite.as_dicts()]
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        outcome = batch.validate(gx.ExpectationSuite(name=_NAME, expectations=expected), result_format="BASIC")
        failed = _failed(known, outcome)
        write_docs(context, outcome, docs)
    finally:
        engine.dispose()
        source.get_engine().dispose()
    COUNTED.clear()
    with connect(warehouse) as connection:
        unmet = tuple(_unmet(connection, *one) for one in failed)
        counts = {
            suite.qualified: _one(connection, f"SELECT count(*) FROM {suite.qualified}")  # noqa: S608
            for suite in known
            if suite.name != RULES_SUITE
        }
    return unmet, len(outcome.results), counts


def _failed(known: tuple[Suite, ...], outcome: Any) -> list[tuple[Suite, Expected, dict[str, Any]]]:
    """Return each expectation that is not met, with its answer; Great Expectations answers in an order of its own."""
    places = {suite.name: place for place, suite in enumerate(known)}
    found = {}
    for result in outcome.results:
        if not result.success:
            answer = result.to_json_dict()
            meta = answer["expectation_config"]["meta"]
            found[places[meta["suite"]], meta["position"]] = answer
    return [
        (known[place], known[place].expected[position], found[place, position]) for place, position in sorted(found)
    ]


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _unmet(connection: duckdb.DuckDBPyConnection, suite: Suite, expected: Expected, answer: dict[str, Any]) -> Unmet:
    """Tell a failure in words: which rows, by their key, and how many."""
    said = answer["exception_info"]
    count: int | None
    rows: tuple[str, ...]
    if said.get("raised_exception"):
        message = str(said.get("exception_message") or "the expectation could not be judged").splitlines()[0]
        count, rows = None, (message,)
    else:
        query = expected.query.format(batch=suite.qualified)
        cursor = connection.execute(f"SELECT * FROM ({query}) ORDER BY ALL LIMIT {SHOWN_ROWS}")  # noqa: S608
        names = [column[0] for column in cursor.description or ()]
        rows = tuple(_shown(dict(zip(names, row, strict=True))) for row in cursor.fetchall())
        count = int(answer["result"]["observed_value"])
    return Unmet(suite.name, suite.qualified, expected.description, expected.severity, count, rows)


def _shown(row: dict[str, Any]) -> str:
    """Return a row's key and figures; a document by the first twelve digits of its name."""
    return ", ".join(f"{name}={str(value)[:12] if name == 'document_sha256' else value}" for name, value in row.items())


@contextmanager
def building(folder: Path) -> Iterator[Path]:
    """Give an empty folder, which takes the place of the old one when the block ends well; else nothing of it is left.

    On a disk that is full, what is half built must not take the room.
    """
    new, old = partial_name(folder), partial_name(folder)
    new.mkdir(parents=True)
    try:
        yield new
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
