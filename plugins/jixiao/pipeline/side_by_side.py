"""Walk and archive many sources side by side: a queue for each host, so that a night is enough for a thousand of them.

Most of a walk is waiting: politeness asks for seconds between two requests to one host, and says nothing of others. A
host's sources follow one another; whatever they share beside (a search service) keeps its one turn (`Client`).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from jixiao.model import JixiaoError
from jixiao.pipeline.collecting import archive_source, discover_source, source_of
from jixiao.pipeline.staging import Place
from jixiao.settings import Settings


def collect(run: Place, source_ids: Sequence[str], organization: str | None = None) -> list[str]:
    """Walk sources and fetch what is theirs, `JIXIAO_HOSTS_AT_ONCE` hosts at a time; return why which of them failed.

    A source that fails stops none of the others. What a walk holds in memory is gone when it ends.
    """
    queues: dict[str, list[str]] = {}
    for source_id in source_ids:
        queues.setdefault(_host(run, source_id, organization), []).append(source_id)

    def walked(host: str) -> list[str]:
        return [words for source_id in queues[host] if (words := _collected(run, source_id, organization))]

    with ThreadPoolExecutor(max(1, min(Settings.load().hosts_at_once, len(queues)))) as pool:
        failed = [words for some in pool.map(walked, queues) for words in some]
    for words in failed:
        print(f"problem: {words}")  # noqa: T201 - a run's log
    return failed


def _host(run: Place, source_id: str, organization: str | None) -> str:
    """Return the host that a source is at; one without an address is a queue of its own, and says so when it is met."""
    try:
        return urlsplit(source_of(run, source_id, organization).base).hostname or source_id
    except JixiaoError:
        return source_id


def _collected(run: Place, source_id: str, organization: str | None) -> str:
    try:
        archive_source(run, source_id, discover_source(run, source_id, organization), organization)
    except JixiaoError as error:
        return str(error)
    return ""
