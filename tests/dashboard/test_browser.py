"""A real Chromium walks every page: wide, narrow, Chinese, English, light, dark; `JIXIAO_PICTURES` keeps pictures."""

import base64
import json
import os
import sys
import threading
import time
from pathlib import Path

import pytest
import uvicorn
from jixiao.archive.store import sha256_of
from jixiao_dashboard.app import create_app

HOME = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HOME / "tests" / "airflow"), str(Path(__file__).parent)]
from browser import CHROMIUM, browser  # noqa: E402
from dashboard_reports import FINDINGS, OLD, PROSE, WORD  # noqa: E402

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]
PICTURES = os.environ.get("JIXIAO_PICTURES")
AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")
# Each page is judged once in each size, language and theme, in two combinations: contrast and layout both differ.
JUDGED = {("wide", "zh"): "light", ("narrow", "en"): "dark"}
_SERIOUS = """
axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
    'best-practice']})
  .then(said => JSON.stringify(said.violations.filter(one => ['serious', 'critical'].includes(one.impact))
    .map(one => [one.id, one.nodes.length, one.nodes[0].html.slice(0, 200), one.nodes[0].failureSummary])))
"""
PATHS = {
    "overview": "/?year=2021",
    "tree": "/?year=2021&place=4401&regions=tree",
    "departments": "/departments",
    "indicators": "/indicators",
    "findings": "/findings",
    "coverage": "/coverage",
    "revisions": "/revisions",
    "quality": "/quality",
    "search": "/search?q=科学",
    "dictionary": "/dictionary",
    "report": f"/report/{sha256_of(FINDINGS)}",
    "evidence": f"/evidence/{sha256_of(FINDINGS)}?figure=A0003",
    "words": f"/evidence/{sha256_of(WORD)}?figure=A0001",
    "replaced": f"/report/{OLD}",
    "error": "/?year=20x3",
}
SIZES = {"wide": (1440, 900), "narrow": (390, 844)}
# What the page says of itself: too wide, controls without a name, pictures that did not come, unreadable heads.
_FAULTS = """
(() => {
  const all = q => [...document.querySelectorAll(q)], said = [];
  const tell = (what, e) => said.push(what + e.outerHTML.slice(0, 90));
  const named = e => (e.getAttribute('aria-label') || e.textContent || e.title || '').trim();
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) said.push('wider than the window: ' + wide);
  all('a[href],button').forEach(e => named(e) || tell('no name: ', e));
  all('input:not([type=hidden]),select').forEach(e => e.labels.length || tell('no label: ', e));
  all('table').forEach(e => e.caption || tell('no caption: ', e));
  const ids = all('[id]').map(e => e.id);
  ids.filter((one, n) => ids.indexOf(one) !== n).forEach(id => said.push('id twice: ' + id));
  if (all('h1').length !== 1) said.push('not one h1');
  if (all('main').length !== 1) said.push('not one main');
  return JSON.stringify(said);
})()
"""


@pytest.fixture(scope="module")
def server(settings):
    with_port = uvicorn.Server(uvicorn.Config(create_app(), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=with_port.run, daemon=True)
    thread.start()
    while not with_port.started:
        time.sleep(0.05)
    port = with_port.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    with_port.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def tab(server):
    with browser() as tab:
        for domain in ("Page", "Network", "Log", "Runtime"):
            tab.send(f"{domain}.enable")
        yield tab


def look(tab, address, size, name):
    """Open a page; return what the browser told of it; keep a picture where one is asked for."""
    width, height = SIZES[size]
    narrow = size == "narrow"
    tab.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=narrow)
    tab.told.clear()
    tab.go(address)
    tab.wait(f"location.href.startsWith({json.dumps(address.partition('?')[0])}) && document.readyState == 'complete'")
    tab.wait("[...document.querySelectorAll('image')].every(i => i.getBoundingClientRect().width > 0)")
    if PICTURES:
        shot = tab.send("Page.captureScreenshot", format="png", optimizeForSpeed=True)["data"]
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        (Path(PICTURES) / f"{name}.png").write_bytes(base64.b64decode(shot))
    return list(tab.told)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_without_a_fault_or_a_request_elsewhere(tab, server, size, lang):
    faults = {}
    for name, path in PATHS.items():
        for theme in ("light", "dark"):
            address = f"{server}{path}{'&' if '?' in path else '?'}lang={lang}&theme={theme}"
            told = look(tab, address, size, f"{name}-{size}-{lang}-{theme}")
            asked = [one["params"]["request"]["url"] for one in told if one["method"] == "Network.requestWillBeSent"]
            assert asked, name
            assert [url for url in asked if not url.startswith((server, "data:"))] == [], name
            loud = [one for one in told if one["method"] in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown")]
            logged = [one["params"]["entry"] for one in told if one["method"] == "Log.entryAdded"]
            bad = [one for one in logged if one["level"] == "error" and not (name == "error" and "422" in one["text"])]
            assert (loud, bad) == ([], []), name
            faults[name, theme] = json.loads(tab.js(_FAULTS))
            if JUDGED.get((size, lang)) == theme:
                tab.js(AXE)
                faults[name, theme] += json.loads(tab.js(_SERIOUS))
    assert {page: said for page, said in faults.items() if said} == {}


def test_from_a_bar_of_a_chart_to_the_framed_digits_in_four_clicks(tab, server):
    tab.go(f"{server}/?year=2021")
    tab.wait("document.querySelector('svg.chart a')")
    click = "new MouseEvent('click', {bubbles: true, cancelable: true})"
    tab.js(f"document.querySelector('svg.chart a').dispatchEvent({click})")
    tab.wait("location.pathname == '/departments' && document.querySelector('#departments a.row-link')")
    tab.js("document.querySelector('#departments a.row-link').click()")
    tab.wait("location.pathname.startsWith('/report/') && document.querySelector('.tile a')")
    tab.js("[...document.querySelectorAll('a.num')].find(a => a.href.includes('/evidence/')).click()")
    tab.wait("location.pathname.startsWith('/evidence/') && document.querySelector('.strip .fr, .pair .fr')")
    top = tab.js("document.querySelector('.strip .fr, .pair .fr').getBoundingClientRect().top")
    assert 0 < top < 900


def test_a_mark_of_the_chart_that_is_drawn_for_a_pointer_leads_to_its_department(tab, server):
    tab.send("Emulation.setDeviceMetricsOverride", width=1440, height=900, deviceScaleFactor=1, mobile=False)
    tab.go(f"{server}/?year=2021")
    tab.wait("document.querySelector('.echart.on svg path')")
    assert tab.js("getComputedStyle(document.querySelector('.echart-static')).display") == "none"
    mark = "[...document.querySelectorAll('.echart svg path')].map(p => p.getBoundingClientRect())"
    mark += ".find(r => r.width > 4 && r.width < 12 && r.height > 4 && r.height < 12)"
    tab.js("document.querySelector('.echart').scrollIntoView({block: 'center'})")
    x, y = json.loads(tab.js(f"JSON.stringify((r => [r.x + r.width / 2, r.y + r.height / 2])({mark}))"))
    for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
        tab.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
    tab.wait("location.pathname.startsWith('/report/')")


def test_keys_walk_the_figures_and_reach_the_search(tab, server):
    sha256 = sha256_of(PROSE)
    tab.go(f"{server}/evidence/{sha256}?figure=A0002")
    tab.wait("document.querySelector('.bar a[rel=next]')")
    key = "document.dispatchEvent(new KeyboardEvent('keydown', {key: '%s', bubbles: true, cancelable: true}))"
    tab.js(key % "ArrowRight")
    tab.wait("location.search.includes('A0003')")
    tab.wait("document.querySelector('.bar a[rel=prev]')")
    tab.js(key % "ArrowLeft")
    tab.wait("location.search.includes('A0002')")
    tab.wait("document.readyState == 'complete'")
    tab.js(key % "/")
    assert tab.js("document.activeElement.id") == "q"


def test_a_version_that_is_published_meanwhile_is_told(tab, server, settings):
    from jixiao.publish import publish, rollback
    from jixiao.publish.hold import unpin
    from jixiao.warehouse import build_marts, open_warehouse

    tab.go(f"{server}/departments")
    tab.wait("document.querySelector('#newer')?.hidden")
    with open_warehouse(settings.warehouse_path) as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE core.regions SET name = name || '市' WHERE code = '440111'")
        build_marts(engine)
    publish(settings.warehouse_path, Path(settings.publish_url))
    try:
        tab.js("dispatchEvent(new Event('focus'))")
        tab.wait("!document.querySelector('#newer').hidden")
    finally:
        rollback(Path(settings.publish_url))
        unpin(Path(settings.publish_url))
