"""A font of 500 bytes that has a box for every character there is: a wide one for ideographs, a narrow one for others.

It stands for the Chinese fonts that a PDF names and does not embed while its text is read: pdfium drops a character
drawn by itself whose font has no outline for it. The boxes are small, as it makes a character's place, which the file
tells, as large as its outline.
"""

import struct

_EM, _TOP, _BOTTOM = 1000, 880, -120
_WIDTHS = (0, _EM // 2, _EM)
_OUTLINES = ((60, 200), (60, 840))  # left and right; not wider than the narrowest letter
_HEIGHT = 600
_FIRST_WIDE, _LAST = 0x2E80, 0x10FFFF


def _box(left: int, right: int) -> bytes:
    """Return a glyph: one contour of four points on the curve, each told by its distance from the one before."""
    head = struct.pack(">hhhhhHH", 1, left, 0, right, _HEIGHT, 3, 0)
    across, up = struct.pack(">hhhh", left, 0, right - left, 0), struct.pack(">hhhh", 0, _HEIGHT, 0, -_HEIGHT)
    return head + bytes([1, 1, 1, 1]) + across + up


def box_font() -> bytes:
    """Return the font as a TrueType file."""
    narrow, wide = (_box(*sides) for sides in _OUTLINES)
    groups = struct.pack(">IIIIII", 1, _FIRST_WIDE - 1, 1, _FIRST_WIDE, _LAST, 2)
    tables = {
        b"cmap": struct.pack(">HHHHIHHIII", 0, 1, 3, 10, 12, 13, 0, 16 + len(groups), 0, 2) + groups,
        b"glyf": narrow + wide,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh",
            0x10000, 0x10000, 0, 0x5F0F3CF5, 3, _EM, 0, 0, 0, _BOTTOM, _EM, _TOP, 0, 8, 2, 1, 0,
        ),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, _TOP, _BOTTOM, 0, _EM, 0, 0, _EM, 1, *[0] * 7, 3),
        b"hmtx": b"".join(struct.pack(">Hh", width, 60 if width else 0) for width in _WIDTHS),
        b"loca": struct.pack(">IIII", 0, 0, len(narrow), len(narrow + wide)),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, len(_WIDTHS), 4, 1, 0, 0, 1, *[0] * 8),
    }  # fmt: skip
    at = 12 + 16 * len(tables)
    entries, content = b"", b""
    for name, table in tables.items():
        entries += name + struct.pack(">III", 0, at + len(content), len(table))
        content += table + bytes(-len(table) % 4)
    return struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, 48) + entries + content
