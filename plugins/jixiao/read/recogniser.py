"""Finds and reads lines of text in a picture: RapidOCR's models on onnxruntime, or on OpenVINO where it pays.

The models come inside the package; nothing is fetched. One engine serves the process, on one thread: more of them take
more processor time for the same page, and pages are read by as many processes as there are cores.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from jixiao.read.drawing import Pixels

LEAST_SCORE: Final = 0.5
"""The least confidence that a line has: with less it would be left out."""
_SIDES: Final = (30, 2400)
"""Pixels of a picture's sides: a smaller one is made larger, a larger one smaller."""
_SEARCHED, _LEAST_SEARCHED = 960, 736
"""Pixels of the longest side in which lines are looked for, or half of a large picture's; a small one is enlarged."""
_NARROWED, _LONG = 0.8, 2
"""What part of its width a line is read at, and how many times its height it is wide then: what reading costs goes with
the width. At 0.75 no digit of 2,400 lines was lost, clean or blurred; at 0.66 a long run of one digit lost one.
"""
_STRIP: Final = (8, 30)
"""A picture so many times as wide as high, or no higher than so many pixels, gets a margin above and below."""
_AVX_512F: Final = 13
"""OpenCV's number for it (`CpuFeatures`), which its Python has no name for."""
_FIGURE_CHARACTERS: Final = "0123456789.,%"
_SURE_DIGIT: Final = 0.8
"""The probability below which a digit, dot or % makes its line uncertain."""

Found = tuple[np.ndarray, str, float]
"""One line: its corners (4, 2) in pixels of the picture, its text and its confidence."""


class Engine:
    """The two models: one finds lines, the other reads them."""

    def __init__(self, runtime: str) -> None:
        """Load both onto `openvino` or `onnxruntime`; RapidOCR's own logging is silenced."""
        from rapidocr import EngineType, RapidOCR

        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        said = {
            "Global.log_level": "error",
            "Det.engine_type": EngineType(runtime),
            "Rec.engine_type": EngineType(runtime),
            "Rec.rec_batch_num": 1,  # each at its own width: beside a longer line it would be filled up
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
        whole: Any = RapidOCR(params=said)
        self._detector, self._reader = whole._load_det_model(), whole._load_rec_model()
        if runtime == "openvino":
            for part in (self._detector, self._reader):
                part.session.session = _in_full(part.session.model)
        self._reader.postprocess_op = _LeastSure(self._reader.postprocess_op)

    def boxes(self, picture: Pixels) -> np.ndarray:
        """Return the corners of the lines in a picture, (lines, 4, 2), in its pixels."""
        longest = max(picture.shape[:2])
        enough = max(_SEARCHED, longest // 2)
        self._detector.limit_type, self._detector.limit_side_len = (
            ("max", enough) if longest > enough else ("min", _LEAST_SEARCHED)
        )
        found = self._detector(picture).boxes
        return np.zeros((0, 4, 2), np.float32) if found is None else np.asarray(found)

    def texts(self, cuts: Sequence[Pixels]) -> list[tuple[str, float]]:
        """Return what pictures of one line each say, and the confidence of each."""
        from rapidocr.ch_ppocr_rec import TextRecInput

        if not cuts:
            return []
        said = self._reader(TextRecInput(img=[_narrowed(cut) for cut in cuts]))
        return [(str(text), float(score)) for text, score in zip(said.txts, said.scores, strict=True)]


def _in_full(model: Any) -> Any:
    """Return what runs a model of OpenVINO in 32 bits: by itself it takes 16 where a processor has them.

    RapidOCR has no word for it, and the same picture is to give the same text on every worker.
    """
    from openvino import Core

    said = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1}
    return Core().compile_model(model, "CPU", said).create_infer_request()


def _narrowed(cut: Pixels) -> Pixels:
    """Return the picture of a line as it is read; one that is short is read as it is."""
    import cv2

    high, wide = cut.shape[:2]
    if wide <= _LONG * high:
        return cut
    return np.asarray(cv2.resize(cut, (round(wide * _NARROWED), high), interpolation=cv2.INTER_AREA), np.uint8)


def runtime() -> str:
    """Return on what the models run: OpenVINO where it is installed and the processor has AVX-512, else onnxruntime.

    Without AVX-512 OpenVINO takes no less, and twice as long to start.
    """
    import cv2

    return "openvino" if find_spec("openvino") and cv2.checkHardwareSupport(_AVX_512F) else "onnxruntime"


@cache
def engine() -> Engine:
    """Return the engine of this process."""
    return Engine(runtime())


class _LeastSure:
    """Gives a line no more confidence than its least certain digit has: the mean of a line hides it.

    Where another processor gives another digit, its probability is low.
    """

    def __init__(self, decode: Any) -> None:
        """Take what makes texts of probabilities, by character and place."""
        self._decode = decode
        self._figure = np.isin(decode.character, [*_FIGURE_CHARACTERS])

    def __call__(self, chances: np.ndarray, *said: Any, **named: Any) -> tuple[list[tuple[str, float]], Any]:
        """Return the text and the confidence of each line, and what else there is."""
        lines, more = self._decode(chances, *said, **named)
        return [(text, min(score, self._least(one))) for (text, score), one in zip(lines, chances, strict=True)], more

    def _least(self, chances: np.ndarray) -> float:
        best = chances.argmax(axis=1)
        figure = self._figure[best]
        if not figure.any():
            return 1.0
        run = np.concatenate([[0], np.cumsum(np.diff(best) != 0)])  # a character is told over several places
        of_run = np.zeros(run[-1] + 1)
        np.maximum.at(of_run, run, chances.max(axis=1))
        least = float(of_run[run[figure]].min())
        return max(LEAST_SCORE, least) if least < _SURE_DIGIT else 1.0


@dataclass(frozen=True, slots=True)
class Regions:
    """Where lines stand in a picture (corners in its pixels), and the cut-out of each, turned to lie if it is tall."""

    quads: Sequence[np.ndarray]
    cuts: Sequence[Pixels]

    def are_tall(self) -> bool:
        """Tell whether more of them are higher than wide."""
        spans = [np.ptp(quad, axis=0) for quad in self.quads]
        tall = sum(bool(high > 2 * wide) for wide, high in spans)
        return tall > sum(bool(wide > 2 * high) for wide, high in spans)

    def longest(self, count: int) -> "Regions":
        """Return some of the longest."""
        order = sorted(range(len(self.quads)), key=lambda at: -float(np.ptp(self.quads[at], axis=0).max()))[:count]
        return Regions([self.quads[at] for at in order], [self.cuts[at] for at in order])

    def upside_down(self) -> "Regions":
        """Return the same with their cut-outs upside down."""
        return Regions(self.quads, [np.ascontiguousarray(np.rot90(cut, 2)) for cut in self.cuts])

    def read(self) -> list[Found]:
        """Return the lines that say something."""
        each = zip(self.quads, engine().texts(self.cuts), strict=True)
        return [(quad, text, score) for quad, (text, score) in each if text.strip() and score >= LEAST_SCORE]


def regions_of(picture: Pixels) -> Regions:
    """Return where lines of text stand in a picture; none is read yet."""
    from rapidocr.utils import process_img

    smaller, high, wide = process_img.resize_image_within_bounds(picture, *_SIDES)
    record: dict[str, Any] = {"preprocess": {"ratio_h": high, "ratio_w": wide}}
    padded, record = process_img.apply_vertical_padding(smaller, record, *_STRIP)
    boxes = engine().boxes(padded)
    cuts = [process_img.get_rotate_crop_image(padded, box.copy()) for box in boxes]
    return Regions([*process_img.map_boxes_to_original(boxes, record, *picture.shape[:2])], cuts)


def line_in(picture: Pixels) -> str:
    """Return what a picture of one line says; nothing where it says nothing."""
    return engine().texts([picture])[0][0]
