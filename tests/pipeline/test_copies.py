"""One report in many copies, from a post to the marts: a reader finds it once, with all places it was published at."""

import duckdb
from jixiao.pipeline import extract_batch, load_run, open_run, plan_batches
from jixiao.pipeline.collecting import sources_of
from jixiao.pipeline.side_by_side import collect
from jixiao.settings import Settings
from jixiao.warehouse import build_marts, open_warehouse

from demo.site import Reply
from tests.generator.layout import Title, pdf, word

NAME = "广州市白云区科学技术协会"
REPORT = [
    Title(f"{NAME}2023年度部门整体支出绩效自评报告"),
    "一、预算执行情况",
    "2023年度部门整体支出年初预算313.88万元，决算311.29万元，预算执行率99.17%。",
    "二、自评结论",
    "2023年度部门整体支出绩效自评得分为94.28分，等级为优。",
]
TABLE = b"%PDF-1.4 a table"
OTHERS = [f"附件{n} 2023年度{what}.pdf" for n, what in enumerate(("收入决算表", "支出决算表", "三公经费决算表") * 6, 1)]


def test_a_report_among_twenty_attachments_as_pdf_and_as_word_is_one_report(demo_run, tmp_path):
    """And its PDF, seen again at a second address, is no second report either."""
    stem = "附件19 2023年度部门整体支出绩效自评报告"
    files = {f"{stem}.pdf": pdf(REPORT), f"{stem}.docx": word(REPORT)}
    department = demo_run.departments[0]
    demo_run.departments[:] = [department]
    titles = (f"{NAME}2023年度部门决算公开", f"{NAME}2023年度部门整体支出绩效自评报告")
    posts = [{"id": 10900199 + n, "title": title, "published": "2024-10-18"} for n, title in enumerate(titles)]
    department["posts"] = posts
    shown = [[*OTHERS, *files], [f"{stem}.pdf"]]
    for post, names in zip(posts, shown, strict=True):
        links = ""
        for number, name in enumerate(names):
            path = f"{department['prefix']}/attachment/9/{post['id']}/{post['id']}{number}/x.{name.rpartition('.')[2]}"
            reply = Reply(files.get(name, TABLE), "application/pdf")
            demo_run.overrides[path] = lambda reply=reply: reply
            links += f'<p><a href="{path}">{name}</a></p>'
        page = f'<html><head><meta charset="utf-8"></head><body><div id="zoom">{links}</div></body></html>'.encode()
        path = f"{department['prefix']}/gkmlpt/content/10/10900/post_{post['id']}.html"
        demo_run.overrides[path] = lambda page=page: Reply(page)
    run = open_run(2023, "copies")
    assert collect(run, sources_of(run)) == []
    assert sum(path.endswith(("x.pdf", "x.docx")) for path in demo_run.asked) == 3, "no table was fetched"
    for batch in plan_batches(run, 10):
        extract_batch(batch)
    load_run(run)
    with open_warehouse(Settings.load().warehouse_path) as engine:
        build_marts(engine)
    with duckdb.connect(str(Settings.load().warehouse_path), read_only=True) as marts:

        def asked(query: str) -> list[tuple[object, ...]]:
            return marts.execute(query).fetchall()

        [(report, url, score)] = asked("SELECT document_sha256, url, total_score FROM mart.department_year")
        assert (url.rpartition(".")[2], float(score)) == ("pdf", 94.28)
        assert asked("SELECT DISTINCT document_sha256 FROM mart.amounts") == [(report,)]
        assert asked("SELECT count(*) FROM mart.amounts WHERE page IS NULL") == [(0,)], "all evidence is in the PDF"
        copies = asked("SELECT attachment_name, is_evidence, document_sha256 FROM mart.copies ORDER BY ALL")
        assert copies == [(f"{stem}.docx", False, report), (f"{stem}.pdf", True, report), (f"{stem}.pdf", True, report)]
        assert asked("SELECT extracted, copies FROM mart.coverage") == [(1, 1)]
        assert asked("SELECT document_count FROM mart.organizations") == [(1,)]
        assert asked("SELECT * FROM mart.document_revisions") == [], "a copy replaces nothing"
        assert asked("SELECT max(revision) FROM core.revisions") == [(1,)]
