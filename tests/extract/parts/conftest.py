"""Small Word documents of our own, read through the real reader: paragraphs, and tables as lists of rows."""

from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pytest
from jixiao.model import Document
from jixiao.read import read_document


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
