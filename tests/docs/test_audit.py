"""`make audit` names what is weak, and never says that all is well when it could not ask."""

import http.server
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

AUDIT = Path(__file__).resolve().parents[2] / "tools" / "audit.py"


class Advisories(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        weak = [{"vulns": [{"id": "GHSA-1"}]} if q["package"]["name"] == "duckdb" else {} for q in asked]
        body = json.dumps({"results": weak}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def advisories():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Advisories) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def audit(source):
    return subprocess.run(
        [sys.executable, str(AUDIT)], env={"JIXIAO_ADVISORIES": source}, capture_output=True, text=True, timeout=60
    )


def test_what_is_weak_is_named(advisories):
    done = audit(advisories)
    assert done.returncode == 1
    assert "duckdb 1.5.5: GHSA-1" in done.stdout


def test_a_source_that_is_not_there_is_no_clean_bill():
    done = audit("http://127.0.0.1:9")
    assert done.returncode == 2
    assert "nothing was checked" in done.stderr
