"""What the tasks of every DAG share: a failure that no retry can mend is not retried.

Imported by `dags/`; the library itself knows nothing of Airflow.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def told_apart() -> Iterator[None]:
    """Let what may pass (network, lock, disk) be retried, and fail at once for what a person must mend.

    Raises:
        AirflowFailException: a contract was broken, a parameter is wrong, the gate failed; the words are the library's.
    """
    from airflow.sdk.exceptions import AirflowFailException
    from jixiao.model import JixiaoError, TransientError

    try:
        yield
    except TransientError:
        raise
    except JixiaoError as error:
        raise AirflowFailException(str(error)) from error
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EROFS, errno.ENOTDIR):
            raise AirflowFailException(f"{error.filename}: {error.strerror}") from error
        raise
