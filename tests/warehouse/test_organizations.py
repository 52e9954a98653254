"""Departments: all ways to write a name are one entity, and different departments stay apart."""

import pytest
from jixiao.extract.identity.regions import region_of, regions
from jixiao.warehouse.organizations import known_region, organization_of


@pytest.mark.parametrize(
    ("names", "code", "entity", "name", "function"),
    [
        (
            ("广州市白云区科学技术协会", "广州市白云区科协", "白云区科协", "区科协", "广州市 白云区科协（本级）"),
            "440111",
            "440111-科学技术协会",
            "广州市白云区科学技术协会",
            "科协",
        ),
        (("韶关市科学技术协会", "韶关科协", "市科协"), "440200", "440200-科学技术协会", "韶关市科学技术协会", "科协"),
        (("大埔县教育局", "梅州市大埔县教育局"), "441422", "441422-教育局", "大埔县教育局", "教育局"),
        (("东莞市财政局", "市财政局"), "441900", "441900-财政局", "东莞市财政局", "财政局"),
        (("北京市东城区教委", "东城区教育委员会"), "110101", "110101-教育委员会", "北京市东城区教育委员会", "教育局"),
        (
            ("中共韶关市委组织部", "韶关市委组织部", "中国共产党韶关市委员会组织部"),
            "440200",
            "440200-中国共产党委员会组织部",
            "中国共产党韶关市委员会组织部",
            "组织部",
        ),
        (
            ("共青团韶关市委员会", "韶关市团委", "共青团韶关市委"),
            "440200",
            "440200-中国共产主义青年团委员会",
            "中国共产主义青年团韶关市委员会",
            "团委",
        ),
        (
            ("恩施州卫健委", "恩施土家族苗族自治州卫健委"),
            "422800",
            "422800-卫生健康委员会",
            "恩施土家族苗族自治州卫生健康委员会",
            "卫健局",
        ),
        (("市场监督管理局", "韶关市市监局"), "440200", "440200-市场监督管理局", "韶关市市场监督管理局", "市监局"),
    ],
)  # fmt: skip
def test_every_way_to_write_a_name_is_one_entity(names, code, entity, name, function):
    assert {organization_of(said, code) for said in names} == {organization_of(names[0], code)}
    found = organization_of(names[0], code)
    assert (found.organization_id, found.name, found.region_code, found.function) == (entity, name, code, function)


def test_departments_that_only_look_alike_stay_apart():
    said = [
        ("白云区科协", "440111"),
        ("白云区科协", "520113"),  # 贵阳 has a 白云区 too
        ("广州市科协", "440100"),
        ("白云区科学技术协会青少年活动中心", "440111"),
        ("白云区科技局", "440111"),
        ("恩施市教育局", "422800"),
        ("恩施州教育局", "422800"),
    ]
    assert len({organization_of(*one).organization_id for one in said}) == len(said)


def test_an_unlisted_department_keeps_its_name_and_has_no_function():
    found = organization_of("韶关市某某工作专班", "440200")
    assert (found.name, found.function) == ("韶关市某某工作专班", None)
    assert organization_of("韶关市第一中学", None).function == "学校"


def test_a_code_that_is_not_known_falls_back_to_its_city_and_its_province():
    assert known_region("440199").name == "广州市"
    assert known_region("449999").name == "广东省"
    assert known_region("990000") is known_region(None) is None
    withdrawn = organization_of("萝岗区科协", "440116")
    assert (withdrawn.name, withdrawn.region_code, withdrawn.function) == ("广州市萝岗区科学技术协会", "440100", "科协")


def test_the_regions_form_a_tree():
    for region in regions().values():
        above = regions().get(region.parent_code)
        assert above is None if region.level == "province" else above.level != region.level, region
    assert sum(r.level == "province" for r in regions().values()) == 31
    assert sum(r.parent_code == "440000" for r in regions().values()) == 21
    assert region_of("东莞市财政局").level == "city"
