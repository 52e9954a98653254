"""Documents of other office formats (.doc, .wps, .rtf, OpenDocument, .xlsb), turned into .docx or .xlsx.

LibreOffice does it. It is optional, and runs as a library (LibreOfficeKit's C interface) in a process of its own, one
for each document: in the reader's box (`boxed.box`), with a profile and a font of its own, macros off. What it makes is
read as any other.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from jixiao import magic
from jixiao.boxed.child import Child
from jixiao.errors import UnreadableDocument
from jixiao.libreoffice import library_of, program
from jixiao.read.limits import Limits

OLD: Final = ".doc, .wps, .rtf, .odt, .ods and .xlsb"
_TURNED: Final = {
    magic.DOC: ("doc", "docx"),
    magic.RTF: ("rtf", "docx"),
    magic.ODT: ("odt", "docx"),
    magic.ODS: ("ods", "xlsx"),
    magic.XLSB: ("xlsb", "xlsx"),
}
"""What is turned into what: the ending by which LibreOffice knows it, and that of what it makes."""
_SECONDS: Final = 180
_MEMORY_BYTES: Final = 2 * 1024**3
# LibreOfficeKit.h: what stands where in the two tables of functions.
_GET_ERROR, _LOAD = 3, 4
_SAVE_AS: Final = 2
_PROFILE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<o:items xmlns:o="http://openoffice.org/2001/registry">
<item o:path="/org.openoffice.Setup/L10N">
<prop o:name="ooSetupSystemLocale" o:op="fuse"><value>zh-CN</value></prop></item>
<item o:path="/org.openoffice.Office.Common/Security/Scripting">
<prop o:name="MacroSecurityLevel" o:op="fuse"><value>3</value></prop>
<prop o:name="DisableMacrosExecution" o:op="fuse"><value>true</value></prop></item>
</o:items>
"""
_FONTS: Final = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{}</dir><cachedir>{}</cachedir></fontconfig>
"""


@contextmanager
def turned(path: Path, limits: Limits) -> Iterator[Path | None]:
    """Give a file's stand-in that `read_document` reads, of the same name; None where the file needs or has none.

    Raises:
        UnreadableDocument: LibreOffice cannot open it.
        ChildLate, ChildLost: it took too long, or LibreOffice fell over; another run may do better.
    """
    kind = magic.media_type_of(path) if path.is_file() and path.stat().st_size <= limits.file_bytes else None
    if kind not in _TURNED or program() is None:
        yield None
        return
    import base64
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="jixiao-") as folder:
        with Child("jixiao.read.office", min(limits.memory_bytes, _MEMORY_BYTES)) as child:
            said = child.ask(path, min(limits.seconds, _SECONDS), kind=kind, most_bytes=limits.file_bytes)
        made = Path(folder) / path.name
        made.write_bytes(base64.b64decode(said["made"]))
        yield made


def _answer(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Turn one file; the process serves no second one."""
    import base64

    ending, wanted = _TURNED[request["kind"]]
    folder, own = program(), Path(os.environ["TMPDIR"])
    if folder is None:
        raise UnreadableDocument(f"{path.name}: LibreOffice is gone")
    # By its bytes' kind, not by its name, which may say another.
    source = own / f"document.{ending}"
    source.write_bytes(path.read_bytes())
    made = own / f"made.{wanted}"
    _prepare(own)
    if not _saved(folder, source, made, own / "profile"):
        words = f"LibreOffice cannot open it (damaged, or with a password): save it as .{wanted}"
        raise UnreadableDocument(f"{path.name}: {words}")
    if made.stat().st_size > request["most_bytes"]:
        raise UnreadableDocument(f"{path.name}: becomes larger than the limit of {request['most_bytes']} bytes")
    return {"made": base64.b64encode(made.read_bytes()).decode()}


def _prepare(own: Path) -> None:
    """Make the profile, and name the one font: neither the system's nor a person's has a say."""
    import pylopdf_fonts_zh_cn

    (own / "profile" / "user").mkdir(parents=True)
    (own / "profile" / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
    fonts = own / "fonts.conf"
    fonts.write_text(_FONTS.format(Path(pylopdf_fonts_zh_cn.serif_path()).parent, own / "fonts"), "utf-8")
    os.environ |= {"FONTCONFIG_FILE": str(fonts), "SAL_USE_VCLPLUGIN": "svp"}


def _saved(folder: Path, source: Path, made: Path, profile: Path) -> bool:
    """Have LibreOffice open a file and save it under another name; tell whether it did."""
    import ctypes

    library = ctypes.CDLL(str(library_of(folder)))
    begin = library.libreofficekit_hook_2
    begin.restype, begin.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_char_p)
    kit = begin(os.fsencode(folder), profile.as_uri().encode())
    if not kit:
        return False
    document = _function(kit, _LOAD, ctypes.c_void_p, 2)(kit, source.as_uri().encode(), b"")
    if not document:
        return False
    save = _function(document, _SAVE_AS, ctypes.c_int, 3)
    saved = save(document, made.as_uri().encode(), made.suffix[1:].encode(), b"")
    return bool(saved) and made.is_file()


def _function(thing: int, at: int, result: Any, words: int) -> Any:
    """Return a function of a thing of LibreOfficeKit; it takes the thing and so many texts."""
    import ctypes

    table = ctypes.cast(thing, ctypes.POINTER(ctypes.c_void_p))[0]
    address = ctypes.cast(table, ctypes.POINTER(ctypes.c_void_p))[at]
    return ctypes.CFUNCTYPE(result, ctypes.c_void_p, *[ctypes.c_char_p] * words)(address)


def _own_files() -> list[Path]:
    """Return what LibreOffice must read beside what any process of ours may."""
    folder = program()
    if folder is None:
        return []
    cache = folder.parent / "share" / "uno_packages" / "cache"
    return [folder.parent, cache.resolve().parents[1], Path("/proc/mounts"), Path("/proc/filesystems")]


def main() -> None:
    """Serve as a process in a box."""
    from jixiao.boxed.serving import serve

    serve(_answer, _own_files())
