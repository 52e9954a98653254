"""Pictures of pages: within the limit of pixels, and clear words where there is none."""

import io
import resource

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


def without_end(path):
    """Write a page of a few kilobytes that draws a form ten times, which draws another ten times, and so on."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    objects.append(
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>"
    )
    objects.append(b"<</Length 6>>\nstream\n/A Do \nendstream")
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</A %d 0 R>>>>/Length 60>>"
    objects += [form % (6 + n) + b"\nstream\n" + b"/A Do " * 10 + b"\nendstream" for n in range(20)]
    objects.append(b"<</Type/XObject/Subtype/Form/BBox[0 0 600 800]/Length 14>>\nstream\n0 0 m 1 1 l S \nendstream")
    out = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate(objects, 1))
    path.write_bytes(out + b"trailer<</Size %d/Root 1 0 R>>\n%%%%EOF" % (len(objects) + 1))
    return path


def test_a_page_that_asks_for_too_much_is_one_line_and_the_next_is_drawn(tmp_path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableDocument, match=r"forms\.pdf: page 1 cannot be drawn within 30 s and 1024 MiB"):
        render_box(without_end(tmp_path / "forms.pdf"), 1, BOX)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024
    assert render_box(pdf(tmp_path / "one.pdf", 600, 800), 1, BOX).png
