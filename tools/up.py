"""`make up`: Airflow itself (UI, scheduler, DAG processor, triggerer) on loopback, until Ctrl-C.

The password of the one user is generated once and printed once.
"""

import os
import signal
import sys

from local_airflow import USER, Api, RunError, airflow_home, environment, only_one, parts, prepare

PORT = int(os.environ.get("JIXIAO_AIRFLOW_PORT", "8080"))


def main() -> None:
    """Prepare the home and run the four parts of `airflow standalone`, minus its log servers.

    Those listen on every interface; with LocalExecutor the API server reads the log files itself.
    """
    with only_one():
        env = environment(PORT)
        prepare(env)
        commands = [("api-server",), ("dag-processor",)]
        commands += [(part, "--skip-serve-logs") for part in ("scheduler", "triggerer")]
        with parts(env, *commands):
            Api(PORT).wait(120)
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
            sys.stdout.flush()
            signal.pause()


if __name__ == "__main__":
    try:
        main()
    except RunError as error:
        sys.exit(f"make up: {error}")
    except KeyboardInterrupt:
        sys.exit(0)
