from __future__ import annotations

import os
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_devassist.errors import PathNotAllowed
from jupyter_devassist.server.root import Root


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> Path:
    """A root with a sibling whose name it is a prefix of, and links that lead out of it and about in it."""
    base = tmp_path_factory.mktemp("base").resolve()
    root = base / "root"
    (root / "sub" / ".hidden").mkdir(parents=True)
    (base / "root-sibling").mkdir()
    (base / "root-sibling" / "secret.md").write_text("secret")
    (root / "out").symlink_to(base / "root-sibling")
    (root / "up").symlink_to("..")
    (root / "in").symlink_to(root / "sub")
    (root / "loop").symlink_to("loop")
    (root / "plain").symlink_to(root / "sub" / ".hidden")
    return root


@pytest.fixture(scope="module")
def root(folders: Path) -> Root:
    return Root(folders, hidden_allowed=False)


@pytest.mark.parametrize(
    "text",
    [
        "..",
        "../root-sibling/secret.md",
        "sub/../../root-sibling",
        "out",
        "out/secret.md",
        "up/root-sibling",
        "loop/x",
        "/etc/passwd",
        "//etc/passwd",
        "a\0b",
        ".hidden",
        "sub/.hidden/x",
        "plain/x",
        "x" * 300,
        "\ud800",
    ],
)
def test_what_leads_outside_or_is_hidden_is_refused(root, text):
    with pytest.raises(PathNotAllowed):
        root.opened(text)


@pytest.mark.parametrize(
    "text, real", [("", ""), (".", ""), ("sub", "sub"), ("in/new.md", "sub/new.md"), ("a/./b", "a/b")]
)
def test_what_lies_inside_is_opened_by_its_real_path(root, folders, text, real):
    assert root.opened(text) == folders / real


def test_hidden_files_are_opened_where_the_server_allows_them(folders):
    assert Root(folders, hidden_allowed=True).opened("sub/.hidden") == folders / "sub" / ".hidden"


def test_a_path_outside_shows_its_name_only(root, folders):
    assert root.shown(folders.parent / "root-sibling" / "secret.md") == "secret.md"


def test_a_file_name_that_is_no_text_can_still_be_shown(root, folders):
    assert root.shown(Path(os.fsdecode(os.fsencode(folders) + b"/caf\xe9.md"))) == "caf\ufffd.md"


segments = st.one_of(
    st.sampled_from(
        ["..", ".", "", "sub", "in", "out", "up", "loop", "plain", "root", "root-sibling", "secret.md", "~", "C:"]
    ),
    st.text(alphabet=string.printable + "\0‥．／＼\u2215é\U0001f600", max_size=6),
)


@settings(max_examples=3000, deadline=None)
@given(parts=st.lists(segments, max_size=6), separator=st.sampled_from(["/", "//", "\\", "/./"]))
def test_whatever_is_opened_lies_inside(folders, parts, separator):
    try:
        opened = Root(folders, hidden_allowed=True).opened(separator.join(parts))
    except PathNotAllowed:
        return
    assert os.path.realpath(opened) == str(opened)
    assert opened.parts[: len(folders.parts)] == folders.parts
