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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import pytest
import rapidocr
from jixiao.files import write_bytes
from jixiao.model import UnreadableDocument
from jixiao.read import ocr, read_document

HERE: Final = Path(__file__).resolve().parent
KEPT: Final = HERE / "recognised.json.gz"
ALL_ANEW: Final = "JIXIAO_RECOGNISE" in os.environ
_OURS: Final = (ocr._engine.__wrapped__, ocr._LeastSure)
_SETTINGS: Final = (ocr._FIGURE_CHARACTERS, ocr._SURE_DIGIT, ocr._SEALED)
_engine: Final = ocr._engine

Answer = dict[str, Any]


@cache
def engine_digest() -> str:
    """Return a digest of all that decides what the engine answers to a picture, but for the processor."""
    models = sorted((Path(rapidocr.__file__).parent / "models").glob("*.onnx"))
    parts = [f"{name}=={version(name)}" for name in ("rapidocr", "onnxruntime", "numpy", "opencv-python-headless")]
    parts += [f"{model.name} {hashlib.sha256(model.read_bytes()).hexdigest()}" for model in models]
    parts += [*map(inspect.getsource, _OURS), repr(_SETTINGS)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def key_of(picture: np.ndarray, asked: dict[str, bool]) -> str:
    """Return under what the answer to a picture is kept."""
    found = hashlib.sha256(f"{engine_digest()} {picture.shape} {picture.dtype} {sorted(asked.items())}".encode())
    found.update(np.ascontiguousarray(picture).tobytes())
    return found.hexdigest()[:24]


@cache
def kept() -> dict[str, Answer]:
    """Return the answers that are kept."""
    return json.loads(gzip.decompress(KEPT.read_bytes()))


def _plain(answer: Any) -> Answer:
    boxes = getattr(answer, "boxes", None)
    if answer.txts is None:
        return {}
    return {
        "boxes": None if boxes is None else np.asarray(boxes, dtype=np.float64).tolist(),
        "txts": list(answer.txts),
        "scores": [float(score) for score in answer.scores],
    }


def _as_engine(answer: Answer) -> SimpleNamespace:
    boxes = answer.get("boxes")
    found = None if boxes is None else [np.array(box) for box in boxes]
    return SimpleNamespace(boxes=found, txts=answer.get("txts"), scores=answer.get("scores"))


class Remembering:
    """Stands before the engine: what is kept of the same picture, asked in the same way, it answers again."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self._answers = answers
        self.asked: dict[str, Answer] = {}
        """What the engine itself was asked, and answered."""

    def __call__(self, picture: np.ndarray, **asked: bool) -> Any:
        key = key_of(picture, asked)
        if key in self._answers:
            return _as_engine(self._answers[key])
        answer = _engine()(picture, **asked)
        self.asked[key] = _plain(answer)
        return answer


@contextmanager
def remembered(answers: dict[str, Answer] | None = None) -> Iterator[Remembering]:
    """Let the reader of this process have the kept answers, or these, within the block."""
    engine = Remembering(answers if answers is not None else {} if ALL_ANEW else kept())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ocr, "_engine", lambda: engine)
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
