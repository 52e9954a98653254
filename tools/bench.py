"""`make bench`: ratios measured within one run. Nothing here passes or fails: machines are noisy.

Reads the sample reports beside plain pdfplumber on the same pages, a long document for its memory, and takes
synthetic facts through the warehouse (`bench_scale.py`).
"""

import io
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pypdfium2 as pdfium
from bench_scale import scale
from jixiao.read import read_document
from jixiao.read.drawing import Drawing
from rapidocr import RapidOCR

FILES = Path(__file__).resolve().parent.parent / "demo" / "samples" / "files"


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """Return the best of a few runs."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def beside(ours: Callable[[], object], theirs: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """Return the best of a few runs of each, taken in turns so that a busy moment of the machine meets both."""
    pairs = [(seconds(ours, 1), seconds(theirs, 1)) for _ in range(times)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def plain(path: Path) -> None:
    """Do what a script would: pdfplumber's text and tables of every page."""
    with pdfplumber.open(path) as document:
        for page in document.pages:
            page.extract_text()
            page.extract_tables()
            page.close()


def cpu_seconds(work: Callable[[], object], times: int = 3) -> float:
    """Return the least processor time of a few runs in this process, whatever else the machine does."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def recognised(engine: RapidOCR, path: Path) -> None:
    """Do what a script would: every page's picture through RapidOCR with its own settings."""
    with Drawing(path, 30_000_000) as drawing:
        for number in range(1, len(pdfium.PdfDocument(path)) + 1):
            engine(drawing.picture(number, 170 / 72))


def start(*words: str | Path, times: int = 3) -> float:
    """Return the processor time of a Python process and its children, with bytecode, the best of a few."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    best = float("inf")
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], env=env, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def long_document(pages: int) -> Path:
    """Make a PDF of many prose pages by repeating a sample's."""
    source = pdfium.PdfDocument(FILES / "baiyun-2021.pdf")
    target = pdfium.PdfDocument.new()
    for _ in range(pages // len(source)):
        target.import_pages(source)
    out = io.BytesIO()
    target.save(out)
    path = Path(tempfile.mkdtemp()) / "long.pdf"
    path.write_bytes(out.getvalue())
    return path


def _peak(path: Path, answers: "multiprocessing.Queue[float]") -> None:
    read_document(path)
    answers.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def peak_mib(path: Path) -> float:
    """Return the peak memory of a process that reads a file."""
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[float] = context.Queue()
    child = context.Process(target=_peak, args=(path, answers))
    child.start()
    found = answers.get()
    child.join()
    return found


def main() -> None:
    """Print the figures."""
    # First, while this process is small: a child inherits its parent's peak.
    short, long = peak_mib(long_document(30)), peak_mib(long_document(300))
    print(f"peak memory of a reader: 30 pages {short:.0f} MiB, 300 pages {long:.0f} MiB, {long / short:.2f} times")
    print("reading, beside plain pdfplumber extract_text + extract_tables on the same pages")
    kinds = {
        "30 pages of prose": long_document(30),
        "prose": FILES / "baiyun-2021.pdf",
        "a table in prose": FILES / "shaoguan-2023.pdf",
        "ruled": FILES / "liwan-2023.pdf",
    }
    for name, path in kinds.items():
        pages = len(pdfium.PdfDocument(path))
        ours, theirs = beside(lambda path=path: read_document(path), lambda path=path: plain(path))
        print(f"  {name:20} {pages / ours:8.1f} pages/s, {theirs / ours:5.1f} times plain pdfplumber")
    scan = FILES / "zengcheng-2021.pdf"
    read_document(scan)  # the engine is loaded once
    pages, as_it_comes = len(pdfium.PdfDocument(scan)), RapidOCR(params={"Global.log_level": "error"})
    ours, theirs = cpu_seconds(lambda: read_document(scan)), cpu_seconds(lambda: recognised(as_it_comes, scan))
    print(f"  a scanned page       {ours / pages:8.2f} CPU s, {ours / theirs:5.2f} of RapidOCR's as it comes")

    ours, theirs = start("-m", "jixiao.cli", "extract", FILES / "baiyun-2021.pdf"), start("-c", "import pdfplumber")
    print(f"jixiao extract of a PDF of prose: {ours:.2f} CPU s, {ours / theirs:.1f} times a bare import of pdfplumber")

    scale(int(os.environ.get("REPORTS") or 5_000))


if __name__ == "__main__":
    main()
