"""Stages that can be killed, and what they leave when nobody kills them."""

import shutil

import pytest

from tests.faults.stages import NAMES, STAGES, Server, fingerprint, write_report


@pytest.fixture(scope="session")
def server():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIXIAO_CONTACT", "")
        server = Server()
        yield server
        server.close()


@pytest.fixture(scope="session")
def before(server, tmp_path_factory):
    """Return the folder of reports, `var` as it is before each stage of a second run and after the last, and how long.

    The first run loaded two reports; the second finds one of them replaced and a third one new, and publishes.
    """
    root = tmp_path_factory.mktemp("kills")
    folder, var = root / "reports", root / "var"
    for number, name in enumerate(NAMES[:2]):
        write_report(folder / f"{number}.html", name, 60 + number, 40)
    for stage in STAGES[:3]:
        assert server.run(stage, var, folder)[0] == "done"
    write_report(folder / "1.html", NAMES[1], 70, 40)
    write_report(folder / "2.html", NAMES[2], 80, 40)
    kept, seconds = {}, {}
    for stage in STAGES:
        kept[stage] = shutil.copytree(var, root / stage, symlinks=True)
        how, seconds[stage] = server.run(stage, var, folder)
        assert how == "done"
    kept["end"] = var
    assert fingerprint(var)
    return folder, kept, seconds
