"""Where a growing answer is shown: one output that is redrawn in a notebook, a stream of text in a terminal."""

from __future__ import annotations

import time

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import DisplayHandle, display

from .display import sources_text
from .plain import plain
from .results import AskedAnswer

REDRAW_SECONDS = 0.1
"""Ten drawings a second are enough for the eye, and few enough for a slow browser."""


def in_notebook(shell: InteractiveShell) -> bool:
    """Whether outputs can be redrawn; a terminal can only be written on."""
    return hasattr(shell, "kernel")


class Screen:
    """Shows one answer, or one line of progress, in place."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._redraws = in_notebook(shell)
        self._handle: DisplayHandle | None = None
        self._drawn_at = 0.0
        self._written = 0

    def draw(self, answer: AskedAnswer) -> None:
        """Show the answer so far, at most ten times a second."""
        if not self._redraws:
            self._write(answer.text)
        elif time.monotonic() - self._drawn_at >= REDRAW_SECONDS:
            self._show(answer.bundle())

    def finish(self, answer: AskedAnswer) -> None:
        """Show the answer as it stays."""
        if self._redraws:
            self._show(answer.bundle())
            return
        self._write(answer.text)
        tail = sources_text(answer)
        print(f"\n\n{tail}" if tail else "")  # noqa: T201

    def clear(self) -> None:
        """Take away what was shown."""
        if self._handle is not None:
            self._show({"text/plain": "", "text/html": ""})

    def line(self, text: str) -> None:
        """Show a line of progress in place of the one before."""
        text = plain(text)
        if self._redraws:
            self._show({"text/plain": text})
        else:
            print(f"\r{text:<{self._written}}", end="", flush=True)  # noqa: T201
            self._written = len(text)

    def _show(self, bundle: dict[str, str]) -> None:
        self._drawn_at = time.monotonic()
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(bundle, raw=True)  # type: ignore[no-untyped-call]

    def _write(self, text: str) -> None:
        text = plain(text)
        print(text[self._written :], end="", flush=True)  # noqa: T201
        self._written = max(self._written, len(text))
