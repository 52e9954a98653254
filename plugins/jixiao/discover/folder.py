"""A folder of files as a source: any fsspec URL (a local folder, `s3://…`, a zip), with an optional `manifest.csv`.

A file's address is the folder's and its path in it; a file in a zip has `!/` between the zip's and its own. Size and
time (or the store's own hash) tell whether a file may have changed; only then is it read again.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import fsspec

from jixiao.discover.client import FILE_BYTES, PAGE_BYTES, Answer, Client, Refused
from jixiao.discover.posts import FILE, PAGE_FILE, UNSEEN, Candidate, Walk, file_key, file_name
from jixiao.discover.source import REGION_CODE, Expected, Source
from jixiao.discover.titles import fiscal_year_of, is_project, is_report, says
from jixiao.magic import zip_name
from jixiao.model import JixiaoError, TransientError

MANIFEST: Final = "manifest.csv"
COLUMNS: Final = ("path", "organization", "region_code", "fiscal_year", "url", "published_on")
_OTHERS: Final = re.compile(r"\.(png|jpe?g|rtf|odt|ods|xlsb|pptx?|txt|xml)$", re.IGNORECASE)
_NOT_THEIRS: Final = re.compile(r"(?:^|/)(?:\.|~\$|__MACOSX/|Thumbs\.db$)")
_CHANGES_WITH_BYTES: Final = ("ETag", "etag", "mtime", "LastModified", "last_modified", "CRC", "created")
# The day on which a file was saved or published is no fiscal year.
_DAY: Final = re.compile(r"(?<!\d)20\d\d([-_.年])\d{1,2}[-_.月]\d{1,2}(?!\d)日?")
_HALF: Final = re.compile("[\udc80-\udcff]")
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file of the folder: its path there (as people read it), its path in the file system, what is told of it."""

    path: str
    inner: str
    info: Mapping[str, Any]

    @property
    def tag(self) -> str:
        """Return what differs when the bytes do; empty where the store tells nothing but a size."""
        told = [str(self.info[key]) for key in _CHANGES_WITH_BYTES if self.info.get(key) is not None]
        return "-".join([str(self.info.get("size")), *told]) if told else ""


def folder_source(url: str) -> Source:
    """Return a contract for a folder that no contract names: nothing is expected of it, all its files are asked."""
    address = _absolute(url)
    name = re.sub(r"[^\w-]+", "-", address.rstrip("/").rsplit("/", 1)[-1]).strip("-") or "files"
    ident = f"folder-{name}-{sha256(address.encode()).hexdigest()[:8]}"
    return Source(id=ident, name=address, adapter="files", address=address, expected=Expected(least_reports=0))


def _absolute(url: str) -> str:
    """Return an address that means the same wherever it is read."""
    if "::" in url:
        return url.removeprefix("zip::").removeprefix("zip://::").removeprefix("zip:///::") if "zip:" in url else url
    if "://" in url:
        return url
    return Path(url).expanduser().resolve().as_uri() if not url.startswith("file:") else url


class FolderClient(Client):
    """Gives the files of a folder as a site's client gives a site's; nothing is sent but to the folder's store."""

    def __init__(self, source: Source, cache: Path) -> None:
        """Prepare; nothing is read."""
        super().__init__(source, cache, "a folder of files")
        self._root = unquote(source.base) if source.base.startswith("file:") else source.base
        self._zip = self._root.lower().endswith(".zip") and "::" not in self._root

    def robots_verdict(self, url: str) -> str:
        """Return that a folder of one's own forbids nothing."""
        del url
        return "allow"

    @cached_property
    def files(self) -> dict[str, _Entry]:
        """Return the files of the folder by their addresses, in the order of their paths.

        Raises:
            JixiaoError: there is no such folder or zip, or it cannot be read.
        """
        try:
            entries = sorted(self._listed(), key=lambda entry: entry.path)
        except (FileNotFoundError, NotADirectoryError, zipfile.BadZipFile, ValueError, ImportError) as error:
            raise JixiaoError(f"{self._root}: no folder of files: {' '.join(str(error).split())}") from None
        except OSError as error:
            raise TransientError(f"{self._root}: cannot be read: {' '.join(str(error).split())}") from None
        between = "!/" if self._zip else "/"
        return {f"{self._root}{between}{_quoted(entry.path)}": entry for entry in entries}

    @cached_property
    def _store(self) -> tuple[Any, str]:
        if self._zip:
            return fsspec.filesystem("zip", fo=self._root, skip_instance_cache=True), ""
        store, root = fsspec.core.url_to_fs(self._root)
        store.invalidate_cache()
        return store, str(root).rstrip("/")

    def _listed(self) -> Iterator[_Entry]:
        store, root = self._store
        if not self._zip and not store.isdir(root):
            raise FileNotFoundError("it is not there")
        names = {info.filename: zip_name(info) for info in store.zip.infolist()} if self._zip else {}
        for inner, info in store.find(root, detail=True).items():
            if info.get("type") == "other" and not Path(inner).is_file():
                continue  # a pipe: whoever opened it would wait for ever
            path = names.get(inner, inner.removeprefix(root).lstrip("/"))
            yield _Entry(_legible(path), inner, info)

    @cached_property
    def manifest(self) -> list[tuple[int, dict[str, str]]]:
        """Return the rows of the folder's manifest with their line numbers; none where there is no manifest."""
        entry = next((one for one in self.files.values() if one.path == MANIFEST), None)
        if entry is None:
            return []
        data = self.read(entry, PAGE_BYTES)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030", "replace")
        rows = csv.DictReader(io.StringIO(text))
        rows.fieldnames = [re.sub(r"\s+", "_", name.strip().lower()) for name in rows.fieldnames or ()]
        return [(rows.line_num, {name: (row.get(name) or "").strip() for name in rows.fieldnames}) for row in rows]

    @cached_property
    def _told(self) -> dict[str, str]:
        """Return, by path, what changes when a manifest says something else of a file."""
        return {_path_in(row): "|".join(row.get(name, "") for name in COLUMNS[1:]) for _, row in self.manifest}

    def read(self, entry: _Entry, limit: int) -> bytes:
        """Return a file's bytes; `Refused` where it is longer than `limit`."""
        with self._store[0].open(entry.inner, "rb") as handle:
            data: bytes = handle.read(limit + 1)
        if len(data) > limit:
            raise Refused(f"{entry.path}: longer than the limit of {limit} bytes")
        return data

    def download(self, url: str, to: Path, headers: dict[str, str] | None = None, limit: int = FILE_BYTES) -> Answer:
        """Copy a file; one whose size and time are as they were (`headers`) is not read."""
        entry = self._entry(url)
        about = self._told.get(entry.path, "")
        told = {"etag": entry.tag or "not told"} | ({"manifest": about} if about else {})
        if headers is not None and entry.tag and headers == told:
            return Answer(url, 304, b"", told, unchanged=True)
        self.requests += 1
        size = 0
        try:
            with self._store[0].open(entry.inner, "rb") as handle, to.open("wb") as copy:
                while piece := handle.read(_PIECE):
                    size += len(piece)
                    if size > limit:
                        raise Refused(f"{url}: longer than the limit of {limit} bytes")
                    copy.write(piece)
        except (OSError, zipfile.BadZipFile, RuntimeError) as error:  # RuntimeError: a member that is encrypted
            raise JixiaoError(f"{url}: {error}") from None
        return Answer(url, 200, b"", told)

    def _entry(self, url: str) -> _Entry:
        if url not in self.files:
            raise JixiaoError(f"{url}: the file is not there any more")
        return self.files[url]


def _legible(path: str) -> str:
    """Return a path as text: names that are not UTF-8 are GBK, as Chinese Windows writes them, else in hex digits."""
    raw = path.encode("utf-8", "surrogateescape")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return _HALF.sub(lambda half: f"%{ord(half[0]) - 0xDC00:02x}", path)


def _quoted(path: str) -> str:
    return UNSEEN.sub(lambda match: quote(match[0]), re.sub(r"[%#?\t\n\r]", lambda match: quote(match[0]), path))


@dataclass(frozen=True, slots=True)
class _Told:
    """What a manifest tells of a file; empty where it tells nothing."""

    organization: str = ""
    region_code: str = ""
    fiscal_year: int | None = None
    url: str = ""
    published_on: date | None = None


def look(client: FolderClient, found: Walk, years: set[int] | None) -> None:
    """Judge every file of the folder: what its name says is none of ours is left, what names nothing is taken."""
    files = client.files
    manifest = _manifest(client, found)
    for path in sorted(manifest.keys() - {entry.path for entry in files.values()}):
        found.problems.append(f"{MANIFEST}: {path} is not in the folder")
    for url, entry in files.items():
        if entry.path == MANIFEST or _NOT_THEIRS.search(entry.path):
            found.passed_over += 1
            continue
        told = manifest.get(entry.path, _Told())
        name = file_name(entry.path.replace("%", "%25"), "")
        year = told.fiscal_year if told.fiscal_year is not None else fiscal_year_of(_DAY.sub("", name))
        taken, reason = _verdict(name, entry.path in manifest)
        if taken and year is None:
            reason += "; neither manifest nor name tells the fiscal year: the document tells"
        elif taken and years is not None and year not in years:
            taken, reason = False, f"fiscal year {year} is not asked for"
        if taken:
            found.files[file_key(url)] = url
        found.candidates.append(
            Candidate(
                found.source_id, url, told.url or url, name.rpartition(".")[0], entry.path.rpartition("/")[0], name,
                told.organization, told.published_on, year, told.organization, told.region_code, taken, reason,
                entry.info.get("size"), client.walk_token,
            )
        )  # fmt: skip


def _verdict(name: str, named: bool) -> tuple[bool, str]:
    """Tell whether a file is to be taken; a name in the manifest speaks for a file, whatever its title says."""
    if not (FILE.search(name) or PAGE_FILE.search(name) or _OTHERS.search(name)):
        return False, "not the name of a document"
    if named:
        return True, f"{MANIFEST} names it"
    ours, why = is_report(name)
    others = is_project(name) or says("not_a_report", name) or says("notice", name) or says("not_by_itself", name)
    if ours or others:
        return ours, why
    return True, "its name tells nothing: the document tells"


def _manifest(client: FolderClient, found: Walk) -> dict[str, _Told]:
    """Return what the folder's manifest tells, by path; what is wrong in it is a problem that names its line."""
    rows = client.manifest
    columns = set(rows[0][1]) if rows else set()
    if rows and "path" not in columns:
        found.problems.append(f"{MANIFEST}: has no column path: nothing of it is used")
        return {}
    if strange := sorted(columns - set(COLUMNS)):
        found.notes.append(f"{MANIFEST}: the columns {', '.join(strange)} are not used")
    out: dict[str, _Told] = {}
    for line, row in rows:
        path = _path_in(row)
        if path in out:
            found.problems.append(f"{MANIFEST} line {line}: {path} is named twice: the first counts")
        elif path:
            out[path] = _told({name: row.get(name, "") for name in COLUMNS}, f"{MANIFEST} line {line}", found)
    return out


def _path_in(row: Mapping[str, str]) -> str:
    return row.get("path", "").replace("\\", "/").removeprefix("./")


def _told(said: Mapping[str, str], where: str, found: Walk) -> _Told:
    year, day, code, url = said["fiscal_year"], said["published_on"], said["region_code"], said["url"]
    if year and not re.fullmatch(r"20[0-4]\d", year):
        found.problems.append(f"{where}: fiscal_year {year!r} is no year")
        year = ""
    if code and not re.fullmatch(REGION_CODE, code):
        found.problems.append(f"{where}: region_code {code!r} has not six digits")
        code = ""
    if url and not re.match(r"https?://", url):
        found.problems.append(f"{where}: url {url!r} is no web address")
        url = ""
    try:
        published = date.fromisoformat(day) if day else None
    except ValueError:
        found.problems.append(f"{where}: published_on {day!r} is no day (2024-08-30)")
        published = None
    return _Told(said["organization"], code, int(year) if year else None, url, published)
