"""Damaged files, many of them: each is read or refused in one line, and the reader never falls over.

The suite tries 300; `make fuzz` 1,500 (`JIXIAO_FUZZ`).
"""

import os
import random

import pytest
from jixiao.extract.worker import Worker, WorkerCrashed
from jixiao.model import UnreadableDocument
from jixiao.read.limits import Limits

from tests.read.test_limits import damaged, sound_docx, sound_html, sound_pdf, sound_xlsx

SOUND = {"pdf": sound_pdf, "docx": sound_docx, "xlsx": sound_xlsx, "html": sound_html}
SHARES = {"pdf": 0.1, "docx": 0.3, "xlsx": 0.3, "html": 0.3}  # a page that loses its text is read by OCR: few of them
MUTANTS = int(os.environ.get("JIXIAO_FUZZ", "300"))
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", SOUND)
def test_no_damage_brings_the_reader_down(tmp_path, kind, part):
    sound, path, chance = SOUND[kind](), tmp_path / f"a.{kind}", random.Random(f"{kind} {part}")
    fallen, odd = [], []
    with Worker(Limits(seconds=60, memory_bytes=2 * 1024**3)) as worker:
        for number in range(max(1, round(MUTANTS * SHARES[kind] / PARTS))):
            path.write_bytes(damaged(sound, chance))
            try:
                worker.extract(path)
            except UnreadableDocument as error:
                if "\n" in str(error) or str(tmp_path) in str(error) or not str(error).startswith(f"a.{kind}: "):
                    odd.append(str(error))
            except WorkerCrashed as error:
                fallen.append(f"mutant {number}: {error}")
    assert fallen == []
    assert odd == []
