"""What an operator may set, and what is said of what may not be set."""

from jixiao.cli import main
from jixiao.read.limits import Limits
from jixiao.settings import _READ, Settings


def test_a_setting_that_is_wrong_is_one_line_that_names_it(monkeypatch, capsys):
    for name, value in (("KEEP_VERSIONS", "abc"), ("MEMORY", "much"), ("DOCUMENT_SECONDS", "0")):
        monkeypatch.setenv(f"JIXIAO_{name}", value)
        assert main(["summary"]) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"jixiao: JIXIAO_{name}={value}: ")
        assert said.count("\n") == 1
        monkeypatch.delenv(f"JIXIAO_{name}")


def test_places_follow_the_folder_that_everything_lies_in(monkeypatch, tmp_path):
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path))
    settings = Settings.load()
    assert settings.archive_url == str(tmp_path / "archive")
    assert settings.warehouse_path == tmp_path / "warehouse" / "jixiao.duckdb"
    monkeypatch.setenv("JIXIAO_ARCHIVE_URL", "s3://reports/archive")
    assert Settings.load().archive_url == "s3://reports/archive"


def test_the_limits_of_a_document_are_settings(monkeypatch):
    monkeypatch.setenv("JIXIAO_DOCUMENT_SECONDS", "7")
    monkeypatch.setenv("JIXIAO_DOCUMENT_MEMORY_MIB", "512")
    assert Limits.configured().seconds == 7
    assert Limits.configured().memory_bytes == 512 * 1024**2


def test_every_setting_may_be_given_and_nothing_else():
    given = set(Settings._fields)
    assert given == set(_READ)


def test_a_second_thread_works_where_the_warehouse_is_large_or_where_somebody_says_so(monkeypatch, tmp_path):
    monkeypatch.delenv("JIXIAO_THREADS", raising=False)
    monkeypatch.setenv("JIXIAO_WAREHOUSE", str(tmp_path / "kept.duckdb"))
    assert Settings.load().duckdb["threads"] == 1
    with (tmp_path / "kept.duckdb").open("wb") as out:
        out.truncate(2 * 10**9)  # no block of it is on the disk
    assert Settings.load().duckdb["threads"] == 2
    monkeypatch.setenv("JIXIAO_THREADS", "3")
    assert Settings.load().duckdb["threads"] == 3
