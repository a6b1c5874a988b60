from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
from playwright.sync_api import expect

from .assistant import Assistant
from .lab import Lab

TRUNCATED = '{"cells": [{"cell_type": "markdown", "source": ["# Half a note'


def test_every_document_is_listed_with_its_state(assistant: Assistant):
    assistant.filter_documents("course/")
    row = assistant.row("course/04-joining.ipynb")
    expect(row).to_contain_text("Indexed")
    expect(row).to_contain_text(re.compile(r"\d+ chunks"))
    expect(assistant.row("course/missing-data-handout.pdf")).to_contain_text("Indexed")
    expect(assistant.row("course/assignment-1.docx")).to_contain_text("Indexed")


def test_a_broken_file_says_what_is_wrong_with_it_and_is_found_by_its_state(made: Path, assistant: Assistant):
    (made / "half.ipynb").write_text(TRUNCATED)
    assistant.filter_documents(f"{made.name}/half")
    row = assistant.row(f"{made.name}/half.ipynb")
    expect(row).to_contain_text("Failed")
    expect(row).to_contain_text("half.ipynb")
    expect(row).to_contain_text(re.compile("not a notebook|JSON|cut off|truncated", re.IGNORECASE))
    assistant.filter_documents("")
    assistant.panel.get_by_role("combobox", name="Filter documents by state").select_option("failed")
    expect(row).to_be_visible()
    expect(assistant.row("course/04-joining.ipynb")).to_be_hidden()


def test_a_folder_is_looked_at_added_and_indexed(lab: Lab, assistant: Assistant):
    folder = lab.root / "spring-field-trip"
    folder.mkdir()
    for number in range(12):
        (folder / f"day-{number}.md").write_text(
            f"# Day {number}\n\nWe counted {number * 7} orchids in the meadow.\n" * 40
        )
    try:
        assistant.show("Library")
        assistant.panel.get_by_role("button", name="Add a folder").click()
        dialog = assistant.page.get_by_role("dialog")
        dialog.locator(".jp-DirListing-item", has_text=folder.name).click()
        dialog.get_by_role("button", name="Select").click()
        offer = assistant.panel.get_by_role("region", name="Add to the library")
        expect(offer).to_contain_text("12 files")
        offer.get_by_role("button", name="Index 12 files").click()
        jobs = assistant.panel.get_by_role("list", name="Work under way")
        expect(jobs).to_contain_text(folder.name)
        expect(jobs.get_by_role("progressbar")).to_be_visible()
        expect(jobs.get_by_role("button", name="Cancel")).to_be_visible()
        expect(jobs).to_be_hidden()
        assistant.filter_documents(f"{folder.name}/")
        expect(assistant.documents.get_by_role("listitem")).to_have_count(12)
        expect(assistant.row(f"{folder.name}/day-3.md")).to_contain_text("Indexed")
        assistant.panel.get_by_role("button", name=f"Remove {folder.name} from the library").click()
        expect(assistant.documents.get_by_role("listitem")).to_have_count(0)
    finally:
        source = next((one for one in lab.get("sources") if one["path"] == folder.name), None)
        if source is not None:
            lab.api.delete(f"devassist/api/sources/{source['id']}")
        shutil.rmtree(folder)


def test_a_removed_document_leaves_the_answers_and_comes_back_when_it_is_undone(
    lab: Lab, made: Path, assistant: Assistant
):
    question = "What does the beekeeper feed the bees in March?"
    path = f"{made.name}/bees.md"
    lab.write(made / "bees.md", "# Bees\n\nIn March the beekeeper feeds the bees with fondant.\n", ask=question)
    assistant.filter_documents(path)
    assistant.row(path).get_by_role("button", name=f"Remove {path} from the library").click()
    expect(assistant.row(path)).to_be_hidden()
    undo = assistant.panel.get_by_role("status").filter(has_text=f"Removed {path}")
    undo.get_by_role("button", name="Undo", exact=True).click()
    expect(assistant.row(path)).to_be_visible()
    expect(assistant.row(path)).to_contain_text("Indexed")
    turn = assistant.ask(question)
    expect(turn).to_contain_text("fondant")


def test_a_removal_that_is_not_undone_happens(lab: Lab, made: Path, assistant: Assistant):
    question = "Where does the ferry land in winter?"
    path = f"{made.name}/ferry.md"
    lab.write(made / "ferry.md", "# Ferry\n\nIn winter the ferry lands at the north pier.\n", ask=question)
    assistant.filter_documents(path)
    assistant.row(path).get_by_role("button", name=f"Remove {path} from the library").click()
    undo = assistant.panel.get_by_role("button", name="Undo", exact=True)
    expect(undo).to_be_visible()
    expect(undo).to_be_hidden()
    turn = assistant.ask(question)
    expect(turn).to_contain_text("Your notes do not cover this.")
    assert (made / "ferry.md").exists()


def test_a_cell_saved_in_jupyterlab_is_found(lab: Lab, made: Path, assistant: Assistant):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Clock tower", id="title")])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    lab.write(made / "tower.ipynb", nbformat.writes(notebook), ask="clock tower")
    assistant.open_file(f"{made.name}/tower.ipynb")
    panel = assistant.page.locator(".jp-NotebookPanel:visible")
    expect(panel).to_contain_text("Clock tower")
    panel.locator(".jp-Cell").first.click()
    keyboard = assistant.page.keyboard
    keyboard.press("Escape")
    keyboard.press("b")
    keyboard.press("m")
    keyboard.press("Enter")
    keyboard.type("The bell of the clock tower was cast from melted cannons.")
    keyboard.press("Control+s")
    question = "What was the bell of the clock tower cast from?"
    path = f"{made.name}/tower.ipynb"
    lab.wait_for(lambda: lab.is_found("cannons", path, "melted cannons"))
    assistant.open()
    turn = assistant.ask(question)
    expect(turn).to_contain_text("cast from melted cannons")
    expect(assistant.source(1)).to_contain_text("cell 2")


def test_a_document_is_opened_from_the_list(assistant: Assistant):
    assistant.filter_documents("04-joining")
    assistant.row("course/04-joining.ipynb").get_by_role("button", name="04-joining.ipynb", exact=True).click()
    expect(assistant.page.locator("#jp-main-dock-panel").get_by_role("tab", name="04-joining.ipynb")).to_be_visible()


def test_a_folder_is_offered_from_the_file_browser(lab: Lab, open_lab):
    folder = lab.root / "from-the-browser"
    folder.mkdir()
    (folder / "note.md").write_text("# A note\n\nThe kiln is lit on Fridays.\n")
    try:
        assistant = open_lab(lab)
        item = assistant.page.locator("#filebrowser .jp-DirListing-item", has_text=folder.name)
        item.click(button="right")
        assistant.page.get_by_role("menuitem", name="Add to the Assistant’s Library").click()
        offer = assistant.panel.get_by_role("region", name="Add to the library")
        expect(offer).to_contain_text("1 file")
        offer.get_by_role("button", name="Not now").click()
        expect(offer).to_be_hidden()
    finally:
        shutil.rmtree(folder)
