"""One table of words: every key that the project writes has a Chinese and an English word."""

import ast
import csv
import typing
from pathlib import Path

import pytest
from jixiao import model
from jixiao.check import rules
from jixiao.glossary import about_marts, columns, glossary, item_word, subject_words, word
from jixiao.schema import schemas

DATA = Path(__file__).resolve().parents[1] / "plugins" / "jixiao" / "data"


@pytest.mark.parametrize(
    ("group", "kind"),
    [
        ("stage", model.Stage), ("flow", model.Flow), ("severity", model.Severity), ("form", model.Form),
        ("scheme", model.Scheme), ("ratio", model.RatioName), ("confidence", model.Confidence),
        ("ledger", model.LedgerState),
    ],
)  # fmt: skip
def test_every_key_of_the_model_has_its_words(group, kind):
    assert set(typing.get_args(kind)) <= set(glossary()[group])


def test_every_mart_and_column_has_a_chinese_name_and_an_example_and_no_other():
    marts = schemas("marts")
    assert set(marts) == set(glossary()["mart"])
    assert {column.name for table in marts.values() for column in table.columns} == set(columns())
    assert set(glossary()["doubt"]) == set(glossary()["doubt_why"])
    for name, (chinese, example, more) in columns().items():
        assert not chinese.isascii(), name
        assert example, name
        assert not more.isascii() or not more, name
    assert set(about_marts()) == set(marts)
    assert [name for name, said in about_marts().items() if said.isascii()] == []


def test_every_rule_and_every_account_has_its_words():
    assert {rule.code for rule in rules()} == set(glossary()["rule"])
    with (DATA / "accounts.csv").open(encoding="utf-8") as handle:
        accounts = [(row["scheme"], row["code"]) for row in csv.DictReader(handle)]
    assert [one for one in accounts if one[1] not in glossary()[one[0]]] == []


def test_chinese_words_are_chinese_and_english_words_are_english():
    for group, words in glossary().items():
        for key, (chinese, english) in words.items():
            assert english.isascii() or english.startswith("¥"), (group, key)
            assert not chinese.isascii() or group == "unit", (group, key)


@pytest.mark.parametrize(
    ("subject", "chinese", "english"),
    [
        ("revenue/total/total/2023", "2023 年收入总额", "Total revenue, 2023"),
        ("expenditure/three_public/vehicle_purchase/2023", "2023 年公务用车购置", "Vehicle purchase, 2023"),
        ("expenditure/final/nature/2023", "2023 年支出决算（支出性质）", "Expenditure, by nature, outturn, 2023"),
        (
            "expenditure/economic/nature/2023",
            "2023 年支出：经济分类与支出性质",
            "By economic class and by nature, 2023",
        ),
        (
            "2023/expenditure/final/function/206",
            "2023 年 206 科学技术（决算）",
            "206 Science and technology, outturn, 2023",
        ),
        ("procurement_rate", "政府采购执行率", "Procurement rate"),
        ("total", "自评总分", "Total score"),
        ("履职效能/整体效能", "履职效能/整体效能", "履职效能/整体效能"),
    ],
)
def test_a_subject_is_told_in_words(subject, chinese, english):
    assert (subject_words(subject), subject_words(subject, "en")) == (chinese, english)


def test_what_has_no_word_stays_as_it_is():
    assert word("doubt", "a_new_kind") == "a_new_kind"
    assert item_word("project", "科普专项") == "科普专项"


def _kinds_of_doubt():
    """Yield the kind of every doubt and remark that the code names by itself, or by a constant of the module."""
    for path in sorted((DATA.parent).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        said = [one for one in tree.body if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)]
        constants = {one.targets[0].id: one.value.value for one in said if isinstance(one.targets[0], ast.Name)}
        for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in ("Doubt", "Remark") or "doubt" in name or "remark" in name:
                words = [constants.get(one.id) if isinstance(one, ast.Name) else getattr(one, "value", None)
                         for one in call.args]  # fmt: skip
                yield from [one for one in words if isinstance(one, str) and one.islower() and " " not in one][:1]


def test_every_kind_of_doubt_has_its_words():
    found = set(_kinds_of_doubt())
    assert len(found) > 20
    assert found - set(glossary()["doubt"]) == set()
