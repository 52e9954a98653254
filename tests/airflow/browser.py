"""A real browser: Debian's chromium without a screen, driven through its DevTools protocol; loopback only."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium")
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-quic --window-size=1400,1000 --remote-debugging-port=0 "
    "--host-resolver-rules=MAP~*~NOTFOUND,EXCLUDE~127.0.0.1"
)


class Tab:
    """One page of the browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0
        self.told: list[dict[str, Any]] = []
        """What the browser told unasked, since it was last cleared."""

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            said = json.loads(self._socket.recv(timeout=60))
            if "method" in said:
                self.told.append(said)
            if said.get("id") == self._number:
                assert "error" not in said, said
                return said["result"]

    def js(self, expression: str) -> Any:
        said = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def wait(self, expression: str, seconds: float = 60) -> Any:
        """Wait until an expression is true; a page that is being loaded answers nothing."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if answer := self.js(f"Boolean({expression})"):
                    return answer
            except AssertionError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"never true: {expression}; the page says {self.js('document.body.innerText')[:500]}")

    def go(self, url: str) -> None:
        self.send("Page.navigate", url=url)

    def screenshot(self) -> bytes:
        return base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])


@contextmanager
def browser() -> Iterator[Tab]:
    with tempfile.TemporaryDirectory(prefix="jixiao-chromium-", ignore_cleanup_errors=True) as profile:
        flags = [flag.replace("~", " ") for flag in _FLAGS.split()]
        process = subprocess.Popen(
            [CHROMIUM, *flags, f"--user-data-dir={profile}", "about:blank"],
            env={**os.environ, "HOME": profile},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            told = Path(profile) / "DevToolsActivePort"
            deadline = time.monotonic() + 60
            while not (told.exists() and told.read_text().count("\n")) and time.monotonic() < deadline:
                time.sleep(0.1)
            port, path = told.read_text().split("\n")[:2]
            with connect(f"ws://127.0.0.1:{port}{path}", proxy=None) as whole:
                pages = Tab(whole).send("Target.getTargets")["targetInfos"]
            page = next(one["targetId"] for one in pages if one["type"] == "page")
            url = f"ws://127.0.0.1:{port}/devtools/page/{page}"
            with connect(url, proxy=None, max_size=None) as socket:
                yield Tab(socket)
        finally:
            process.terminate()
            process.wait(15)
