"""Where originals lie: content-addressed, immutable, on any fsspec URL.

A local file is written to a temporary name, synced, renamed, and its folder synced; an object store shows an object
whole or not at all.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from upath import UPath

from jixiao.files import as_json, copy_file, partial_name, write_json
from jixiao.model import JixiaoError

_SHA256: Final = re.compile("[0-9a-f]{64}")


class Store:
    """Files at a URL: `objects/` by SHA-256, records as JSON beside them."""

    def __init__(self, url: str) -> None:
        """Open the store at `url`; nothing is created before something is kept."""
        self.root = UPath(url)

    @property
    def local(self) -> bool:
        """Tell whether the store is a local folder."""
        return self.root.protocol in ("", "file", "local")

    def object(self, sha256: str) -> UPath:
        """Return where an original lies, or would."""
        return self.root / "objects" / sha256[:2] / sha256

    def keep(self, source: Path, sha256: str) -> None:
        """Keep a file's bytes under their SHA-256; what is there already stays as it is."""
        target = self.object(sha256)
        if target.exists():
            return
        if self.local:
            copy_file(source, Path(target.path), mode=0o444)
        else:
            target.fs.put_file(str(source), target.path)

    def write(self, name: str, said: dict[str, Any]) -> None:
        """Write a record, whole or not at all."""
        target = self.root / name
        if self.local:
            write_json(Path(target.path), said)
        else:
            target.write_bytes(as_json(said).encode())

    def read(self, name: str) -> dict[str, Any] | None:
        """Return a record, or None."""
        try:
            said: dict[str, Any] = json.loads((self.root / name).read_text("utf-8"))
        except FileNotFoundError:
            return None
        return said

    def records(self, folder: str) -> Iterator[dict[str, Any]]:
        """Yield the records below a folder, in the order of their names."""
        root = self.root / folder
        for path in sorted(root.rglob("*.json"), key=str) if root.exists() else ():
            if not path.name.startswith("."):
                yield json.loads(path.read_text("utf-8"))

    def remove(self, name: str) -> None:
        """Take a mark away; originals and sidecars are never removed."""
        path = self.root / name
        if path.exists():
            path.unlink()

    def local_copy(self, sha256: str, folder: Path) -> Path:
        """Return a local path of an original; one on an object store is copied into `folder` first, and checked."""
        path = self.object(sha256)
        # Asked for by people and links, too: only what is a hash may become a path.
        if not _SHA256.fullmatch(sha256) or not path.exists():
            raise JixiaoError(f"the archive holds no document {sha256}")
        if self.local:
            return Path(path.path)
        copy = folder / sha256
        if not copy.exists():
            folder.mkdir(parents=True, exist_ok=True)
            partial = partial_name(copy)
            path.fs.get_file(path.path, str(partial))
            if sha256_of(partial) != sha256:
                partial.unlink()
                raise JixiaoError(f"the archive's document {sha256} has other bytes than its name says")
            partial.replace(copy)
        return copy


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in lower-case hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
