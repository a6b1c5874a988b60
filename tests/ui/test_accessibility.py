from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .assistant import Assistant
from .lab import Lab
from .test_asking import MERGE

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
THEMES = ("JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast")


@pytest.fixture(params=THEMES)
def check(request: pytest.FixtureRequest, lab: Lab, open_lab, theme, axe: str):
    """The panel in each theme, and how to look for barriers in it."""
    theme(request.param)
    assistant: Assistant = open_lab(lab, reduced_motion="reduce")
    assistant.open()
    # The body of JupyterLab has no height, and axe takes what such an element clips for hidden.
    assistant.page.add_style_tag(content="body { height: 100vh }")
    assistant.page.evaluate(axe)

    def check(state: str, within: str = "#jp-devassist-panel") -> None:
        result = assistant.page.evaluate("([within, rules]) => axe.run(within, { runOnly: rules })", [within, RULES])
        seen = {one["id"]: len(one["nodes"]) for one in result["passes"] + result["violations"]}
        assert seen.get("color-contrast", 0) >= 3, f"axe looked at too little: {seen}"
        found = result["violations"]
        told = [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]
        assert told == [], f"{state}, {request.param}"

    return assistant, check


Check = tuple[Assistant, Callable[..., None]]


def test_no_state_of_the_panel_has_a_barrier(lab: Lab, check: Check):
    assistant, look = check
    see_asking(assistant, look)
    see_notices(assistant, look)
    see_the_library(lab, assistant, look)
    see_the_end(assistant, look)


def see_asking(assistant: Assistant, look: Callable[..., None]) -> None:
    look("empty")
    turn = assistant.begin(MERGE, hold_before="found")
    expect(turn).to_contain_text("Searching your notes…")
    look("searching")
    assistant.go_on(hold_before="done")
    expect(turn).to_contain_text("Answering…")
    look("answering")
    assistant.panel.get_by_role("button", name="Stop (Esc)").click()
    expect(turn).to_contain_text("Stopped.")
    look("stopped")
    assistant.go_on()
    turn = assistant.ask("What does groupby transform do?")
    turn.get_by_role("button", name="more passages").click()
    look("answered")
    assistant.source(1).hover()
    expect(assistant.page.get_by_role("tooltip")).to_be_visible()
    look("preview", within=".jp-DevAssist-preview")
    assistant.ask("How does photosynthesis work in plants?")
    look("refused")


def see_notices(assistant: Assistant, look: Callable[..., None]) -> None:
    assistant.ask("When is assignment 1 due?")
    assistant.source(2).click()
    expect(assistant.panel).to_contain_text("JupyterLab has no viewer for")
    look("notice")


def see_the_library(lab: Lab, assistant: Assistant, look: Callable[..., None]) -> None:
    collection = lab.post("collections", {"name": "Papers", "include": ["*.docx"], "exclude": []})
    try:
        assistant.show("Library")
        expect(assistant.documents.get_by_role("listitem")).not_to_have_count(0)
        expect(assistant.panel.get_by_role("list", name="Collections")).to_contain_text("Papers")
        look("library")
        assistant.panel.get_by_role("button", name="Change Papers").click()
        look("collection being changed")
        assistant.run_command("Index This Folder")
        expect(assistant.panel.get_by_role("region", name="Add to the library")).to_contain_text("Index")
        look("offer")
        assistant.run_command("Earlier Answers")
        expect(assistant.panel.get_by_role("searchbox", name="Search earlier questions")).to_be_visible()
        look("history")
    finally:
        lab.api.delete(f"devassist/api/collections/{collection['id']}")


def see_the_end(assistant: Assistant, look: Callable[..., None]) -> None:
    assistant.page.route("**/devassist/api/**", lambda route: route.abort())
    turn = assistant.ask(MERGE)
    expect(turn.get_by_role("alert")).to_contain_text("cannot be reached")
    look("error")
