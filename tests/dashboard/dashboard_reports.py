"""The reports that the dashboard's tests publish: samples, one that says hostile things, one that was replaced."""

import dataclasses
from decimal import Decimal
from pathlib import Path

from tests.reading import extract_once

HOME = Path(__file__).resolve().parents[2]
FILES = HOME / "demo" / "samples" / "files"
PROSE, WORD, HOSTILE, FINDINGS = (
    FILES / name for name in ("baiyun-2021.pdf", "yuexiu-2023.docx", "liwan-2023.pdf", "shaoguan-2023.pdf")
)
EVIL = "<script>document.title='taken'</script>\"'&=某局"
OLD = "0" * 63 + "1"


def extraction(path: Path):
    """Extract a sample; the hostile one says things that a page must not obey."""
    found = extract_once(path)
    if path != HOSTILE:
        return found
    amounts = tuple(dataclasses.replace(one, label=EVIL, item=EVIL, scheme="project") for one in found.amounts)
    sections = tuple(dataclasses.replace(one, text=EVIL) for one in found.sections)
    report = dataclasses.replace(found.report, organization=EVIL)
    return dataclasses.replace(found, report=report, amounts=amounts, sections=sections)


def replaced(found):
    """Return an older version of a report: another file, another score."""
    document = dataclasses.replace(found.document, sha256=OLD)
    report = dataclasses.replace(found.report, total_score=found.report.total_score - Decimal("1.5"))
    return dataclasses.replace(found, document=document, report=report)
