"""`make bench`: what the stages cost beside reading, on a folder of small documents; ratios within one run.

Orchestration a document is all that a run takes beyond extracting; then two workers beside one on the same batches,
and a run that meets nothing new beside the first.
"""

import contextlib
import io
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from jixiao.pipeline import extract_batch, open_run, run_folder
from jixiao.pipeline.extracting import write_batches
from jixiao.pipeline.staging import runs_of, seconds_of
from jixiao.settings import Settings

WORKERS = 2
_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>
<h1>广州市白云区第{n}中学2023年度部门整体支出绩效自评报告</h1><p>一、预算执行情况</p>
<p>2023年部门整体支出年初预算{budget}.00万元，决算{final}.00万元，预算执行率{rate:.2f}%。</p>
<p>二、自评结论</p><p>2023年度部门整体支出绩效自评得分为9{digit}.50分。</p></body></html>"""


def folder_of(count: int, place: Path) -> Path:
    """Write so many small reports, each of a department of its own; return their folder."""
    place.mkdir()
    for n in range(count):
        budget, final = 1000 + n, 990 + n
        text = _PAGE.format(n=n, budget=budget, final=final, rate=100 * final / budget, digit=n % 10)
        (place / f"{n:05d}.html").write_text(text, "utf-8")
    return place


def whole_run(folder: Path) -> tuple[float, dict[str, float]]:
    """Take the folder through all stages; return the seconds, and those of each stage."""
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        run_folder(str(folder), 2023)
    return time.perf_counter() - began, seconds_of(runs_of(2023)[0])


def _quietly(batch: str) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        extract_batch(batch)


def extracting(documents: list[str], workers: int, place: Path) -> float:
    """Extract documents anew in batches by so many workers; return the seconds."""
    os.environ["JIXIAO_EXTRACTIONS"] = str(place / f"by-{workers}")
    run = open_run(2023, f"bench {workers}")
    batches = [str(path) for path in write_batches(run, documents, -(-len(documents) // (2 * WORKERS)))]
    began = time.perf_counter()
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(_quietly, batches))
    return time.perf_counter() - began


def main(count: int) -> None:
    """Print the figures."""
    place = Path(tempfile.mkdtemp(prefix="jixiao-bench-"))
    os.environ["JIXIAO_VAR"] = str(place / "var")
    try:
        folder = folder_of(count, place / "reports")
        first, stages = whole_run(folder)
        beside = first - stages["extract"]
        told = ", ".join(f"{name} {seconds:.1f}" for name, seconds in stages.items())
        print(f"pipeline: {count} documents in {first:.1f} s ({told}, the rest is gate, marts and publishing)")
        print(f"  orchestration a document {1000 * beside / count:.0f} ms, of {1000 * first / count:.0f} ms in all")
        again, stages = whole_run(folder)
        print(f"  nothing new: {again:.1f} s, {100 * again / first:.0f}% of the first (load {stages['load']:.1f})")
        documents = [path.stem for path in Path(Settings.load().extractions).rglob("*.json")]
        one, two = (extracting(sorted(documents), workers, place) for workers in (1, WORKERS))
        print(f"  extracting by {WORKERS} workers: {one / two:.2f} times as fast as by one ({one:.1f} s, {two:.1f} s)")
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
