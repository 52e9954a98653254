"""Pictures of pages: within the limit of pixels, and clear words where there is none."""

import io

import pytest
from jixiao.model import Box, UnreadableDocument
from jixiao.read.limits import Limits
from jixiao.read.show import render_box
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

BOX = Box(100, 200, 140, 212)


def pdf(path, width, height):
    canvas = Canvas(str(path), (width, height))
    canvas.drawString(100, height - 210, "313.88")
    canvas.save()
    return path


def test_a_huge_page_is_drawn_smaller_with_its_frame_in_place(tmp_path):
    drawn = render_box(pdf(tmp_path / "wall.pdf", 9000, 3000), 1, BOX)
    picture = Image.open(io.BytesIO(drawn.png))
    assert picture.width * picture.height <= 1.01 * Limits().pixels
    scale = picture.width / 9000
    assert 1 < scale < 1.2
    assert picture.getpixel((round(100 * scale) - 4, round(206 * scale))) == (220, 30, 30)
    assert drawn.top == round(200 * scale)


def test_what_cannot_be_drawn_is_said(tmp_path):
    path = pdf(tmp_path / "one.pdf", 600, 800)
    with pytest.raises(UnreadableDocument, match=r"one\.pdf: there is no page 2"):
        render_box(path, 2, BOX)
    words = tmp_path / "words.html"
    words.write_text("<html>", "utf-8")
    with pytest.raises(UnreadableDocument, match="only PDF pages"):
        render_box(words, 1, BOX)
