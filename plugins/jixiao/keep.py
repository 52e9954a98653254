"""`python -m jixiao.keep`: keep what a process that reads and judges a file would make anew (`jixiao.kept`)."""

import os
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from jixiao.kept import PLACE, keep

_PAGE = """<h1>某市某局2021年部门整体支出绩效自评报告</h1><p>2021年年初预算数100万元,决算数90万元,预算完成率90%,
比上年增加10万元,增长12.5%。其中:基本支出60万元,项目支出30万元。预算执行满分10分,得9分,扣1分。自评得分95分。</p>"""
_MODULES = (
    "boxed.serving",
    "check.alone",
    "check.judging",
    "check.worker",
    "extract.contract",
    "extract.explain",
    "extract.inside",
    "extract.whole",
    "read.pdf",
    "read.word",
)


def use() -> list[Path]:
    """Read, extract and judge a page; return the data files that this takes."""
    for name in _MODULES:
        import_module(f"jixiao.{name}")
    from jixiao.check import check_extraction
    from jixiao.extract import extract
    from jixiao.read import read_document
    from jixiao.settings import Settings

    sql = Settings.load().sql
    with TemporaryDirectory(prefix="jixiao-") as folder:
        os.environ["JIXIAO_VAR"] = folder  # whoever builds an image leaves nothing of its own in `var`
        page = Path(folder) / "page.html"
        page.write_text(_PAGE, "utf-8")
        check_extraction(extract(read_document(page)))
    home = Path(__file__).parent
    found = [*home.glob("extract/**/*.yaml"), *home.glob("data/*.yaml")]
    return [*found, *sql.glob("rules/*/rule.yaml"), *sql.glob("core/*/schema.yaml"), *sql.glob("marts/*/schema.yaml")]


if __name__ == "__main__":
    try:
        keep(use)
    except OSError as error:
        sys.exit(f"nothing is kept in {PLACE.parent}: {error.strerror}; every start takes longer")
