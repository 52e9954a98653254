"""Airflow's REST API on loopback."""

from collections.abc import Sequence
from typing import Any, Final

import httpx

from local_airflow.environment import USER, RunError, kept_secret
from local_airflow.parts import Part, wait_for

_TRIES: Final = 5


class Api:
    """The API server of this machine, as its one user."""

    def __init__(self, port: int) -> None:
        """Point at the API server of this machine; nothing is sent yet."""
        self.url = f"http://127.0.0.1:{port}/"
        self.token = ""
        self._client = httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def wait(self, running: Sequence[Part] = (), limit_seconds: float | None = None) -> None:
        """Wait until the server answers, then sign in; raise `RunError` where one of the parts has died."""
        wait_for("the API server to answer", self._signed_in, running, limit_seconds)

    def _signed_in(self) -> bool:
        try:
            answer = self._client.post("/auth/token", json={"username": USER, "password": kept_secret("password")})
        except httpx.TransportError:
            return False
        if answer.status_code != httpx.codes.CREATED:
            return False
        self.token = answer.json()["access_token"]
        self._client.headers["Authorization"] = f"Bearer {self.token}"
        return True

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """Return the JSON answer to GET `/api/v2/<path>`; `{}` for 404."""
        for _ in range(_TRIES):  # asking again changes nothing, and a busy server answers late, or that it could not
            try:
                answer = self._client.get(f"/api/v2/{path}", params=params)
            except httpx.TimeoutException:
                continue
            if not answer.is_server_error:
                break
        else:
            raise RunError(f"the API server has not answered {path} {_TRIES} times")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return {}
        answer.raise_for_status()
        return dict(answer.json())

    def send(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send a change; raise `RunError` with the server's words when it is refused."""
        answer = self._client.request(method, f"/api/v2/{path}", json=body)
        if answer.is_error:
            raise RunError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return dict(answer.json())

    def wait_for_dag(self, dag_id: str, running: Sequence[Part] = (), limit_seconds: float | None = None) -> bool:
        """Wait until the DAG processor has read a DAG; return whether it is paused.

        Raises:
            RunError: a DAG file does not import, or a part has died.
        """
        found = wait_for(f"the DAG processor to read {dag_id}", lambda: self._known(dag_id), running, limit_seconds)
        return bool(found["is_paused"])

    def _known(self, dag_id: str) -> dict[str, Any]:
        found = self.get(f"dags/{dag_id}")
        if not found and (errors := self.get("importErrors").get("import_errors", [])):
            raise RunError(f"{errors[0]['filename']} does not import: {errors[0]['stack_trace'][-600:]}")
        return found
