"""The kept answers of the OCR engine are what it says today, tried on two scans, and are of the very pictures alone."""

import numpy as np
import pytest
from jixiao.read import read_document

from tests.recognised import HERE, kept, key_of, remembered

SCANS = ("fifth/reports/dehua-2021.pdf", "first/reports/mixed-scan.pdf")
HOW = {"use_det": True, "use_cls": False, "use_rec": True}


@pytest.mark.parametrize("name", SCANS)
def test_the_engine_still_says_what_is_kept(name):
    with remembered({}) as engine:
        read_document(HERE / "blind" / name)
    assert engine.asked
    for key, said in engine.asked.items():
        if key not in kept():
            pytest.skip("kept of another engine, or of pictures that this machine draws otherwise: all tests ask anew")
        assert said["txts"] == kept()[key]["txts"]
        np.testing.assert_allclose(said["scores"], kept()[key]["scores"], atol=0.02)
        np.testing.assert_allclose(said["boxes"], kept()[key]["boxes"], atol=2)  # pixels


def test_a_picture_that_differs_in_one_dot_or_is_asked_otherwise_is_recognised():
    picture = np.full((64, 64, 3), 255, np.uint8)
    other = picture.copy()
    other[5, 5, 0] = 254
    with remembered({key_of(picture, HOW): {"boxes": [], "txts": ["so"], "scores": [1.0]}}) as engine:
        assert engine(picture, **HOW).txts == ["so"]
        assert engine.asked == {}
        assert not engine(other, **HOW).txts
        engine(picture, **(HOW | {"use_det": False}))
    assert set(engine.asked) == {key_of(other, HOW), key_of(picture, HOW | {"use_det": False})}
