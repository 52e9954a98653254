"""The box around the reader of strangers' files: what the reading process must not see, touch or outlive.

Parent's side: `Box` gives the process an environment without secrets, a folder of its own, and a line by which it dies
when its parent does. Its own side: `shut_in` gives up network, other programs, other files and open-ended use of the
machine. What a kernel refuses is told by `told` (`jixiao doctor`), and the rest holds all the same.
"""

import ctypes
import fcntl
import os
import platform
import resource
import select
import shutil
import signal
import stat
import struct
import subprocess
import sys
import sysconfig
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import jixiao

FILE_BYTES: Final = 512 * 1024**2
"""The largest file that a reading process may write."""
_OPEN_FILES: Final = 512
_PREFIX: Final = "jixiao-box-"
_BESIDE: Final = ".beside"
_MADE: Final = "made"
_KEPT_NAMES: Final = ("JIXIAO_HOME", "JIXIAO_LIBREOFFICE", "OMP_NUM_THREADS", "TZ")
_FOLDER, _LINE = "JIXIAO_BOX_FOLDER", "JIXIAO_BOX_LINE"
_F_SETSIG: Final = 10

# prctl, seccomp and Landlock, as <linux/prctl.h>, <linux/seccomp.h> and <linux/landlock.h> number them.
_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2
_ALLOW, _DENY, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM, _ENOSYS = 1, 38
_CLONE_THREAD: Final = 0x00010000
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_READ: Final = 1 << 2 | 1 << 3
_WRITE: Final = 1 << 1 | 1 << 14
_MAKE: Final = 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8  # remove and make files and folders: no devices, pipes, links
_ALL_RIGHTS: Final = (1 << 13) - 1 | 1 << 14

_ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Refused: sockets, other programs, other processes, keys, kernel interfaces, rings that pass a filter by.
_CALLS: Final = {
    "x86_64": (41, 53, 57, 58, 59, 322, 101, 310, 311, 165, 166, 175, 313, 246, 248, 249, 250, 298, 321, 425, 428, 432,
               323, 308, 272, 155, 161, 169, 434, 438, 62, 200, 129, 297, 424),
    "aarch64": (198, 199, 221, 281, 117, 270, 271, 40, 39, 105, 273, 104, 217, 218, 219, 241, 280, 425, 428, 432,
                282, 268, 97, 41, 51, 142, 434, 438, 129, 130, 138, 240, 424),
}  # fmt: skip
_CLONE: Final = {"x86_64": 56, "aarch64": 220}
_TGKILL: Final = {"x86_64": 234, "aarch64": 131}
_CLONE3: Final = 435


class Box:
    """The parent's side of one reading process: its folder, its environment, the line that ties it to us."""

    def __init__(self, memory_bytes: int) -> None:
        """Make the folder and the line; `close` removes both, and the end of this process the folder."""
        _sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        for name in ("in", "tmp"):
            (self.folder / name).mkdir()
        self.line, self._held = os.pipe()
        self._memory_bytes = memory_bytes
        self._gone = weakref.finalize(self, _remove, self.folder, os.getpid())

    def environment(self) -> dict[str, str]:
        """Return the whole environment of the process: where our code and its folder are, and nothing of ours."""
        own = str(self.folder / "tmp")
        return {
            **{name: os.environ[name] for name in _KEPT_NAMES if name in os.environ},
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(Path(jixiao.__file__).resolve().parents[1]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "OPENBLAS_NUM_THREADS": "1",  # nobody here multiplies matrices, and each thread is begun and ended
            "HOME": own,
            "TMPDIR": own,
            "JIXIAO_VAR": own,
            "JIXIAO_MEMORY": f"{self._memory_bytes // 2 // 1024**2}MiB",
            _FOLDER: str(self.folder),
            _LINE: str(self.line),
        }

    def take_in(self, path: Path) -> Path:
        """Return a copy of a file in the box, of the same name: the only file there that is not ours."""
        self.empty()
        return self._copied(path, self.folder / "in")

    def take_beside(self, path: Path) -> Path:
        """Return a copy of the stand-in (`read.office`) of the file that was taken in; it may have the same name."""
        folder = self.folder / "in" / _BESIDE
        folder.mkdir()
        return self._copied(path, folder)

    @staticmethod
    def _copied(path: Path, folder: Path) -> Path:
        inside = folder / path.name
        shutil.copyfile(path, inside)
        return inside

    def hand_out(self, target: Path) -> None:
        """Copy what the process made to `target`, if it is a file of its own and not where a link of its leads."""
        try:
            handle = os.open(self.folder / "tmp" / _MADE, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return
        with os.fdopen(handle, "rb") as made:
            if stat.S_ISREG(os.fstat(handle).st_mode):
                with target.open("wb") as out:
                    shutil.copyfileobj(made, out)

    def empty(self) -> None:
        """Remove a document and what it left behind."""
        for left in (*(self.folder / "in").iterdir(), *(self.folder / "tmp").iterdir()):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)

    def let_go(self) -> None:
        """Cut this process's end of the line, which ends the reading process if no other holds it."""
        for handle in (self.line, self._held):
            os.close(handle)

    def close(self) -> None:
        """Cut the line and remove the folder."""
        self.let_go()
        self._gone()


def _remove(folder: Path, owner: int) -> None:
    """Remove a box, unless this is a fork of the process that it belongs to."""
    if owner == os.getpid():
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove the boxes of processes that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def made_file() -> Path:
    """Return where this process, in its box, writes what the asking one is to have as a file."""
    return Path(os.environ[_FOLDER]) / "tmp" / _MADE


def shut_in(memory_bytes: int, readable: Iterable[Path] = ()) -> list[str]:
    """Give up, for good, what reading a file does not need; return what this kernel does not let us give up.

    Called once, before anything of a stranger is read, and while this process has one thread. `readable` names what it
    must read beside our own code and the system's libraries.
    """
    folder, line = Path(os.environ[_FOLDER]), int(os.environ[_LINE])
    _die_with_parent(line)
    # What is written to counts: address space that threads only reserve grows with the machine's cores.
    for what, most in (
        (resource.RLIMIT_DATA, memory_bytes),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return [f"no_new_privs: {os.strerror(ctypes.get_errno())}"]
    refused = (_without_files(libc, folder, readable), _without_calls(libc))
    return [why for why in refused if why]


def allow_seconds(seconds: float) -> None:
    """Let this process use so many more seconds of processor time, on each of two cores; beyond that it is killed."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + 2 * seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def told() -> list[str]:
    """Return, a line each, what a reading process of this machine cannot be kept from; none is what is wanted."""
    box = Box(1024**3)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "jixiao.boxed.box"],
            env=box.environment(), pass_fds=(box.line,), capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    finally:
        box.close()
    lines = done.stdout.splitlines()
    return lines if done.returncode == 0 else [*lines, f"the reader's box does not close: {done.stderr.strip()[-200:]}"]


def _die_with_parent(line: int) -> None:
    """Have the kernel kill this process when the parent's end of the line is closed, however the parent ends.

    The kernel does it whatever this process is busy with; a thread that looks would wait for the interpreter.
    """
    fcntl.fcntl(line, _F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(line, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(line, fcntl.F_SETFL, fcntl.fcntl(line, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([line], [], [], 0)[0]:  # nobody writes to it: the parent ended before this process listened
        os._exit(1)


def _readable() -> Iterable[Path]:
    """Yield what our own code and its libraries lie in."""
    home = os.environ.get("JIXIAO_HOME")
    places = {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), os.environ["PYTHONPATH"]}
    places |= {entry for entry in sys.path if entry}
    package = Path(jixiao.__file__).resolve().parents[2]
    folders = [Path(home) if home else package / part for part in ("sql", "expectations", "sources")]
    system = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/sys/devices/system/cpu", "/proc/cpuinfo", "/proc/meminfo")
    # Where DuckDB looks how much memory there is; it falls over where it must not.
    limits = ("/proc/self/cgroup", "/sys/fs/cgroup")
    devices = ("/dev/urandom", "/dev/zero")
    seen = {path.resolve() for path in (*map(Path, places), *folders, *map(Path, (*system, *limits, *devices)))}
    return sorted(path for path in seen if path.exists() and path != Path("/"))


def _without_files(libc: ctypes.CDLL, folder: Path, readable: Iterable[Path]) -> str:
    """Leave this process its own code to read and its folder to write in (Landlock); return why not, if not."""
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return f"files: no Landlock here ({os.strerror(ctypes.get_errno())}): a reader could read what its user can"
    handled = _ALL_RIGHTS if version >= 3 else _ALL_RIGHTS & ~(1 << 14)
    network = 3 if version >= 4 else 0
    attributes = struct.pack("=QQ", handled, network) if version >= 4 else struct.pack("=Q", handled)
    rules = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if rules < 0:
        return f"files: Landlock makes no rules: {os.strerror(ctypes.get_errno())}"
    for path in (*_readable(), *(path for path in readable if path.exists())):
        _let(libc, rules, path, _READ)
    _let(libc, rules, folder / "in", _READ)
    _let(libc, rules, folder / "tmp", handled & (_READ | _WRITE | _MAKE))
    _let(libc, rules, Path("/dev/null"), handled & (_READ | _WRITE))
    if libc.syscall(_RESTRICT_SELF, rules, 0) != 0:
        return f"files: Landlock does not close: {os.strerror(ctypes.get_errno())}"
    os.close(rules)
    return ""


def _let(libc: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    if not path.is_dir():
        rights &= 0b111 | 1 << 14
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", rights, handle)
        if libc.syscall(_ADD_RULE, rules, 1, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), f"Landlock takes no rule for {path}")
    finally:
        os.close(handle)


def _without_calls(libc: ctypes.CDLL) -> str:
    """Refuse sockets, other programs and what reaches into other processes (seccomp); return why not, if not."""
    machine = platform.machine() if sys.platform == "linux" else ""
    if machine not in _ARCHITECTURES:
        return f"network: no list of calls for {machine or sys.platform}: a reader could send"
    steps = [
        (0x20, 0, 0, 4),  # load the architecture; a call of another one is no call of ours
        (0x15, 1, 0, _ARCHITECTURES[machine]),
        (0x06, 0, 0, _KILL),
        (0x20, 0, 0, 0),  # load the number of the call
        (0x35, 0, 1, 0x40000000),  # x32 numbers
        (0x06, 0, 0, _DENY | _EPERM),
        # glibc falls back to clone, whose flags can be looked at.
        (0x15, 0, 1, _CLONE3),
        (0x06, 0, 0, _DENY | _ENOSYS),
    ]
    for call in _CALLS[machine]:
        steps += [(0x15, 0, 1, call), (0x06, 0, 0, _DENY | _EPERM)]
    steps += [
        (0x15, 0, 3, _TGKILL[machine]),  # what abort() calls: to ourselves only
        (0x20, 0, 0, 16),
        (0x15, 1, 0, os.getpid()),
        (0x06, 0, 0, _DENY | _EPERM),
        (0x15, 0, 3, _CLONE[machine]),
        (0x20, 0, 0, 16),  # its flags: a thread of our own is let through
        (0x45, 1, 0, _CLONE_THREAD),
        (0x06, 0, 0, _DENY | _EPERM),
        (0x06, 0, 0, _ALLOW),
    ]
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HxxxxxxP", len(steps), ctypes.addressof(held))
    if libc.prctl(_SET_SECCOMP, _FILTER_MODE, program, 0, 0) != 0:
        return f"network: the kernel takes no filter ({os.strerror(ctypes.get_errno())}): a reader could send"
    return ""


if __name__ == "__main__":
    for refusal in shut_in(1024**3):
        print(refusal)  # noqa: T201 - the answer
