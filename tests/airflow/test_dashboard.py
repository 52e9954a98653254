"""The dashboard in a real Airflow: really published marts, real archived originals, a real browser."""

import base64
import dataclasses
import hashlib
import io
import re
import sys
from pathlib import Path
from urllib.parse import urljoin

import httpx
import lxml.html
import numpy as np
import pypdfium2 as pdfium
import pytest
from jixiao.archive.store import Store, sha256_of
from jixiao.cli import main
from jixiao.extract import extract
from jixiao.publish import publish, rollback
from jixiao.publish.reading import reading
from jixiao.read import read_document
from jixiao.settings import Settings
from jixiao.warehouse import SightingRow, build_marts, load, open_warehouse
from PIL import Image

HOME = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HOME / "tools"), str(Path(__file__).parent)]

import local_airflow  # noqa: E402
from browser import CHROMIUM, browser  # noqa: E402
from local_airflow import Api, environment, free_port, parts  # noqa: E402

pytestmark = [pytest.mark.airflow, pytest.mark.xdist_group("dashboard")]
FILES = HOME / "demo" / "samples" / "files"
PROSE, WORD, HOSTILE = (FILES / name for name in ("baiyun-2021.pdf", "yuexiu-2023.docx", "liwan-2023.pdf"))
EVIL = "<script>document.title='taken'</script>\"'&某局"
RED = (220, 30, 30)


def _extraction(path: Path):
    """Extract a sample; the hostile one says things that a page must not obey."""
    found = extract(read_document(path))
    if path != HOSTILE:
        return found
    amounts = tuple(dataclasses.replace(one, label=EVIL) for one in found.amounts)
    return dataclasses.replace(found, report=dataclasses.replace(found.report, organization=EVIL), amounts=amounts)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """Published marts of three reports, with their originals in the archive."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIXIAO_VAR", str(tmp_path_factory.mktemp("dashboard")))
        settings = Settings.load()
        sightings = []
        for path in (PROSE, WORD, HOSTILE):
            sha256 = sha256_of(path)
            Store(settings.archive_url).keep(path, sha256)
            url = f"https://example.invalid/{path.name}?a=1&b=<i>"
            sightings.append(SightingRow(sha256, url, "demo", None, None, None, None, None, None, "application/pdf", 1))
        with open_warehouse(settings.warehouse_path) as engine:
            load(engine, [_extraction(path) for path in (PROSE, WORD, HOSTILE)], (), sightings)
            build_marts(engine)
        publish(settings.warehouse_path, Path(settings.publish_url))
        yield settings


@pytest.fixture(scope="module")
def airflow(settings):
    """An API server on loopback; answers its REST API, signed in."""
    env = environment(port := free_port())
    local_airflow.airflow(env, "db", "migrate")
    with parts(env, ("api-server",)):
        api = Api(port)
        api.wait(120)
        yield api


@pytest.fixture(scope="module")
def client(airflow):
    """A client that is signed in as the browser is: by cookie."""
    base = f"{airflow.url}jixiao/"
    with httpx.Client(base_url=base, cookies={"_token": airflow.token}, timeout=60, trust_env=False) as client:
        yield client


def page(answer: httpx.Response) -> lxml.html.HtmlElement:
    assert answer.status_code == 200, answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return lxml.html.fromstring(answer.text, base_url=str(answer.url))


def links(tree: lxml.html.HtmlElement) -> set[str]:
    return {urljoin(tree.base_url, a.get("href")).partition("#")[0] for a in tree.iter("a")}


def picture(tree: lxml.html.HtmlElement) -> Image.Image:
    (image,) = tree.iter("img")
    return Image.open(io.BytesIO(base64.b64decode(image.get("src").removeprefix("data:image/png;base64,"))))


def test_nobody_gets_anything_without_signing_in(airflow, settings):
    sha256 = sha256_of(PROSE)
    with httpx.Client(base_url=f"{airflow.url}jixiao/", trust_env=False) as stranger:
        for path in ("", f"report/{sha256}", f"evidence/{sha256}?figure=A0001", f"original/{sha256}"):
            answer = stranger.get(path)
            assert (answer.status_code, answer.json()) == (401, {"detail": "Not authenticated"}), path
        assert {stranger.get(path).status_code for path in ("docs", "openapi.json")} == {404}


def test_airflow_knows_the_view_and_no_plugin_failed_to_import(airflow):
    (plugin,) = [one for one in airflow.get("plugins")["plugins"] if one["name"] == "jixiao"]
    (view,) = plugin["external_views"]
    assert (view["href"], view["destination"]) == ("jixiao/", "nav")
    assert airflow.get("plugins/importErrors")["import_errors"] == []


def test_every_number_leads_to_a_page_that_is_there(client):
    listed = page(client.get(""))
    rows = listed.xpath("//table[@id='departments']//tr[td]")
    assert len(rows) == 3
    for row in rows:
        numbers = [td for td in row.xpath("td[@class='n']") if re.search(r"\d", td.text_content())]
        assert len(numbers) >= 3
        assert all(td.xpath("a") for td in numbers)
    assert "3,138,800 元" in listed.text_content()
    seen, queue = set(), links(listed)
    while queue:
        seen.add(url := queue.pop())
        if sha256_of(HOSTILE) in url:
            continue  # two reports are enough
        answer = client.get(url)
        assert answer.status_code == 200, url
        if "/original/" not in url:
            queue |= links(page(answer)) - seen
    assert sum("/evidence/" in url for url in seen) > 40


def test_the_list_can_be_narrowed(client):
    def names(query):
        return [a.text for a in page(client.get(f"?{query}")).xpath("//table[@id='departments']//tr/td[3]/a")]

    assert names("year=2021") == ["广州市白云区科学技术协会"]
    assert names("words=越秀") == ["广州市越秀区科学技术协会"]
    assert names("words=%25") == names("page=2") == []


def test_the_frame_is_around_the_printed_figure_and_covers_nothing_of_it(client, settings):
    sha256 = sha256_of(PROSE)
    with reading(Path(settings.publish_url)) as marts:
        figure = marts.report(sha256).figure("A0001")
    drawn = picture(page(client.get(f"evidence/{sha256}?figure=A0001"))).convert("RGB")
    original = pdfium.PdfDocument(PROSE)[figure.page - 1]
    height = original.get_height()
    box = (figure.box.x0, height - figure.box.bottom, figure.box.x1, height - figure.box.top)
    assert original.get_textpage().get_text_bounded(*box).strip() == "313.88"
    clean = original.render(scale=2).to_pil().convert("RGB")
    x0, top, x1, bottom = (round(edge * 2) for edge in figure.box)
    assert drawn.crop((x0, top, x1, bottom)).tobytes() == clean.crop((x0, top, x1, bottom)).tobytes()
    for spot in ((x0 - 4, top), (x1 + 4, bottom), (x0, top - 4), (x1, bottom + 4)):
        assert drawn.getpixel(spot) == RED


def test_a_format_without_pages_shows_the_words_and_where_they_stand(client):
    tree = page(client.get(f"evidence/{sha256_of(WORD)}?figure=A0001"))
    assert not list(tree.iter("img"))
    assert re.match(r"段落 \d+: .*240.27万元", tree.findtext(".//blockquote"))


def test_the_original_is_handed_out_unchanged_and_never_shown_as_a_page(client):
    answer = client.get(f"original/{sha256_of(WORD)}")
    assert hashlib.sha256(answer.content).hexdigest() == sha256_of(WORD)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-disposition"].endswith('.docx"')


def test_what_a_report_says_is_only_ever_text(client):
    for path in ("", f"report/{sha256_of(HOSTILE)}", f"evidence/{sha256_of(HOSTILE)}?figure=A0001", f"?words={EVIL}"):
        tree = page(client.get(path))
        assert EVIL in tree.text_content() or EVIL in tree.xpath("//input/@value"), path
        assert not tree.xpath("//script | //i"), path


@pytest.mark.parametrize("name", ["..%2F..%2Fwarehouse", "%2e%2e", "0" * 65, "A" * 64, "0" * 64])
def test_only_hashes_of_published_reports_are_answered(client, name):
    for path in (f"report/{name}", f"original/{name}", f"evidence/{name}?figure=total"):
        assert client.get(path).status_code in (404, 422), path


def test_nothing_can_be_changed(client):
    for path in ("", f"report/{sha256_of(PROSE)}"):
        assert {client.request(method, path).status_code for method in ("POST", "PUT", "DELETE")} == {405}


def test_a_lost_original_is_said_to_be_lost(client, settings):
    sha256 = sha256_of(PROSE)
    kept = Path(str(Store(settings.archive_url).object(sha256)))
    away = kept.rename(kept.with_suffix(".away"))
    try:
        said = page(client.get(f"evidence/{sha256}?figure=A0001")).text_content()
    finally:
        away.rename(kept)
    assert f"the archive holds no document {sha256}" in said
    assert "313.88万元" in said


def test_the_next_request_sees_a_new_version(client, settings):
    score = "//table[@id='departments']//tr[td='2021']/td[9]"
    with open_warehouse(settings.warehouse_path) as engine:
        found = _extraction(PROSE)
        load(engine, [dataclasses.replace(found, report=dataclasses.replace(found.report, grade="良好"))])
        build_marts(engine)
    root = Path(settings.publish_url)
    before = page(client.get("")).xpath(score)[0].text_content()
    publish(settings.warehouse_path, root)
    after = page(client.get("")).xpath(score)[0].text_content()
    rollback(root)
    assert (before, after) == ("94.28 分", "94.28 分 良好")
    assert page(client.get("")).xpath(score)[0].text_content() == before


def test_the_command_draws_the_same_picture(client, settings, tmp_path, capsys):
    sha256, target = sha256_of(PROSE), tmp_path / "page.png"
    assert main(["evidence", sha256, "A0001", "--to", str(target)]) == 0
    assert "A0001  2021年我部门财政拨款收入预算数: 3,138,800 元 (page 1)" in capsys.readouterr().out
    shown = picture(page(client.get(f"evidence/{sha256}?figure=A0001")))
    assert Image.open(target).tobytes() == shown.tobytes()
    assert main(["evidence", sha256, "X1"]) == main(["evidence", "../x"]) == 2
    capsys.readouterr()
    target = tmp_path / "missing" / "page.png"
    assert main(["evidence", sha256, "A0001", "--to", str(target)]) == 2
    assert capsys.readouterr().err == f"jixiao: {target}: No such file or directory\n"


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
def test_a_person_gets_from_the_navigation_to_the_framed_figure(airflow, client):
    inside = "document.querySelector('iframe').contentDocument"
    with browser() as tab:
        tab.send("Network.setCookie", name="_token", value=airflow.token, url=airflow.url)
        tab.go(airflow.url)
        tab.wait("[...document.querySelectorAll('a')].find(a => a.innerText.includes('绩效自评'))")
        tab.js("[...document.querySelectorAll('a')].find(a => a.innerText.includes('绩效自评')).click()")
        tab.wait(f"{inside}.querySelector('#departments a')")
        assert tab.js(f"{inside}.title") == "Departments · Jixiao", "a report's words ran as a script"
        tab.js(f"[...{inside}.querySelectorAll('#departments a')].find(a => a.innerText == '3,138,800 元').click()")
        tab.wait(f"{inside}.querySelector('.page img')?.complete")
        tab.wait(f"{inside}.defaultView.scrollY > 0")
        seen = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
    x0, top, x1, bottom = Image.fromarray((np.asarray(seen) == RED).all(axis=2)).getbbox() or (0, 0, 0, 0)
    assert 60 < x1 - x0 < 200, "the frame is as wide as a figure, and in sight"
    assert 20 < bottom - top < 60
