"""One contract, many departments: told by the names that posts give them, each list read once, held to a roster."""

import pytest
from jixiao.discover import Client, load_sources, read_roster, walk
from jixiao.discover.roster import RosterRow
from jixiao.model import JixiaoError
from jixiao.pipeline.naming import Gazetteer, names_for
from jixiao.settings import Settings

from demo.site import Reply

HEAD = "organization,region_code,aliases,first_year,last_year\n"
KINDS = [f"第{n}中学" for n in range(1, 301)]
WHAT = "2023年度部门整体支出绩效自评报告"


def row(name: str, code: str = "440111", *aliases: str) -> RosterRow:
    return RosterRow(organization=name, region_code=code, aliases=aliases)


@pytest.fixture
def baiyun() -> Gazetteer:
    names = ("科学技术协会", "教育局", "财政局", "民政局", "人民政府办公室")
    return Gazetteer([row(f"广州市白云区{name}") for name in names])


@pytest.mark.parametrize(
    ("title", "whose"),
    [
        (f"广州市白云区科协{WHAT}", "广州市白云区科学技术协会"),
        (f"区教育局{WHAT}", "广州市白云区教育局"),
        (f"财政局{WHAT}", "广州市白云区财政局"),
        (f"附件3：白云区民政局{WHAT}", "广州市白云区民政局"),
        ("2023年度部门整体支出绩效自评报告（区民政局）", "广州市白云区民政局"),
        (f"关于公开区府办{WHAT}的公告", "广州市白云区人民政府办公室"),
        (f"白云区第一小学{WHAT}", "广州市白云区第一小学"),  # on no roster, but of the place
        (f"番禺区教育局{WHAT}", None),
        (f"贵阳市白云区教育局{WHAT}", None),
        (f"市财政局{WHAT}", None),
        (f"教育局招生办{WHAT}", "广州市白云区教育局招生办"),  # a unit of its own, not the department
        (WHAT, None),
    ],
)
def test_a_title_tells_whose_it_is_by_full_and_short_names(baiyun, title, whose):
    found = baiyun.whose((title,), ())
    assert (found and found.organization) == whose


def test_a_short_name_that_two_places_share_tells_nobody():
    two = Gazetteer([row("广州市白云区教育局"), row("广州市番禺区教育局", "440113", "番教局")])
    assert two.whose((), ("教育局",)) is None
    assert two.whose((), ("白云区教育局",)).region_code == "440111"
    assert two.whose((), ("番教局",)).region_code == "440113"


def test_three_hundred_departments_on_one_list_are_told_apart_and_the_list_is_read_once(
    demo_run, tmp_path, monkeypatch
):
    rosters = tmp_path / "rosters"
    rosters.mkdir()
    names = "".join(f"广州市白云区{kind},440111,,,\n" for kind in KINDS)
    (rosters / "440111.csv").write_text(f"{HEAD}{names}广州市白云区民政局,440111,,,\n", "utf-8")
    monkeypatch.setenv("JIXIAO_ROSTERS", str(rosters))
    line = '<li><a href="/files/{}.pdf" title="{}{}">…</a><span>2024-09-01</span></li>'.format
    shown = [line(n, f"区{kind}" if n % 2 else f"广州市白云区{kind}", WHAT) for n, kind in enumerate(KINDS)]
    shown.append(line("elsewhere", "番禺区教育局", WHAT))
    shown.append('<li><a href="/post/content/post_7.html" title="2023年度区级部门整体支出绩效自评报告">…</a></li>')
    demo_run.overrides["/many/index.html"] = lambda: Reply(f"<ul>{''.join(shown)}</ul>".encode())
    files = '<a href="/files/jy.pdf">区教育局.pdf</a><a href="/files/cz.pdf">3.区财政局.pdf</a>'
    demo_run.overrides["/post/content/post_7.html"] = lambda: Reply(f'<div id="zoom">{files}</div>'.encode())
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    (contracts / "many.yaml").write_text(
        f"name: many\nadapter: nfcms\naddress: {demo_run.url}\nallow_loopback: true\nroster: '440111'\n"
        "lists: [/many/index.html]\npoliteness: {delay_seconds: 0, jitter_seconds: 0}\n"
    )
    [source] = load_sources(contracts)
    client = Client(source, tmp_path / "http", None)
    found = walk(source, client, {2023}, names=names_for(source))
    client.close()
    taken = {c.organization: c.url for c in found.candidates if c.taken}
    assert {f"广州市白云区{kind}" for kind in KINDS} == set(taken) - {"广州市白云区教育局", "广州市白云区财政局"}
    assert taken["广州市白云区财政局"].endswith("/files/cz.pdf"), "told by the file's own name, in a post of many"
    assert taken["广州市白云区第7中学"].endswith("/files/6.pdf")
    [left] = [c for c in found.candidates if not c.taken]
    assert (left.url.rsplit("/", 1)[-1], left.reason) == (
        "elsewhere.pdf",
        "it names no department of the roster or its places",
    )
    assert demo_run.asked.count("/many/index.html") == 1
    assert found.requests == len(demo_run.asked) <= 4, "robots.txt, the list, its second page, the post"


def test_a_roster_that_is_damaged_is_told_with_its_line(tmp_path):
    path = tmp_path / "440111.csv"
    path.write_text(f"# who must report\n{HEAD}广州市白云区教育局,440111,区教育局|教育局,2020,\n某局,44,,,\n", "utf-8")
    with pytest.raises(JixiaoError, match=r"rosters/440111\.csv, line 4: region_code"):
        read_roster(path)
    path.write_text(f"{HEAD}广州市白云区教育局,440111,区教育局|教育局,2020,\n", "utf-8")
    [one] = read_roster(path)
    assert (one.aliases, one.first_year, one.last_year) == (("区教育局", "教育局"), 2020, None)


def test_every_roster_of_ours_is_sound():
    for path in sorted(Settings.load().rosters.glob("*.csv")):
        assert read_roster(path)
