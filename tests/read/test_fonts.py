"""The same facts on every machine, and legible pages on one without fonts: no installed font has a say."""

import io
import shutil
import sys
from pathlib import Path

import numpy as np
import pylopdf_fonts_zh_cn
import pytest
from jixiao.model import Box
from jixiao.read import read_document
from jixiao.read.show import render_box
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
WORDS = ("某某局全年预算数1,514.77万元，决算数356.11万元，执行率98.89％。", "一、部门基本情况", "国")


def written(path, apart):
    """Write a PDF that embeds no font, its characters drawn together or one by one, beside Latin figures."""
    canvas = Canvas(str(path), (750, 300))
    for row, words in enumerate(WORDS):
        canvas.setFont(FONT, 12)
        if apart:
            for at, char in enumerate(words):
                canvas.drawString(50 + 12 * at, 250 - 30 * row, char)
        else:
            canvas.drawString(50, 250 - 30 * row, words)
        canvas.setFont("Helvetica", 12)
        canvas.drawString(650, 250 - 30 * row, f"{row}11.55")
    canvas.save()
    return path


@pytest.mark.parametrize("apart", [False, True], ids=["together", "one by one"])
def test_a_page_without_embedded_fonts_is_read_whole(tmp_path, apart):
    lines = read_document(written(tmp_path / "a.pdf", apart)).pages[0].lines
    assert ["".join(line.text.split()) for line in lines] == [f"{words}{row}11.55" for row, words in enumerate(WORDS)]


def test_installed_fonts_change_nothing(tmp_path, said_with_fonts):
    """Read with no font, with a Chinese one and with fonts of our tools in place of the system's."""
    folders = {name: tmp_path / name for name in ("none", "chinese", "odd")}
    for folder in folders.values():
        folder.mkdir()
    shutil.copy(pylopdf_fonts_zh_cn.sans_path(), folders["chinese"])
    for font in Path(sys.modules["reportlab"].__file__).parent.glob("fonts/*.ttf"):
        shutil.copy(font, folders["odd"])
    files = [str(written(tmp_path / f"{name}.pdf", name == "b")) for name in "ab"]
    script = (
        "import sys; from pathlib import Path; from jixiao.read import read_document\n"
        "for name in sys.argv[1:]:\n"
        "    read = read_document(Path(name)); print(read.pages, read.tables, [one.text for one in read.passages])"
    )
    said = {said_with_fonts(folder, ["-c", script, *files]) for folder in folders.values()}
    assert len(said) == 1
    assert "356.11" in said.pop()


def test_a_page_without_embedded_fonts_is_drawn_legibly(tmp_path):
    """The strokes of 国 are there, and they are not those of another character."""
    picture = render_box(written(tmp_path / "a.pdf", False), 1, Box(300, 250, 310, 260))
    grey = np.asarray(Image.open(io.BytesIO(picture.png)).convert("L"))

    def ink(left, base):
        return (grey[2 * (300 - base) - 24 : 2 * (300 - base) + 4, 2 * left : 2 * left + 24] < 128).mean()

    assert ink(50, 190) > 0.15  # 国
    assert 0.01 < ink(50, 220) < 0.1  # 一
