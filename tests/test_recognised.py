"""The kept answers of the OCR engine are what it says today, tried on two scans, and are of the very pictures alone."""

import numpy as np
import pytest
from jixiao.read import read_document

from tests.recognised import HERE, kept, key_of, remembered

SCANS = ("fifth/reports/dehua-2021.pdf", "first/reports/mixed-scan.pdf")


@pytest.mark.parametrize("name", SCANS)
def test_the_engine_still_says_what_is_kept(name):
    with remembered({}) as engine:
        read_document(HERE / "blind" / name)
    assert engine.asked
    for key, said in engine.asked.items():
        if key not in kept():
            pytest.skip("kept of another engine, or of pictures that this machine draws otherwise: all tests ask anew")
        if said and isinstance(said[0][0], str):
            assert [text for text, _ in said] == [text for text, _ in kept()[key]]
            np.testing.assert_allclose([score for _, score in said], [score for _, score in kept()[key]], atol=0.02)
        else:
            np.testing.assert_allclose(said, kept()[key], atol=2)  # pixels


def test_a_picture_that_differs_in_one_dot_or_is_asked_otherwise_is_recognised():
    picture = np.full((64, 64, 3), 255, np.uint8)
    other = picture.copy()
    other[5, 5, 0] = 254
    with remembered({key_of("texts", picture): [["so", 1.0]]}) as engine:
        assert engine.texts([picture]) == [("so", 1.0)]
        assert engine.asked == {}
        assert engine.texts([other]) != [("so", 1.0)]
        assert not engine.boxes(picture).size
    assert set(engine.asked) == {key_of("texts", other), key_of("boxes", picture)}
