"""What the magics hand back: an answer and search results that can be kept, looked at and shown again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from . import display as drawing
from .places import Places
from .plain import plain
from .wire import Answer, AnswerEvent, Citation, Passage, SearchResult


class Shown:
    """A value that shows itself once, even when the cell that made it ends with it."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._shown_in = shell.execution_count

    def bundle(self) -> dict[str, str]:
        """The value as HTML and as text."""
        raise NotImplementedError

    def _ipython_display_(self) -> None:
        if self._shown_in == self._shell.execution_count:
            if not hasattr(self._shell, "kernel"):
                raise NotImplementedError  # a terminal shows the short form under its Out prompt
            return
        display(self.bundle(), raw=True)  # type: ignore[no-untyped-call]


class AskedAnswer(Shown):
    """An answer as it grows, and as it stays: ``text``, ``citations``, ``passages``, ``supported``, ``json()``."""

    def __init__(self, question: str, shell: InteractiveShell, places: Places) -> None:
        super().__init__(shell)
        self.question = question
        self.text = ""
        self.citations: list[Citation] = []
        self.passages: list[Passage] = []
        self.supported: bool | None = None
        """Whether the documents cover the question; none until that is known."""
        self.state = "searching"
        self.message: str | None = None
        self._answer: Answer | None = None
        self._places = places

    def take(self, event: AnswerEvent) -> None:
        """Fold the next event in."""
        if event["type"] == "found":
            self.state, self.passages = "answering", event["passages"]
        elif event["type"] == "cited":
            self.citations.append(event["citation"])
        elif event["type"] == "delta":
            self.text += event["text"]
        elif event["type"] == "failed":
            self.state, self.message = "failed", event["message"]
        elif event["type"] == "done":
            self._answer = event["answer"]
            self.state = self._answer["state"]
            self.text = self._answer["text"]
            self.citations = self._answer["citations"]
            self.passages = self._answer["passages"]
            self.supported = self._answer["supported"]

    def json(self) -> dict[str, object]:
        """The answer as plain data."""
        return {
            "question": self.question,
            "answer": self.text,
            "supported": self.supported,
            "state": self.state,
            "citations": [_plain(citation) for citation in self.citations],
            "model": self._answer["model"] if self._answer else None,
            "timings_ms": self._answer["timings_ms"] if self._answer else {},
        }

    def bundle(self) -> dict[str, str]:
        return {
            "text/html": drawing.answer_html(self, self._places),
            "text/plain": drawing.answer_text(self),
        }

    def __repr__(self) -> str:
        return f"<answer, {self.state}, {len(self.citations)} citations>"


class FoundPassages(Shown):
    """What a search found: ``passages``, best first; iterable; ``json()``."""

    def __init__(self, result: SearchResult, shell: InteractiveShell, places: Places) -> None:
        super().__init__(shell)
        self.query = result["query"]
        self.passages = result["passages"]
        self._result = result
        self._places = places

    def __iter__(self) -> Iterator[Passage]:
        return iter(self.passages)

    def __len__(self) -> int:
        return len(self.passages)

    def json(self) -> dict[str, object]:
        """The result as plain data."""
        return cast(dict[str, object], dict(self._result))

    def bundle(self) -> dict[str, str]:
        return {
            "text/html": drawing.passages_html(self.passages, self._places),
            "text/plain": drawing.passages_text(self.passages),
        }

    def __repr__(self) -> str:
        return f"<{len(self.passages)} passages>"


class PlainData(dict[str, object]):
    """Plain data that prints as JSON."""

    def __repr__(self) -> str:
        return plain(json.dumps(self, indent=2, ensure_ascii=False))


def _plain(citation: Citation) -> dict[str, object]:
    span = citation["span"]
    place: dict[str, object] = {"lines": [span["start_line"], span["end_line"]]}
    place |= {key: value for key, value in span.items() if key in ("cell_id", "page") and value is not None}
    named = {"marker": citation["marker"], "path": citation["path"]}
    return {**named, **place, "quote": citation["quote"], "score": citation["score"]}
