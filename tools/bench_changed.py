"""`make bench`: what the stages after extraction cost: four years at first, a year more, a report more, nothing new.

The documents are synthetic; what the stages before would leave of them (archive, extractions, records of a run) is
written as they write it, and from there on the pipeline's own stages run, all in one process of its own a run. CPU
seconds, not those of the clock; the most memory of each stage by itself. `SIZES="1000 10000 100000"` asks for others.
"""

import contextlib
import hashlib
import io
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path

STAGES = ("load", "gate", "marts", "publish")
YEARS = range(2019, 2024)
_INDICATORS = 20
_FEW = 50
_PARTS = (
    # scheme, item, stage, thousandths of the outturn
    ("total", "total", "budget", 1050),
    ("total", "total", "final", 1000),
    ("nature", "basic", "final", 700),
    ("nature", "project", "final", 300),
    ("nature", "basic", "budget", 720),
    ("nature", "project", "budget", 330),
    ("function", "201", "final", 150),
    ("function", "206", "final", 850),
    ("three_public", "total", "final", 9),
    ("three_public", "reception", "final", 9),
    ("project", "专项业务经费", "final", 200),
    ("project", "信息化运行维护", "final", 100),
)


def extraction_of(number: int, edition: int = 0):
    """Return the facts of a report: of one department five years in a row; one in fifty does not add up."""
    from jixiao import EXTRACTOR_VERSION
    from jixiao.model import Amount, DocumentInfo, Evidence, Extraction, LedgerEntry, Report, Score

    department, year = number // len(YEARS), YEARS[number % len(YEARS)]
    at = Evidence(1, None, "x")
    outturn = (1000 + department % 1000 + edition) * 100_000
    amounts = tuple(
        Amount(
            year, "expenditure", stage, scheme, item, item,
            Decimal(outturn * parts // 1000 + (60_000 if number % 50 == 0 and item == "basic" else 0)), Decimal(100),
            at, None, "sure",
        )
        for scheme, item, stage, parts in _PARTS
    )  # fmt: skip
    scores = tuple(
        Score((f"一级{k % 4}", f"指标{k}"), Decimal(5), Decimal(5 - (number + k) % 2), at, None, "sure")
        for k in range(_INDICATORS)
    )
    ledger = tuple(
        LedgerEntry("sum", "1", "fact", "x", at, f"A{k:04d}", (), f"F{k:04d}", one.yuan, 1)
        for k, one in enumerate(amounts, 1)
    )
    sha256 = hashlib.sha256(f"{number} {edition}".encode()).hexdigest()
    document = DocumentInfo(sha256, "application/pdf", 10, "text")
    organization, region = f"广州市第{department}局", f"{440101 + department % 12}"
    report = Report(organization, region, year, "narrative", Decimal(95), Decimal(100), None, at)
    return Extraction(EXTRACTOR_VERSION, document, report, amounts, scores, ledger=ledger)


def sighting_of(number: int, sha256: str):
    """Return where a report was seen."""
    from jixiao.archive import Sighting

    url, department = f"https://example.invalid/{number}.pdf", number // len(YEARS)
    title = f"{YEARS[number % len(YEARS)]}年度部门整体支出绩效自评报告"
    return Sighting(
        sha256, "application/pdf", 100_000, url, "synthetic", f"{url}.html", title, f"{title}.pdf", "", None,
        YEARS[number % len(YEARS)], f"广州市第{department}局", "440100",
    )  # fmt: skip


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def arrange(numbers: Sequence[int], edition: int = 0) -> list[dict[str, object]]:
    """Write the archive's records and the extractions of these reports; return their sightings as a run keeps them.

    Many at once make an archive whose index the first load makes.
    """
    from jixiao.archive import Archive
    from jixiao.archive.sighting import Seen
    from jixiao.extract.stored import EXTRACTION
    from jixiao.pipeline.extracting import extraction_path
    from jixiao.pipeline.staging import place
    from jixiao.settings import Settings

    folder, few, out = Path(Settings.load().archive_url), len(numbers) <= _FEW, []
    archive = Archive(str(folder))
    for number in numbers:
        extraction = extraction_of(number, edition)
        sha256 = extraction.document.sha256
        _put(Path(place(extraction_path(sha256)).path), EXTRACTION.dump_json(extraction).decode())
        sighting = sighting_of(number, sha256)
        said = json.loads(json.dumps(asdict(sighting), default=str))
        seen = Seen(sighting, "2026-01-01T00:00:00+00:00", {})
        if few:
            archive._witness("sightings", seen)
        else:  # as it would have, without a sync to the disk for each
            name = hashlib.sha256(sighting.url.encode()).hexdigest()
            seen = replace(seen, sequence=1_000_000 + number)
            _put(folder / "sightings" / name / f"{sha256}.json", json.dumps(seen.as_record(), default=str))
        known = {
            "url": sighting.url, "walk": None, "headers": {}, "listed": {}, "documents": [[sighting.url, sha256]],
            "last_seen": {sha256: "2026-01-01T00:00:00+00:00"}, "failures": [],
        }  # fmt: skip
        _put(folder / archive.address_of(sighting.url), json.dumps(known))
        out.append(said)
    return out


def put_run(name: str, sightings: list[dict[str, object]]) -> str:
    """Write what a run of all years leaves before it loads; return its folder."""
    from jixiao.pipeline import open_run
    from jixiao.pipeline.staging import write

    run = open_run(None, name)
    said = {"source_id": "synthetic", "sightings": sightings, "failures": [], "coverage": []}
    write(run / "sources" / "synthetic" / "archived.json", said)
    documents = sorted(str(one["sha256"]) for one in sightings)
    write(run / "batches" / "all.json", {"documents": documents, "size": 200})
    for start in range(0, len(documents), 200):
        batch = {"documents": documents[start : start + 200]}
        write(run / "batches" / f"{start // 200:05d}.json", batch)
        write(run / "batches" / f"{start // 200:05d}.done.json", {**batch, "errors": {}})
    return str(run)


def _peak_mib() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return math.nan


@contextlib.contextmanager
def measured(found: dict[str, tuple[float, float]], name: str) -> Iterator[None]:
    """Put the CPU seconds and the peak MiB of the block into `found`."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    began = time.process_time()
    yield
    found[name] = (time.process_time() - began, _peak_mib())


def stages(run: str) -> dict[str, tuple[float, float]]:
    """Take a run through the stages after extraction; return CPU seconds and peak MiB of each, and of the imports."""
    found: dict[str, tuple[float, float]] = {}
    began = time.process_time()
    from jixiao.pipeline import build_marts, load_run, publish_marts, validate_warehouse

    found["start"] = (time.process_time() - began, _peak_mib())
    with measured(found, "load"):
        load_run(run)
    with measured(found, "gate"):
        validate_warehouse()
    with measured(found, "marts"):
        outcome = build_marts()
    with measured(found, "publish"):
        publish_marts(outcome)
    return found


def in_process(var: Path, run: str) -> dict[str, tuple[float, float]]:
    """Take a run through the stages in a process of its own."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, __file__, "--stages", run], env={**env, "JIXIAO_VAR": str(var)}, stdout=subprocess.PIPE,
        check=True, text=True,
    )  # fmt: skip
    return {name: tuple(pair) for name, pair in json.loads(done.stdout.splitlines()[-1]).items()}


def measure(count: int, place: Path) -> dict[str, dict[str, tuple[float, float]]]:
    """Return what the stages cost for so many reports: without the last year, with it, with one more, nothing new."""
    var = place / f"var-{count}"
    os.environ["JIXIAO_VAR"] = str(var)
    last = range(len(YEARS) - 1, count, len(YEARS))
    seen = arrange(sorted({*range(count)} - {*last}))
    found = {"four years": in_process(var, put_run("four years", seen))}
    for what, numbers in (("a year more", last), ("a report more", range(count, count + 1)), ("nothing new", ())):
        seen += arrange(numbers)
        found[what] = in_process(var, put_run(what, seen))
    return found


def main(sizes: list[int]) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="jixiao-bench-", dir=os.environ.get("JIXIAO_VAR")) as folder:
        found = {size: measure(size, Path(folder)) for size in sizes}
    print("after extraction, CPU s (peak MiB), all stages in one process")
    for what in found[sizes[0]]:
        print(f"  {what}: " + "".join(f"{size:>20,}" for size in sizes) + "   exponent")
        for stage in ("start", *STAGES):
            values = [found[size][what][stage] for size in sizes]
            cells = "".join(f"{seconds:10.2f} ({peak:6.0f})" + "  " for seconds, peak in values)
            low, high = values[0][0], values[-1][0]
            power = math.log(high / low) / math.log(sizes[-1] / sizes[0]) if len(sizes) > 1 and low > 0 < high else 0
            print(f"    {stage:10} {cells} {power:8.2f}")
        total = "".join(f"{sum(found[size][what][stage][0] for stage in STAGES):10.2f}{'':10}" for size in sizes)
        print(f"    {'in all':10} {total}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--stages"]:
        with contextlib.redirect_stdout(io.StringIO()):
            answer = stages(sys.argv[2])
        print(json.dumps(answer))
    else:
        main([int(word) for word in sys.argv[1:]] or [1_000, 10_000])
