from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from .assistant import Assistant
from .lab import Lab


@pytest.fixture
def notebook(lab: Lab) -> Path:
    """A notebook beside the course that asks in its second cell."""
    cells = [
        nbformat.v4.new_code_cell("%load_ext kernel_magics", id="load"),
        nbformat.v4.new_code_cell("%%ask\nWhat does groupby transform do?", id="ask"),
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = lab.root / "asking.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    yield path
    path.unlink()


def test_a_cell_asks_and_the_link_in_its_answer_opens_the_cited_cell(notebook: Path, assistant: Assistant):
    assistant.open_file(notebook.name)
    expect(assistant.page.get_by_role("contentinfo")).to_contain_text("Idle")
    assistant.page.get_by_role("menuitem", name="Run", exact=True).click()
    assistant.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    answer = assistant.page.locator(".jp-NotebookPanel:visible .devassist-answer")
    expect(answer).to_contain_text("computes a value per group")
    expect(answer).to_contain_text("Sources")
    assistant.keep("magic")
    answer.get_by_role("link", name="course/05-grouping.ipynb · cell 9").click()
    assistant.page.locator("#jp-main-dock-panel").get_by_role("tab", name="05-grouping.ipynb").wait_for()
    cell = assistant.page.locator('.jp-NotebookPanel:visible .jp-Cell[data-windowed-list-index="8"]')
    expect(cell).to_be_in_viewport()
    expect(cell).to_contain_text("What does groupby transform do?")
