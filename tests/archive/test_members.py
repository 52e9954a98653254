"""What a zip holds, and the zips in it: reports are found wherever they lie, and nothing grows beyond the bounds."""

import io
import zipfile

import pytest
from jixiao.archive import members as module
from jixiao.archive.members import members
from jixiao.model import JixiaoError

PDF = b"%PDF-1.4 a report"


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


@pytest.fixture
def found(tmp_path):
    def opened(data: bytes) -> list[tuple[str, str]]:
        path = tmp_path / "file"
        path.write_bytes(data)
        said = [(member.number, member.refused or member.name) for member in members(path)]
        assert [one.name for one in tmp_path.iterdir()] == ["file"], "nothing is left lying"
        return said

    return opened


def test_zips_in_a_zip_are_opened_to_the_third_and_a_deeper_one_is_told_as_it_is(found):
    deepest = zipped({"4.pdf": PDF})
    third = zipped({"3.pdf": PDF, "deeper.zip": deepest})
    whole = zipped({"1.pdf": PDF, "部门.zip": zipped({"2.pdf": PDF, "../out.pdf": PDF, "third.zip": third})})
    assert found(whole) == [
        ("0", "1.pdf"),
        ("1.0", "2.pdf"),
        ("1.1", "../out.pdf"),
        ("1.2.0", "3.pdf"),
        ("1.2.1", "deeper.zip"),
    ]


def test_a_damaged_zip_in_a_zip_costs_no_other_member(found):
    assert found(zipped({"a.zip": b"PK\x03\x04 no more", "b.pdf": PDF})) == [("0", "a.zip"), ("1", "b.pdf")]


def test_zips_in_a_zip_share_its_bounds(found, monkeypatch):
    inner = zipped({f"{n}.pdf": PDF for n in range(6)})
    monkeypatch.setattr(module, "_MOST_MEMBERS", 10)
    monkeypatch.setattr(module, "_ALL_BYTES", 2000)
    with pytest.raises(JixiaoError, match="more than 10 members"):
        found(zipped({"a.zip": inner, "b.zip": inner}))
    with pytest.raises(JixiaoError, match="unpacks to more than is taken"):
        found(zipped({"a.zip": zipped({"1.pdf": bytes(1500)}), "b.zip": zipped({"2.pdf": bytes(1500)})}))
