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


def publish(demo_run, posts, files):
    """Have the demo's first department publish posts, as titles with the names of their files."""
    department = demo_run.departments[0]
    demo_run.departments[:] = [department]
    department["posts"] = []
    for place, (title, names) in enumerate(posts):
        post = {"id": 10900199 + place, "title": title, "published": "2024-10-18"}
        department["posts"].append(post)
        links = ""
        for number, name in enumerate(names):
            path = f"{department['prefix']}/attachment/9/{post['id']}/{post['id']}{number}/x.{name.rpartition('.')[2]}"
            reply = Reply(files.get(name, TABLE), "application/pdf")
            demo_run.overrides[path] = lambda reply=reply: reply
            links += f'<p><a href="{path}">{name}</a></p>'
        page = f'<html><head><meta charset="utf-8"></head><body><div id="zoom">{links}</div></body></html>'.encode()
        path = f"{department['prefix']}/gkmlpt/content/10/10900/post_{post['id']}.html"
        demo_run.overrides[path] = lambda page=page: Reply(page)


def loaded(name: str):
    """Take 2023 through the stages to the marts; return what asks the warehouse."""
    run = open_run(2023, name)
    assert collect(run, sources_of(run)) == []
    for batch in plan_batches(run, 50):
        extract_batch(batch)
    load_run(run)
    with open_warehouse(Settings.load().warehouse_path) as engine:
        build_marts(engine)

    def asked(query: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(Settings.load().warehouse_path), read_only=True) as marts:
            return marts.execute(query).fetchall()

    return asked


def test_a_report_among_twenty_attachments_as_pdf_and_as_word_is_one_report(demo_run, tmp_path):
    """And its PDF, seen again at a second address, is no second report either."""
    stem = "附件19 2023年度部门整体支出绩效自评报告"
    files = {f"{stem}.pdf": pdf(REPORT), f"{stem}.docx": word(REPORT)}
    titles = (f"{NAME}2023年度部门决算公开", f"{NAME}2023年度部门整体支出绩效自评报告")
    publish(demo_run, zip(titles, ([*OTHERS, *files], [f"{stem}.pdf"]), strict=True), files)
    asked = loaded("copies")
    assert sum(path.endswith(("x.pdf", "x.docx")) for path in demo_run.asked) == 3, "no table was fetched"
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


def test_a_report_among_twenty_files_whose_names_say_nothing_is_the_one_that_counts(demo_run):
    """Each is opened and says itself what it is; what is no report is kept, and listed with what it is."""
    files = {f"附件{n}.docx": word([Title(f"{NAME}2023年度部门决算"), f"收入总计{n}00.00万元。"]) for n in range(1, 21)}
    files["附件7.docx"] = word(REPORT)
    files["附件8.docx"] = word([Title("2023年度科普活动项目支出绩效自评报告"), "项目预算20.00万元。"])
    publish(demo_run, [(f"{NAME}2023年度部门决算公开", files)], files)
    asked = loaded("nameless")
    query = "SELECT attachment_name, total_score::DOUBLE FROM mart.department_year JOIN core.sightings USING ({})"
    assert asked(query.format("document_sha256")) == [("附件7.docx", 94.28)]
    assert asked("SELECT count(DISTINCT document_sha256) FROM mart.amounts") == [(1,)]
    others = asked("SELECT reason.split(', ')[1], state, count(*) FROM core.quarantine GROUP BY ALL ORDER BY ALL")
    accounts = "final accounts without a self-evaluation of the department"
    assert others == [("a project's self-evaluation", "resolved", 1), (accounts, "resolved", 18)]
    assert asked("SELECT max(revision), count(DISTINCT name) FROM core.revisions") == [(1, 20)], "none replaces another"
    assert asked("SELECT published, archived, extracted FROM mart.coverage") == [(1, 1, 1)], "one report of one post"
