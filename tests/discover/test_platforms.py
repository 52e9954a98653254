"""Every platform of `platforms.yaml` against a site that behaves like it, over real HTTP; the faults, once for all."""

import gzip
import re

import pytest
from jixiao.discover import Client, load_sources, walk
from jixiao.discover.source import Department, Politeness, Source
from jixiao.model import JixiaoError

from demo.platforms import KINDS, ORGANIZATIONS, SITE_CODE, YEARS, adapter_of, install, second_page
from demo.site import Reply, serve

EVERY = {(name, year) for name in ORGANIZATIONS for year in YEARS}
PAGED = [kind for kind in KINDS if kind not in ("feed", "sitemap", "jpaas")]


@pytest.fixture(scope="module")
def running():
    with serve() as one:
        yield one


@pytest.fixture
def site(running):
    for memory in (running.hooks, running.asked, running.sent):
        memory.clear()
    return running


def contract(made, kind: str, **changes: object) -> Source:
    said = {
        "id": "demo", "name": "演示", "adapter": adapter_of(kind), "address": made.site.url, "allow_loopback": True,
        "lists": (made.column,),
        "search": f"{made.site.url}/query/s?siteCode={SITE_CODE}" if kind == "kaipuyun" else None,
        "departments": tuple(Department(organization=name, region_code="440111") for name in ORGANIZATIONS),
        "politeness": Politeness(delay_seconds=0, jitter_seconds=0, timeout_seconds=1, attempts=2),
    }  # fmt: skip
    return Source.model_validate({**said, **changes})


def walked(made, kind: str, tmp_path, **changes: object):
    source = contract(made, kind, **changes)
    client = Client(source, tmp_path / "http", None)
    try:
        return walk(source, client)
    finally:
        client.close()


def taken(found) -> set[tuple[str, int]]:
    return {(c.organization, c.fiscal_year) for c in found.candidates if c.taken}


def before(site, answers) -> None:
    """Let `answers(path)` answer first, where it does not return None."""
    site.hooks.insert(0, lambda target, headers: answers(target))


@pytest.mark.parametrize("kind", KINDS)
def test_every_report_of_a_platform_is_found_with_its_day_and_nothing_else(site, tmp_path, kind):
    made = install(site, kind)
    found = walked(made, kind, tmp_path)
    assert found.problems == []
    ours = [c for c in found.candidates if c.taken]
    assert sorted((c.organization, c.fiscal_year) for c in ours) == sorted(EVERY), "each once"
    assert all(c.published_on is not None and c.published_on.year == c.fiscal_year + 1 for c in ours)
    assert all(c.attachment_name.startswith(c.organization) for c in ours), "not what stands beside the post"
    sent = len(site.sent)
    assert taken(walked(made, kind, tmp_path)) == EVERY
    forms = ("/query/s", ".do")  # a form cannot be conditional
    assert [path for path in site.sent[sent:] if not path.endswith(forms)] == [], "only what changed is sent again"
    reasons = {c.reason for c in found.candidates if not c.taken}
    assert kind == "unified" or "a notice or rule about evaluations" in reasons


@pytest.mark.parametrize("kind", PAGED)
@pytest.mark.parametrize("fault", ["missing", "stub"])
def test_a_page_that_was_promised_and_does_not_come_is_a_problem(site, tmp_path, kind, fault):
    made = install(site, kind)
    reply = Reply(status=404) if fault == "missing" else Reply(b"<html>stub</html>")
    before(site, lambda target: reply if second_page(made, target) else None)
    found = walked(made, kind, tmp_path)
    if kind == "nfcms":  # nothing there promises a further page
        assert found.problems == []
    else:
        assert found.problems, "what is not read is said"
    assert taken(found) < EVERY or kind in ("kaipuyun", "ucap")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=404), "answered 404"),
        (Reply(status=403), "blocked"),
        (Reply(status=412), "blocked"),
        (Reply(status=521), "blocked"),
        (Reply(b"<script>document.cookie='a=1';location.reload()</script>"), "JavaScript challenge"),
        (Reply(status=429, headers={"Retry-After": "86400"}), "asks to come back"),
        (Reply(b"<html><body>\xe6\xac\xa2\xe8\xbf\x8e</body></html>"), "not the (?:layout|platform) that was expected"),
    ],
    ids=["404", "403", "412", "521", "challenge", "429", "empty"],
)
def test_a_list_that_is_not_there_or_does_not_want_us_is_named(site, tmp_path, kind, reply, words):
    made = install(site, kind)
    before(site, lambda target: reply if target == made.column else None)
    found = walked(made, kind, tmp_path, search=None, departments=contract(made, kind).departments[:1])
    assert any(re.search(words, problem) for problem in found.problems), found.problems
    assert taken(found) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_faults_that_pass_cost_nothing(site, tmp_path, kind):
    """Told to come back, a redirect that wants its cookie back, and gzip that nobody asked for, on the list itself."""
    made = install(site, kind)
    left = [
        Reply(status=503, headers={"Retry-After": "0"}),
        Reply(status=302, headers={"Location": made.column, "Set-Cookie": "pass=1; Path=/"}),
    ]

    def answers(target: str) -> Reply | None:
        if target != made.column:
            return None
        if left:
            return left.pop(0)
        reply = made.hook(target, None)
        reply.headers["Content-Encoding"] = "gzip"
        return Reply(gzip.compress(reply.body), reply.kind, headers=reply.headers)

    before(site, answers)
    found = walked(made, kind, tmp_path)
    assert found.problems == []
    assert taken(found) == EVERY


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("unified",)])
def test_one_post_that_is_gone_is_named_and_costs_no_other(site, tmp_path, kind):
    made = install(site, kind)
    before(site, lambda target: Reply(status=404) if "4000" in target and "pdf" not in target else None)
    found = walked(made, kind, tmp_path)
    assert (ORGANIZATIONS[0], 2023) not in taken(found)
    assert len(taken(found)) == len(EVERY) - 1
    assert kind == "sitemap" or any("4000" in problem and "404" in problem for problem in found.problems)


@pytest.mark.parametrize("kind", KINDS)
def test_robots_txt_keeps_us_from_a_list(site, tmp_path, kind):
    made = install(site, kind)
    made.robots = f"User-agent: *\nDisallow: {made.column}\n"
    found = walked(made, kind, tmp_path, search=None)
    assert "robots.txt forbids it" in " ".join(found.problems)
    assert made.column not in site.asked


SELECTORS = {"rows": "//tr[@class='row']", "link": "./td[1]/a", "day": "./td[2]", "next": "//p/a"}


def test_a_generic_list_is_read_where_its_contract_says(site, tmp_path):
    made = install(site, "plain")
    found = walked(made, "plain", tmp_path / "right", selectors=SELECTORS)
    assert found.problems == []
    assert taken(found) == EVERY
    assert {c.published_on.year - c.fiscal_year for c in found.candidates if c.taken} == {1}
    wrong = walked(made, "plain", tmp_path / "wrong", selectors={**SELECTORS, "rows": "//tr[@class='news']"})
    assert "no row of a list is recognised" in "".join(wrong.problems)
    named = walked(made, "plain", tmp_path / "named", selectors={"address": r"hot\.asp"})
    assert (taken(named), named.passed_over) == (set(), 9), "addresses alone say which links are posts"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('selectors: {rows: "//li["}', r"selectors\.rows: .* is no XPath"),
        ('selectors: {address: "("}', r"selectors\.address: .* is no regular expression"),
        ("adapter: drupal", "adapter: .* no adapter is called 'drupal': there are gkmlpt, nfcms, trs, hanweb"),
    ],
)
def test_what_a_contract_says_wrong_is_named(tmp_path, line, words):
    text = f"name: x\naddress: https://a.cn\nenabled: false\n{line}\n"
    (tmp_path / "bad.yaml").write_text(text if "adapter" in line else f"adapter: generic\n{text}", "utf-8")
    with pytest.raises(JixiaoError, match=f"bad.yaml: {words}"):
        load_sources(tmp_path)


SCRIPTED = [
    '<a href="javascript:goPage(2)">下一页</a>',
    '<span onclick="more()">加载更多</span>',
    "<div class=pager>共 4 页</div>",
    "<script>pager({pageIndex: 1, totalPage: 4})</script>",
]
LAST = [
    '<a href="javascript:;">下一页</a>',
    '<a class="disabled" href="javascript:goPage(2)">下一页</a>',
    '共1页 <a href="javascript:goPage(2)">下一页</a>',
    "<script>pager({totalPage: 1})</script><a onclick='goPage(2)'>下一页</a>",
    "",
]


@pytest.mark.parametrize(("pager", "told"), [(one, True) for one in SCRIPTED] + [(one, False) for one in LAST])
def test_a_list_that_only_a_script_turns_is_said_to_be_read_in_part(site, tmp_path, pager, told):
    made = install(site, "boda")
    title = "年度部门整体支出绩效自评报告"
    rows = "".join(
        f'<li><a href="/info/1021/{number}.htm">{ORGANIZATIONS[0]}{year}{title}</a>{year + 1}-09-01</li>'
        for year, number in ((2023, 4000), (2022, 3995), (2021, 3990))
    )
    made.put(made.column, f"<html><meta charset=utf-8><body><ul>{rows}</ul>{pager}</body></html>")
    found = walked(made, "boda", tmp_path)
    assert len(taken(found)) == 3
    words = {"its pages are turned by a script: only the first was seen"}
    assert {problem.split(": ", 1)[1] for problem in found.problems} == (words if told else set())
