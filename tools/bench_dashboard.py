"""How fast the dashboard answers, in process: median and 95th percentile, one client and eight.

`python tools/bench_dashboard.py REPORTS …` publishes about so many synthetic reports first, into a folder that goes;
`python tools/bench_dashboard.py FOLDER` reads what `tools/synthetic.py` published into FOLDER.
"""

import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import synthetic
from jixiao_dashboard.app import create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

ROUNDS = 20


def walks(client: TestClient) -> dict[str, Callable[[], str]]:
    """Return what is asked: each page by name, its address made anew."""
    first = client.get("/api/v1/department_year", params={"limit": 1, "sort": "final_yuan"}).json()["rows"][0]
    deep = "/departments?sort=-final_yuan&limit=100"
    for _ in range(20):
        text = client.get(deep).text
        if 'rel="next"' not in text:
            break
        deep = text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    sha256 = first["document_sha256"]
    number = count()  # pages are kept by their address: each is asked for under one that nobody asked for before
    return {
        "overview, asked again": lambda: "/?year=2023",
        "overview": lambda: f"/?year=2023&n={next(number)}",
        "overview of a province": lambda: f"/?year=2023&place=44&n={next(number)}",
        "departments": lambda: f"/departments?year=2023&n={next(number)}",
        "departments, all years, sorted": lambda: f"/departments?sort=-final_yuan&n={next(number)}",
        "departments, page 21": lambda: f"{deep}&n={next(number)}",
        "findings": lambda: f"/findings?year=2023&n={next(number)}",
        "indicators": lambda: f"/indicators?n={next(number)}",
        "report": lambda: f"/report/{sha256}?n={next(number)}",
        "search": lambda: f"/search?q=教育&n={next(number)}",
        "figures of a report (API)": lambda: f"/api/v1/reports/{sha256}/figures",
        "one figure (API)": lambda: f"/api/v1/reports/{sha256}/evidence?figure=A0002",
    }


def timed(client: TestClient, address: str) -> float:
    """Return the milliseconds of one answer."""
    return both(client, address)[0]


def both(client: TestClient, address: str) -> tuple[float, float]:
    """Return the milliseconds of one answer: by the clock, and of this process's work alone, whatever else runs."""
    start, worked = time.perf_counter(), time.process_time()
    answer = client.get(address)
    took = 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - worked)
    assert answer.status_code == 200, (address, answer.status_code)
    return took


def main() -> None:
    """Print a line a page."""
    beside = os.environ.get("JIXIAO_VAR")
    for said in sys.argv[1:]:
        if not said.isdigit():
            measure(said)
            continue
        with tempfile.TemporaryDirectory(prefix="jixiao-bench-", dir=beside) as folder:
            os.environ["JIXIAO_VAR"] = folder
            synthetic.make(max(1, round(int(said) / 4.4)))  # a department reports in 4.4 of five years
            measure(folder)


def measure(folder: str) -> None:
    """Print how fast the pages over one folder's marts come."""
    os.environ["JIXIAO_VAR"] = folder
    with TestClient(create_app()) as client:
        reports = client.get("/api/v1/department_year", params={"limit": 1}).json()["total"]
        print(f"dashboard: {reports:,} reports; milliseconds, one client: median, CPU; eight clients: 95th percentile")
        for name, address in walks(client).items():
            timed(client, address())
            ones = [both(client, address()) for _ in range(ROUNDS)]
            one, work = (statistics.median(column) for column in zip(*ones, strict=True))
            with ThreadPoolExecutor(8) as pool:
                eight = sorted(pool.map(lambda _, at=address: timed(client, at()), range(8 * ROUNDS)))
            print(f"  {name:34} {one:8.0f} {work:8.0f} {eight[int(0.95 * len(eight))]:8.0f}", flush=True)


if __name__ == "__main__":
    main()
