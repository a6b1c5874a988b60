"""Draws answers and passages: HTML that keeps working in a saved notebook opened elsewhere, and text for terminals.

The HTML has no script and no style sheet, everything in it is escaped, and its links are plain relative ones.
"""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING

from .markdown import to_html
from .places import Places, in_words
from .plain import plain
from .wire import Citation, Passage, Span

if TYPE_CHECKING:
    from .results import AskedAnswer

QUOTE_CHARS = 160
NEAREST = 3
_MUTED = "color:var(--jp-ui-font-color2,#666)"

_STATES = {
    "searching": "Searching…",
    "answering": "Answering…",
    "stopped": "Stopped: the answer is not complete.",
}


def answer_html(answer: AskedAnswer, places: Places) -> str:
    """The answer, its sources, and its state while it is not complete."""
    links = {citation["marker"]: _link(citation, places) for citation in answer.citations}
    parts = [to_html(answer.text, links)]
    if answer.citations:
        rows = "".join(
            _row_html(f"[{c['marker']}]", _link(c, places), c["path"], c["span"], c["quote"]) for c in answer.citations
        )
        parts.append(f'<p><strong>Sources</strong></p><ul style="list-style:none;padding-left:0">{rows}</ul>')
    elif answer.supported is False and answer.passages:
        parts.append(f"<p><strong>Nearest</strong></p>{passages_html(answer.passages[:NEAREST], places)}")
    if note := _note(answer):
        parts.append(f'<p style="{_MUTED}"><em>{escape(note)}</em></p>')
    return f'<div class="devassist-answer">{"".join(parts)}</div>'


def answer_text(answer: AskedAnswer) -> str:
    """The same for a terminal."""
    text = plain(answer.text).strip()
    parts = [text] if text else []
    if tail := sources_text(answer):
        parts.append(tail)
    return "\n\n".join(parts)


def sources_text(answer: AskedAnswer) -> str:
    """What stands below the answer's text."""
    parts: list[str] = []
    if answer.citations:
        rows = [_row_text(f"[{c['marker']}]", c["path"], c["span"], c["quote"]) for c in answer.citations]
        parts.append("\n".join(["Sources", *rows]))
    elif answer.supported is False and answer.passages:
        parts.append("Nearest\n" + passages_text(answer.passages[:NEAREST]))
    if note := _note(answer):
        parts.append(plain(note))
    return "\n\n".join(parts)


def passages_html(passages: list[Passage], places: Places) -> str:
    if not passages:
        return "<p>Nothing was found. Try other words, or fewer limits.</p>"
    rows = "".join(
        _row_html(
            f"{number}.",
            _passage_link(passage, places),
            passage["path"],
            passage["chunk"]["span"],
            passage["chunk"]["text"],
        )
        for number, passage in enumerate(passages, 1)
    )
    return f'<ul style="list-style:none;padding-left:0">{rows}</ul>'


def passages_text(passages: list[Passage]) -> str:
    if not passages:
        return "Nothing was found. Try other words, or fewer limits."
    return "\n".join(
        _row_text(f"{number}.", passage["path"], passage["chunk"]["span"], passage["chunk"]["text"])
        for number, passage in enumerate(passages, 1)
    )


def _note(answer: AskedAnswer) -> str:
    return answer.message if answer.message is not None else _STATES.get(answer.state, "")


def _link(citation: Citation, places: Places) -> str:
    return places.link(citation["path"], citation["document_kind"], citation["span"], citation["heading"])


def _passage_link(passage: Passage, places: Places) -> str:
    chunk = passage["chunk"]
    return places.link(passage["path"], passage["document_kind"], chunk["span"], chunk["heading"])


def _row_html(mark: str, link: str, path: str, span: Span, quote: str) -> str:
    where = f'<a href="{escape(link)}">{escape(f"{path} · {in_words(span)}")}</a>'
    return f'<li>{escape(mark)} {where}<br><span style="{_MUTED}">{escape(_short(quote))}</span></li>'


def _row_text(mark: str, path: str, span: Span, quote: str) -> str:
    return plain(f"{mark} {path} · {in_words(span)}").replace("\n", " ") + f"\n    {plain(_short(quote))}"


def _short(quote: str) -> str:
    return textwrap.shorten(quote, QUOTE_CHARS, placeholder=" …")
