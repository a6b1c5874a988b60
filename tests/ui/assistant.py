"""The assistant in a browser, in the words of the person in front of it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

ARTEFACTS = Path(__file__).parent / "artefacts"


class Assistant:
    """One window of JupyterLab with the panel in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.get_by_role("region", name="Assistant", exact=True)
        self.question = self.panel.get_by_role("textbox", name="Question", exact=True)
        self.answers = self.panel.get_by_role("log", name="Questions and answers").get_by_role("article")
        self.documents = self.panel.get_by_role("list", name="Documents", exact=True)

    def open(self) -> None:
        """Click the tab in the left sidebar, as on a first visit."""
        self.page.get_by_role("tab", name="Ask your notebooks").click()
        expect(self.question).to_be_visible()

    def wait_for_lab(self) -> None:
        """Wait until JupyterLab has restored its window, and takes shortcuts."""
        self.page.locator("#jp-main-dock-panel").get_by_role("tab").first.wait_for()

    def focus_question(self) -> None:
        """Go to the question by its shortcut, from wherever the focus is."""
        self.page.keyboard.press("Control+Shift+Semicolon")
        expect(self.question).to_be_focused()

    def show(self, tab: str) -> None:
        self.panel.get_by_role("tab", name=tab, exact=True).click()

    def ask(self, question: str) -> Locator:
        """Ask and wait for the end of the answer; the result is its turn in the conversation."""
        self.show("Ask")
        self.question.fill(question)
        self.question.press("Enter")
        turn = self.answers.last
        expect(turn).to_have_accessible_name(question)
        expect(ending(turn)).to_be_visible()
        return turn

    def begin(self, question: str, *, hold_before: str) -> Locator:
        """Ask, and hold the answer before its first event of a kind until ``go_on``."""
        self.show("Ask")
        self.page.evaluate("type => holdAnswersBefore(type)", hold_before)
        self.question.fill(question)
        self.question.press("Enter")
        turn = self.answers.last
        expect(turn).to_have_accessible_name(question)
        return turn

    def go_on(self, *, hold_before: str | None = None) -> None:
        """Let the held answer go on, to its end or to its first event of another kind."""
        self.page.evaluate("type => holdAnswersBefore(type)", hold_before)

    def source(self, marker: int) -> Locator:
        """A row of the sources of the latest answer."""
        return self.answers.last.get_by_role("listitem").get_by_role("button", name=f"Source {marker}:")

    def row(self, path: str) -> Locator:
        """A document in the library."""
        return self.documents.get_by_role("listitem").filter(has=self.page.get_by_title(path, exact=True))

    def filter_documents(self, text: str) -> None:
        self.show("Library")
        self.panel.get_by_role("searchbox", name="Filter documents by name").fill(text)

    def run_command(self, name: str) -> None:
        """Choose an entry of the command palette."""
        # By the menu: an editor that is just being drawn may swallow the shortcut.
        self.page.get_by_role("menuitem", name="View", exact=True).click()
        self.page.get_by_role("menuitem", name="Activate Command Palette").click()
        palette = self.page.locator("#modal-command-palette")
        field = palette.get_by_role("combobox").or_(palette.locator("input")).first
        field.fill(name)
        palette.locator(".lm-CommandPalette-item.lm-mod-active", has_text=name).wait_for()
        self.page.keyboard.press("Enter")
        expect(palette).to_be_hidden()

    def open_file(self, path: str) -> None:
        """Open a file by its address, in the window as it is."""
        folder, _, name = path.rpartition("/")
        self.page.get_by_role("tab", name=re.compile("^File Browser")).click()
        browser = self.page.locator("#filebrowser")
        for part in filter(None, folder.split("/")):
            browser.locator(".jp-DirListing-item", has_text=part).dblclick()
        browser.locator(".jp-DirListing-item", has_text=name).dblclick()
        self.page.locator("#jp-main-dock-panel").get_by_role("tab", name=name).wait_for()

    def set_width(self, pixels: int) -> None:
        """Drag the border of the sidebar until the panel is this wide."""
        handle = self.page.locator("#jp-main-split-panel > .lm-SplitPanel-handle:not(.lm-mod-hidden)").first
        border = handle.bounding_box()
        panel = self.panel.bounding_box()
        assert border is not None
        assert panel is not None
        x, y = border["x"] + border["width"] / 2, border["y"] + border["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + pixels - panel["width"], y, steps=4)
        self.page.mouse.up()
        self.page.mouse.move(1, 1)
        self.page.wait_for_function(
            "wanted => Math.abs(document.querySelector('.jp-DevAssist').clientWidth - wanted) <= 1", arg=pixels
        )

    def keep(self, name: str, *, panel_only: bool = False) -> None:
        """Keep a picture for somebody to look at."""
        ARTEFACTS.mkdir(exist_ok=True)
        shown = self.panel if panel_only else self.page
        shown.screenshot(path=ARTEFACTS / f"{name}.png", animations="disabled", caret="hide")


def ending(turn: Locator) -> Locator:
    """What stands below an answer that is complete, refused, stopped or failed."""
    return turn.locator(".jp-DevAssist-state:not(.jp-mod-running), .jp-DevAssist-notice").last
