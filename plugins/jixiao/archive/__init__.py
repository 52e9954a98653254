"""Archive: originals unchanged under their SHA-256, a sidecar for each address; any fsspec URL.

Nothing is fetched twice: an address that has a sidecar is known. A file is written to a temporary name, synced and
renamed (object stores put whole objects), the object before its sidecar, so that a crash leaves nothing half.
"""

import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from upath import UPath

from jixiao.archive import magic
from jixiao.discover import Candidate, Client
from jixiao.discover.client import FILE_BYTES
from jixiao.model import JixiaoError

__all__ = ["Archive", "FetchFailure", "Sighting"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """An original at an address; `sha256` leads to its bytes."""

    sha256: str
    media_type: str
    byte_size: int
    url: str
    source_id: str
    post_url: str
    post_title: str
    attachment_name: str
    publisher: str
    published_on: date | None
    fiscal_year: int | None


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """An address that gave no document, and why."""

    url: str
    fiscal_year: int | None
    reason: str


class Archive:
    """Content-addressed files at a URL (`file`, `s3`, `memory` …)."""

    def __init__(self, url: str) -> None:
        """Open the archive at `url`; nothing is created before something is kept."""
        self.root = UPath(url)

    def _object(self, sha256: str) -> UPath:
        return self.root / "objects" / sha256[:2] / sha256

    def _sidecar(self, url: str) -> UPath:
        return self.root / "sightings" / f"{hashlib.sha256(url.encode()).hexdigest()}.json"

    def _write(self, path: UPath, data: bytes) -> None:
        if path.protocol not in ("", "file", "local"):
            path.write_bytes(data)  # an object store shows an object whole or not at all
            return
        target = Path(path.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        with partial.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        partial.replace(target)

    def keep(self, data: bytes) -> tuple[str, str]:
        """Keep bytes; return their SHA-256 and media type. Bytes that are no document raise `JixiaoError`."""
        if not data:
            raise JixiaoError("the file is empty")
        kind = magic.media_type(data[:1024])
        if kind is None:
            raise JixiaoError("not a document of a known type")
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._object(sha256)
        if not path.exists():
            self._write(path, data)
        return sha256, kind

    def sighting(self, url: str) -> Sighting | None:
        """Return what was seen at an address, or None."""
        path = self._sidecar(url)
        return _sighting(json.loads(path.read_text("utf-8"))) if path.exists() else None

    def sightings(self) -> Iterator[Sighting]:
        """Yield every sighting, by address hash."""
        folder = self.root / "sightings"
        for path in sorted(folder.glob("*.json"), key=str) if folder.exists() else ():
            yield _sighting(json.loads(path.read_text("utf-8")))

    def fetch(self, candidate: Candidate, client: Client) -> Sighting | FetchFailure:
        """Return the candidate's sighting, fetched only where its address is not known yet."""
        known = self.sighting(candidate.url)
        if known is not None:
            return known
        try:
            answer = client.get(candidate.url, limit=FILE_BYTES, remember=False)
            if answer.status != 200:
                raise JixiaoError(f"the site answered {answer.status}")
            kind = magic.media_type(answer.content[:1024])
            if kind == magic.HTML and not candidate.url.lower().endswith((".html", ".htm")):
                raise JixiaoError("the site sent an HTML page in place of the file")
            sha256, kind = self.keep(answer.content)
        except JixiaoError as error:
            return FetchFailure(candidate.url, candidate.fiscal_year, f"{candidate.attachment_name}: {error}")
        found = Sighting(
            sha256,
            kind,
            len(answer.content),
            candidate.url,
            candidate.source_id,
            candidate.post_url,
            candidate.post_title,
            candidate.attachment_name,
            candidate.publisher,
            candidate.published_on,
            candidate.fiscal_year,
        )
        text = json.dumps(asdict(found), ensure_ascii=False, indent=1, default=str) + "\n"
        self._write(self._sidecar(candidate.url), text.encode())
        return found

    def fetch_all(self, candidates: Iterable[Candidate], client: Client) -> list[Sighting | FetchFailure]:
        """Fetch each address once, in order."""
        return [self.fetch(c, client) for c in {c.url: c for c in candidates}.values()]

    def local_copy(self, sha256: str, folder: Path) -> Path:
        """Return a local path of an original; one on an object store is copied into `folder` first."""
        path = self._object(sha256)
        if not path.exists():
            raise JixiaoError(f"the archive holds no document {sha256}")
        if path.protocol in ("", "file", "local"):
            return Path(path.path)
        copy = folder / sha256
        if not copy.exists():
            folder.mkdir(parents=True, exist_ok=True)
            partial = folder / f".{sha256}.{uuid.uuid4().hex}"
            partial.write_bytes(path.read_bytes())
            partial.replace(copy)
        return copy


def _sighting(said: dict[str, Any]) -> Sighting:
    day = said.pop("published_on")
    return Sighting(published_on=date.fromisoformat(day) if day else None, **said)
