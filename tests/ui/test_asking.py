from __future__ import annotations

from playwright.sync_api import expect

from .assistant import Assistant, ending
from .lab import Lab

MERGE = "How do I merge two frames on their index?"


def test_the_assistant_waits_in_the_left_sidebar(lab: Lab, open_lab):
    assistant = open_lab(lab)
    sidebar = assistant.page.get_by_role("tablist", name="main sidebar")
    sidebar.get_by_role("tab", name="Ask your notebooks").click()
    expect(assistant.question).to_be_visible()
    expect(assistant.panel).to_contain_text("offline")


def test_a_question_is_asked_and_its_source_opened_by_keyboard_alone(lab: Lab, open_lab):
    assistant = open_lab(lab)
    keyboard = assistant.page.keyboard
    assistant.focus_question()
    keyboard.type(MERGE)
    keyboard.press("Enter")
    expect(ending(assistant.answers.last)).to_be_visible()
    expect(assistant.question).to_be_focused()
    while not assistant.source(1).evaluate("node => node === document.activeElement"):
        keyboard.press("Shift+Tab")
    keyboard.press("ArrowDown")
    expect(assistant.source(2)).to_be_focused()
    preview = assistant.page.get_by_role("tooltip")
    keyboard.press("Space")
    expect(preview).to_contain_text("course/04-joining.ipynb")
    keyboard.press("Escape")
    expect(preview).to_be_hidden()
    keyboard.press("Enter")
    expect(assistant.page.locator(".jp-DevAssist-markedCell")).to_be_in_viewport()


def test_the_sources_come_before_the_answer_and_stay_where_they_are(assistant: Assistant):
    turn = assistant.begin(MERGE, hold_before="delta")
    expect(assistant.source(1)).to_contain_text("04-joining.ipynb")
    expect(turn).to_contain_text("Answering…")
    expect(turn.locator("p")).to_have_count(0)
    before = assistant.source(1).bounding_box()
    assistant.go_on(hold_before="done")
    expect(turn.locator("p")).not_to_have_count(0)
    assert assistant.source(1).bounding_box() == before
    assistant.go_on()
    expect(ending(turn)).to_be_visible()
    assert assistant.source(1).bounding_box() == before


def test_what_the_notes_do_not_cover_is_refused_with_the_nearest_passages(assistant: Assistant):
    turn = assistant.ask("How does photosynthesis work in plants?")
    expect(turn).to_contain_text("Your notes do not cover this. Nearest:")
    expect(assistant.source(1)).to_have_count(0)
    passages = turn.get_by_role("listitem")
    expect(passages).not_to_have_count(0)
    passages.first.get_by_role("button").click()
    expect(
        assistant.page.locator("#jp-main-dock-panel .jp-DevAssist-markedCell, .jp-DevAssist-markedLine").first
    ).to_be_in_viewport()


def test_a_stopped_answer_stays_and_can_be_asked_again(assistant: Assistant):
    turn = assistant.begin(MERGE, hold_before="done")
    said = turn.locator("p").first
    expect(said).to_contain_text("use left.join")
    assistant.panel.get_by_role("button", name="Stop (Esc)").click()
    expect(turn).to_contain_text("Stopped.")
    expect(said).to_contain_text("use left.join")
    assistant.go_on()
    turn.get_by_role("button", name="Ask again").click()
    expect(turn.get_by_role("button", name="Copy answer")).to_be_visible()
    expect(turn).not_to_contain_text("Stopped.")
    expect(assistant.answers).to_have_count(1)


def test_escape_stops(assistant: Assistant):
    turn = assistant.begin(MERGE, hold_before="found")
    expect(turn).to_contain_text("Searching your notes…")
    assistant.page.keyboard.press("Escape")
    expect(turn).to_contain_text("Stopped.")


def test_a_half_written_question_survives_a_reload(assistant: Assistant):
    assistant.question.fill("How do I keep leading zeros")
    assistant.page.reload()
    assistant.wait_for_lab()
    assistant.focus_question()
    expect(assistant.question).to_have_value("How do I keep leading zeros")


def test_earlier_questions_come_back_with_the_arrow_keys(assistant: Assistant):
    assistant.ask("What is an anti-join?")
    assistant.ask("What is leakage?")
    assistant.question.press("ArrowUp")
    expect(assistant.question).to_have_value("What is leakage?")
    assistant.question.press("ArrowUp")
    expect(assistant.question).to_have_value("What is an anti-join?")
    assistant.question.press("Shift+Enter")
    expect(assistant.question).to_have_value("What is an anti-join?\n")


def test_an_earlier_answer_is_found_in_the_history_and_opened_again(assistant: Assistant):
    assistant.ask("What is leakage?")
    assistant.run_command("New Conversation")
    expect(assistant.answers).to_have_count(0)
    assistant.run_command("Earlier Answers")
    assistant.panel.get_by_role("searchbox", name="Search earlier questions").fill("leakage")
    assistant.panel.get_by_role("button", name="What is leakage?", exact=True).first.click()
    expect(assistant.source(1)).to_contain_text("09-statistics-and-models.ipynb")


def test_the_empty_panel_offers_questions_about_the_open_notebook(assistant: Assistant):
    assistant.open_file("course/04-joining.ipynb")
    assistant.open()
    suggestion = assistant.panel.get_by_role("button", name="What do my notes say about").first
    suggestion.click()
    expect(ending(assistant.answers.last)).to_be_visible()


def test_code_of_an_answer_is_inserted_below_the_active_cell(assistant: Assistant):
    assistant.open_file("course/05-grouping.ipynb")
    assistant.open()
    turn = assistant.ask("What does groupby transform do?")
    code = turn.locator("pre")
    code.hover()
    turn.get_by_role("button", name="Insert in a new cell below").click()
    active = assistant.page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
    expect(active.locator(".cm-content")).to_contain_text('share = trips["minutes"]')
    expect(active).to_be_in_viewport()
