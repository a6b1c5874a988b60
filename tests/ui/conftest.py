"""A real JupyterLab with the sample course indexed, and a real browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from .assistant import ARTEFACTS, Assistant
from .lab import TOKEN, Lab

CHECKOUT = Path(__file__).resolve().parents[2]
HELD_ANSWERS = Path(__file__).with_name("held_answers.js")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
THEMES = "lab/api/settings/@jupyterlab/apputils-extension:themes"
OWN = re.compile(r"^(https?|wss?)://127\.0\.0\.1[:/]|^(data|blob|about|chrome-extension|chrome):")

expect.set_options(timeout=20_000)


class OpenLab(Protocol):
    def __call__(self, lab: Lab, **options: Any) -> Assistant: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.ui)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    item.stash[REPORTS] = report  # type: ignore[index]
    return report


REPORTS: pytest.StashKey[pytest.TestReport] = pytest.StashKey()


@pytest.fixture
def jp_asyncio_loop() -> None:
    """No loop: the one that drives the browser runs through all tests, and a second one is refused."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Nothing to clean up: the server is a process of its own."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip(f"there is no browser: none of {', '.join(BROWSERS)} is installed")
    with sync_playwright() as playwright:
        # The sandbox of Chromium refuses to run for root.
        browser = playwright.chromium.launch(
            executable_path=executable, chromium_sandbox=os.geteuid() != 0, args=[*FLAGS]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab over the sample course, indexed."""
    lab = Lab(tmp_path_factory.mktemp("lab"))
    lab.copy_course()
    try:
        lab.index("course")
        lab.start()
        yield lab
    finally:
        lab.close()


@pytest.fixture
def fresh_lab(tmp_path: Path) -> Iterator[Lab]:
    """JupyterLab over the sample course just after the installation: nothing is indexed."""
    lab = Lab(tmp_path / "lab")
    lab.copy_course()
    try:
        lab.start()
        yield lab
    finally:
        lab.close()


@pytest.fixture
def open_lab(browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenLab]:
    """Open a window on JupyterLab; what any of them asks of other hosts, and what fails in them, fails the test."""
    contexts: list[BrowserContext] = []
    pages: list[Page] = []
    foreign: list[str] = []
    failures: list[str] = []

    def opened(lab: Lab, **options: Any) -> Assistant:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **options})
        contexts.append(context)
        context.add_init_script(path=HELD_ANSWERS)
        context.on("request", lambda asked: None if OWN.match(asked.url) else foreign.append(asked.url))
        page = context.new_page()
        pages.append(page)
        page.on("websocket", lambda socket: None if OWN.match(socket.url) else foreign.append(socket.url))
        page.on("pageerror", lambda error: failures.append(str(error)))
        workspace = re.sub(r"\W+", "-", request.node.name)
        page.goto(f"{lab.url}lab/workspaces/{workspace}?reset&token={TOKEN}")
        assistant = Assistant(page)
        assistant.wait_for_lab()
        return assistant

    yield opened
    if request.node.stash[REPORTS].failed:
        ARTEFACTS.mkdir(exist_ok=True)
        for number, page in enumerate(pages):
            page.screenshot(path=ARTEFACTS / f"failed-{request.node.name}-{number}.png")
    for context in contexts:
        context.close()
    assert foreign == []
    assert failures == []


@pytest.fixture
def assistant(lab: Lab, open_lab: OpenLab) -> Assistant:
    """The panel, opened, beside nothing."""
    assistant = open_lab(lab)
    assistant.open()
    return assistant


@pytest.fixture
def made(lab: Lab, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder of this test that is kept up to date in the library."""
    with lab.folder(re.sub(r"\W+", "-", request.node.name)) as folder:
        yield folder


@pytest.fixture
def theme(lab: Lab) -> Iterator[Callable[[str], None]]:
    """Choose JupyterLab's theme for windows opened from now on, until the end of the test."""

    def choose(name: str) -> None:
        lab.api.put(THEMES, json={"raw": f'{{"theme": "{name}"}}'}).raise_for_status()

    yield choose
    choose("JupyterLab Light")


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    source = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
    assert source.is_file(), "axe-core is missing; run: npm ci"
    return source.read_text(encoding="utf-8")
