"""`make up`: Airflow itself (UI, scheduler, DAG processor, triggerer) on loopback, until Ctrl-C or until a part dies.

The password of the one user is generated once and printed once.
"""

import os
import signal
import sys
import time

from local_airflow import USER, Api, RunError, airflow_home, environment, only_one, parts

PORT = int(os.environ.get("JIXIAO_AIRFLOW_PORT", "8080"))


def main() -> None:
    """Prepare the home and run the four parts of `airflow standalone`, minus its log servers.

    Those listen on every interface; with LocalExecutor the API server reads the log files itself.
    """
    with only_one():
        env = environment(PORT)
        print("preparing Airflow's own tables", flush=True)
        commands = [("api-server",), ("dag-processor",)]
        commands += [(part, "--skip-serve-logs") for part in ("scheduler", "triggerer")]
        with parts(env, *commands) as running:
            api = Api(PORT)
            api.wait(running)
            api.wait_for_dag("ingest_reports", running)
            print(
                f"Airflow: http://127.0.0.1:{PORT} (logs in {airflow_home() / 'logs'}; Ctrl-C ends it)",
                flush=True,
            )
            shown = airflow_home() / "secrets" / "shown"
            if shown.exists():
                print(f"sign in as {USER}; the password was printed before and is in {shown.parent / 'password'}")
            else:
                print(f"sign in as {USER}, password {(shown.parent / 'password').read_text()}")
                shown.touch()
            print("DAGs begin paused: airflow dags unpause ingest_reports, or the switch beside its name", flush=True)
            while True:
                for part in running:
                    part.check()
                time.sleep(1)


def _asked_to_end(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _asked_to_end)
    try:
        main()
    except RunError as error:
        sys.exit(f"make up: {error}")
    except KeyboardInterrupt:
        sys.exit(0)
