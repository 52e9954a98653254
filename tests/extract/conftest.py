"""Passages and tables of our own, in many provinces' wording, read through the real reader as an HTML page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import docx
import pytest
from jixiao.extract.money import MoneyFacts, extract_money
from jixiao.model import Document, Subject
from jixiao.read import read_document

_FILLER = "<p>" + "本报告说明部门整体支出绩效自评的组织和过程。" * 12 + "</p>"


def _plain(value: Decimal | None) -> str:
    return "-" if value is None else f"{value.normalize():f}"


def _about(subject: Subject | None) -> str:
    return "-" if subject is None else f"{subject.flow[:3]} {subject.scheme}/{subject.item}"


@dataclass(frozen=True)
class Seen:
    """Money facts in one line each: `2023 exp final nature/basic 2686100`."""

    facts: MoneyFacts

    @property
    def amounts(self) -> list[str]:
        return sorted(
            f"{a.fiscal_year} {a.flow[:3]} {a.stage} {a.scheme}/{a.item} {_plain(a.yuan)}" for a in self.facts.amounts
        )

    @property
    def ratios(self) -> list[str]:
        return sorted(f"{r.name} {_plain(r.percent)} {_about(r.subject)}" for r in self.facts.ratios)

    @property
    def changes(self) -> list[str]:
        return sorted(f"{_about(c.subject)} {_plain(c.yuan)} {_plain(c.percent)}" for c in self.facts.changes)

    @property
    def doubts(self) -> list[str]:
        return [d.kind for d in self.facts.doubts]


@pytest.fixture
def money_in(tmp_path: Path) -> Callable[..., Seen]:
    """Return a function from the body of a page (without tags: a line is a paragraph) to its money facts."""

    def read(body: str, year: int | None = 2023) -> Seen:
        if "<" not in body:
            body = "".join(f"<p>{line.strip()}</p>" for line in body.strip().splitlines())
        path = tmp_path / "report.html"
        path.write_text(
            f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{_FILLER}{body}</body></html>", "utf-8"
        )
        return Seen(extract_money(read_document(path), year))

    return read


@pytest.fixture
def document_of(tmp_path: Path) -> Callable[[Sequence[object]], Document]:
    """Return a function from paragraphs (texts) and tables (lists of rows) to the document that is read of them."""

    def read(lines: Sequence[object]) -> Document:
        out = docx.Document()
        for line in lines:
            if isinstance(line, str):
                out.add_paragraph(line)
                continue
            assert isinstance(line, list)
            table = out.add_table(len(line), max(map(len, line)))
            for row, texts in enumerate(line):
                cells = table.rows[row].cells
                for cell, text in zip(cells, texts, strict=False):
                    cell.text = str(text)
                if sum(bool(text) for text in texts) == 1 and texts[0]:  # a title over all columns
                    cells[0].merge(cells[-1]).text = str(texts[0])
        path = tmp_path / "document.docx"
        out.save(path)
        return read_document(path)

    return read
