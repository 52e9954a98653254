"""Where originals lie: content-addressed, immutable, on any fsspec URL.

A local file is written to a temporary name, synced, renamed, and its folder synced; an object store shows an object
whole or not at all.
"""

import errno
import fcntl
import hashlib
import json
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from upath import UPath

from jixiao.files import as_json, copy_file, partial_name, write_json
from jixiao.model import JixiaoError

_SHA256: Final = re.compile("[0-9a-f]{64}")
_RECORD_BYTES: Final = 64 * 1024**2


class Store:
    """Files at a URL: `objects/` by SHA-256, records as JSON beside them."""

    def __init__(self, url: str) -> None:
        """Open the store at `url`; nothing is created before something is kept."""
        self.root = UPath(url)
        self.damaged: dict[str, str] = {}  # records that could not be read, and why

    @property
    def local(self) -> bool:
        """Tell whether the store is a local folder."""
        return self.root.protocol in ("", "file", "local")

    def object(self, sha256: str) -> UPath:
        """Return where an original lies, or would."""
        return self.root / "objects" / sha256[:2] / sha256

    def keep(self, source: Path, sha256: str) -> None:
        """Keep a file's bytes under their SHA-256; what is there already stays, if it is what its name says."""
        target = self.object(sha256)
        if target.exists() and self.hash_of(sha256) == sha256:
            return
        if self.local:
            copy_file(source, Path(target.path), mode=0o444)
        else:
            target.fs.put_file(str(source), target.path)

    def hash_of(self, sha256: str) -> str | None:
        """Return the SHA-256 of the bytes that lie where an original should; None where nothing does.

        Empty for what cannot be read: a folder in its place, a sector that is gone.
        """
        try:
            self._check_file(self.object(sha256))
            with self.object(sha256).open("rb") as handle:
                digest = hashlib.sha256()
                while piece := handle.read(1 << 20):
                    digest.update(piece)
                return digest.hexdigest()
        except FileNotFoundError:
            return None
        except OSError:
            return ""

    def originals(self, prefix: str) -> list[str]:
        """Return the names of the originals that begin with two hex digits, in order; strays are not among them."""
        folder = self.root / "objects" / prefix
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        return sorted(name for name in names if _SHA256.fullmatch(name))

    def set_aside(self, sha256: str) -> None:
        """Move damaged bytes away from the name that they do not deserve; nothing is removed."""
        at, to = self.object(sha256), self.root / "damaged" / sha256
        to.parent.mkdir(parents=True, exist_ok=True)
        while to.exists():
            to = to.with_name(f"{to.name}.again")
        at.fs.mv(at.path, to.path, recursive=at.is_dir())

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold a name against other processes of this machine; object stores know no locks."""
        if not self.local:
            yield
            return
        path = Path((self.root / name).path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def write(self, name: str, said: dict[str, Any]) -> None:
        """Write a record, whole or not at all."""
        target = self.root / name
        if self.local:
            write_json(Path(target.path), said)
        else:
            target.write_bytes(as_json(said).encode())

    def read(self, name: str) -> dict[str, Any] | None:
        """Return a record, or None: there is none, or it is damaged (then it is in `damaged`)."""
        try:
            self._check_file(self.root / name, _RECORD_BYTES)
            said = json.loads((self.root / name).read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self.damaged[name] = str(error)
            return None
        if not isinstance(said, dict):
            self.damaged[name] = "not a record"
            return None
        return said

    def _check_file(self, path: UPath, most_bytes: int | None = None) -> None:
        """Raise `OSError` for what nobody would come to the end of: a pipe, a device, a record of gigabytes."""
        if not self.local:
            return
        about = Path(path.path).stat()
        if not (stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)):
            raise OSError(errno.EINVAL, "no file")
        if most_bytes is not None and about.st_size > most_bytes:
            raise OSError(errno.EFBIG, f"{about.st_size} bytes are no record")

    def named_records(self, folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the records below a folder with their names, in order; those that are damaged are noted."""
        root = self.root / folder
        above = len(self.root.path.rstrip("/")) + 1
        for path in sorted(root.rglob("*.json"), key=str) if root.exists() else ():
            if path.name.startswith("."):
                continue
            name = path.path[above:]
            said = self.read(name)
            if said is not None:
                yield name, said

    def records(self, folder: str) -> Iterator[dict[str, Any]]:
        """Yield the records below a folder, in the order of their names."""
        return (said for _, said in self.named_records(folder))

    def remove(self, name: str) -> None:
        """Take a mark away; originals and sidecars are never removed."""
        path = self.root / name
        if path.exists():
            path.unlink()

    def local_copy(self, sha256: str, folder: Path) -> Path:
        """Return a local path of an original, hashed now; one on an object store is copied into `folder` first.

        Raises:
            JixiaoError: there is none, or its bytes are not those that its name says.
        """
        path = self.object(sha256)
        # Asked for by people and links, too: only what is a hash may become a path.
        if not _SHA256.fullmatch(sha256) or not path.exists():
            raise JixiaoError(f"the archive holds no document {sha256}")
        copy = Path(path.path) if self.local else folder / sha256
        if copy.is_file() and sha256_of(copy) == sha256:
            return copy
        if not self.local:
            folder.mkdir(parents=True, exist_ok=True)
            partial = partial_name(copy)
            path.fs.get_file(path.path, str(partial))
            if sha256_of(partial) == sha256:
                partial.replace(copy)
                return copy
            partial.unlink()
        raise DamagedOriginal(f"the archive's document {sha256} has other bytes than its name says")


class DamagedOriginal(JixiaoError):  # noqa: N818 - what it is
    """An original whose bytes are no longer those that were archived: it is not read, nor shown."""


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in lower-case hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
