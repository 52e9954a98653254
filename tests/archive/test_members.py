"""What an archive holds, and those in it: reports are found wherever they lie, nothing grows beyond the bounds."""

import io
import zipfile

import pytest
from jixiao.archive import members as module
from jixiao.archive.members import members
from jixiao.boxed.box import Box
from jixiao.boxed.child import ChildLate, ChildLost
from jixiao.boxed.unpacker import NoLibrary
from jixiao.model import JixiaoError

from demo.archives import rar4, rar5, seven_zip
from tests.libarchive import needs_libarchive

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
        try:
            return [(member.number, member.refused or member.closed or member.name) for member in members(path)]
        finally:
            assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["file"], "nothing is left lying"

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
        ("1.2.1", "lies deeper in archives than is looked"),
    ]


def test_a_damaged_zip_in_a_zip_costs_no_other_member(found):
    [damaged, other] = found(zipped({"a.zip": b"PK\x03\x04 no more", "b.pdf": PDF}))
    assert damaged == ("0", "the zip is damaged or of an unknown kind: File is not a zip file")
    assert other == ("1", "b.pdf")


def test_zips_in_a_zip_share_its_bounds(found, monkeypatch):
    inner = zipped({f"{n}.pdf": PDF for n in range(6)})
    monkeypatch.setattr(module, "_MOST_MEMBERS", 10)
    monkeypatch.setattr(module, "_ALL_BYTES", 2000)
    with pytest.raises(JixiaoError, match="more than 10 members"):
        found(zipped({"a.zip": inner, "b.zip": inner}))
    with pytest.raises(JixiaoError, match="unpacks to more than is taken"):
        found(zipped({"a.zip": zipped({"1.pdf": bytes(1500)}), "b.zip": zipped({"2.pdf": bytes(1500)})}))


def test_a_zip_that_unpacks_to_a_hundred_times_its_size_is_refused(found, monkeypatch):
    monkeypatch.setattr(module, "_ANYWAY_BYTES", 10_000)
    bomb = zipped({"1.pdf": bytes(2_000_000)})
    assert len(bomb) * 100 < 2_000_000
    with pytest.raises(JixiaoError, match=r"the zip's member 1\.pdf unpacks to more than is taken"):
        found(bomb)


@needs_libarchive
@pytest.mark.parametrize("packed", [rar4, rar5, seven_zip])
def test_members_of_rar_and_7z_come_with_their_names_and_bytes(tmp_path, packed):
    path = tmp_path / "file"
    path.write_bytes(packed({"2023年/整体支出绩效自评报告.pdf": PDF, "../out.pdf": PDF, "b/说明.txt": b"x" * 300}))
    said = [(member.number, member.name, member.data, member.refused) for member in members(path)]
    assert said == [
        ("0", "整体支出绩效自评报告.pdf", PDF, ""),
        ("1", "out.pdf", b"", "../out.pdf"),
        ("2", "说明.txt", b"x" * 300, ""),
    ]


@needs_libarchive
def test_archives_of_all_kinds_in_one_another_are_opened(found):
    whole = seven_zip({"a.rar": rar5({"b.zip": zipped({"1.pdf": PDF, "c.rar": rar4({"2.pdf": PDF})})}), "3.pdf": PDF})
    deep = "lies deeper in archives than is looked"
    assert found(whole) == [("0.0.0", "1.pdf"), ("0.0.1", deep), ("1", "3.pdf")]


@needs_libarchive
def test_what_cannot_be_opened_in_an_archive_costs_no_other_member(found):
    whole = zipped({"a.rar": rar5({}, locked=True), "b.7z": seven_zip({"1.pdf": PDF})[:-9], "c.pdf": PDF})
    locked, damaged, other = found(whole)
    assert locked == ("0", "the RAR archive is encrypted")
    assert damaged[1].startswith("the 7z archive is damaged, one of several volumes or of an unknown kind: ")
    assert other == ("2", "c.pdf")


@needs_libarchive
def test_members_before_the_damage_are_kept(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(rar4({"1.pdf": PDF, "2.pdf": PDF * 50})[:-300])
    coming = members(path)
    assert next(coming).data == PDF
    with pytest.raises(JixiaoError, match="the RAR archive is damaged"):
        next(coming)


@needs_libarchive
def test_rar_and_7z_share_the_bounds(found, monkeypatch):
    monkeypatch.setattr(module, "_MOST_MEMBERS", 3)
    monkeypatch.setattr(module, "_ALL_BYTES", 2000)
    with pytest.raises(JixiaoError, match="the RAR archive has more than 3 members"):
        found(rar5({f"{n}.pdf": PDF for n in range(5)}))
    with pytest.raises(JixiaoError, match="the 7z archive has a member 2 that unpacks to more than is taken"):
        found(seven_zip({"1": bytes(1500), "2": bytes(1500)}))
    with pytest.raises(JixiaoError, match="unpacks to more than is taken"):  # all in all
        found(zipped({"a.rar": rar5({"1": bytes(1000)}), "b.rar": rar4({"2": bytes(1000)})}))


def test_without_libarchive_one_line_says_what_to_install(tmp_path, found, monkeypatch):
    """The process finds a binding that finds no library, as it does where Debian's package is missing."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "libarchive.py").write_text("raise AttributeError('archive_version_number')")
    environment = Box.environment
    monkeypatch.setattr(
        Box, "environment", lambda box: (said := environment(box)) | {"PYTHONPATH": f"{code}:{said['PYTHONPATH']}"}
    )
    words = r"the RAR archive is not opened: no libarchive .* \(Debian: apt-get install libarchive13\)"
    with pytest.raises(NoLibrary, match=words):
        found(rar5({"1.pdf": PDF}))
    [(_, closed), other] = found(zipped({"a.rar": rar5({"1.pdf": PDF}), "b.pdf": PDF}))
    assert "apt-get install libarchive13" in closed
    assert other == ("1", "b.pdf")


@pytest.mark.parametrize(
    ("doing", "seconds", "error", "words"),
    [
        ("while True: pass", 2, ChildLate, "took longer than 2 s"),
        ("import os; os.abort()", 60, ChildLost, "brought libarchive down"),
    ],
)
def test_an_archive_that_takes_the_unpacker_over_harms_itself_alone(
    tmp_path, monkeypatch, found, doing, seconds, error, words
):
    """A file that crashes libarchive, or has it run on for ever, is played by a binding that does."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "libarchive.py").write_text(f"def file_reader(*_):\n    {doing}\n")
    environment = Box.environment
    monkeypatch.setattr(
        Box, "environment", lambda box: (said := environment(box)) | {"PYTHONPATH": f"{code}:{said['PYTHONPATH']}"}
    )
    monkeypatch.setattr(module, "_SECONDS", seconds)
    with pytest.raises(error, match=words):
        found(seven_zip({"1.pdf": PDF}))
