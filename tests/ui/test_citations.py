from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from .assistant import Assistant
from .lab import Lab

NOTEBOOK_SETTINGS = "lab/api/settings/@jupyterlab/notebook-extension:tracker"
QUOTED_TEXT = "() => [...(CSS.highlights.get('jp-devassist-quote') ?? [])].join('')"
FLASHING = re.compile("jp-mod-flashing")
PLANTED = "Which tree did the gardener plant beside the observatory?"


def test_a_citation_opens_its_notebook_at_the_cited_text(lab: Lab, assistant: Assistant):
    assistant.ask("What does groupby transform do?")
    assistant.source(1).click()
    cell = cited_cell(assistant, lab.root / "course" / "05-grouping.ipynb", "grouping-transform")
    expect(cell).to_be_in_viewport(ratio=1)
    expect(cell).to_have_class(re.compile("jp-DevAssist-markedCell"))
    expect(cell).to_have_class(re.compile("jp-mod-active"))
    assistant.page.wait_for_function(f"({QUOTED_TEXT})().startsWith('transform computes a value per group')")
    assistant.keep("cited-text")


def test_a_citation_of_code_marks_its_lines_until_the_next_click(lab: Lab, assistant: Assistant):
    assistant.ask("What does groupby transform do?")
    assistant.source(3).click()
    cell = cited_cell(assistant, lab.root / "course" / "05-grouping.ipynb", "grouping-transform-share-code")
    marked = cell.locator(".cm-line.jp-DevAssist-markedLine")
    expect(marked).to_have_count(2)
    expect(marked.first).to_contain_text('share = trips["minutes"] / trips.groupby("station_id")')
    expect(marked.first).to_be_in_viewport()
    expect(marked.first).to_have_class(FLASHING)
    expect(marked.first).not_to_have_class(FLASHING)
    cell.click()
    expect(assistant.page.locator(".jp-DevAssist-markedLine, .jp-DevAssist-markedCell")).to_have_count(0)


@pytest.mark.parametrize("mode", ["defer", "full", "contentVisibility"])
def test_the_cell_is_found_in_a_long_notebook_however_little_of_it_is_drawn(lab: Lab, open_lab, made: Path, mode: str):
    lab.api.put(NOTEBOOK_SETTINGS, json={"raw": json.dumps({"windowingMode": mode})}).raise_for_status()
    try:
        lab.write(made / "long.ipynb", long_notebook(), ask=PLANTED)
        assistant = open_lab(lab)
        assistant.open()
        assistant.ask(PLANTED)
        assistant.source(1).click()
        cell = cited_cell(assistant, made / "long.ipynb", "cell-117")
        expect(cell).to_be_in_viewport(ratio=1)
        expect(cell).to_contain_text("ginkgo")
        expect(cell).to_have_class(re.compile("jp-DevAssist-markedCell"))
    finally:
        lab.api.put(NOTEBOOK_SETTINGS, json={"raw": "{}"}).raise_for_status()


def test_a_citation_of_markdown_opens_at_its_line(assistant: Assistant):
    assistant.ask("When is assignment 1 due?")
    assistant.source(1).click()
    editor = assistant.page.locator(".jp-FileEditor:visible")
    marked = editor.locator(".cm-line.jp-DevAssist-markedLine")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("Assignment 1 (cleaning and joining) is due at the end of week 5")
    expect(marked).to_be_in_viewport(ratio=1)
    expect(assistant.page.get_by_role("contentinfo")).to_contain_text("Ln 38")


def test_citations_of_a_pdf_open_at_their_pages(assistant: Assistant):
    assistant.ask("When should missing values be imputed?")
    expect(page_shown_after(assistant.source(1).click, assistant.page)).to_have_value("4")
    assistant.ask("What does missing at random mean?")
    expect(page_shown_after(assistant.source(1).click, assistant.page)).to_have_value("1")
    assistant.keep("cited-page")


def test_a_word_document_is_quoted_where_nothing_can_show_it(assistant: Assistant):
    assistant.ask("When is assignment 1 due?")
    assistant.source(2).click()
    notice = assistant.panel.get_by_role("status").filter(has_text="JupyterLab has no viewer for")
    expect(notice).to_contain_text("course/assignment-1.docx")
    expect(notice.locator("blockquote")).to_contain_text("Due at the end of week 5.")
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_be_hidden()


def test_a_changed_document_is_said_to_have_changed_and_the_quote_is_shown(lab: Lab, made: Path, assistant: Assistant):
    notes = made / "lighthouse.md"
    question = "What colour does the keeper paint the lamp room?"
    text = "# Lighthouse\n\nThe keeper of the lighthouse paints the lamp room turquoise every spring.\n"
    lab.write(notes, text, ask=question)
    assistant.ask(question)
    notes.write_text("# Lighthouse\n\nNobody lives at the lighthouse any more.\n", encoding="utf-8")
    assistant.source(1).click()
    notice = assistant.panel.get_by_role("status").filter(has_text="has changed since this answer")
    expect(notice).to_contain_text("lighthouse.md")
    expect(notice.locator("blockquote")).to_contain_text("paints the lamp room turquoise")
    expect(assistant.page.locator(".jp-FileEditor:visible")).to_contain_text("Nobody lives at the lighthouse")
    expect(assistant.page.locator(".jp-DevAssist-markedLine")).to_have_count(0)
    assistant.keep("stale")


def test_a_deleted_document_is_said_to_be_gone_and_the_quote_is_shown(lab: Lab, made: Path, assistant: Assistant):
    notes = made / "windmill.md"
    question = "How many geese does the miller keep?"
    lab.write(notes, "# Windmill\n\nThe miller of the old windmill keeps seven grey geese.\n", ask=question)
    assistant.ask(question)
    notes.unlink()
    assistant.source(1).click()
    notice = assistant.panel.get_by_role("status").filter(has_text="is no longer there")
    expect(notice.locator("blockquote")).to_contain_text("seven grey geese")


def test_a_preview_shows_the_quote_in_its_surroundings(assistant: Assistant):
    assistant.ask("What does groupby transform do?")
    assistant.source(1).hover()
    preview = assistant.page.get_by_role("tooltip")
    expect(preview).to_contain_text("course/05-grouping.ipynb")
    expect(preview.locator("mark")).to_contain_text("computes a value per group")
    expect(preview).to_contain_text("An aggregation followed by a merge gives the same numbers with more work.")
    assistant.keep("preview")
    assistant.question.hover()
    expect(preview).to_be_hidden()


def test_back_returns_to_where_the_reader_was(lab: Lab, assistant: Assistant):
    assistant.open_file("course/01-reading-files.ipynb")
    assistant.open()
    assistant.ask("What is leakage?")
    assistant.source(1).click()
    expect(assistant.page.locator(".jp-DevAssist-markedCell")).to_be_in_viewport()
    assistant.panel.get_by_role("button", name="Back to 01-reading-files.ipynb").click()
    tab = assistant.page.locator("#jp-main-dock-panel").get_by_role("tab", name="01-reading-files.ipynb")
    expect(tab).to_have_class(re.compile("jp-mod-current"))
    expect(assistant.panel.get_by_role("button", name="Back to")).to_be_hidden()


def cited_cell(assistant: Assistant, notebook: Path, cell_id: str) -> Locator:
    """The cell with this id, which the page itself knows by its number."""
    cells = nbformat.read(notebook, as_version=4).cells
    number = next(number for number, cell in enumerate(cells) if cell.id == cell_id)
    return assistant.page.locator(f'.jp-NotebookPanel:visible .jp-Cell[data-windowed-list-index="{number}"]')


def page_shown_after(click: Callable[[], None], page: Page) -> Locator:
    """The number of the page in the browser's own PDF viewer, which comes up anew after the click."""
    with page.expect_event("framenavigated", lambda frame: frame.url.startswith("chrome-extension:")) as viewer:
        click()
    return viewer.value.locator("viewer-page-selector input")


def long_notebook() -> str:
    notebook = nbformat.v4.new_notebook()
    for number in range(160):
        if number == 117:
            cell = nbformat.v4.new_markdown_cell("The gardener planted a ginkgo tree beside the observatory.")
        elif number % 2:
            cell = nbformat.v4.new_markdown_cell(f"Stone {number} was laid on day {number * 3}.\n\nIt is heavy.")
        else:
            cell = nbformat.v4.new_code_cell(f"stone = {number}\nweight = stone * 2")
        cell.id = f"cell-{number}"
        notebook.cells.append(cell)
    return nbformat.writes(notebook)
