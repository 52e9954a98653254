"""The API: whole answers by key, filters, errors as problems, and a document that describes it."""

import sys
from pathlib import Path

from jixiao.archive.store import sha256_of

sys.path.insert(0, str(Path(__file__).parent))
from dashboard_reports import FINDINGS, PROSE


def test_pages_of_a_mart_join_to_the_whole_forwards(client):
    whole = client.get("/api/v1/amounts", params={"limit": 1000, "sort": "-yuan"}).json()
    assert whole["total"] == len(whole["rows"]) > 30
    address, rows = "/api/v1/amounts?limit=7&sort=-yuan", []
    while address:
        part = client.get(address).json()
        assert part["first"] == len(rows) + 1
        rows += part["rows"]
        address = part["next"]
    assert rows == whole["rows"]


def test_the_list_pages_forwards_and_back(client):
    import lxml.html

    def at(address):
        page = lxml.html.fromstring(client.get(address).text)
        rows = [one.text_content() for one in page.xpath("//table[@id='departments']/tbody//th")]
        turn = {a.get("rel"): a.get("href") for a in page.xpath("//div[@class='pager']/a")}
        return rows, turn

    seen, address, back = [], "/departments?limit=1&sort=-execution_rate_pct", []
    while address:
        rows, turn = at(address)
        seen += rows
        address, last = turn.get("next"), turn
    assert len(seen) == len(set(seen)) == 4
    address = last["prev"]
    while address:
        rows, turn = at(address)
        back = rows + back
        address = turn.get("prev")
    assert back == seen[:-1]


def test_filters_and_fields(client):
    said = client.get(
        "/api/v1/department_year",
        params={"fiscal_year": 2021, "final_yuan.min": 1000000, "fields": "organization,final_yuan"},
    ).json()
    assert said["rows"] == [{"organization": "广州市白云区科学技术协会", "final_yuan": 3112900}]
    assert client.get("/api/v1/department_year", params={"final_yuan.max": 1}).json()["rows"] == []


def test_a_report_its_figures_and_where_one_is_printed(client):
    sha256 = sha256_of(PROSE)
    assert client.get(f"/api/v1/reports/{sha256}").json()["report"]["fiscal_year"] == 2021
    figures = client.get(f"/api/v1/reports/{sha256}/figures").json()["figures"]
    assert {one["kind"] for one in figures} >= {"total", "amount", "score", "ratio", "finding"}
    one = client.get(f"/api/v1/reports/{sha256}/evidence", params={"figure": "A0001"}).json()
    assert one["figure"]["value"] == 3138800
    assert len(one["figure"]["box"]) == 4
    assert client.get(one["picture"]).headers["content-type"] == "image/png"
    finding = next(one for one in figures if one["kind"] == "finding")
    assert client.get(f"/api/v1/reports/{sha256}/evidence", params={"figure": finding["id"]}).status_code == 200


def test_what_does_not_fit_is_a_problem(client):
    for path, status in (
        ("/api/v1/nix", 404), ("/api/v1/amounts?yuan=viel", 422), ("/api/v1/amounts?fields=x", 422),
        ("/api/v1/amounts?sort=box", 422), ("/api/v1/amounts?after=%00", 422), ("/api/v1/amounts?limit=0", 422),
        ("/api/v1/amounts?1=1", 422), ("/api/v1/amounts?yuan.min=1%3Bdrop", 422), ("/api/v1/amounts?item=%00", 200),
        (f"/api/v1/reports/{'0' * 64}", 404), (f"/api/v1/reports/{sha256_of(FINDINGS)}/evidence?figure=x", 404),
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == status, (path, answer.text)
        if status != 200:
            assert answer.headers["content-type"] == "application/problem+json", path
            assert {"type", "title", "status", "detail"} <= set(answer.json()), path


def test_every_described_route_answers(client):
    document = client.get("/api/openapi.json").json()
    assert set(document["paths"]) == {
        "/api/v1", "/api/v1/{mart}", "/api/v1/reports/{sha256}", "/api/v1/reports/{sha256}/figures",
        "/api/v1/reports/{sha256}/evidence",
    }  # fmt: skip
    for mart in client.get("/api/v1").json()["marts"]:
        assert client.get(f"/api/v1/{mart['name']}").status_code == 200, mart["name"]
        assert client.get(f"/api/v1/{mart['name']}", params={"format": "csv"}).status_code == 200, mart["name"]
        assert client.get(f"/api/v1/{mart['name']}", params={"format": "parquet"}).status_code == 200, mart["name"]
