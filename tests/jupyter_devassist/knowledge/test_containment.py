from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_devassist.errors import AssistError, NotFound, PathNotAllowed, Unreadable
from jupyter_devassist.knowledge.containment import inside, open_inside


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with files and links in it, and things beside it that must stay out of reach."""
    root = tmp_path / "root"
    (root / "a" / "b").mkdir(parents=True)
    (root / "a" / "b" / "note.md").write_text("inside")
    (tmp_path / "root-sibling").mkdir()
    (tmp_path / "root-sibling" / "secret.md").write_text("outside")
    (tmp_path / "secret.md").write_text("outside")
    (root / "out").symlink_to(tmp_path / "root-sibling")
    (root / "out.md").symlink_to(tmp_path / "secret.md")
    (root / "in.md").symlink_to(root / "a" / "b" / "note.md")
    (root / "loop").symlink_to(root / "loop")
    return root


_PARTS = st.lists(
    st.sampled_from(
        ["a", "b", "note.md", "..", ".", "out", "out.md", "in.md", "loop", "secret.md", "root-sibling", "root", "\0",
         "…", "．．", "..\u200b", "%2e%2e", "..\\..", "a" * 300, "C:", "~"]
    ),
    max_size=7,
)  # fmt: skip


@given(_PARTS, st.booleans())
def test_nothing_outside_is_ever_opened_or_called_inside(tmp_path_factory, parts, is_absolute):
    root = tmp_path_factory.getbasetemp() / "fuzz" / "root"
    if not root.exists():
        (root / "a" / "b").mkdir(parents=True)
        (root / "a" / "b" / "note.md").write_text("inside")
        (root.parent / "root-sibling").mkdir()
        for folder in (root.parent, root.parent / "root-sibling"):
            (folder / "secret.md").write_text("outside")
        (root / "out").symlink_to(root.parent / "root-sibling")
        (root / "out.md").symlink_to(root.parent / "secret.md")
        (root / "in.md").symlink_to(root / "a" / "b" / "note.md")
        (root / "loop").symlink_to(root / "loop")
    path = Path("/", *parts) if is_absolute else root.joinpath(*parts)

    if "\0" not in str(path) and "loop" not in parts:
        really = os.path.realpath(path)
        assert inside(root, path) == (really == str(root) or really.startswith(f"{root}{os.sep}"))
    try:
        descriptor = open_inside(root, path)
    except AssistError:
        return
    with os.fdopen(descriptor) as file:
        assert file.read() == "inside"


def test_a_folder_with_the_same_beginning_is_not_inside(root):
    assert inside(root, root / "a")
    assert inside(root, root)
    assert not inside(root, root.parent / "root-sibling")
    assert not inside(root, Path("a"))


def test_links_are_followed_only_to_places_inside(root):
    with os.fdopen(open_inside(root, root / "in.md")) as file:
        assert file.read() == "inside"
    for name in ("out.md", "out/secret.md", "../secret.md"):
        with pytest.raises(PathNotAllowed, match="leads outside"):
            open_inside(root, root / name)


def test_a_dangling_link_and_a_missing_file_are_told_apart(root):
    (root / "broken.md").symlink_to(root / "nowhere.md")

    with pytest.raises(Unreadable, match=r"broken\.md is a link to a file that does not exist; repair or remove"):
        open_inside(root, root / "broken.md")
    with pytest.raises(NotFound, match="does not exist"):
        open_inside(root, root / "nowhere.md")


@pytest.mark.timeout(10)
def test_pipes_sockets_devices_and_folders_are_refused_without_waiting(root):
    os.mkfifo(root / "pipe.md")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "socket.md"))

        with pytest.raises(PathNotAllowed, match=r"pipe\.md is a named pipe, not a plain file"):
            open_inside(root, root / "pipe.md")
        with pytest.raises(PathNotAllowed, match=r"socket\.md is a socket or a device, not a plain file"):
            open_inside(root, root / "socket.md")
        with pytest.raises(PathNotAllowed, match="is a folder"):
            open_inside(root, root / "a")
        with pytest.raises(PathNotAllowed, match="is a device"):
            open_inside(Path("/dev"), Path("/dev/null"))


def test_a_link_swapped_in_between_leads_nowhere(root):
    """A folder that keeps turning into a link to the outside while its file is opened."""
    real, hidden, link = root / "a", root / "hidden", root / "link"
    (root.parent / "root-sibling" / "b").mkdir()
    (root.parent / "root-sibling" / "b" / "note.md").write_text("outside")
    link.symlink_to(root.parent / "root-sibling")
    stop = threading.Event()

    def flip() -> None:
        while not stop.is_set():
            real.rename(hidden)
            link.rename(real)
            real.rename(link)
            hidden.rename(real)

    flipper = threading.Thread(target=flip)
    flipper.start()
    try:
        seen = {_content(root) for _ in range(3_000)}
    finally:
        stop.set()
        flipper.join()

    assert "outside" not in seen
    assert "inside" in seen


def _content(root: Path) -> str | None:
    try:
        descriptor = open_inside(root, root / "a" / "b" / "note.md")
    except AssistError:
        return None
    with os.fdopen(descriptor) as file:
        return file.read()
