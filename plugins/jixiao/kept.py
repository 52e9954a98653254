"""What Python works out anew in every process, kept beside its bytecode: patterns, methods of dataclasses, data files.

A process that reads one file would spend a third of its start on these. Each stands under the whole of what it was made
of (a pattern with its flags, a method's source, a file's text), so that none is ever stale; what is not kept, or was
kept by another Python, is made as ever. `python -m jixiao.keep` writes the file, as compileall writes bytecode
(tools/bootstrap.py, the image). A process that reads strangers' files only reads it.
"""

import dataclasses
import hashlib
import marshal
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

_HOME: Final = Path(__file__).parent
PLACE: Final = _HOME / "__pycache__" / f"kept.{sys.implementation.cache_tag}.bin"
_COMPILER: Any = re._compiler  # type: ignore[attr-defined]  # as all Pythons that we run on have it
_MADE_BY: Final = f"2 {sys.version} {_COMPILER.MAGIC}"


class Kept:
    """Compiled patterns by pattern and flags, code by the digest of its source, data by a text's digest or its name."""

    def __init__(self) -> None:
        """Hold nothing."""
        self.patterns: dict[tuple[str | bytes, int], tuple[Any, ...]] = {}
        self.methods: dict[bytes, bytes] = {}
        self.files: dict[bytes, bytes] = {}
        self.made: dict[str, bytes] = {}

    def as_bytes(self) -> bytes:
        """Return it as a file holds it, the digest of the rest first."""
        said = marshal.dumps((_MADE_BY, self.patterns, self.methods, self.files, self.made))
        return hashlib.sha256(said).digest() + said

    @classmethod
    def of(cls, path: Path) -> "Kept":
        """Return what a file holds: nothing where there is none, or it is damaged or of another Python."""
        kept = cls()
        try:
            held = path.read_bytes()
            if hashlib.sha256(held[32:]).digest() == held[:32]:
                made_by, *all_of_it = marshal.loads(held[32:])  # noqa: S302 - as trusted as the bytecode beside it
                if made_by == _MADE_BY:
                    kept.patterns, kept.methods, kept.files, kept.made = all_of_it
        except (OSError, ValueError, EOFError, TypeError):
            pass
        return kept


_USED = Kept()
_RECORDS: list[Kept] = []
"""What is being recorded, if anything is."""


def install(path: Path = PLACE) -> None:
    """Have this process use what is kept, before it imports anything else."""
    kept = Kept.of(path)
    compile_pattern = _COMPILER.compile

    def compiled(pattern: Any, flags: int = 0) -> Any:
        known = kept.patterns.get((pattern, flags)) if isinstance(pattern, str | bytes) else None
        return compile_pattern(pattern, flags) if known is None else _COMPILER._sre.compile(pattern, *known)

    def execute(source: str, *names: Any) -> None:
        known = kept.methods.get(_digest(source))
        exec(source if known is None else marshal.loads(known), *names)  # noqa: S102, S302 - what dataclasses does

    _COMPILER.compile = compiled
    dataclasses.exec = execute  # type: ignore[attr-defined]
    _USED.files, _USED.made = kept.files, kept.made


def text_in(part: str) -> str:
    """Return a text file of the package, by its path below it; `importlib.resources` takes long to import."""
    return (_HOME / part).read_text("utf-8")


def yaml_in(part: str) -> Any:
    """Return what a YAML file of the package says, by its path below it."""
    return yaml_of(text_in(part))


def yaml_of(text: str) -> Any:
    """Return what a YAML file of ours says, each time as values of its own."""
    known = _data().files.get(_digest(text))
    return _parsed(text) if known is None else marshal.loads(known)  # noqa: S302 - our own


def made_of(name: str, make: Callable[[], Any]) -> Any:
    """Return what `make` makes, of types that marshal takes; `name` holds a digest of all that it is made of."""
    known = _data().made.get(name)
    if known is not None:
        return marshal.loads(known)  # noqa: S302 - our own
    made = make()
    if _RECORDS:
        _RECORDS[-1].made[name] = marshal.dumps(made)
    return made


def _data() -> Kept:
    """Return the data that is kept; what is to be kept now is made."""
    return _USED if _RECORDS else _read()


@cache
def _read() -> Kept:
    """Read what is kept, where `install` did not: a stage takes data from it, and makes patterns and methods itself."""
    return _USED if _USED.files else Kept.of(PLACE)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _parsed(text: str) -> Any:
    import yaml

    return yaml.load(text, yaml.CSafeLoader)


@contextmanager
def _recording() -> Iterator[Kept]:
    """Keep whatever is made meanwhile."""
    kept, sre, compile_pattern = Kept(), _COMPILER._sre, _COMPILER.compile
    given: list[tuple[Any, ...]] = []

    def make(*words: Any) -> Any:
        given.append(words)
        return sre.compile(*words)

    def compiled(pattern: Any, flags: int = 0) -> Any:
        made = compile_pattern(pattern, flags)
        _, all_flags, code, groups, names, order = given.pop()
        if isinstance(pattern, str | bytes):  # marshal takes none of the named numbers of the compiler
            kept.patterns[pattern, int(flags)] = int(all_flags), [int(one) for one in code], groups, dict(names), order
        return made

    def execute(source: str, *names: Any) -> None:
        made = compile(source, "<string>", "exec")
        kept.methods[_digest(source)] = marshal.dumps(made)
        exec(made, *names)  # noqa: S102 - what dataclasses does

    _COMPILER._sre = SimpleNamespace(**{name: getattr(sre, name) for name in dir(sre)} | {"compile": make})
    _COMPILER.compile = compiled
    dataclasses.exec = execute  # type: ignore[attr-defined]
    _RECORDS.append(kept)
    try:
        yield kept
    finally:
        _RECORDS.pop()
        _COMPILER._sre, _COMPILER.compile = sre, compile_pattern
        del dataclasses.exec  # type: ignore[attr-defined]


def keep(use: Callable[[], list[Path]], path: Path = PLACE) -> None:
    """Write a file of all that is made while `use` runs, and of the data files that it returns."""
    with _recording() as kept:
        files = use()
    for file in files:
        text = file.read_text("utf-8")
        kept.files[_digest(text)] = marshal.dumps(_parsed(text))
    path.parent.mkdir(exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_bytes(kept.as_bytes())
    beside.replace(path)
