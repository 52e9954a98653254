"""HTML pages are what a browser shows, in the encoding in which a browser reads them."""

import base64
import io

import pylopdf_fonts_zh_cn
import pytest
from jixiao.model import UnreadableDocument
from jixiao.read import read_document
from PIL import Image, ImageDraw, ImageFont

FILLER = (
    "某某局2021年部门整体支出绩效自评报告，说明预算执行和绩效目标完成情况的组织、过程和结果。"
    + "说明部分，不含数据。" * 3
)
SUM = "决算数1234.50万元。"


def page(path, body, head='<meta charset="utf-8">', encoding="utf-8", before="<!DOCTYPE html><html><head>"):
    text = f"{before}{head}</head><body><p>{FILLER}</p>{body}</body></html>"
    path.write_bytes(text.encode(encoding))
    return path


def shown(path):
    """Return the texts behind the filler, and the tables' texts by row."""
    document = read_document(path)
    tables = [[[c.text for c in t.cells if c.row == r] for r in range(t.row_count)] for t in document.tables]
    return [p.text for p in document.passages[1:]] + tables


UNSEEN = {
    "attribute": "<p hidden>旧数99.00万元</p>",
    "style": '<div style="color:red; DISPLAY : none"><p>旧数99.00万元</p></div>',
    "visibility": '<p style="visibility:hidden">旧数99.00万元</p>',
    "no height": '<div style="height:0;overflow:hidden">旧数99.00万元</div>',
    "off the page": '<p style="position:absolute;left:-9999px">旧数99.00万元</p>',
    "size": '<span style="font-size:0">旧数99.00万元</span>',
    "size by its parents": "<p style='font-size:.05em'>旧数99.00万元</p>",
    "sheet": "<style>@media print{.a{color:red}} .x, p.old{display:none}</style><p class='old b'>旧数99.00万元</p>",
    "inside of": "<style>#m .old > p {display:none}</style><div id=m><div class=old><p>旧数99.00万元</p></div></div>",
    "attribute's rule": "<style>[data-x='1']{display:none}</style><p data-x=1>旧数99.00万元</p>",
    "tab": "<style>.tab{display:none} .tab.on{display:block}</style><div class=tab>旧数99.00万元</div>",
    "not the tab": "<style>.tab:not(.on){display:none}</style><div class=tab>旧数99.00万元</div>",
    "screen": "<style>@media screen{.x{display:none}}</style><p class=x>旧数99.00万元</p>",
    "important": "<style>p.x{display:none !important}</style><p class=x style='display:block'>旧数99.00万元</p>",
    "folded": "<details><summary>明细</summary>旧数99.00万元</details>",
    "dialog": "<dialog>旧数99.00万元</dialog>",
    "white": "<p style='color:#FFF'>旧数99.00万元</p>",
    "white font": "<p><font color=white>旧数99.00万元</font></p>",
    "template": "<template><p>旧数99.00万元</p></template>",
    "deleted": "<p><del>旧数99.00万元</del></p>",
    "struck": '<p><span style="text-decoration: line-through">旧数99.00万元</span></p>',
    "office": '<p style="mso-hide:all">旧数99.00万元</p>',
    "for screen readers": "<style>.sr{overflow:hidden;width:1px;height:1px}</style><span class=sr>旧数99.00万元</span>",
    "clip": "<span style='position:absolute;clip:rect(0 0 0 0)'>旧数99.00万元</span>",
    "clip path": "<p style='clip-path:inset(50%)'>旧数99.00万元</p>",
    "scale": "<p style='transform:scale(0)'>旧数99.00万元</p>",
    "transparent": "<p style='color:rgba(0, 0, 0, 0)'>旧数99.00万元</p>",
    "font": "<p style='font:0/0 a'>旧数99.00万元</p>",
    "typed": "<p><input value='99.00万元'><input type=hidden value='77.00万元'></p>",
    "typed lines": "<form><textarea>旧数99.00万元</textarea></form>",
    "drawing": "<svg><text>旧数99.00万元</text></svg>",
}
SILENT = {
    "script": "<script>document.write('旧数99.00万元')</script>",
    "field": "<form><select><option>旧数99.00万元</option></select></form>",
    "comment": "<!-- 旧数99.00万元 -->",
}


@pytest.mark.parametrize("kind", UNSEEN | SILENT)
def test_what_a_browser_does_not_show_is_no_text_and_told_where_it_holds_a_figure(tmp_path, kind):
    path = page(tmp_path / "a.html", f"{(UNSEEN | SILENT)[kind]}<p>{SUM}</p>")
    assert shown(path) == (["明细", SUM] if kind == "folded" else [SUM])
    assert [r.kind for r in read_document(path).remarks] == (["hidden_text"] if kind in UNSEEN else [])


SEEN = {
    "open tab": "<style>.tab{display:none} .tab.on{display:block}</style><div class='tab on'>{}</div>",
    "own style": "<style>.x{display:none}</style><p class=x style='display:block'>{}</p>",
    "print only": "<style>@media print{.x{display:none}} @page{margin:0}</style><p class=x>{}</p>",
    "narrow only": "<style>@media (max-width:600px){.x{display:none}}</style><p class=x>{}</p>",
    "when touched": "<style>.x:hover{display:none}</style><p class=x>{}</p>",
    "not inside of": "<style>.old .x{display:none}</style><p class=x>{}</p>",
    "for readers only": "<p aria-hidden=true>{}</p>",
    "size of its parents": "<style>p{font-size:90%}</style><div style='font-size:1em'><p><b>{}</b></p></div>",
    "smaller than its parents": "<p style='font-size:.85em'>{}</p>",
    "size said anew": "<div style='font-size:0'><span style='font-size:14px'>{}</span></div>",
    "white on a ground": "<div style='background:#036'><p style='color:#fff'>{}</p></div>",
    "white on a ground by rule": "<style>.h{background:#036}</style><div class=h><p style='color:#fff'>{}</p></div>",
    "white with sheets elsewhere": "<link rel=stylesheet href=a.css><p style='color:#fff'>{}</p>",
    "inserted": "<p><ins>{}</ins></p>",
    "open details": "<details open><p>{}</p></details>",
}


@pytest.mark.parametrize("kind", SEEN)
def test_what_a_browser_shows_is_text(tmp_path, kind):
    path = page(tmp_path / "a.html", SEEN[kind].replace(">{}<", f">{SUM}<"))
    assert shown(path) == [SUM]
    assert read_document(path).remarks == ()


def test_what_is_seen_again_inside_of_what_is_hidden_is_all_that_is_text(tmp_path):
    body = f"<div style='visibility:hidden'>旧数99.00万元<p style='visibility:visible'>{SUM}</p>又88.00</div>"
    path = page(tmp_path / "a.html", body)
    assert shown(path) == [SUM]
    assert [r.evidence.text.split(": ")[1] for r in read_document(path).remarks] == ["旧数99.00万元", "又88.00"]


NOT_READ = {
    "picture": ("picture_not_read", "<img src=table.png width=600 height=300>"),
    "picture in a paragraph": ("picture_not_read", "<p><img src=table.png></p>"),
    "frame": ("object_not_read", "<iframe src=report.pdf></iframe>"),
    "file": ("object_not_read", "<object data=report.pdf></object>"),
    "added by a sheet": ("text_not_read", "<style>b::before{content:'1234.50'}</style><b></b>"),
    "logo": (None, "<div><img src=logo.png><img src=icon.png width=32 height=32></div><iframe src=a width=1></iframe>"),
}


@pytest.mark.parametrize("kind", NOT_READ)
def test_what_a_browser_shows_and_is_no_text_of_the_page_is_told(tmp_path, kind):
    told, body = NOT_READ[kind]
    assert [r.kind for r in read_document(page(tmp_path / "a.html", body)).remarks] == ([told] if told else [])


def test_a_picture_that_the_page_holds_is_read(tmp_path):
    picture = Image.new("RGB", (900, 120), "white")
    font = ImageFont.truetype(pylopdf_fonts_zh_cn.sans_path(), 40)
    ImageDraw.Draw(picture).text((20, 30), "全年决算数1234.50万元", "black", font)
    out = io.BytesIO()
    picture.save(out, "png")
    source = base64.b64encode(out.getvalue()).decode()
    assert any(
        "1234.50" in text for text in shown(page(tmp_path / "a.html", f"<img src='data:image/png;base64,{source}'>"))
    )


@pytest.mark.parametrize("words", ["<bdo dir=rtl>05.4321</bdo>", "\u202e05.4321\u202c", "12\u206034\u200e.50\u200c"])
def test_a_number_is_what_is_shown_whatever_steers_how_it_runs(tmp_path, words):
    assert shown(page(tmp_path / "a.html", f"<p>决算数{words}万元。</p>")) == [SUM]


def test_hidden_rows_and_cells_are_no_rows_and_cells(tmp_path):
    body = (
        "<table><tr><th>指标<th>得分</tr><tr style='display:none'><td>旧<td>99.00</tr>"
        "<tbody hidden><tr><td>旧<td>88.00</tr></tbody><tr><td>产出<td hidden>77.00</td><td>9</tr></table>"
    )
    path = page(tmp_path / "a.html", body)
    assert shown(path) == [[["指标", "得分"], ["产出", "9"]]]
    assert len(read_document(path).remarks) == 3


@pytest.mark.parametrize(
    "body",
    [
        "<p>决算数1234.50<sup>1</sup>万元。</p>",
        "<p>决算数1234.50<sup>[12]</sup>万元。</p>",
        "<p>决算数1234.50<sup>[1][2]</sup>万元。</p>",
        "<p>决算数1234.50<span style='vertical-align: super'>①</span>万元。</p>",
        "<p>决算数12<b>34</b>.50万元。</p>",
        "<p>决算数1234<br>.50万元。</p>",
        "<p>决算数\n1234.50\n万元。</p>",
    ],
)
def test_a_number_is_one_and_its_notes_mark_no_part_of_it(tmp_path, body):
    assert shown(page(tmp_path / "a.html", body)) == [SUM]


def test_a_white_cell_keeps_its_place_and_a_folded_column_is_told(tmp_path):
    body = (
        "<table><col><col width=0 style='display:none'><col><tr><td>指标<td>旧分<td>得分"
        "<tr><td>产出<td>88.00<td>9<tr><td>效果<td><td style='color:white'>77.00</table>"
    )
    path = page(tmp_path / "a.html", body)
    assert shown(path) == [[["指标", "", "得分"], ["产出", "", "9"], ["效果", "", ""]]]
    assert [r.evidence.text.split(": ")[1] for r in read_document(path).remarks] == ["88.00", "77.00"]


def test_a_foot_stands_last_wherever_it_is_written(tmp_path):
    body = "<table><tfoot><tr><td>合计<td>3</tfoot><thead><tr><td>项目<td>数</thead><tbody><tr><td>基本<td>1</table>"
    assert shown(page(tmp_path / "a.html", body)) == [[["项目", "数"], ["基本", "1"], ["合计", "3"]]]


def test_marks_and_line_breaks_in_cells(tmp_path):
    cells = "<td>1234<sup>1</sup></td><td>100<br>200</td><td>1,234,<br>567.00</td><td><p>基本</p><p>支出</p></td>"
    path = page(tmp_path / "a.html", f"<table><tr><td>a<td>b<td>c<td>d</tr><tr>{cells}</tr></table>")
    assert shown(path)[0][1] == ["1234", "100;200", "1,234,567.00", "基本支出"]


FAR = "<title>" + "x" * 900 + "</title>"
ENCODINGS = {
    "declared gb2312 with a character of gb18030": ("<meta charset=gb2312>", "gb18030", "㑇"),
    "far down in the first kilobyte": (FAR + "<meta charset='gbk'>", "gbk", ""),
    "http-equiv": ("<meta http-equiv=Content-Type content='text/html; charset=gb2312'>", "gbk", ""),
    "undeclared gbk": ("", "gbk", ""),
    "undeclared utf-8": ("", "utf-8", ""),
    "the word gbk and utf-8": ("<title>gbk gb2312</title>", "utf-8", ""),
    "utf-16 with a mark": ("", "utf-16", ""),
    "utf-16 without a mark": ("", "utf-16-le", ""),
    "a comment names another": ("<!-- <meta charset=big5> --><meta charset=gbk>", "gbk", ""),
    "an unknown name": ("<meta charset=chinese-x>", "gbk", ""),
}


@pytest.mark.parametrize("kind", ENCODINGS)
def test_the_encoding_is_the_one_a_browser_takes(tmp_path, kind):
    head, encoding, more = ENCODINGS[kind]
    assert shown(page(tmp_path / "a.html", f"<p>{SUM}{more}</p>", head, encoding)) == [SUM + more]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("head", ["", "<meta charset={}>"])
def test_one_bad_byte_costs_its_character(tmp_path, encoding, head):
    path = page(tmp_path / "a.html", f"<p>{SUM}</p><p>坏字@尾</p><p>完</p>", head.format(encoding), encoding)
    path.write_bytes(path.read_bytes().replace(b"@", b"\xe7"))
    read = shown(path)
    assert (read[0], read[-1]) == (SUM, "完")


def test_a_table_that_starts_with_meta_is_a_page(tmp_path):
    table = f"<table><tr><td>{FILLER}</td></tr><tr><td>决算数</td><td>12.50</td></tr></table>"
    (tmp_path / "a.xls").write_text(f'<meta http-equiv="Content-Type" content="text/html; charset=utf-8">{table}')
    assert read_document(tmp_path / "a.xls").tables[0].row_count == 2


def test_tags_that_nobody_closed_lose_nothing(tmp_path):
    body = "".join(f"<div><font><span>第{n}段决算数{n}.50万元" for n in range(600))
    assert len(shown(page(tmp_path / "a.html", body))) == 600


def test_a_wrapper_page_is_refused(tmp_path):
    (tmp_path / "a.html").write_text("<html><body>页面不存在</body></html>")
    with pytest.raises(UnreadableDocument, match=r"^a\.html: an HTML page without a report"):
        read_document(tmp_path / "a.html")


def test_rows_parted_by_white_space_are_a_table_below_the_line_that_heads_them(tmp_path):
    rows = "<p>① 项目支出 60 -5 55</p><p>② 基本支出 196.9 46.38 243.28</p><p>合 计 256.9 41.38 298.28</p>"
    path = page(tmp_path / "a.html", f"<p>(万元) 年初预算数 调整金额 全年预算数</p>{rows}<p>合计三项。</p>")
    table = [
        ["(万元)", "年初预算数", "调整金额", "全年预算数"],
        ["①项目支出", "60", "-5", "55"],
        ["②基本支出", "196.9", "46.38", "243.28"],
        ["合计", "256.9", "41.38", "298.28"],
    ]
    assert shown(path) == ["合计三项。", table]


@pytest.mark.parametrize(
    "body",
    [
        "<p>完成 3 5 7</p><p>其余另行说明。</p>",  # one row is none
        "<p>一是改造 12 34 56</p><p>二是新建 12 34</p>",  # nor are rows of other lengths
        "<p>电话:0571 88001 2</p><p>传真:0571 88002 3</p>",
    ],
)
def test_numbers_in_lines_that_are_no_rows_are_text(tmp_path, body):
    assert not read_document(page(tmp_path / "a.html", body)).tables
