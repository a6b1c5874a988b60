from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_devassist.builtin.readers import all_readers
from jupyter_devassist.knowledge.model import Skip
from jupyter_devassist.knowledge.sources import Found, belongs, scan

READERS = all_readers()


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")


def found(source: Path) -> set[str]:
    return {_relative(one.path, source) for one in scan(source, READERS) if isinstance(one, Found)}


def skipped(source: Path) -> dict[str, str]:
    return {_relative(one.path, source): one.reason for one in scan(source, READERS) if isinstance(one, Skip)}


def _relative(path: Path, source: Path) -> str:
    return path.relative_to(source).as_posix()


def test_a_project_gives_its_own_files_and_tells_what_it_leaves_out(tmp_path):
    make(
        tmp_path, "notes.md", "src/app.py", "src/data.csv", "node_modules/x/index.js", "build/lib/app.py",
        "pyproject.toml", ".git/HEAD.md", ".hidden.md", ".ipynb_checkpoints/a.ipynb", "src/__pycache__/x.py",
        "web/lib.min.js", "poetry.lock", ".venv/lib/a.py", "myenv/pyvenv.cfg", "myenv/lib/b.py", "docs/build/page.md",
    )  # fmt: skip

    assert found(tmp_path) == {"notes.md", "src/app.py", "pyproject.toml", "docs/build/page.md"}
    assert skipped(tmp_path) == {
        "build": "build output",
        "myenv": "a Python virtual environment",
        "node_modules": "not written by hand (dependencies, caches or run records)",
        "poetry.lock": "generated or minified",
        "src/__pycache__": "not written by hand (dependencies, caches or run records)",
        "src/data.csv": "no reader for .csv files",
        "web/lib.min.js": "generated or minified",
    }


def test_ignore_files_are_read_as_git_reads_them_and_ours_has_the_last_word(tmp_path):
    make(tmp_path, "a.md", "b.md", "drafts/c.md", "drafts/keep.md", "sub/b.md", "sub/d.md", "build/e.md", "setup.py")
    (tmp_path / ".gitignore").write_text("/b.md\ndrafts/*\n!drafts/keep.md\n[broken\n[z-a]\n")
    (tmp_path / "sub" / ".gitignore").write_text("d.md\n")
    (tmp_path / ".devassistignore").write_text("a.md\n!build/\n")

    assert found(tmp_path) == {"drafts/keep.md", "sub/b.md", "build/e.md", "setup.py"}
    assert skipped(tmp_path)["a.md"] == "ignored by .devassistignore"
    assert skipped(tmp_path)["b.md"] == "ignored by .gitignore"


def test_links_lead_nowhere_outside_and_folders_behind_links_are_not_entered(tmp_path):
    source, outside = tmp_path / "source", tmp_path / "outside"
    make(source, "real.md", "folder/a.md")
    make(outside, "secret.md")
    (source / "alias.md").symlink_to(source / "real.md")
    (source / "circle").symlink_to(source)
    (source / "away").symlink_to(outside)

    assert found(source) == {"real.md", "folder/a.md", "alias.md"}
    assert skipped(source) == {
        "away": "a link to a folder; links are not followed",
        "circle": "a link to a folder; links are not followed",
    }


@pytest.mark.timeout(10)
def test_files_that_cannot_be_read_are_found_so_that_the_library_can_say_why(tmp_path):
    make(tmp_path, "a.md")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "broken.md").symlink_to(tmp_path / "gone.md")
    (tmp_path / "out.md").symlink_to("/etc/hostname")
    with (tmp_path / "huge.ipynb").open("wb") as file:
        file.truncate(500_000_000)

    assert found(tmp_path) == {"a.md", "pipe.md", "broken.md", "out.md", "huge.ipynb"}


def test_a_single_file_is_a_source_too(tmp_path):
    make(tmp_path, "a.md", "b.png")

    assert [one.path for one in scan(tmp_path / "a.md", READERS)] == [tmp_path / "a.md"]
    assert list(scan(tmp_path / "b.png", READERS)) == [Skip(path=tmp_path / "b.png", reason="no reader for .png files")]
    assert list(scan(tmp_path / "gone.md", READERS)) == []


def test_a_folder_that_cannot_be_listed_is_told(tmp_path):
    make(tmp_path, "a.md", "closed/b.md")
    if os.geteuid() == 0:  # nothing is closed to root, so the folder goes while it is scanned
        walk = scan(tmp_path, READERS)
        first = next(walk)
        (tmp_path / "closed" / "b.md").unlink()
        (tmp_path / "closed").rmdir()
        rest = list(walk)
    else:
        (tmp_path / "closed").chmod(0)
        first, *rest = scan(tmp_path, READERS)
        (tmp_path / "closed").chmod(0o700)

    assert isinstance(first, Found)
    assert len(rest) == 1
    assert isinstance(rest[0], Skip)
    assert rest[0].reason.startswith("cannot be listed: ")


@pytest.mark.timeout(30)
def test_five_thousand_files_are_scanned_in_well_under_two_seconds(tmp_path):
    (tmp_path / ".gitignore").write_text("\n".join(f"pattern-{at}*.tmp" for at in range(40)))
    for folder in range(50):
        below = tmp_path / f"package_{folder}" / "inner"
        below.mkdir(parents=True)
        for at in range(100):
            (below / f"module_{at}.py").write_bytes(b"x = 1")

    count = len(found(tmp_path))

    assert count == 5_000


def test_folders_nested_beyond_the_recursion_limit_are_walked(tmp_path):
    here = os.open(tmp_path, os.O_RDONLY)
    depth = 600
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)

    assert found(tmp_path) == set()


_NAMES = st.sampled_from(
    ["a.md", "b.py", "c.csv", "build", "src", "node_modules", ".x", "docs", "setup.py", "d.min.js"]
)
_RULES = st.lists(
    st.sampled_from(
        ["a.md", "/b.py", "src/", "!src/a.md", "*.md", "!a.md", "docs/*", "!docs/b.py", "**/a.md", "!build/"]
    ),
    max_size=4,
).map("\n".join)


@given(
    st.sets(st.lists(_NAMES, min_size=1, max_size=4).map(tuple), max_size=12),
    st.dictionaries(st.sampled_from(["", "src", "docs"]), st.tuples(_RULES, _RULES), max_size=3),
)
def test_one_file_is_judged_as_the_scan_judges_it(tmp_path_factory, paths, rules):
    source = tmp_path_factory.mktemp("tree")
    for parts in sorted(paths):
        path = source.joinpath(*parts)
        if not path.exists() and all(not parent.is_file() for parent in path.parents):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("words")
    for folder, (git, own) in rules.items():
        if (source / folder).is_dir():
            (source / folder / ".gitignore").write_text(git)
            (source / folder / ".devassistignore").write_text(own)

    by_scan = {one.path for one in scan(source, READERS) if isinstance(one, Found)}
    files = [path for path in source.rglob("*") if path.is_file()]

    assert {path for path in files if isinstance(belongs(path, source, READERS), Found)} == by_scan
