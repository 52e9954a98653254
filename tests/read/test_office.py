"""What only LibreOffice opens is turned by it, in a box, and read like any .docx; without it, it is refused."""

import hashlib
import http.server
import json
import os
import subprocess
import threading
import time
import zipfile
from pathlib import Path

import docx
import pytest
from jixiao.cli import main
from jixiao.extract.worker import Worker, WorkerCrashed
from jixiao.libreoffice import installed, program
from jixiao.model import UnreadableDocument
from jixiao.read import Limits, read_document
from jixiao.read.office import turned
from jixiao.version import extractor_version

needs_office = pytest.mark.skipif(program() is None, reason="LibreOffice is not installed")
SUM = "决算数1234.50万元。"
SPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "script": "urn:oasis:names:tc:opendocument:xmlns:script:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "of": "urn:oasis:names:tc:opendocument:xmlns:of:1.2",
}
MACRO = {
    "Basic/script-lc.xml": '<library:libraries xmlns:library="http://openoffice.org/2000/library">'
    '<library:library library:name="Standard" library:link="false"/></library:libraries>',
    "Basic/Standard/script-lb.xml": '<library:library xmlns:library="http://openoffice.org/2000/library" '
    'library:name="Standard"><library:element library:name="M"/></library:library>',
    "Basic/Standard/M.xml": '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="M" '
    'script:language="StarBasic">Sub Go\nThisComponent.Text.String = "changed"\nEnd Sub</script:module>',
}
RUN_IT = (
    '<office:scripts><office:event-listeners><script:event-listener script:language="ooo:script" '
    'script:event-name="dom:load" xlink:href="vnd.sun.star.script:Standard.M.Go?language=Basic&amp;location=document" '
    'xlink:type="simple"/></office:event-listeners></office:scripts>'
)


def rtf(path, body):
    """Write an RTF file; Chinese characters as Word writes them, in GBK."""
    coded = "".join(c if c.isascii() else "".join(f"\\'{b:02x}" for b in c.encode("gbk")) for c in body)
    path.write_text("{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0\\fcharset134 SimSun;}}\\f0 " + coded + "\\par}")
    return path


def open_document(path, body, kind="text", before="", members=()):
    """Write an OpenDocument file."""
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in SPACES.items())
    mime = f"application/vnd.oasis.opendocument.{kind}"
    parts = dict(members) | {
        "content.xml": f'<office:document-content {spaces} office:version="1.2">{before}<office:body><office:{kind}>'
        f"{body}</office:{kind}></office:body></office:document-content>"
    }
    entries = "".join(
        f'<m:file-entry m:full-path="{name}" m:media-type="{kind_of}"/>'
        for name, kind_of in {"/": mime, **dict.fromkeys(parts, "text/xml")}.items()
    )
    parts["META-INF/manifest.xml"] = (
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" m:version="1.2">'
        f"{entries}</m:manifest>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", mime)
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def read(path):
    with turned(path, Limits()) as made:
        return read_document(path, stand_in=made)


@needs_office
def test_an_rtf_file_is_what_word_shows(tmp_path):
    field = '{\\field{\\*\\fldinst DATE \\\\@ "yyyy"}{\\fldrslt 2021}}'
    row = "\\trowd\\cellx2000\\cellx4000 基本支出\\cell 800.50\\cell\\row\\pard "
    path = rtf(tmp_path / "a.doc", f"决算数{{\\deleted 9}}1234.50{{\\v 77}}万元。{field}\\par {row}完")
    document = read(path)
    assert [p.text for p in document.passages] == [SUM, "完"]
    assert [c.text for c in document.tables[0].cells] == ["基本支出", "800.50"]
    told = [(r.kind, r.evidence.text) for r in document.remarks]
    assert told == [("hidden_text", "段落 1: 77"), ("object_not_read", "段落 1")]
    assert document.media_type == "application/rtf"


@needs_office
def test_an_old_word_file_is_read_under_its_own_hash_with_its_cells_as_evidence(tmp_path):
    made = docx.Document()
    for text in ("某某局2021年部门整体支出绩效自评报告", "本部门2021年支出决算数1234.50万元。"):
        made.add_paragraph(text)
    table = made.add_table(2, 2)
    for cell, text in zip(table._cells, ("项目支出", "决算数（万元）", "合计", "1234.50"), strict=True):
        cell.text = text
    made.save(tmp_path / "a.docx")
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "doc",
         "--outdir", tmp_path, tmp_path / "a.docx"], check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    path = (tmp_path / "a.doc").rename(tmp_path / "报告.wps")
    with Worker(Limits()) as worker:
        first, second = (worker.extract(path) for _ in range(2))
    assert first == second
    said = json.loads(first)
    assert said["document"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert said["document"]["media_type"] == "application/msword"
    assert any(fact["evidence"]["text"].startswith("段落 2: ") for fact in said["amounts"])


@needs_office
def test_a_sheet_takes_nothing_from_the_clock(tmp_path):
    cell = '<table:table-cell {} office:value-type="float" office:value="{}"><text:p>{}</text:p></table:table-cell>'
    row = cell.format("", "1234.5", "1234.5") + cell.format('table:formula="of:=YEAR(TODAY())"', "2021", "2021")
    body = f'<table:table table:name="表"><table:table-row>{row}</table:table-row></table:table>'
    document = read(open_document(tmp_path / "a.ods", body, "spreadsheet"))
    assert [c.text for c in document.tables[0].cells] == ["1234.5"]
    assert [(r.kind, r.evidence.text) for r in document.remarks] == [("formula_without_value", "表!B1")]


@needs_office
def test_no_macro_runs_nothing_is_fetched_and_no_other_file_is_read(tmp_path):
    asked = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

    secret = tmp_path / "secret.txt"
    secret.write_text("secret 99.00")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        links = (
            f'<text:section text:name="a"><text:section-source xlink:href="{secret.as_uri()}"/></text:section>'
            f'<text:section text:name="b"><text:section-source xlink:href="{address}/a.odt"/></text:section>'
            f'<text:p><draw:frame svg:width="5cm" svg:height="5cm"><draw:image xlink:href="{address}/a.png"/>'
            "</draw:frame></text:p>"
        )
        document = read(
            open_document(tmp_path / "a.odt", f"<text:p>{SUM}</text:p>{links}", before=RUN_IT, members=MACRO)
        )
        server.shutdown()
    assert [p.text for p in document.passages] == [SUM]
    assert asked == []


def running():
    """Return the processes that turn a document for this one; others' tests run beside it."""
    parents, turning = {}, []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parents[path.name] = (path / "stat").read_text().rpartition(")")[2].split()[1]
            words = (path / "cmdline").read_bytes()
        except OSError:
            continue
        if b"jixiao.read.office" in words:
            turning.append(path.name)

    def ours(process):
        while process in parents and process != str(os.getpid()):
            process = parents[process]
        return process == str(os.getpid())

    return [process for process in turning if ours(process)]


@needs_office
@pytest.mark.parametrize(
    ("limits", "reasons"),
    [
        (Limits(seconds=1), ["not read within 1 s"]),
        (
            Limits(seconds=20, memory_bytes=48 * 1024**2),  # a process that gets no memory ends, or stands still
            ["the reader crashed: damage, or more than 48 MiB of memory needed", "not read within 20 s"],
        ),
    ],
)
def test_one_that_hangs_or_swells_is_ended_and_told_in_one_line(tmp_path, limits, reasons):
    path = rtf(tmp_path / "a.rtf", SUM)
    before = set(running())
    began = time.monotonic()
    with Worker(limits) as worker, pytest.raises(WorkerCrashed) as told:
        worker.extract(path)
    assert str(told.value) in [f"a.rtf: {reason}" for reason in reasons]
    assert time.monotonic() - began < 60
    assert set(running()) <= before


@needs_office
def test_what_libreoffice_cannot_open_is_refused_in_words(tmp_path):
    path = open_document(tmp_path / "a.odt", "<text:p>")
    words = r"^a\.odt: LibreOffice cannot open it \(damaged, or with a password\): save it as \.docx$"
    with Worker(Limits()) as worker, pytest.raises(UnreadableDocument, match=words):
        worker.extract(path)


def test_reader_and_parent_name_the_same_extractor_wherever_libreoffice_lies(tmp_path, monkeypatch):
    for name, text in {
        "opt/program/libsofficeapp.so": "",
        "opt/share/registry/main.xcd": '<prop oor:name="ooSetupVersionAboutBox">\n <value>99.1</value>',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("JIXIAO_LIBREOFFICE", str(tmp_path / "opt" / "program"))
    (tmp_path / "a.html").write_text(f"<p>某某局2021年部门整体支出绩效自评报告</p><p>{SUM}</p>" + "<p>正文。</p>" * 30)
    with Worker(Limits()) as worker:
        said = json.loads(worker.extract(tmp_path / "a.html"))
    assert installed() == "LibreOffice 99.1"
    assert said["extractor_version"] == extractor_version.__wrapped__() != extractor_version()


def test_without_libreoffice_it_is_refused_by_its_name_and_the_extractor_is_another(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("JIXIAO_LIBREOFFICE", "off")
    path = rtf(tmp_path / "a.doc", SUM)
    with (
        Worker(Limits()) as worker,
        pytest.raises(UnreadableDocument, match=r"^a\.doc: an RTF file .*save it as \.docx$"),
    ):
        worker.extract(path)
    assert installed() == "no LibreOffice"
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path))
    main(["doctor"])
    assert "not used: .doc, .wps, .rtf" in capsys.readouterr().out
    monkeypatch.setenv("JIXIAO_LIBREOFFICE", str(tmp_path))
    main(["doctor"])
    assert "is no folder of its program" in capsys.readouterr().out
