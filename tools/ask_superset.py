"""`make superset`: import the dashboards of `docs/queries/superset` into a Superset and ask each chart for its data.

    ask_superset.py VENV MARTS     VENV has apache-superset from pip; MARTS is a published version's marts.duckdb

Nothing is kept: Superset's own database lies in a folder that goes. A line a chart says how many rows it got; exit 1
where one of them got none, or an error. It takes a minute.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "queries" / "superset"
CONFIG = """
import os
SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = "sqlite:///" + os.path.join(os.environ["SUPERSET_HOME"], "superset.db")
WTF_CSRF_ENABLED = False
"""


def packed(folder: Path, marts: Path) -> Path:
    """Return the dashboards as a file that Superset imports, with the path of the marts in it."""
    copied = Path(shutil.copytree(FOLDER, folder / "superset"))
    database = copied / "databases" / "Jixiao.yaml"
    said = database.read_text("utf-8").splitlines()
    said = [f"sqlalchemy_uri: duckdb:///{marts}" if one.startswith("sqlalchemy_uri") else one for one in said]
    database.write_text("\n".join(said) + "\n", "utf-8")
    return Path(shutil.make_archive(str(folder / "dashboards"), "zip", folder, "superset"))


def imported(venv: Path, marts: Path) -> int:
    """Set a Superset up, import the dashboards and ask their charts; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="jixiao-superset-") as name:
        folder, password = Path(name), secrets.token_urlsafe(16)
        (folder / "superset_config.py").write_text(CONFIG, "utf-8")
        env = {**os.environ, "SUPERSET_HOME": name, "SUPERSET_SECRET_KEY": secrets.token_urlsafe(42)}
        env |= {"SUPERSET_CONFIG_PATH": str(folder / "superset_config.py"), "FLASK_APP": "superset.app:create_app()"}
        admin = ["--username", "admin", "--firstname", "a", "--lastname", "b", "--email", "a@example.invalid"]
        steps = (
            ["db", "upgrade"],
            ["fab", "create-admin", *admin, "--password", password],
            ["init"],
            ["import-dashboards", "-p", str(packed(folder, marts)), "-u", "admin"],
        )
        for words in steps:
            done = subprocess.run(
                [venv / "bin" / "superset", *words], env=env, capture_output=True, text=True, check=False
            )
            if done.returncode:
                print(f"superset {words[0]}: {(done.stderr or done.stdout)[-1500:]}", file=sys.stderr)
                return 2
        ask = [venv / "bin" / "python", __file__, "--ask"]
        return subprocess.run(ask, env=env | {"PASSWORD": password}, check=False).returncode


def query_of(params: dict[str, Any]) -> dict[str, Any]:
    """Return what a browser asks for a chart: its columns and metrics."""
    metrics = [params["metric"]] if "metric" in params else params.get("metrics", [])
    columns = params.get("all_columns") if params.get("query_mode") == "raw" else params.get("groupby")
    asked = {"columns": columns or [], "row_limit": params.get("row_limit", 1000), "filters": [], "extras": {}}
    return asked | ({} if params.get("query_mode") == "raw" else {"metrics": metrics})


def ask() -> int:
    """Inside Superset's own Python: sign in as a browser does, and ask every chart of every dashboard for its data."""
    from superset.app import create_app  # type: ignore[import-not-found]

    client = create_app().test_client()
    said = {"username": "admin", "password": os.environ["PASSWORD"], "provider": "db", "refresh": False}
    token = client.post("/api/v1/security/login", json=said).get_json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    failed, asked = 0, 0
    for board in client.get("/api/v1/dashboard/?q=(page_size:100)", headers=headers).get_json()["result"]:
        charts = client.get(f"/api/v1/dashboard/{board['id']}/charts", headers=headers).get_json()["result"]
        for chart in sorted(charts, key=lambda one: one["slice_name"]):
            form = chart["form_data"]
            number, kind = form["datasource"].split("__")
            body = {"datasource": {"id": int(number), "type": kind}, "queries": [query_of(form)], "form_data": form}
            body |= {"result_format": "json", "result_type": "full", "force": True}
            answer = client.post("/api/v1/chart/data", json=body, headers=headers)
            told = answer.get_json() or {}
            rows = told["result"][0]["data"] if answer.status_code == 200 else []
            empty = not rows or all(value is None for row in rows for value in row.values())
            asked, failed = asked + 1, failed + empty
            words = f"{len(rows)} rows" if not empty else json.dumps(told, ensure_ascii=False)[:300]
            print(f"{answer.status_code}  {board['dashboard_title']}: {chart['slice_name']}: {words}")
    print(f"{asked} charts asked, {failed} without data")
    return int(failed > 0 or asked == 0)


if __name__ == "__main__":
    sys.exit(ask() if sys.argv[1:] == ["--ask"] else imported(*(Path(one).resolve() for one in sys.argv[1:3])))
