"""How fast the dashboard answers: the median of one client in process, the 95th percentile of eight of `jixiao serve`.

Each address is one that nobody asked for before, so that no page comes from those that are kept, but where it says so.

`python tools/bench_dashboard.py REPORTS …` publishes about so many synthetic reports first, into a folder that goes;
`python tools/bench_dashboard.py FOLDER` reads what `tools/synthetic.py` published into FOLDER.
"""

import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from urllib.parse import quote

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
        "search": lambda: f"/search?q={quote('教育')}&n={next(number)}",
        "figures of a report (API)": lambda: f"/api/v1/reports/{sha256}/figures",
        "one figure (API)": lambda: f"/api/v1/reports/{sha256}/evidence?figure=A0002",
    }


def both(client: TestClient, address: str) -> tuple[float, float]:
    """Return the milliseconds of one answer: by the clock, and of this process's work alone, whatever else runs."""
    start, worked = time.perf_counter(), time.process_time()
    answer = client.get(address)
    took = 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - worked)
    assert answer.status_code == 200, (address, answer.status_code)
    return took


@contextmanager
def served() -> Iterator[int]:
    """Serve the same marts as a reader does, in processes of their own; give the port."""
    words = [sys.executable, "-m", "jixiao.cli", "serve", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield int(process.stdout.readline().partition("127.0.0.1:")[2].partition("/")[0])
        finally:
            process.terminate()


def one_of_eight(port: int, addresses: list[str]) -> list[float]:
    """Return the milliseconds of each answer to a client that asks one after the other, by one connection."""
    connection, took = http.client.HTTPConnection("127.0.0.1", port), []
    for address in addresses:
        start = time.perf_counter()
        connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        took.append(1000 * (time.perf_counter() - start))
        assert answer.status == 200, (address, answer.status)
    connection.close()
    return took


def eight(port: int, address: Callable[[], str]) -> float:
    """Return the 95th percentile of eight clients' answers; what each process does once is done before."""
    for rounds in (2, ROUNDS):
        with ThreadPoolExecutor(8) as pool:
            asked = [[address() for _ in range(rounds)] for _ in range(8)]
            took = sorted(one for each in pool.map(lambda one: one_of_eight(port, one), asked) for one in each)
    return took[int(0.95 * len(took))]


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
    with TestClient(create_app()) as client, served() as port:
        reports = client.get("/api/v1/department_year", params={"limit": 1}).json()["total"]
        print(f"dashboard: {reports:,} reports; milliseconds, one client: median, CPU; eight clients: 95th percentile")
        for name, address in walks(client).items():
            both(client, address())
            ones = [both(client, address()) for _ in range(ROUNDS)]
            one, work = (statistics.median(column) for column in zip(*ones, strict=True))
            print(f"  {name:34} {one:8.0f} {work:8.0f} {eight(port, address):8.0f}", flush=True)


if __name__ == "__main__":
    main()
