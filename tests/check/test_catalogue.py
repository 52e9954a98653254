"""docs/rules.md tells what the catalogue says."""

from pathlib import Path

from jixiao.check.catalogue import describe, rules

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"


def test_document_is_current():
    assert DOCS.read_text("utf-8") == describe(), "run: jixiao docs"


def test_every_rule_is_described():
    text = DOCS.read_text("utf-8")
    for rule in rules():
        assert f"`{rule.id}`" in text
        assert rule.code in text


def test_messages_take_only_what_a_finding_has():
    words = {"subject": "s", "stated": "1", "computed": "2", "difference": "-1"}
    for rule in rules():
        for message in (rule.message_zh, rule.message_en):
            said = message.format(**words)
            assert "s" in said
            assert "{" not in said
