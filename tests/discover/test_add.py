"""`jixiao sources add` against each platform's site, and `jixiao sources check` when such a site changes."""

import re

import pytest
import yaml
from jixiao.cli import main
from jixiao.discover import Client, load_sources, selected_sources, walk
from jixiao.discover.look import look, search_address
from jixiao.discover.source import Source
from jixiao.model import JixiaoError

from demo.platforms import KINDS, ORGANIZATIONS, YEARS, adapter_of, install
from demo.site import Reply, serve

EVERY = {(name, year) for name in ORGANIZATIONS for year in YEARS}
UNPLACED = ("feed", "sitemap", "unified")  # sites that tell no region


@pytest.fixture(scope="module")
def running():
    with serve() as one:
        yield one


@pytest.fixture
def site(running, tmp_path, monkeypatch):
    for memory in (running.hooks, running.asked, running.sent):
        memory.clear()
    (tmp_path / "sources").mkdir()
    monkeypatch.setenv("JIXIAO_SOURCES", str(tmp_path / "sources"))
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path / "var"))
    return running


def add(site, *more: str, loopback: bool = True) -> int:
    return main(["sources", "add", site.url, "--name", "new", "--year", "2023", *(["--loopback"] * loopback), *more])


@pytest.mark.parametrize("kind", KINDS)
def test_a_look_at_a_site_writes_a_contract_that_finds_all_its_reports(site, tmp_path, capsys, kind):
    install(site, kind)
    assert add(site, *(["--region-code", "440111"] if kind in UNPLACED else [])) == 0
    said = capsys.readouterr().out
    assert "fiscal year 2023: 3 would be taken" in said
    assert len(re.findall(r"^taken 2023 ", said, re.MULTILINE)) == 3
    [source] = load_sources(tmp_path / "sources")
    assert source.adapter == adapter_of(kind)
    assert {one.region_code for one in source.departments} == {"440111"}
    assert selected_sources(tmp_path / "sources") == (), "nothing is enabled until a person says so"
    client = Client(source, tmp_path / "http", None)
    found = walk(source, client)
    client.close()
    assert found.problems == []
    assert {(c.organization, c.fiscal_year) for c in found.candidates if c.taken} == EVERY


def test_directories_of_departments_are_told_by_the_links_to_them(site, tmp_path, capsys):
    links = "".join(f"<a href='{one['prefix']}/gkmlpt/index'>信息公开目录</a>" for one in site.departments)
    site.hooks.append(lambda target, headers: Reply(links.encode()) if target == "/" else None)
    assert add(site) == 0
    assert "fiscal year 2023: 4 would be taken" in capsys.readouterr().out
    [source] = load_sources(tmp_path / "sources")
    places = {one.organization: (one.region_code, one.prefix) for one in source.departments}
    assert len(places) == len(site.departments)
    assert places["韶关市科学技术协会"] == ("440200", "/sgskx")


def test_the_contract_says_what_was_seen_and_what_is_a_guess(site, tmp_path):
    install(site, "trs")
    add(site)
    lines = (tmp_path / "sources" / "new.yaml").read_text("utf-8").splitlines()
    assert "enabled: false" in lines
    assert "adapter: trs  # seen: the pager createPageHTML, posts at tYYYYMMDD_ID.html" in lines
    assert any(line.startswith('  - "/zwgk/czyjs/"  # seen: 财政预决算: 15 rows were read') for line in lines)
    assert sum("a guess: the site's code 4401110001 begins so" in line for line in lines) == 3
    assert add(site) == 2, "a contract that is there is not overwritten"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<div id=app></div><script src=app.js></script>", "platform: none that is known left a mark"),
        (
            "<a href='/c.html'>预决算公开</a>",
            "left: 预决算公开 ({url}/c.html): {url}/c.html: no row of a list is recognised",
        ),
        ("<a href='/gone'>部门决算</a>", "left: 部门决算 ({url}/gone): answered 404"),
        ("<a href='https://other.example.cn/'>预决算公开</a>", "on another host: add that site by itself"),
    ],
    ids=["script", "no-list", "gone", "elsewhere"],
)
def test_a_site_that_is_none_of_these_ends_with_words_that_say_what_was_seen(site, tmp_path, capsys, page, words):
    pages = {"/": page, "/c.html": "<title>预决算公开</title><p>请拨打电话</p>", "/robots.txt": "User-agent: *"}
    body = "<html><meta charset=utf-8>{}</html>"
    site.hooks.append(
        lambda target, headers: Reply(body.format(pages[target]).encode()) if target in pages else Reply(status=404)
    )
    assert add(site) == 1
    said = capsys.readouterr().out
    assert words.format(url=site.url) in said
    assert "no list with posts of ours was found: no contract is written" in said
    assert list((tmp_path / "sources").iterdir()) == []


def test_nothing_is_sent_to_this_machine_or_the_inside_of_a_network(site, monkeypatch, capsys):
    assert add(site, loopback=False) == 2
    assert "set JIXIAO_CONTACT before a public site is asked" in capsys.readouterr().err
    monkeypatch.setenv("JIXIAO_CONTACT", "operator@example.org")
    assert add(site, loopback=False) == 2
    assert "not a public address: refused before sending" in capsys.readouterr().err
    assert site.asked == []
    for url in ("http://169.254.169.254/", "http://10.0.0.1/", "ftp://example.org/", "http://a:b@127.0.0.1/"):
        assert main(["sources", "add", url, "--loopback", "--name", "new"]) == 2
        assert re.search("refused before sending|not a public|give the address|is not asked", capsys.readouterr().err)


def test_robots_txt_that_forbids_a_site_ends_the_look(site, capsys):
    made = install(site, "trs")
    made.robots = "User-agent: *\nDisallow: /\n"
    assert add(site) == 2
    assert "robots.txt forbids it: this site is left alone" in capsys.readouterr().err
    assert set(site.asked) == {"/robots.txt"}


def test_what_a_site_calls_itself_cannot_write_the_contract(site, tmp_path):
    made = install(site, "trs")
    home = made.pages["/"]({}).body.decode().replace("演示区人民政府", "x&quot;&#10;enabled: true&#10;#")
    made.put("/", home)
    add(site)
    said = yaml.safe_load((tmp_path / "sources" / "new.yaml").read_text("utf-8"))
    assert said["enabled"] is False
    assert said["name"] == 'x" enabled: true #'


def test_a_page_cannot_send_us_to_a_search_of_its_own_choice(site, tmp_path):
    made = install(site, "kaipuyun")
    made.put("/", made.pages["/"]({}).body.decode().replace(f"{site.url}/query/s", "https://www.example.net/query/s"))
    source = Source.model_validate({
        "id": "x", "name": "x", "adapter": "generic", "enabled": False, "address": site.url, "allow_loopback": True,
        "politeness": {"delay_seconds": 0, "jitter_seconds": 0},
    })  # fmt: skip
    client = Client(source, tmp_path / "http", None)  # the look alone: by the contract a walk would ask the search
    seen = look(site.url, source, client)
    client.close()
    assert search_address(seen) == "https://api.so-gov.cn/query/s?siteCode=4401110001"


def test_a_disabled_contract_that_is_named_is_refused(site, tmp_path, monkeypatch):
    install(site, "trs")
    add(site)
    monkeypatch.setenv("JIXIAO_SOURCES_ONLY", "new")
    with pytest.raises(JixiaoError, match="new, and the contract says enabled: false"):
        selected_sources(tmp_path / "sources")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (None, None),
        (
            "gone",
            r"the column 财政预决算 \(/zwgk/czyjs/\) that was seen on .* is no list of ours any more: answered 404",
        ),
        ("unlinked", r"the column 财政预决算 \(/zwgk/czyjs/\) .* is linked nowhere any more, and still answers"),
        ("another", r"a column that was not there on .*: 绩效自评公开 \(/zwgk/jx/\)"),
        ("platform", r"the platform was trs on .* and looks like boda"),
    ],
)
def test_check_says_what_changed_since_the_contract_was_written(site, capsys, change, words):
    made = install(site, "trs")
    add(site)
    capsys.readouterr()
    home = made.pages["/"]({}).body.decode()
    if change == "gone":
        del made.pages["/zwgk/czyjs/"]
    elif change == "unlinked":
        made.put("/", home.replace("财政预决算", "服务"))
    elif change == "another":
        made.pages["/zwgk/jx/"] = made.pages["/zwgk/czyjs/"]
        made.put("/zwgk/jx/", made.pages["/zwgk/jx/"]({}).body.decode("gb18030").replace("财政预决算", "绩效自评公开"))
        made.put("/", home.replace("</div>", "<a href='/zwgk/jx/'>绩效自评公开</a></div>"))
    elif change == "platform":
        site.hooks.clear()
        made = install(site, "boda")
    said = main(["sources", "check", "new"])
    changed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("changed: new: ")]
    if words is None:
        assert (said, changed) == (0, [])
    else:
        assert said == 1
        assert re.search(words, "\n".join(changed)), changed


def test_columns_below_one_of_ours_are_lists_too(site, tmp_path):
    """A column that lists its departments, each with a column of its own, whatever that is called."""
    made = install(site, "trs")
    listed = made.pages["/zwgk/czyjs/"]
    made.put(
        "/bm/index.html",
        "<title>部门预决算</title><a href='kx/'>科协</a><a href='../rsxx/'>人事</a><a href='2.html'>2</a>",
    )
    made.home({"/bm/index.html": "部门预决算"})
    made.pages["/bm/kx/"] = listed
    made.pages |= {
        path.replace("/zwgk/czyjs/", "/bm/kx/"): made.pages[path] for path in [*made.pages] if "czyjs" in path
    }
    add(site)
    [source] = load_sources(tmp_path / "sources")
    assert source.lists == ("/bm/kx/",)


@pytest.mark.parametrize(
    "page",
    ['<meta http-equiv="refresh" content="0; url=/home/">', "<script>window.location.href = '/home/';</script>"],
    ids=["meta", "script"],
)
def test_a_first_page_that_only_leads_on_is_followed(site, tmp_path, page):
    made = install(site, "trs")
    made.pages["/home/"] = made.pages["/"]
    made.put("/", f"<html><head>{page}</head></html>")
    assert add(site) == 0
    [source] = load_sources(tmp_path / "sources")
    assert (source.adapter, source.lists) == ("trs", ("/zwgk/czyjs/",))


def test_a_site_that_leads_to_another_is_not_followed(site, capsys):
    with serve() as behind:
        site.hooks.append(lambda target, headers: Reply(status=302, headers={"Location": behind.url + "/"}))
        assert add(site) == 2, "another port of this machine is another site"
        assert behind.asked == []
    assert f"leads to {behind.url}/" in capsys.readouterr().err
