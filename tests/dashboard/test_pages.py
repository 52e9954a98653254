"""What a reader of the pages meets: every link, both languages, hostile words, errors, versions, the printed figure."""

import csv
import hashlib
import io
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import urljoin

import lxml.html
import numpy as np
import pyarrow.parquet as pq
import pypdfium2 as pdfium
import pytest
from jixiao.archive.store import Store, sha256_of
from jixiao.publish import rollback
from jixiao.publish.reading import reading
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent))
from dashboard_reports import EVIL, FINDINGS, HOSTILE, OLD, PROSE, WORD, extraction

PAGES = (
    "/",
    "/departments",
    "/indicators",
    "/findings",
    "/coverage",
    "/revisions",
    "/quality",
    "/dictionary",
    "/search?q=局",
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def tree(answer, status=200):
    assert answer.status_code == status, answer.text[:500]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    return lxml.html.fromstring(answer.text, base_url=str(answer.url))


def links(page):
    said = {a.get("href", "").partition("#")[0] for a in page.iter("a")}
    found = {urljoin(page.base_url, one) for one in said}
    return {one.replace("http://testserver", "") for one in found}


def test_every_link_leads_somewhere_and_every_figure_of_two_reports_to_its_page(client):
    seen, queue = set(), set(PAGES)
    skipped = (sha256_of(HOSTILE), sha256_of(WORD), f"/original/{OLD}")
    while queue:
        seen.add(url := queue.pop())
        if any(sha256 in url for sha256 in skipped) or re.search(r"[?&](unit|lang|theme|sort|page)=", url):
            continue
        if url.count("=") > 2 and "/evidence/" not in url:  # each filter alone and with each other; not all of them
            continue
        answer = client.get(url)
        assert answer.status_code == 200, url
        if answer.headers["content-type"].startswith("text/html"):
            page = tree(answer)
            assert len(page.xpath("//h1")) == 1, url
            assert not page.xpath("//@style"), url
            assert not [image for image in page.xpath("//image/@href") if not image.startswith("/page/")], url
            queue |= {one for one in links(page) if one.startswith("/")} - seen
    assert sum("/evidence/" in url for url in seen) > 60


@pytest.mark.parametrize("path", [*PAGES, f"/report/{sha256_of(FINDINGS)}", f"/evidence/{sha256_of(FINDINGS)}"])
def test_english_pages_are_english_but_for_what_is_quoted(client, path):
    page = tree(client.get(path, params={"lang": "en", **({"q": "x"} if "search" in path else {})}))
    assert page.get("lang") == "en"
    quoted_words = (
        "//*[@lang='zh'] | //input | //aside | //title | //h2[@lang] | //a[@class='brand'] | //body//*[@lang='en'] "
        "| //td[contains(., '<script>')]"
    )
    for quoted in page.xpath(quoted_words):
        quoted.drop_tree()
    left = [text.strip() for text in page.xpath("//body//text()") if CHINESE.search(text)]
    if "evidence" not in path:  # there the figures bear the report's own names
        assert left == []


def test_money_is_shown_in_the_unit_of_the_address_and_kept_whole(client):
    texts = {}
    for unit in ("yuan", "wan", "yi"):
        page = tree(client.get("/departments", params={"year": 2021, "unit": unit}))
        values = page.xpath("//table[@id='departments']//td[contains(@class, 'money')]//data")
        assert values[0].get("value") == "3138800"
        texts[unit] = values[0].text
    assert texts == {"yuan": "3,138,800", "wan": "313.88", "yi": "0.0314"}


def test_the_frame_is_around_the_printed_figure(client, settings):
    sha256 = sha256_of(PROSE)
    page = tree(client.get(f"/evidence/{sha256}?figure=A0001"))
    (whole,) = page.xpath("//figure[@id='page']//svg")
    x, y, wide, high = (float(whole.xpath(".//rect[@class='fr']")[0].get(k)) for k in ("x", "y", "width", "height"))
    width, height = (float(part) for part in whole.get("viewbox").split()[2:])
    original = pdfium.PdfDocument(PROSE)[0]
    assert (width, height) == pytest.approx(original.get_size(), abs=0.5)
    box = (x + 3, height - (y + high - 2), x + wide - 3, height - (y + 2))
    assert original.get_textpage().get_text_bounded(*box).strip() == "313.88"
    image = Image.open(io.BytesIO(client.get(whole.xpath(".//image/@href")[0]).content)).convert("L")
    scale = image.width / width
    left, right = round((x + 3) * scale), round((x + wide - 3) * scale)
    inside = np.asarray(image)[round((y + 2) * scale) : round((y + high - 2) * scale), left:right]
    assert inside.min() < 100, "there is ink in the frame"


def test_pages_beside_the_figure_s_can_be_turned_to(client):
    page = tree(client.get(f"/evidence/{sha256_of(FINDINGS)}", params={"figure": "A0001"}))
    (onward,) = page.xpath("//figure[@id='page']//a[@rel='next']")
    page = tree(client.get(onward.get("href").partition("#")[0]))
    assert page.xpath("//figure[@id='page']//image/@href") == [f"/page/{sha256_of(FINDINGS)}/2.png"]
    assert not page.xpath("//figure[@id='page']//*[@class='fr']"), "the figure stands on page 1"
    assert page.xpath("//figure[contains(@class, 'strip')]//*[@class='fr']"), "its line stays in view"
    beyond = page.xpath("//figure[@id='page']//a[@rel='next']/@href")[0].partition("#")[0]
    assert "原件没有第 3 页" in tree(client.get(beyond)).text_content()


def test_a_page_picture_is_drawn_once_and_kept_by_the_browser(client, settings):
    address = f"/page/{sha256_of(PROSE)}/1.png"
    first = client.get(address)
    assert first.headers["content-type"] == "image/png"
    assert "immutable" in first.headers["cache-control"]
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/page/{sha256_of(PROSE)}/99.png").status_code == 404
    assert client.get(f"/page/{'f' * 64}/1.png").status_code == 404


def test_a_finding_shows_both_sides_with_a_frame_each(client):
    sha256 = sha256_of(FINDINGS)
    (address,) = {
        url
        for url in links(tree(client.get(f"/report/{sha256}")))
        if "JX110" in url and "side=" not in url and "evidence" in url
    }
    page = tree(client.get(address))
    pair = page.xpath("//div[@class='pair']/figure")
    assert [re.search(r"−[\d.]+", one.text_content()).group() for one in pair] == ["−224.14", "−109.60"]
    assert all(one.xpath(".//rect[@class='fr']") for one in pair)
    assert "−114.54" in page.xpath("//div[@class='verdict']")[0].text_content()


def test_a_format_without_pages_shows_the_words_with_the_digits_marked(client):
    page = tree(client.get(f"/evidence/{sha256_of(WORD)}?figure=A0001"))
    assert not page.xpath("//image")
    quote = page.xpath("//figure[contains(@class, 'strip')]/blockquote")[0]
    assert quote.findtext("mark") == "240.27"


def test_a_replaced_report_leads_on_and_its_changed_figures_are_compared(client):
    page = tree(client.get("/revisions"))
    assert "97.31" in page.text_content()
    assert "+1.50" in page.text_content()
    old = tree(client.get(f"/report/{OLD}"))
    assert f"/report/{sha256_of(FINDINGS)}" in links(old)


def test_what_a_report_says_is_only_ever_text(client):
    sha256 = sha256_of(HOSTILE)
    for path in ("/departments", f"/report/{sha256}", f"/evidence/{sha256}?figure=A0001", "/findings", "/quality"):
        page = tree(client.get(path, params={"lang": "zh"}) if "?" not in path else client.get(path))
        assert [one.get("src").partition("?")[0] for one in page.iter("script")] == ["/static/jixiao.js"], path
    assert EVIL in tree(client.get(f"/report/{sha256}")).text_content()
    for path in ("/departments", "/search", "/revisions"):
        page = tree(client.get(path, params={"q": EVIL}))
        assert EVIL in page.xpath("//input/@value"), path


def test_a_spreadsheet_takes_no_words_for_a_formula(client, settings):
    answer = client.get("/download/departments.csv", params={"year": 2023})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert all(not row["organization"].startswith(("=", "+", "-", "@")) for row in rows)
    from jixiao_dashboard.export import _cell

    assert _cell("=1+1") == "'=1+1"


def test_downloads_hold_exactly_the_rows_of_the_page(client):
    chosen = {"year": 2023, "sort": "-final_yuan"}
    page = tree(client.get("/departments", params=chosen))
    shown = [one.text_content() for one in page.xpath("//table[@id='departments']/tbody//th")]
    rows = client.get("/download/departments.json", params=chosen).json()
    assert [row["organization"] for row in rows] == shown
    table = pq.read_table(io.BytesIO(client.get("/download/departments.parquet", params=chosen).content))
    assert table["organization"].to_pylist() == shown
    told = csv.DictReader(
        io.StringIO(client.get("/download/departments.csv", params=chosen).content.decode("utf-8-sig"))
    )
    assert [row["organization"] for row in told] == shown


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/?year=20x3", 422), ("/?year=1950", 422), ("/?place=4x", 422), ("/departments?sort=url;drop", 422),
        ("/departments?after=xx", 422), ("/departments?after=WzEsMl0", 422), ("/?lang=de", 422), ("/nix", 404),
        (f"/report/{'f' * 64}", 404), ("/report/..%2F..%2Fwarehouse", 404), (f"/report/{'A' * 64}", 422),
        (f"/evidence/{sha256_of(PROSE)}?figure=X1", 404), ("/static/app.py", 404), ("/download/nix.csv", 404),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_on_a_page(client, path, status):
    page = tree(client.get(path), status)
    assert len(page.xpath("//h1")) == 1
    assert str(status) in page.text_content()
    assert "/" in links(page)


def test_a_page_that_is_kept_is_only_for_who_may_read_it(settings):
    from fastapi import Depends, HTTPException
    from jixiao_dashboard.app import create_app
    from starlette.testclient import TestClient

    allowed = [True]

    def permission():
        if not allowed[0]:
            raise HTTPException(401)

    with TestClient(create_app([Depends(permission)])) as reader:
        first = tree(reader.get("/departments?year=2023"))
        again = tree(reader.get("/departments?year=2023"))
        assert again.text_content() == first.text_content()
        assert tree(reader.get("/departments?year=2021")).text_content() != first.text_content()
        allowed[0] = False
        assert reader.get("/departments?year=2023").status_code == 401


def test_parameters_that_nobody_knows_are_kept_whatever_they_are_called(client):
    page = tree(client.get("/departments?path=a&self=b&at=c&kwargs=d&lang=en"))
    assert any("path=a" in link and "kwargs=d" in link for link in links(page))


def test_the_dictionary_speaks_the_language_of_the_page(client):
    chinese, english = (tree(client.get(f"/dictionary?lang={one}")).text_content() for one in ("zh", "en"))
    assert "最新报告中对不上的数" in chinese
    assert "What does not add up" not in chinese
    assert "What does not add up" in english


def test_nothing_can_be_changed(client):
    for path in ("/", f"/report/{sha256_of(PROSE)}", "/api/v1/amounts"):
        assert {client.request(method, path).status_code for method in ("POST", "PUT", "DELETE", "PATCH")} == {405}


def test_the_original_is_handed_out_unchanged_and_never_shown_as_a_page(client):
    answer = client.get(f"/original/{sha256_of(WORD)}")
    assert hashlib.sha256(answer.content).hexdigest() == sha256_of(WORD)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-disposition"].endswith('.docx"')


def test_a_lost_original_is_said_to_be_lost(client, settings):
    sha256 = sha256_of(HOSTILE)
    kept = Path(str(Store(settings.archive_url).object(sha256)))
    away = kept.rename(kept.with_suffix(".away"))
    shutil.rmtree(settings.var / "pages", ignore_errors=True)
    with reading(settings.publish_url) as marts:
        figure = next(one for one in marts.report(sha256).figures if one.page)
    try:
        said = tree(client.get(f"/evidence/{sha256}", params={"figure": figure.id})).text_content()
    finally:
        away.rename(kept)
    assert f"the archive holds no document {sha256}" in said
    assert figure.words in said


def test_nothing_published_says_what_to_do(monkeypatch, tmp_path, settings):
    from jixiao_dashboard.app import create_app
    from starlette.testclient import TestClient

    monkeypatch.setenv("JIXIAO_PUBLISH_URL", str(tmp_path / "nowhere"))
    with TestClient(create_app()) as empty:
        assert "make run" in tree(empty.get("/"), 503).text_content()
        assert empty.get("/api/v1").headers["content-type"] == "application/problem+json"


def test_the_next_request_sees_a_new_version_and_the_one_before_again(client, settings):
    import dataclasses

    from jixiao.publish import publish
    from jixiao.publish.hold import unpin
    from jixiao.warehouse import build_marts, load, open_warehouse

    def grade():
        return (
            tree(client.get(f"/report/{sha256_of(PROSE)}"))
            .xpath("//section[contains(@class,'tiles')]")[0]
            .text_content()
        )

    with open_warehouse(settings.warehouse_path) as engine:
        found = extraction(PROSE)
        load(engine, [dataclasses.replace(found, report=dataclasses.replace(found.report, grade="良好"))])
        build_marts(engine)
    before, etag = grade(), client.get("/api/v1").headers["etag"]
    publish(settings.warehouse_path, Path(settings.publish_url))
    assert "良好" not in before
    assert "良好" in grade()
    assert client.get("/api/v1", headers={"If-None-Match": etag}).status_code == 200
    etag = client.get("/api/v1").headers["etag"]
    assert client.get("/api/v1", headers={"If-None-Match": etag}).status_code == 304
    rollback(Path(settings.publish_url))
    unpin(Path(settings.publish_url))
    assert grade() == before
    assert client.get("/api/v1", headers={"If-None-Match": etag}).status_code == 200


def test_a_figure_that_nothing_confirms_is_marked(client):
    rows = client.get("/api/v1/department_year", params={"fields": "organization,final_confidence"}).json()["rows"]
    page = tree(client.get("/departments"))
    for row in rows:
        (line,) = [
            tr for tr in page.xpath("//table[@id='departments']/tbody/tr") if row["organization"] in tr.text_content()
        ]
        marked = line.xpath("td[@data-l='决算']//span[@class='flag']")
        assert bool(marked) == (row["final_confidence"] == "unsure"), row


def test_an_address_that_does_not_fit_is_told_in_the_language_of_the_page(client):
    chinese, english = (tree(client.get(f"/?year=20x3&lang={one}"), 422).text_content() for one in ("zh", "en"))
    assert "参数 year 不能是“20x3”。" in chinese
    assert "valid integer" not in chinese
    assert "valid integer" in english
