"""The stages of a run on a folder of small reports, each in a process that can be killed at any moment.

Run as a script it is a server that has everything imported: a line `STAGE VAR FOLDER SECONDS` on standard input forks
a process that does that stage, kills it (-9) after so many seconds, and answers how it ended (`killed`) and after how
long. What was said on standard error lies in `VAR/said`. The stage `year` is all of them on the sources of the
environment, and is killed with all that it started.
"""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

STAGES = ("archive", "extract", "load", "gate", "marts", "publish")
YEAR = 2023
NAMES = ("广州市荔湾区科学技术协会", "广州市越秀区科学技术协会", "广州市白云区科学技术协会")
REPORT = """<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>
<h1>{year}年度{name}部门整体支出绩效自评报告</h1>
<p>{year}年我部门整体支出全年预算数{budget}万元，决算数{final}万元，其中：基本支出决算数{basic}万元；项目支出决算数{project}万元。</p>
<p>本次自评分数为{score}分。</p></body></html>"""


def write_report(path: Path, name: str, basic: int, project: int, year: int = YEAR) -> None:
    """Write a report of a department; sums in 万元."""
    final = basic + project
    said = {"budget": final + 10, "final": final, "basic": basic, "project": project, "score": 90}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(REPORT.format(year=year, name=name, **said), "utf-8")


def fingerprint(var: Path) -> dict[str, str]:
    """Hash every file of the current version that its manifest names; it must be what the manifest says.

    Empty where nothing is published.
    """
    from jixiao.publish import MANIFEST

    folder = (var / "published" / "current").resolve()
    if not folder.exists():
        return {}
    said = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
    found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in said}
    assert found == said, "a version is whole, and its files are those of its manifest"
    return {name: digest for name, digest in found.items() if name.endswith(".parquet")}


def run_stage(stage: str, folder: Path, year: int = YEAR, batch_size: int = 2) -> None:
    """Do one stage of a run on a folder of files; the stages before it were done."""
    from jixiao import pipeline
    from jixiao.discover import folder_source
    from jixiao.pipeline.collecting import folder_of

    run = pipeline.open_run(year, "killed")
    if stage == "archive":
        source_id = folder_of(run, folder_source(str(folder)))
        pipeline.archive_source(run, source_id, pipeline.discover_source(run, source_id))
    elif stage == "extract":
        for batch in pipeline.plan_batches(run, batch_size):
            pipeline.extract_batch(batch)
    elif stage == "load":
        pipeline.load_run(run)
    elif stage == "gate":
        pipeline.validate_warehouse()
    elif stage == "marts":
        pipeline.build_marts()
    else:
        pipeline.publish_marts(Path(os.environ["JIXIAO_VAR"]) / "validation" / "built" / "outcome.json")


def do(stage: str, folder: Path) -> int:
    """Do a stage, all of a year, or load two years at once; return an exit code."""
    if stage == "year":
        from jixiao.pipeline import run_year

        os.setpgid(0, 0)
        run_year(YEAR)
        return 0
    if stage != "both":
        run_stage(stage, folder)
        return 0
    loading = []
    for year in (YEAR - 1, YEAR):
        for before in ("archive", "extract"):
            run_stage(before, folder, year)
    for year in (YEAR - 1, YEAR):
        loading.append(os.fork())
        if not loading[-1]:
            run_stage("load", folder, year)
            os._exit(0)
    return int(sum(os.waitpid(child, 0)[1] for child in loading) > 0)


class Server:
    """The other end of this script."""

    def __init__(self) -> None:
        home = Path(__file__).resolve().parents[2]
        env = {**os.environ, "PYTHONPATH": str(home)}
        self._process = subprocess.Popen(
            [sys.executable, __file__], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, stage: str, var: Path, folder: Path, seconds: float = 600.0) -> tuple[str, float]:
        """Return how a stage ended (`killed`, `done` or `failed`) and after how many seconds."""
        self._process.stdin.write(f"{stage}\t{var}\t{folder}\t{seconds}\n")
        self._process.stdin.flush()
        how, took = self._process.stdout.readline().split()
        return how, float(took)

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(60)


def _forked(stage: str, var: str, folder: str, seconds: float) -> tuple[str, float]:
    from jixiao.cli import in_one_line

    Path(var).mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    child = os.fork()
    if not child:
        os.environ["JIXIAO_VAR"] = var
        code = 1
        try:
            with (
                (Path(var) / "said").open("w") as told,
                Path(os.devnull).open("w") as nowhere,
                contextlib.redirect_stderr(told),
                contextlib.redirect_stdout(nowhere),
            ):
                code = in_one_line(lambda: do(stage, Path(folder)))
        except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
            with (Path(var) / "said").open("a") as told:
                traceback.print_exc(file=told)
        os._exit(code)
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        took = time.monotonic() - began
        if ended:
            return ("done" if status == 0 else "failed"), took
        if took > seconds:
            with contextlib.suppress(ProcessLookupError):  # where it leads a group, all of that
                os.killpg(child, signal.SIGKILL)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "killed", took
        time.sleep(min(0.002, max(0.0, seconds - took)))


def _serve() -> None:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations  # noqa: F401 - so that a kill falls into its work, not into its import
    import jixiao.cli
    import jixiao.pipeline.loading
    import jixiao.pipeline.whole
    import jixiao.publish
    import jixiao.warehouse  # noqa: F401

    for line in sys.stdin:
        stage, var, folder, seconds = line.rstrip("\n").split("\t")
        how, took = _forked(stage, var, folder, float(seconds))
        sys.stdout.write(f"{how} {took}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
