"""Word files made for a test, part by part, and what is read of them."""

import zipfile

from jixiao.read import read_document

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = {
    W: "http://purl.oclc.org/ooxml/wordprocessingml/main",
    R: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
SPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def run(text, properties=""):
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(*runs, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(r if r[:1] == '<' else run(r) for r in runs)}</w:p>"


def cell(*content, properties=""):
    inside = "".join(c if c[:2] == "<w" else paragraph(c) for c in content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def row(*cells, properties=""):
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(c if c[:1] == '<' else cell(c) for c in cells)}</w:tr>"


def table(*rows, properties=""):
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{''.join(rows)}</w:tbl>"


def word(path, body, main="word/document.xml", change=str, relations="", **parts):
    folder, _, base = main.rpartition("/")
    kinds = {"styles": "styles", "footnotes": "footnotes", "numbering": "numbering", "settings": "settings"}
    related = "".join(
        f'<Relationship Id="x{name}" Type="{R}/{kind}" Target="{name}.xml"/>'
        for name, kind in kinds.items()
        if name in parts
    )
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        f'PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.'
        'document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{R}/officeDocument" Target="{main}"/></Relationships>',
        f"{folder}/_rels/{base}.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships">{related}{relations}</Relationships>',
        main: f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
    }
    members |= {
        f"{folder}/{name}.xml": f"<w:{name} {SPACES}>{inside}</w:{name}>"
        for name, inside in parts.items()
        if isinstance(inside, str)
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, change(text))
        for name, data in parts.items():
            if isinstance(data, bytes):
                archive.writestr(f"{folder}/media/{name}", data)
    return path


def shown(path):
    """Return what is read, in order: a paragraph's text, a table's rows of texts."""
    document = read_document(path)
    out = []
    for block in document.blocks:
        if block.kind == "passage":
            out.append(document.passages[block.index].text)
        else:
            cells = document.tables[block.index].cells
            rows = range(max(c.row for c in cells) + 1)
            out.append([[c.text for c in cells if c.row == r] for r in rows])
    return out


def remarks(path):
    return [(r.kind, r.evidence.text) for r in read_document(path).remarks]
