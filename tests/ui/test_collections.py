from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .assistant import Assistant
from .lab import Lab

DATES = "When is assignment 1 due?"


@pytest.fixture(autouse=True)
def no_collections_left(lab: Lab):
    yield
    for collection in lab.get("collections"):
        lab.api.delete(f"devassist/api/collections/{collection['id']}").raise_for_status()


def test_a_collection_is_made_and_limits_the_answers(assistant: Assistant):
    assistant.show("Library")
    assistant.panel.get_by_role("button", name="New collection").click()
    form = assistant.panel.get_by_role("form", name="New collection")
    form.get_by_role("textbox", name="Name").fill("Handouts")
    form.get_by_role("textbox", name="Include").fill("*.pdf")
    form.get_by_role("button", name="Save").click()
    row = assistant.panel.get_by_role("list", name="Collections").get_by_role("listitem")
    expect(row).to_contain_text("Handouts")
    expect(row).to_contain_text("1 document")

    assistant.show("Ask")
    assistant.panel.get_by_role("combobox", name="Ask in").select_option(label="Collection: Handouts")
    turn = assistant.ask("What does missing at random mean?")
    expect(turn).to_contain_text("Collection: Handouts")
    expect(assistant.source(1)).to_contain_text("missing-data-handout.pdf")
    turn = assistant.ask(DATES)
    expect(turn).to_contain_text("Your notes do not cover this.")
    expect(turn).not_to_contain_text("syllabus.md")

    assistant.panel.get_by_role("combobox", name="Ask in").select_option(label="Everything")
    assistant.ask(DATES)
    expect(assistant.source(1)).to_contain_text("syllabus.md")


def test_a_collection_is_changed_and_removed_and_the_removal_undone(lab: Lab, assistant: Assistant):
    lab.post("collections", {"name": "Papers", "include": ["*.docx"], "exclude": []})
    assistant.show("Library")
    rows = assistant.panel.get_by_role("list", name="Collections").get_by_role("listitem")
    expect(rows).to_contain_text("1 document")
    rows.get_by_role("button", name="Change Papers").click()
    form = assistant.panel.get_by_role("form", name="Change Papers")
    form.get_by_role("textbox", name="Include").fill("*.docx\n*.pdf")
    form.get_by_role("button", name="Save").click()
    expect(rows).to_contain_text("2 documents")
    rows.get_by_role("button", name="Delete collection Papers").click()
    expect(rows).to_have_count(0)
    assistant.panel.get_by_role("button", name="Undo", exact=True).click()
    expect(rows).to_contain_text("Papers")


def test_the_scope_can_be_the_open_notebook(assistant: Assistant):
    assistant.open_file("course/05-grouping.ipynb")
    assistant.open()
    assistant.panel.get_by_role("combobox", name="Ask in").select_option(label="Notebook: 05-grouping.ipynb")
    turn = assistant.ask(DATES)
    expect(turn).to_contain_text("Your notes do not cover this.")
    expect(turn).not_to_contain_text("syllabus.md")
