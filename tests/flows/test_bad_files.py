"""Files as they should not be: each is named with its reason, and the next one is found all the same."""

from __future__ import annotations

import json
import os
import socket
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, sockets and names of bytes are POSIX matters")

NOTEBOOK = json.dumps(
    {"cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "text"}], "metadata": {}, "nbformat": 4}
)
REASONS = {
    "truncated.ipynb": "is not a complete notebook",
    "deep.ipynb": "is nested too deeply",
    "huge.ipynb": "has 500 MB, more than the 100 MB that are read; clear its outputs or split it",
    "nothing.ipynb": "is not a notebook: its cells cannot be found",
    "empty.pdf": "is empty; save it anew",
    "rubbish.pdf": "is damaged or not a PDF; save it anew",
    "entities.docx": "declares entities",
    "bomb.docx": "unpacks to 900 MB, more than the 200 MB that are read",
    "binary.md": "holds binary data under the name of a text file; exclude it or rename it",
    "pipe.md": "is a named pipe, not a plain file; exclude it",
    "socket.md": "is a socket or a device, not a plain file; exclude it",
    "dangling.md": "is a link to a file that does not exist; repair or remove the link",
    "loop.md": "cannot be opened",
    "outside.md": "is a link that leads outside course; add the file it leads to",
    "caf\ufffd.md": "its name is not valid text; rename it",
    "round": "a link to a folder; links are not followed",
}


def make_bad_files(folder: Path) -> None:
    (folder / "truncated.ipynb").write_text(NOTEBOOK[:40])
    (folder / "deep.ipynb").write_text('{"cells":' + "[" * 10_000 + "]" * 10_000 + "}")
    with (folder / "huge.ipynb").open("wb") as file:
        file.truncate(500_000_000)
    (folder / "nothing.ipynb").write_text('{"cells": null, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}')
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "rubbish.pdf").write_bytes(b"%PDF-1.4\nrubbish\n%%EOF")
    make_docx(folder / "entities.docx", LAUGHS.encode())
    make_docx(folder / "bomb.docx", b" " * 900_000_000)
    (folder / "binary.md").write_bytes(b"\0\1\2" * 1_000)
    os.mkfifo(folder / "pipe.md")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(folder / "socket.md"))
    (folder / "dangling.md").symlink_to("nowhere.md")
    (folder / "loop.md").symlink_to("loop.md")
    (folder.parent / "secret.md").write_text("the password is marzipan")
    (folder / "outside.md").symlink_to(folder.parent / "secret.md")
    (folder / "round").symlink_to(".")
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.md")).write_text("not to be found")


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + at)} "{("&" + chr(97 + at) + ";") * 10}">' for at in range(9))
    + ']><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
)


def make_docx(path: Path, body: bytes) -> None:
    plain = BytesIO()
    docx.Document().save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name in source.namelist():
            target.writestr(name, body if name == "word/document.xml" else source.read(name))


def make_odd_names(folder: Path) -> None:
    (folder / "new\nline.md").write_text("# Voles\n\nThe vole digs under a name with a line break.\n")
    (folder / "red \x1b[31m.md").write_text("# Newts\n\nThe newt \x1b[2J swims under a name that colours terminals.\n")
    (folder / f"{'long' * 62}.md").write_text("# Martens\n\nThe marten climbs under a name of 251 characters.\n")
    (folder / "zebra.md").write_text("# Zebras\n\nThe zebra comes last and is found.\n")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_bad_file_is_named_with_its_reason_and_the_last_good_one_is_found(cli, course: Path) -> None:
    make_bad_files(course)
    make_odd_names(course)
    done = cli("index", "course", "--json")
    assert done.returncode == 0, done.stderr
    (report,) = json.loads(done.stdout)["reports"]
    told = {Path(skip["path"]).name: skip["reason"] for skip in report["skipped"]}
    assert {name: reason in told.get(name, "") for name, reason in REASONS.items()} == dict.fromkeys(REASONS, True)
    assert set(told) == set(REASONS)
    assert "marzipan" not in cli("search", "password marzipan").stdout

    for query, name in (("zebra", "zebra.md"), ("vole", "new\nline.md"), ("marten", f"{'long' * 62}.md")):
        found = json.loads(cli("search", query, "--k", "1", "--json").stdout)["results"]
        assert [result["path"] for result in found] == [f"course/{name}"]


@pytest.mark.slow
def test_no_name_and_no_text_is_acted_on_by_the_terminal(cli, course: Path) -> None:
    make_odd_names(course)
    (course / "broken \x1b[31m.pdf").write_bytes(b"")
    shown = [cli("index", "course"), cli("search", "newt"), cli("ask", "Where does the newt swim?")]
    assert [done.returncode for done in shown] == [0, 0, 0]
    assert not any("\x1b" in done.stdout for done in shown)
    assert "left out: course/broken \\x1b[31m.pdf: is empty; save it anew." in shown[0].stdout
    assert "course/red \\x1b[31m.md" in shown[1].stdout


@pytest.mark.slow
def test_a_file_with_a_name_that_is_no_text_stops_neither_the_server_nor_its_watch(launch, course: Path, soon) -> None:
    with launch() as server:
        Path(os.fsdecode(os.fsencode(course) + b"/caf\xe9.md")).write_text("before the scan")
        assert server.index()["state"] == "done"
        report = server.post("sources/report", path="")
        assert report["skipped"] == [{"path": "caf\ufffd.md", "reason": "its name is not valid text; rename it"}]
        Path(os.fsdecode(os.fsencode(course) + b"/th\xe9.md")).write_text("while it is watched")
        (course / "late.md").write_text("# Okapis\n\nThe okapi arrives after the odd name.\n")
        assert soon(lambda: "late.md" in server.found("okapi"))
        assert "Traceback" not in server.log.read_text()
