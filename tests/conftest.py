"""What many tests stand on: a real house over a data folder of its own, and a small course to ask about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import nbformat
import pytest

from jupyter_devassist.assist import Assist
from jupyter_devassist.config import Settings, new_assist
from jupyter_devassist.values import Actor

OpenAssist = Callable[..., AbstractAsyncContextManager[Assist]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The data folder."""
    return tmp_path / "home"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A folder with a notebook, notes and code, as small as it can be."""
    folder = tmp_path / "course"
    folder.mkdir()
    write_notebook(
        folder / "joining.ipynb",
        [
            ("join-title", "markdown", "# Joining tables"),
            ("join-index", "markdown", "`left.join(right)` aligns the rows of two frames on their index."),
            ("join-code", "code", 'both = left.join(right, how="outer")\nprint(both.shape)'),
            ("merge-how", "markdown", "`merge` with `how='left'` keeps every row of the left frame."),
        ],
    )
    (folder / "glossary.md").write_text(
        "# Glossary\n\n## Tidy data\n\nIn tidy data every row is one observation and every column one variable.\n\n"
        "## Outlier\n\nAn outlier is a value far away from the others; the median hardly notices it.\n"
    )
    (folder / "cleaning.py").write_text(
        '"""Cleaning."""\n\n\ndef drop_blank_rows(rows):\n    """Leave out rows in which every value is blank."""\n'
        "    return [row for row in rows if any(row)]\n"
    )
    return folder


@pytest.fixture
def actor(course: Path) -> Actor:
    """Somebody whose server shows the course and nothing else."""
    return Actor(name="ada", root=course)


@pytest.fixture
def open_assist(home: Path) -> OpenAssist:
    """Open the house, ready to search by words and by meaning; it is closed at the end of the block."""

    @asynccontextmanager
    async def opened(*, watch: bool = False, **options: object) -> AsyncIterator[Assist]:
        settings = Settings(home=str(home), watch=watch, **options)
        assist = new_assist(settings)
        await assist.start(wait=True)
        try:
            yield assist
        finally:
            await assist.stop()

    return opened


def write_notebook(path: Path, cells: list[tuple[str, str, str]]) -> None:
    """Write a notebook from cell ids, types and sources."""
    notebook = nbformat.v4.new_notebook()
    makers = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    notebook.cells = [makers[kind](source, id=cell_id) for cell_id, kind, source in cells]
    nbformat.write(notebook, path)
