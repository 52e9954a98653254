"""Where versions stand: a local folder, or any object store that fsspec knows.

Both hold `versions/<number>/` and a pointer to the current one that changes in one step: a symlink `current`, or the
object `current.json`. A version is one when it has its manifest, which comes last and goes first.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from upath import UPath

from jixiao.files import partial_name, sync
from jixiao.model import JixiaoError

MANIFEST: Final = "manifest.json"


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in lower-case hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


class FolderShelf:
    """Versions in a local folder."""

    def __init__(self, root: Path) -> None:
        """Open the folder; it need not be there yet."""
        self.root = root

    def current(self) -> Path | None:
        """Return the folder of the version that `current` points at; None where it points at none."""
        link = self.root / "current"
        folder = link.resolve()
        ours = link.is_symlink() and folder.parent == (self.root / "versions").resolve() and _number(folder.name)
        return folder if ours and folder.is_dir() else None

    def versions(self) -> list[int]:
        """Return the numbers of the whole versions, oldest first."""
        found = self.root.glob("versions/*/" + MANIFEST)
        return sorted(number for path in found if (number := _number(path.parent.name)))

    def next_number(self) -> int:
        """Return the number of a new version: greater than that of any that is there, whole or not."""
        there = (self.root / "versions").iterdir()
        return max((_number(path.name) for path in there), default=0) + 1

    def folder(self, number: int) -> Path:
        """Return where a version stands."""
        return self.root / "versions" / f"{number:06d}"

    def manifest(self, folder: Path) -> dict[str, Any]:
        """Return a version's manifest; an empty one where there is none."""
        try:
            return manifest_in((folder / MANIFEST).read_bytes())
        except (FileNotFoundError, IsADirectoryError):  # a damaged one says nothing: it is written anew
            return {}

    def is_whole(self, folder: Path) -> bool:
        """Tell whether a version's files are those of its manifest."""
        files = self.manifest(folder).get("files", {})
        return bool(files) and all(
            (folder / n).is_file() and sha256_of(folder / n) == said for n, said in files.items()
        )

    def copy(self, folder: Path, name: str, sha256: str | None, target: Path) -> bool:
        """Copy a version's file, not as a link: two versions share no damage. False where it has other bytes."""
        try:
            shutil.copyfile(folder / name, target)
        except (FileNotFoundError, IsADirectoryError):
            return False
        return sha256_of(target) == sha256

    def clear(self) -> None:
        """Remove what a crash left half; what readers are pointed at stays, though its manifest be lost."""
        (self.root / "versions").mkdir(parents=True, exist_ok=True)
        now = self.current()
        for folder in (self.root / "versions").iterdir():
            # A crash between the manifest and the rename leaves a partial folder that has a manifest.
            whole = _number(folder.name) and (folder / MANIFEST).exists()
            if folder.is_dir() and not folder.is_symlink() and not whole and folder.resolve() != now:
                shutil.rmtree(folder)

    @contextmanager
    def workbench(self, number: int) -> Iterator[Path]:
        """Give an empty local folder to build a version in."""
        partial = self.root / "versions" / f"partial-{number:06d}"
        partial.mkdir()
        try:
            yield partial
        finally:  # on a disk that was full it must not take the room
            shutil.rmtree(partial, ignore_errors=True)

    def place(self, partial: Path, number: int) -> None:
        """Make a built folder a version, whole or not at all."""
        for file in sorted(partial.rglob("*")):
            sync(file)
        sync(partial)
        partial.rename(self.folder(number))
        sync(self.root / "versions")

    def switch(self, number: int) -> None:
        """Point `current` at a version: a new link takes the old one's name in one step."""
        link = partial_name(self.root / "current")
        link.symlink_to(os.path.relpath(self.folder(number), self.root))
        now = self.root / "current"
        if now.is_dir() and not now.is_symlink():  # a backup that followed links was restored; it is kept beside
            now.rename(now.with_name(f"current.stray-{number:06d}"))
        link.replace(now)
        sync(self.root)

    def remove(self, number: int) -> None:
        """Remove a version; without its manifest it is none, so that a crash half way leaves none to go back to."""
        gone = self.folder(number)
        (gone / MANIFEST).unlink()
        sync(gone)
        shutil.rmtree(gone)

    def local_copy(self, folder: Path, name: str, copies: Path) -> Path:
        """Return a local path of a version's file."""
        return folder / name


class ObjectShelf:
    """Versions in an object store: an object is there whole or not at all."""

    def __init__(self, root: UPath) -> None:
        """Open the prefix; nothing is written before something is published."""
        self.root = root

    def current(self) -> UPath | None:
        """Return the prefix that `current.json` names."""
        try:
            number = int(json.loads((self.root / "current.json").read_text("utf-8"))["version"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):  # a damaged pointer points nowhere
            return None
        return self.folder(number)

    def versions(self) -> list[int]:
        """Return the numbers of the whole versions, oldest first."""
        self.root.fs.invalidate_cache()
        found = self.root.fs.glob(f"{self.root.path.rstrip('/')}/versions/*/{MANIFEST}")
        return sorted(number for path in found if (number := _number(str(path).split("/")[-2])))

    def next_number(self) -> int:
        """Return the number of a new version: greater than that of any that is there."""
        now = self.current()
        return max([*self.versions(), _number(now.name) if now is not None else 0]) + 1

    def folder(self, number: int) -> UPath:
        """Return where a version stands."""
        return self.root / "versions" / f"{number:06d}"

    def manifest(self, folder: UPath) -> dict[str, Any]:
        """Return a version's manifest; an empty one where there is none."""
        try:
            return manifest_in((folder / MANIFEST).read_bytes())
        except FileNotFoundError:
            return {}

    def is_whole(self, folder: UPath) -> bool:
        """Tell whether a version's objects are those of its manifest."""
        files = self.manifest(folder).get("files", {})
        return bool(files) and all(_hash(folder / name) == said for name, said in files.items())

    def copy(self, folder: UPath, name: str, sha256: str | None, target: Path) -> bool:
        """Copy nothing: fetching an object takes longer than writing it anew."""
        return False

    def clear(self) -> None:
        """Remove what a crash left half; what readers are pointed at stays, though its manifest be lost."""
        now = self.current()
        whole = {f"{number:06d}" for number in self.versions()} | {now.name if now is not None else ""}
        prefix = f"{self.root.path.rstrip('/')}/versions"
        for path in self.root.fs.ls(prefix, detail=False) if self.root.fs.exists(prefix) else ():
            if str(path).rstrip("/").split("/")[-1] not in whole:
                self.root.fs.rm(path, recursive=True)

    @contextmanager
    def workbench(self, number: int) -> Iterator[Path]:
        """Give an empty local folder to build a version in."""
        with tempfile.TemporaryDirectory(prefix="jixiao-publish-") as folder:
            yield Path(folder)

    def place(self, partial: Path, number: int) -> None:
        """Upload a built folder, read every object back, and give it its manifest last."""
        target = self.folder(number)
        names = [str(file.relative_to(partial)) for file in sorted(partial.rglob("*")) if file.is_file()]
        for name in [*(n for n in names if n != MANIFEST), MANIFEST]:
            path = f"{target.path}/{name}"
            target.fs.put_file(str(partial / name), path)
            with target.fs.open(path, "rb") as handle:
                if hashlib.file_digest(handle, "sha256").hexdigest() != sha256_of(partial / name):
                    raise JixiaoError(f"{name} came back from the object store with other bytes than were sent")

    def switch(self, number: int) -> None:
        """Point `current.json` at a version, in one step."""
        (self.root / "current.json").write_text(json.dumps({"version": number}) + "\n")

    def remove(self, number: int) -> None:
        """Remove a version, its manifest first."""
        gone = self.folder(number)
        gone.fs.rm_file(f"{gone.path}/{MANIFEST}")
        gone.fs.rm(gone.path, recursive=True)

    def local_copy(self, folder: UPath, name: str, copies: Path) -> Path:
        """Return a local path of a version's file, copied once; its hash is that of the manifest."""
        wanted = str(self.manifest(folder).get("files", {}).get(name, ""))
        if not wanted:
            raise JixiaoError(f"version {folder.name}: its manifest is damaged or does not name {name}")
        copy = copies / f"{wanted[:16]}-{name}"
        if not copy.exists():
            copies.mkdir(parents=True, exist_ok=True)
            partial = partial_name(copy)
            folder.fs.get_file(f"{folder.path}/{name}", str(partial))
            if sha256_of(partial) != wanted:
                partial.unlink()
                raise JixiaoError(f"{name} of version {folder.name} has other bytes than its manifest says")
            partial.replace(copy)
        return copy


def _number(name: str) -> int:
    """Return the number that a version's folder is named by; 0 for the name of anything else."""
    return int(name) if re.fullmatch("[0-9]{6,}", name) else 0


def manifest_in(text: bytes) -> dict[str, Any]:
    """Return what a manifest says; a damaged one says nothing."""
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    sound = isinstance(said, dict) and isinstance(said.get("files"), dict)
    return said if sound else {}


def _hash(path: UPath) -> str | None:
    try:
        with path.fs.open(path.path, "rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except FileNotFoundError:
        return None


Shelf = FolderShelf | ObjectShelf


def shelf(url: str | Path) -> Shelf:
    """Return the shelf at a path or fsspec URL."""
    root = UPath(url)
    local = root.protocol in ("", "file", "local")
    return FolderShelf(Path(root.path)) if local else ObjectShelf(root)
