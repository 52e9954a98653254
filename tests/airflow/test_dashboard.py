"""The dashboard in a real Airflow: really published marts, real archived originals, a real browser."""

import dataclasses
import sys
from pathlib import Path

import httpx
import lxml.html
import pytest
from jixiao.archive.store import Store, sha256_of
from jixiao.publish import publish
from jixiao.settings import Settings
from jixiao.warehouse import SightingRow, build_marts, load, open_warehouse

from tests.reading import extract_once

HOME = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HOME / "tools"), str(Path(__file__).parent)]

from browser import CHROMIUM, browser  # noqa: E402
from local_airflow import Api, environment, free_port, parts  # noqa: E402

pytestmark = pytest.mark.airflow
FILES = HOME / "demo" / "samples" / "files"
PROSE, WORD, HOSTILE = (FILES / name for name in ("baiyun-2021.pdf", "yuexiu-2023.docx", "liwan-2023.pdf"))
EVIL = "<script>document.title='taken'</script>\"'&某局"


def _extraction(path: Path):
    """Extract a sample; the hostile one says things that a page must not obey."""
    found = extract_once(path)
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
    with parts(env, ("api-server",)):
        api = Api(port)
        api.wait(limit_seconds=300)
        yield api


@pytest.fixture(scope="module")
def client(airflow):
    """A client that is signed in as the browser is: by cookie."""
    base = f"{airflow.url}jixiao/"
    with httpx.Client(base_url=base, cookies={"_token": airflow.token}, timeout=60, trust_env=False) as client:
        yield client


def test_nobody_gets_anything_without_signing_in(airflow, settings):
    sha256 = sha256_of(PROSE)
    paths = ("", f"report/{sha256}", f"evidence/{sha256}?figure=A0001", f"original/{sha256}", f"page/{sha256}/1.png")
    paths += (
        "findings",
        "static/jixiao.css",
        "api/v1",
        "api/v1/amounts",
        "api/openapi.json",
        "download/departments.csv",
    )
    with httpx.Client(base_url=f"{airflow.url}jixiao/", trust_env=False) as stranger:
        for path in paths:
            answer = stranger.get(path)
            assert (answer.status_code, answer.json()) == (401, {"detail": "Not authenticated"}), path
            led = stranger.get(path, headers={"Accept": "text/html"})
            assert led.status_code == 303, path
            assert led.headers["location"].startswith("/api/v2/auth/login?next=http"), path
        assert {stranger.get(path).status_code for path in ("docs", "openapi.json", "redoc")} == {404}


def test_airflow_knows_the_view_and_no_plugin_failed_to_import(airflow):
    (plugin,) = [one for one in airflow.get("plugins")["plugins"] if one["name"] == "jixiao"]
    (view,) = plugin["external_views"]
    assert (view["href"], view["destination"]) == ("jixiao/", "nav")
    assert airflow.get("plugins/importErrors")["import_errors"] == []


def test_whoever_is_signed_in_reads_pages_whose_links_stay_below_the_mount(client):
    for path in ("", "departments", f"report/{sha256_of(PROSE)}", f"evidence/{sha256_of(PROSE)}?figure=A0001"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        tree = lxml.html.fromstring(answer.text)
        addresses = tree.xpath("//@href | //@src | //form/@action")
        assert addresses, path
        assert [one for one in addresses if not one.startswith(("/jixiao/", "#", "data:,")) and one] == [], path
    assert client.get("api/v1").json()["marts"]
    assert client.get("api/openapi.json").json()["servers"] == [{"url": "/jixiao"}]


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
        assert "Jixiao" in tab.js(f"{inside}.title"), "a report's words ran as a script"
        tab.js(f"{inside}.defaultView.location.href = '/jixiao/departments?year=2021'")
        tab.wait(f"{inside}.querySelectorAll('#departments tbody tr').length == 1")
        tab.js(f"[...{inside}.querySelectorAll('#departments a.num')].find(a => a.innerText == '313.88').click()")
        tab.wait(f"{inside}.querySelector('.strip .fr')")
        seen = tab.js(
            f"(r => [r.width, r.height, r.top])({inside}.querySelector('.strip .fr').getBoundingClientRect())"
        )
    width, height, top = seen
    assert 20 < width < 200, "the frame is as wide as a figure"
    assert 8 < height < 60
    assert 0 < top < 900, "and in sight"
