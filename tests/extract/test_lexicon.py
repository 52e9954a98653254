"""Every row of the lexicon reads its witness, and a wording is added as a row with the sentence that has it."""

import pytest
from jixiao.extract.lexicon import lexicon
from jixiao.extract.lexicon_rows import expand, read_rows

ROWS = [pytest.param(row, id=f"{row.theme}-{row.role}-{row.line}") for row in lexicon().rows]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_reads_its_witness(row):
    for sentence in row.witness:
        found = lexicon().scan(sentence)
        assert any(token.row is row for token in found), [(sentence[t.start : t.end], t.role, t.value) for t in found]
    for sentence in row.never:
        assert not any(token.row is row for token in lexicon().scan(sentence)), sentence


def test_forms_expand_to_plain_words():
    assert expand("公务用车{购置|运行}[费|费用]") == [
        "公务用车购置",
        "公务用车购置费",
        "公务用车购置费用",
        "公务用车运行",
        "公务用车运行费",
        "公务用车运行费用",
    ]


def test_the_longest_of_one_role_wins_and_roles_overlap():
    said = [(t.role, t.value) for t in lexicon().scan("年初收入预算100万元", ("subject", "stage"))]
    assert said == [("stage", "initial_budget"), ("subject", "revenue/total/total")]
    assert lexicon().values("一般公共预算财政拨款100万元", "stage") == []


@pytest.mark.parametrize(
    "bad", ["subject:\n- {value: a/b, forms: 甲}", "subject:\n- {value: a/b, forms: 甲, witness: 甲, hint: 乙}"]
)
def test_a_row_without_a_witness_or_with_an_unknown_key_is_refused(bad):
    with pytest.raises(ValueError, match=r"lexicon/some\.yaml, subject 1"):
        read_rows("some", bad)
