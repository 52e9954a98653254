"""The dashboard over really published marts: three sample reports, one of them revised, their originals archived."""

import sys
from datetime import date
from pathlib import Path

import pytest
from jixiao.archive import Revision
from jixiao.archive.store import Store, sha256_of
from jixiao.publish import publish
from jixiao.settings import Settings
from jixiao.warehouse import SightingRow, build_marts, load, open_warehouse
from jixiao_dashboard.app import create_app
from starlette.testclient import TestClient

from tests.warehouses import empty_warehouse

sys.path.insert(0, str(Path(__file__).parent))
from dashboard_reports import FINDINGS, HOSTILE, OLD, PROSE, WORD, extraction, replaced


@pytest.fixture(scope="session")
def settings(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIXIAO_VAR", str(tmp_path_factory.mktemp("dashboard")))
        settings = Settings.load()
        sightings = []
        for path in (PROSE, WORD, HOSTILE, FINDINGS):
            sha256 = sha256_of(path)
            Store(settings.archive_url).keep(path, sha256)
            url = f"https://example.invalid/{path.name}?a=1&b=<i>"
            about = (None,) * 6
            sightings.append(SightingRow(sha256, url, "demo", *about, "application/pdf", 1))
        new = extraction(FINDINGS)
        name = new.report.organization
        chain = [
            Revision(name, 2023, "报告", 1, OLD, None, date(2024, 9, 1), "2024-09-01", "2024-09-05", False),
            Revision(
                name, 2023, "报告", 2, new.document.sha256, OLD, date(2024, 9, 5), "2024-09-05", "2024-09-05", False
            ),
        ]
        with open_warehouse(empty_warehouse(settings.warehouse_path)) as engine:
            load(engine, [*map(extraction, (PROSE, WORD, HOSTILE)), new, replaced(new)], (), sightings, chain)
            build_marts(engine)
        publish(settings.warehouse_path, Path(settings.publish_url))
        yield settings


@pytest.fixture(scope="session")
def client(settings):
    with TestClient(create_app()) as client:
        yield client
