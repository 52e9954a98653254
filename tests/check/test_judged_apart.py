"""The rules over one document run in the reader's box, under its limits."""

import pytest
from jixiao.check import check_extraction
from jixiao.check.worker import judged
from jixiao.model import DocumentInfo, Extraction, Report, UnreadableDocument
from jixiao.read.limits import Limits

from tests.certain import certain
from tests.check.test_many_rows import repeated


def extraction(n):
    report = Report("某市某局", "440100", 2021, "narrative", None, None, None)
    read = Extraction("1", DocumentInfo("a" * 64, "application/pdf", 1, "text"), report, **repeated(n))
    return certain(read)


def test_the_same_findings_come_out():
    one = extraction(12)
    assert judged(one, Limits(), "a.pdf") == check_extraction(one) != ()


def test_what_takes_too_long_is_refused_in_a_line():
    with pytest.raises(UnreadableDocument, match=r"^a\.pdf: its rules cannot be judged: not read within 1 s$"):
        judged(extraction(20_000), Limits(seconds=1), "a.pdf")
