"""The sample course says what is true: its notebooks run, and print what they are shown to print."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

COURSE = Path(__file__).resolve().parents[2] / "binder" / "course"
NOTEBOOKS = sorted(COURSE.glob("*.ipynb"))

pytest.importorskip("pandas", reason="the course needs binder/requirements.txt")


def test_the_course_is_as_large_as_a_course():
    assert len(NOTEBOOKS) >= 6
    assert len(list(COURSE.glob("*.md"))) >= 2
    for kind in ("*.pdf", "*.docx", "course_tools/*.py", "data/*.csv"):
        assert list(COURSE.glob(kind)), kind


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_have_names_that_a_citation_can_be_read_by(path: Path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    topic = ids[0].partition("-")[0]
    assert len(set(ids)) == len(ids)
    assert all(cell_id.startswith(f"{topic}-") for cell_id in ids)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_prints_what_it_is_shown_to_print(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    shown = nbformat.read(path, as_version=4)
    printed = nbformat.read(path, as_version=4)
    NotebookClient(printed, timeout=60, resources={"metadata": {"path": str(COURSE)}}).execute()
    for before, after in zip(shown.cells, printed.cells, strict=True):
        assert texts(after) == texts(before), before.id


def test_the_functions_of_the_course_pass_their_tests():
    outcome = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=prepend", "course_tools"],
        cwd=COURSE,
        env={"PYTHONPATH": str(COURSE), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    assert outcome.returncode == 0, outcome.stdout


def texts(cell: nbformat.NotebookNode) -> str:
    """What a code cell printed or returned; pictures and warnings aside."""
    return "".join(
        output["text"] if output["output_type"] == "stream" else output["data"]["text/plain"]
        for output in cell.get("outputs", [])
        if output.get("name") != "stderr" and "image/png" not in output.get("data", {})
    ).rstrip()
