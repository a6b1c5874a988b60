"""Pictures of every state of the panel, for somebody to look at; each is taken once what it shows is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from .assistant import Assistant
from .lab import Lab
from .test_asking import MERGE

TRANSFORM = "What does groupby transform do?"
UNCOVERED = "How does photosynthesis work in plants?"
THEMES = {
    "light": "JupyterLab Light",
    "dark": "JupyterLab Dark",
    "high-contrast": "JupyterLab Dark High Contrast",
}


@pytest.mark.parametrize("name", THEMES)
def test_a_conversation_in_each_theme(lab: Lab, open_lab, theme, name: str):
    theme(THEMES[name])
    assistant = open_lab(lab)
    assistant.open()
    assistant.set_width(400)
    assistant.ask(TRANSFORM)
    assistant.source(3).click()
    expect(assistant.page.locator(".jp-DevAssist-markedLine").first).to_be_in_viewport()
    assistant.keep(f"{name}-answered")
    assistant.ask(UNCOVERED)
    assistant.keep(f"{name}-refused", panel_only=True)
    assistant.show("Library")
    expect(assistant.documents.get_by_role("listitem")).not_to_have_count(0)
    assistant.keep(f"{name}-library", panel_only=True)


def test_a_narrow_a_middling_and_a_wide_panel(lab: Lab, open_lab):
    assistant = open_lab(lab, viewport={"width": 1500, "height": 800})
    assistant.open()
    for width in (280, 400, 900):
        assistant.set_width(width)
        assistant.run_command("New Conversation")
        assistant.keep(f"width-{width}-empty", panel_only=True)
        assistant.ask(TRANSFORM)
        assistant.keep(f"width-{width}-answered", panel_only=True)
        assert_nothing_sticks_out(assistant)
        assistant.show("Library")
        expect(assistant.documents.get_by_role("listitem")).not_to_have_count(0)
        assistant.keep(f"width-{width}-library", panel_only=True)
        assert_nothing_sticks_out(assistant)
        assistant.panel.get_by_role("button", name="New collection").click()
        assistant.keep(f"width-{width}-collection", panel_only=True)
        assert_nothing_sticks_out(assistant)
        assistant.show("Ask")


def test_the_stages_of_an_answer(assistant: Assistant):
    assistant.set_width(400)
    assistant.keep("empty", panel_only=True)
    turn = assistant.begin(MERGE, hold_before="found")
    expect(turn).to_contain_text("Searching your notes…")
    assistant.keep("searching", panel_only=True)
    assistant.go_on(hold_before="done")
    expect(turn).to_contain_text("Answering…")
    assistant.keep("answering", panel_only=True)
    assistant.panel.get_by_role("button", name="Stop (Esc)").click()
    expect(turn).to_contain_text("Stopped.")
    assistant.keep("stopped", panel_only=True)
    assistant.go_on()
    assistant.run_command("Earlier Answers")
    expect(assistant.panel.get_by_role("list", name="Earlier answers").get_by_role("listitem")).not_to_have_count(0)
    assistant.keep("history", panel_only=True)


def test_suggestions_from_the_open_notebook(assistant: Assistant):
    assistant.open_file("course/04-joining.ipynb")
    assistant.open()
    expect(assistant.panel.get_by_role("button", name="What do my notes say about").first).to_be_visible()
    assistant.keep("suggestions")


def test_the_first_run_and_the_end_of_the_server(fresh_lab: Lab, open_lab):
    assistant = open_lab(fresh_lab)
    assistant.open()
    assistant.set_width(400)
    index = assistant.panel.get_by_role("button", name="Index this folder")
    expect(index).to_be_visible()
    assistant.keep("first-run", panel_only=True)
    index.click()
    offer = assistant.panel.get_by_role("region", name="Add to the library")
    start = offer.get_by_role("button", name=re.compile(r"Index \d+ files"))
    expect(start).to_be_enabled()
    assistant.keep("offer", panel_only=True)
    start.click()
    job = assistant.panel.get_by_role("list", name="Work under way")
    expect(job).to_contain_text(re.compile(r"\d+ of \d+"))
    assistant.keep("indexing")
    assistant.show("Ask")
    expect(assistant.panel).to_contain_text(re.compile(r"\d+ of \d+"))
    assistant.keep("indexing-ask", panel_only=True)
    assistant.show("Library")
    expect(job).to_be_hidden(timeout=60_000)
    assistant.ask(MERGE)
    expect(assistant.source(1)).to_contain_text("04-joining.ipynb")

    fresh_lab.stop()
    turn = assistant.ask(TRANSFORM)
    expect(turn.get_by_role("alert")).to_contain_text("The Jupyter server cannot be reached.")
    assistant.keep("error", panel_only=True)


def test_long_names_other_scripts_and_long_code(lab: Lab, open_lab, made: Path):
    folder = made / ("a-folder-with-a-long-name-" * 4).strip("-")
    folder.mkdir()
    name = ("name-" * 45).strip("-") + ".md"
    assert len(str((folder / name).relative_to(lab.root))) >= 300
    glacier = "How fast does the glacier above the valley move?"
    lab.write(folder / name, "# Glacier\n\nThe glacier above the valley moves forty metres a year.\n", ask=glacier)
    hebrew = "מתי נפתח השוק הישן בעיר?"
    lab.write(made / "שוק.md", "# השוק הישן\n\nהשוק הישן בעיר נפתח בכל יום שישי בשעה שבע בבוקר.\n", ask=hebrew)

    assistant = open_lab(lab)
    assistant.open()
    assistant.set_width(400)
    assistant.ask(glacier)
    expect(assistant.source(1)).to_contain_text("name-name-")
    assistant.keep("long-name-answered", panel_only=True)
    assert_nothing_sticks_out(assistant)
    assistant.filter_documents("name-name")
    expect(assistant.documents.get_by_role("listitem")).to_have_count(1)
    assistant.keep("long-name-library", panel_only=True)
    assert_nothing_sticks_out(assistant)

    assistant.ask(hebrew)
    expect(assistant.source(1)).to_contain_text("שוק.md")
    expect(assistant.answers.last.locator("p").first).to_have_css("direction", "rtl")
    assistant.keep("right-to-left", panel_only=True)

    assistant.page.route("**/devassist/api/ask*", answer_in_code)
    assistant.ask("Show me everything")
    assistant.keep("long-code", panel_only=True)
    assert_nothing_sticks_out(assistant)


def test_at_twice_the_size(lab: Lab, open_lab):
    """A browser that zooms to 200 % has half the room, each point of it drawn by two."""
    assistant = open_lab(lab, viewport={"width": 640, "height": 400}, device_scale_factor=2)
    assistant.open()
    assistant.ask(TRANSFORM)
    assistant.keep("zoom-200")
    expect(assistant.question).to_be_in_viewport(ratio=1)
    expect(assistant.source(1)).to_be_in_viewport()
    assert_nothing_sticks_out(assistant)
    assistant.show("Library")
    expect(assistant.documents.get_by_role("listitem").first).to_be_in_viewport()
    assistant.keep("zoom-200-library")


def answer_in_code(route: Route) -> None:
    """An answer of two megabytes of code, which no document of a test could give."""
    line = "total = sum(value for value in measurements if value is not None)  # a line that is longer than the panel\n"
    text = f"All of it:\n\n```python\n{line * (2_000_000 // len(line))}```\n"
    answer = {
        "id": "long", "question": "Show me everything", "text": text, "citations": [], "passages": [],
        "supported": True, "confidence": 1, "model": "extractive", "state": "complete", "timings_ms": {"total": 41},
        "created_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    events = [
        {"type": "searching", "answer_id": "long"},
        {"type": "delta", "text": text},
        {"type": "done", "answer": answer, "notice": None},
    ]
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    route.fulfill(body=body, content_type="text/event-stream")


def assert_nothing_sticks_out(assistant: Assistant) -> None:
    """No visible control or text crosses the border of the panel, and nothing but code scrolls sideways."""
    outside = assistant.panel.evaluate(
        """panel => {
            const { left, right } = panel.getBoundingClientRect();
            const scrollsSideways = node =>
                node !== panel && (['auto', 'scroll', 'hidden'].includes(getComputedStyle(node).overflowX) ||
                    scrollsSideways(node.parentElement));
            return [...panel.querySelectorAll('*')]
                .filter(node => node.checkVisibility() && !scrollsSideways(node.parentElement ?? panel))
                .filter(node => {
                    const box = node.getBoundingClientRect();
                    return box.width > 0 && (box.left < left - 1 || box.right > right + 1);
                })
                .map(node => `${node.tagName} ${node.className}`);
        }"""
    )
    assert outside == []
