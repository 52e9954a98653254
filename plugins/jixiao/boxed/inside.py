"""The box around the reader of strangers' files, from inside: what the process gives up before it reads anything.

`shut_in` gives up network, other programs, other files and open-ended use of the machine. What a kernel refuses is told
by `box.told` (`jixiao doctor`), and the rest holds all the same.
"""

import ctypes
import fcntl
import os
import platform
import resource
import select
import signal
import struct
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import jixiao
from jixiao.boxed import FOLDER, LINE, MADE

FILE_BYTES: Final = 512 * 1024**2
"""The largest file that a reading process may write."""
_OPEN_FILES: Final = 512
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


def made_file() -> Path:
    """Return where this process, in its box, writes what the asking one is to have as a file."""
    return Path(os.environ[FOLDER]) / "tmp" / MADE


def shut_in(memory_bytes: int, readable: Iterable[Path] = ()) -> list[str]:
    """Give up, for good, what reading a file does not need; return what this kernel does not let us give up.

    Called once, before anything of a stranger is read, and while this process has one thread. `readable` names what it
    must read beside our own code and the system's libraries.
    """
    folder, line = Path(os.environ[FOLDER]), int(os.environ[LINE])
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
