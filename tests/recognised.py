"""What the OCR engine answered for the scans kept here, so that not every run of the tests recognises them again.

An answer is kept under a digest of the picture's every pixel, of how it was asked, and of the engine (versions, models,
our part of it), and is given for the very same alone: of all else the engine itself is asked. `test_recognised.py` asks
it in every run of some pages whose answers are kept. `JIXIAO_RECOGNISE=1` asks it of all; `python -m tests.recognised`
does too, and writes the file anew (minutes).
"""

import gzip
import hashlib
import inspect
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
import rapidocr
from jixiao.files import write_bytes
from jixiao.model import UnreadableDocument
from jixiao.read import read_document, recogniser

HERE: Final = Path(__file__).resolve().parent
KEPT: Final = HERE / "recognised.json.gz"
ALL_ANEW: Final = "JIXIAO_RECOGNISE" in os.environ
_engine: Final = recogniser.engine

Answer = list[Any]
"""Boxes as corners, or texts with their confidence."""


@cache
def engine_digest() -> str:
    """Return a digest of all that decides what the engine answers to a picture, but for the processor."""
    models = sorted((Path(rapidocr.__file__).parent / "models").glob("*.onnx"))
    libraries = ("rapidocr", recogniser.runtime(), "numpy", "opencv-python-headless")
    parts = [f"{name}=={version(name)}" for name in libraries]
    parts += [f"{model.name} {hashlib.sha256(model.read_bytes()).hexdigest()}" for model in models]
    parts.append(inspect.getsource(recogniser))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def key_of(asked: str, *pictures: np.ndarray) -> str:
    """Return under what the answer to one question about some pictures is kept."""
    found = hashlib.sha256(f"{engine_digest()} {asked} {[(one.shape, str(one.dtype)) for one in pictures]}".encode())
    for one in pictures:
        found.update(np.ascontiguousarray(one).tobytes())
    return found.hexdigest()[:24]


@cache
def kept() -> dict[str, Answer]:
    """Return the answers that are kept."""
    return json.loads(gzip.decompress(KEPT.read_bytes()))


class Remembering:
    """Stands before the engine: what is kept of the same pictures, asked in the same way, it answers again."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self._answers = answers
        self.asked: dict[str, Answer] = {}
        """What the engine itself was asked, and answered."""

    def boxes(self, picture: np.ndarray) -> np.ndarray:
        key = key_of("boxes", picture)
        answer = self._answers.get(key)
        if answer is None:
            answer = self.asked[key] = _engine().boxes(picture).tolist()
        return np.array(answer, np.float32).reshape(-1, 4, 2)

    def texts(self, cuts: Sequence[np.ndarray]) -> list[tuple[str, float]]:
        key = key_of("texts", *cuts)
        answer = self._answers.get(key)
        if answer is None:
            answer = self.asked[key] = [list(pair) for pair in _engine().texts(cuts)]
        return [(text, score) for text, score in answer]


@contextmanager
def remembered(answers: dict[str, Answer] | None = None) -> Iterator[Remembering]:
    """Let the reader of this process have the kept answers, or these, within the block."""
    engine = Remembering(answers if answers is not None else {} if ALL_ANEW else kept())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recogniser, "engine", lambda: engine)
        yield engine


def main() -> None:
    """Ask the engine of all scans of the project and write its answers; nothing of ../shared is kept."""
    with remembered({}) as engine:
        for path in (*sorted(HERE.glob("blind/*/reports/*.pdf")), *sorted((HERE.parent / "demo").rglob("*-20*.pdf"))):
            with suppress(UnreadableDocument):
                read_document(path)
    text = json.dumps(dict(sorted(engine.asked.items())), ensure_ascii=False, separators=(",", ":"))
    write_bytes(KEPT, gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
