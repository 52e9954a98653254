"""Walking the demo site over real HTTP: what is taken, what is left and why, and what is refused."""

import socket
import threading

import pytest
from jixiao.discover import Client, load_sources, walk
from jixiao.discover.client import Blocked, Refused
from jixiao.discover.source import Source
from jixiao.model import JixiaoError
from jixiao.settings import Settings

from demo.site import Reply


def demo_source(**changes: object) -> Source:
    source = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    return source.model_copy(update=changes)


@pytest.fixture
def client(demo_run, tmp_path):
    client = Client(demo_source(), tmp_path / "http", None)
    yield client
    client.close()


def test_reports_are_taken_and_everything_else_is_left_with_a_reason(demo_run, client):
    found = walk(demo_source(), client)
    taken = {(c.organization, c.fiscal_year, c.attachment_name) for c in found.candidates if c.taken}
    assert {(o, y) for o, y, _ in taken} == {
        ("广州市白云区科学技术协会", 2021),
        ("广州市增城区科学技术协会", 2021),
        ("广州市越秀区科学技术协会", 2023),
        ("广州市荔湾区科学技术协会", 2023),
        ("韶关市科学技术协会", 2023),
    }
    left = {c.post_title: c.reason for c in found.candidates if not c.taken}
    assert left["2021年度科普活动项目支出绩效自评表"] == "a project-level self-evaluation"
    assert left["关于开展2022年绩效自评工作的通知"] == "a notice or rule about evaluations"
    assert found.problems == []


def test_a_report_inside_a_final_accounts_post_is_found_by_its_attachment(demo_run, client):
    found = [c for c in walk(demo_source(), client).candidates if c.organization == "广州市越秀区科学技术协会"]
    assert [(c.taken, c.attachment_name) for c in found] == [(True, "附件4 2023年度整体支出绩效自评报告.docx")]


def test_the_fiscal_year_is_that_of_the_title_and_others_are_left(demo_run, client):
    found = walk(demo_source(), client, {2021})
    assert {c.fiscal_year for c in found.candidates if c.taken} == {2021}
    assert "fiscal year 2023 is not asked for" in {c.reason for c in found.candidates if not c.taken}


def test_a_second_walk_asks_only_what_changed(demo_run, tmp_path):
    for expected in (0, None):
        client = Client(demo_source(), tmp_path / "http", None)
        before = demo_run.unchanged_count
        asked = demo_run.request_count
        walk(demo_source(), client)
        client.close()
        if expected is None:
            assert demo_run.unchanged_count - before == demo_run.request_count - asked
        else:
            assert demo_run.unchanged_count == 0


def test_a_site_of_another_platform_is_a_problem_in_words(demo_run, client):
    demo_run.overrides["/gzbykx/gkmlpt/index"] = lambda: Reply(b"<html>welcome</html>")
    found = walk(demo_source(), client)
    assert any("not the platform that was expected" in problem for problem in found.problems)
    assert any(c.taken for c in found.candidates), "the other departments are walked all the same"


def test_robots_txt_is_obeyed(demo_run, client):
    with pytest.raises(Refused, match=r"robots\.txt forbids it"):
        client.get(f"{demo_run.url}/private/report.pdf")
    assert "/private/report.pdf" not in demo_run.asked


@pytest.mark.parametrize("status", [403, 412, 521])
def test_a_site_that_does_not_want_us_is_recorded_as_blocking(demo_run, client, status):
    demo_run.overrides["/gzbykx/x"] = lambda: Reply(status=status)
    with pytest.raises(Blocked, match=f"answered {status}: blocked"):
        client.get(f"{demo_run.url}/gzbykx/x")
    assert demo_run.asked.count("/gzbykx/x") == 1, "a block is never retried"


def test_retry_after_is_honoured(demo_run, client):
    answers = [Reply(status=429, headers={"Retry-After": "0"}), Reply(b"ok")]
    demo_run.overrides["/gzbykx/x"] = lambda: answers.pop(0)
    assert client.get(f"{demo_run.url}/gzbykx/x").content == b"ok"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data", "does not name the host 169.254.169.254"),
        ("https://www.example.gov.cn/x.pdf", "does not name the host www.example.gov.cn"),
        ("file:///etc/passwd", "only http and https are asked"),
    ],
)
def test_a_redirect_off_the_contract_is_refused(demo_run, client, target, reason):
    demo_run.overrides["/gzbykx/x"] = lambda: Reply(status=302, headers={"Location": target})
    with pytest.raises(Refused, match=reason):
        client.get(f"{demo_run.url}/gzbykx/x")


def test_a_name_that_leads_to_a_private_address_is_refused_before_anything_is_sent(tmp_path):
    """A listener on loopback stands for the inside of a network; the contract does not allow it."""
    arrived = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(1.5)

        def accept() -> None:
            try:
                arrived.append(listener.accept())
            except TimeoutError:
                return

        thread = threading.Thread(target=accept)
        thread.start()
        address = f"http://localhost:{listener.getsockname()[1]}"
        source = demo_source(address=address, address_from=None, allow_loopback=False, hosts=("localhost",))
        client = Client(source, tmp_path / "http", "operator@example.org")
        with pytest.raises(Refused, match="not a public address: refused before sending"):
            client.get(f"{address}/x")
        client.close()
        thread.join()
    assert arrived == []


def test_no_public_site_is_asked_without_a_contact(tmp_path):
    source = demo_source(address="https://www.example.gov.cn", address_from=None, allow_loopback=False)
    with pytest.raises(JixiaoError, match="set JIXIAO_CONTACT"):
        Client(source, tmp_path, None)


def test_a_body_larger_than_the_limit_is_refused(demo_run, client):
    demo_run.overrides["/gzbykx/declared"] = lambda: Reply(headers={"Content-Length": str(2 * 1024**3)})
    with pytest.raises(Refused, match="declares 2147483648 bytes"):
        client.get(f"{demo_run.url}/gzbykx/declared")


def test_a_gzip_bomb_is_refused(demo_run, client):
    import gzip

    bomb = gzip.compress(bytes(20_000_000))
    demo_run.overrides["/gzbykx/bomb"] = lambda: Reply(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(Refused, match="after decompression"):
        client.get(f"{demo_run.url}/gzbykx/bomb")


def test_a_contract_with_an_unknown_key_names_file_and_key(tmp_path):
    (tmp_path / "bad.yaml").write_text(
        "name: x\nadapter: gkmlpt\naddress: https://a.cn\ndepartments: []\ncolour: red\n"
    )
    with pytest.raises(JixiaoError, match=r"bad.yaml: colour"):
        load_sources(tmp_path)
