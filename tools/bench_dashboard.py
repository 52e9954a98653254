"""How fast the dashboard answers, in process: median and 95th percentile, one client and eight.

`python tools/bench_dashboard.py FOLDER [ROUNDS]` reads what `tools/synthetic.py` published into FOLDER.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from fastapi.testclient import TestClient
from jixiao_dashboard.app import create_app


def walks(client: TestClient) -> dict[str, Callable[[], str]]:
    """Return what is asked: each page by name, its address made anew."""
    first = client.get("/api/v1/department_year", params={"limit": 1, "sort": "final_yuan"}).json()["rows"][0]
    deep = "/departments?sort=-final_yuan&limit=100"
    for _ in range(20):
        text = client.get(deep).text
        deep = text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    sha256 = first["document_sha256"]
    return {
        "overview": lambda: "/?year=2023",
        "overview of a province": lambda: "/?year=2023&place=44",
        "departments": lambda: "/departments?year=2023",
        "departments, all years, sorted": lambda: "/departments?sort=-final_yuan",
        "departments, page 21": lambda: deep,
        "findings": lambda: "/findings?year=2023",
        "indicators": lambda: "/indicators",
        "report": lambda: f"/report/{sha256}",
        "search": lambda: "/search?q=教育",
        "figures of a report (API)": lambda: f"/api/v1/reports/{sha256}/figures",
        "one figure (API)": lambda: f"/api/v1/reports/{sha256}/evidence?figure=A0002",
    }


def timed(client: TestClient, address: str) -> float:
    """Return the milliseconds of one answer."""
    start = time.perf_counter()
    answer = client.get(address)
    took = 1000 * (time.perf_counter() - start)
    assert answer.status_code == 200, (address, answer.status_code)
    return took


def main() -> None:
    """Print a line a page."""
    os.environ["JIXIAO_VAR"] = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with TestClient(create_app()) as client:
        reports = client.get("/api/v1/department_year", params={"limit": 1}).json()["total"]
        print(f"dashboard: {reports:,} reports; milliseconds, one client: median; eight clients: 95th percentile")
        for name, address in walks(client).items():
            timed(client, address())
            one = statistics.median(timed(client, address()) for _ in range(rounds))
            with ThreadPoolExecutor(8) as pool:
                eight = sorted(pool.map(lambda _, at=address: timed(client, at()), range(8 * rounds)))
            print(f"  {name:34} {one:8.0f} {eight[int(0.95 * len(eight))]:8.0f}", flush=True)


if __name__ == "__main__":
    main()
