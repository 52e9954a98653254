"""Every row of the lexicon reads its witness, and a wording is added as a row with the sentence that has it."""

from functools import cache

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


@cache
def forms():
    return [(at, row, form) for at, row in enumerate(lexicon().rows) for form in row.forms]


def plainly(text, roles):
    """Return what stands in a text as the lexicon's words say, each form looked for at each place."""
    text, wanted = text.replace("其它", "其他"), set(roles)
    met = []
    for at, row, form in forms():
        if form in text and (row.role in wanted or row.hides & wanted):
            places = (place for place in range(len(text)) if text.startswith(form, place))
            met += [(place, len(form), at, row) for place in places if row.fits(text, place, place + len(form))]
    best = {}
    for start, length, _, row in sorted(met, key=lambda one: one[:3]):
        kept = best.setdefault(row.role, [])
        if kept and start < kept[-1][1]:
            if start > kept[-1][0] or start + length <= kept[-1][1]:
                continue
            kept.pop()
        kept.append((start, start + length, row))
    every = [one for kept in best.values() for one in kept]
    seen = [
        one
        for one in every
        if one[2].role in wanted
        and not any(
            other is not one and one[2].role in other[2].hides and other[0] <= one[0] and one[1] <= other[1]
            for other in every
        )
    ]
    return sorted(seen, key=lambda one: (one[0], -one[1]))


def test_the_matcher_finds_what_looking_for_each_form_at_each_place_finds():
    asked = [("stage",), ("subject", "stage", "owner", "change"), ("filler", "rest"), ("none", "none_behind"), ("row",)]
    for row in lexicon().rows[::4]:
        text = row.witness[0] + "其它收入"
        for roles in asked:
            found = [(token.start, token.end, token.row) for token in lexicon().scan(text, roles)]
            assert found == plainly(text, roles), (text, roles)


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
