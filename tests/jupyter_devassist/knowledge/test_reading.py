from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_devassist.builtin.readers import all_readers
from jupyter_devassist.errors import PathNotAllowed, TooLarge, Unreadable, Unsupported
from jupyter_devassist.knowledge.isolation import ReaderProcess
from jupyter_devassist.knowledge.model import DocumentKind, Reading
from jupyter_devassist.knowledge.reading import ReadingLimits, is_binary, kind_of, load_file, read_file

LIMITS = ReadingLimits()


class Breaking:
    """A plugin's reader that fails in its own way."""

    kind: DocumentKind = "text"
    isolated = False

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    def takes(self, path: Path, content: bytes) -> bool:
        return path.suffix == ".odd"

    def read(self, path: Path, content: bytes, limits: ReadingLimits) -> Reading:
        raise self.failure


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.ipynb", "notebook"), ("A.IPYNB", "notebook"), ("a.md", "markdown"), ("a.rst", "rst"), ("a.txt", "text"),
        ("README", "text"), ("a.py", "code"), ("Makefile", "code"), ("CMakeLists.txt", "code"), ("a.pdf", "pdf"),
        ("a.docx", "docx"), ("~$a.docx", None), ("a.png", None), ("a.csv", None), ("unknown", None),
    ],
)  # fmt: skip
def test_kinds_are_known_by_name(name, kind):
    assert kind_of(Path("/x", name), all_readers()) == kind


def test_a_huge_file_is_refused_without_being_read(tmp_path):
    path = tmp_path / "huge.ipynb"
    with path.open("wb") as file:
        file.truncate(500_000_000)

    with pytest.raises(
        TooLarge, match=r"huge\.ipynb has 500 MB, more than the 100 MB that are read; clear its outputs"
    ):
        load_file(path, tmp_path, all_readers(), LIMITS)


@pytest.mark.timeout(10)
def test_what_is_not_a_plain_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "broken.md").symlink_to(tmp_path / "gone.md")
    (tmp_path / "out.md").symlink_to("/etc/passwd")

    for name, error in [("pipe.md", PathNotAllowed), ("folder.md", PathNotAllowed), ("out.md", PathNotAllowed),
                        ("broken.md", Unreadable), ("photo.png", Unsupported)]:  # fmt: skip
        with pytest.raises(error, match=name):
            load_file(tmp_path / name, tmp_path, all_readers(), LIMITS)


def test_the_same_content_has_the_same_hash_and_the_stamp_is_the_files(tmp_path):
    one, other = tmp_path / "one.md", tmp_path / "other.md"
    one.write_text("same")
    other.write_text("same")

    loaded = load_file(one, tmp_path, all_readers(), LIMITS)

    assert loaded.content_hash == load_file(other, tmp_path, all_readers(), LIMITS).content_hash
    assert (loaded.size_bytes, loaded.modified_ns) == (4, one.stat().st_mtime_ns)


@pytest.mark.parametrize("failure", [ZeroDivisionError("oops"), RecursionError(), KeyError("x")])
def test_a_reader_that_breaks_is_a_refusal_of_that_file(tmp_path, failure):
    path = tmp_path / "file.odd"
    path.write_text("x")

    with pytest.raises(Unreadable, match=r"file\.odd cannot be read"):
        read_file(path, tmp_path, [Breaking(failure), *all_readers()], LIMITS, ReaderProcess())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", False), (b"plain", False), ("Größe".encode("latin-1"), False), ("日本".encode("utf-16"), False),
        (b"\x1b[31mred\x1b[0m", False), (b"a\0b", True), (bytes(range(1, 32)) * 10, True), (b"PK\x03\x04\x14\0", True),
    ],
)  # fmt: skip
def test_binary_data_is_told_from_text(content, expected):
    assert is_binary(content) == expected
