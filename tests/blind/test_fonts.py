"""The blind reports give the same facts whatever fonts are installed.

Tried here on a sample of the PDFs that bring no font of their own, with no font and with Chinese ones; on every report
of every set, with odd fonts too, where JIXIAO_EVERY_FONT is set (twenty minutes).
"""

import json
import os
import shutil
from pathlib import Path

import pylopdf_fonts_zh_cn
import reportlab

HERE = Path(__file__).resolve().parent
REPORTS = sorted(HERE.glob("*/reports/*"))
WHOLE = bool(os.environ.get("JIXIAO_EVERY_FONT"))
SAMPLE = 6  # one report in so many of those that embed no font
SCRIPT = """
import json, sys
from pathlib import Path
from jixiao.extract import extract
from jixiao.extract.contract import to_contract
from jixiao.model import UnreadableDocument
from jixiao.read import read_document
for name in sys.argv[1:]:
    try:
        print(json.dumps(to_contract(extract(read_document(Path(name))), ())))
    except UnreadableDocument as error:
        print(json.dumps(str(error)))
"""


def brings_no_font(path):
    data = path.read_bytes() if path.suffix == ".pdf" else b""
    return b"/BaseFont" in data and b"/FontFile" not in data


def font_folders(tmp_path):
    """Make folders of fonts: none, Chinese ones, those of our tools."""
    folders = {name: tmp_path / name for name in ("none", "chinese", "odd")}
    for folder in folders.values():
        folder.mkdir()
    for font in (pylopdf_fonts_zh_cn.sans_path(), pylopdf_fonts_zh_cn.serif_path()):
        shutil.copy(font, folders["chinese"])
    for font in Path(reportlab.__file__).parent.glob("fonts/*.ttf"):
        shutil.copy(font, folders["odd"])
    return folders if WHOLE else {name: folders[name] for name in ("none", "chinese")}


def test_every_report_gives_the_same_facts_whatever_fonts_are_installed(tmp_path, said_with_fonts):
    reports = REPORTS if WHOLE else [path for path in REPORTS if brings_no_font(path)][::SAMPLE]
    said = {
        name: said_with_fonts(folder, ["-c", SCRIPT, *map(str, reports)]).splitlines()
        for name, folder in font_folders(tmp_path).items()
    }
    none = said.pop("none")
    assert len(none) == len(reports)
    assert sum(bool(json.loads(line)["amounts"]) for line in none if line.startswith("{")) > len(reports) / 2
    for name, lines in said.items():
        differ = [path.name for path, one, other in zip(reports, none, lines, strict=True) if one != other]
        assert differ == [], f"other facts with {name} fonts"
