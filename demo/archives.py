"""RAR and 7z archives as sites attach them, written by hand: members are stored as they are, nothing is compressed."""

import struct
import zlib
from collections.abc import Mapping

Files = Mapping[str, bytes]


def rar4(files: Files, encoding: str = "gbk") -> bytes:
    """Return a RAR of the versions before 5, which names its members as Chinese Windows does: in GBK, unsaid."""

    def block(kind: int, flags: int, rest: bytes) -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head

    out = b"Rar!\x1a\x07\x00" + block(0x73, 0, bytes(6))
    for name, data in files.items():
        said = name.encode(encoding)
        sizes = struct.pack("<IIBIIBBHI", len(data), len(data), 2, zlib.crc32(data), 0, 20, 0x30, len(said), 0x20)
        out += block(0x74, 0x8000, sizes + said) + data
    return out + block(0x7B, 0x4000, b"")


def rar5(files: Files, locked: bool = False) -> bytes:
    """Return a RAR of version 5; of a locked one everything behind its first block is encrypted."""

    def vint(number: int) -> bytes:
        out = b""
        while number > 127:
            out, number = out + bytes([number & 127 | 128]), number >> 7
        return out + bytes([number])

    def block(kind: int, flags: int, rest: bytes) -> bytes:
        body = vint(kind) + vint(flags) + rest
        head = vint(len(body)) + body
        return struct.pack("<I", zlib.crc32(head)) + head

    out = b"Rar!\x1a\x07\x01\x00"
    if locked:  # version, flags, the count of rounds, and a salt
        return out + block(4, 0, vint(0) + vint(0) + bytes([15]) + bytes(range(16))) + bytes(range(64))
    out += block(1, 0, vint(0))
    for name, data in files.items():
        said = name.encode()
        rest = vint(len(data)) + vint(4) + vint(len(data)) + vint(0x20) + struct.pack("<I", zlib.crc32(data))
        out += block(2, 2, rest + vint(0) + vint(0) + vint(len(said)) + said) + data
    return out + block(5, 0, vint(0))


def seven_zip(files: Files) -> bytes:
    """Return a 7z archive; none of its members may be empty."""

    def number(value: int) -> bytes:
        return bytes([value]) if value < 0x80 else b"\xff" + struct.pack("<Q", value)

    packed, sizes = b"".join(files.values()), [len(data) for data in files.values()]
    digests = b"\x01" + b"".join(struct.pack("<I", zlib.crc32(data)) for data in files.values())
    names = b"\x00" + b"".join(name.encode("utf-16-le") + b"\0\0" for name in files)
    streams = b"\x06" + number(0) + number(1) + b"\x09" + number(len(packed)) + b"\x00"
    streams += b"\x07\x0b" + number(1) + b"\x00" + number(1) + b"\x01\x00" + b"\x0c" + number(len(packed)) + b"\x00"
    streams += b"\x08\x0d" + number(len(files)) + (b"\x09" + b"".join(map(number, sizes[:-1])) if sizes[1:] else b"")
    streams += b"\x0a" + digests + b"\x00"
    head = b"\x01\x04" + streams + b"\x00\x05" + number(len(files)) + b"\x11" + number(len(names)) + names + b"\x00\x00"
    start = struct.pack("<QQI", len(packed), len(head), zlib.crc32(head))
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(start)) + start + packed + head
