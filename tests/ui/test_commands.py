from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .assistant import Assistant
from .lab import Lab

PALETTE = (
    "Ask Your Notebooks",
    "Show the Library",
    "Earlier Answers",
    "New Conversation",
    "Index This Folder",
    "Add a Folder to the Library",
    "Add Files to the Library",
    "Assistant Settings",
    "Assistant Help",
)


def test_the_command_palette_lists_what_can_be_done(assistant: Assistant):
    assistant.page.keyboard.press("Control+Shift+C")
    palette = assistant.page.locator("#modal-command-palette")
    palette.locator("input").fill("assistant")
    section = palette.locator(".lm-CommandPalette-item")
    for label in PALETTE:
        palette.locator("input").fill(label)
        expect(section.filter(has_text=label).first).to_be_visible()


def test_the_shortcut_leads_to_the_question_from_a_cell_being_edited(assistant: Assistant):
    assistant.open_file("course/05-grouping.ipynb")
    editor = assistant.page.locator(".jp-NotebookPanel:visible .jp-CodeCell .cm-content").first
    editor.click()
    expect(editor).to_be_focused()
    assistant.focus_question()


def test_the_palette_leads_to_the_question_and_leaves_it_focused(assistant: Assistant):
    assistant.open_file("course/05-grouping.ipynb")
    assistant.page.locator(".jp-NotebookPanel:visible .jp-CodeCell .cm-content").first.click()
    assistant.run_command("Ask Your Notebooks")
    expect(assistant.question).to_be_focused()
    assistant.page.keyboard.type("typed")
    expect(assistant.question).to_have_value("typed")


def test_a_question_begins_with_the_selected_cell(assistant: Assistant):
    assistant.open_file("course/05-grouping.ipynb")
    editor = assistant.page.locator(".jp-NotebookPanel:visible .jp-CodeCell .cm-content").first
    editor.click()
    first = editor.locator(".cm-line").first.inner_text()
    assistant.run_command("Ask About Selection")
    expect(assistant.question).to_be_focused()
    assert assistant.question.input_value().startswith(first)


def test_the_settings_editor_shows_the_settings(assistant: Assistant):
    assistant.run_command("Assistant Settings")
    editor = assistant.page.locator(".jp-SettingsPanel:visible")
    expect(editor.get_by_text("How many passages an answer is made from.")).to_be_visible()


def test_the_menu_of_the_panel_leads_to_the_help(assistant: Assistant):
    assistant.panel.get_by_role("button", name="More").click()
    assistant.page.get_by_role("menuitem", name="Assistant Help").click()
    dialog = assistant.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Go to the question from anywhere")
    dialog.get_by_role("button", name="Close").last.click()
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("theme_name", ["JupyterLab Light", "JupyterLab Dark"])
def test_the_panel_wears_the_colours_of_the_theme(lab: Lab, open_lab, theme, theme_name: str):
    theme(theme_name)
    assistant = open_lab(lab)
    assistant.open()
    expect(assistant.page.locator("body")).to_have_attribute("data-jp-theme-name", theme_name)
    is_light = assistant.page.locator("body").get_attribute("data-jp-theme-light") == "true"
    brightness = assistant.panel.evaluate(
        "node => Math.min(...getComputedStyle(node).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number))"
    )
    assert (brightness > 200) == is_light
