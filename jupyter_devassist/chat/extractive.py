"""Answers without a language model: the best sentences and code cells, word for word, each with its citation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..knowledge.model import Citation, Passage
from ..values import Value
from .candidates import Piece, find_candidates
from .citing import cite
from .confidence import SUPPORTED_FROM, confidence, read_signs
from .questions import Asked, Terms, coverage, understand
from .selection import Selected, select

if TYPE_CHECKING:
    from ..knowledge.finding import Evidence

PARAGRAPH = "\n\n"
_NEAREST = 3
_LONGEST_NEAREST = 300
_NAMED_GAPS = 3
_BACKTICKS = re.compile(r"`{3,}")


class Draft(Value):
    """An answer as it is composed: Markdown in which ``[n]`` stands for the citation with that marker."""

    text: str
    citations: tuple[Citation, ...]
    supported: bool
    confidence: float


def compose(question: str, evidence: Evidence) -> Draft:
    """Answer from the passages, or say that they do not cover the question and show the nearest ones."""
    passages = evidence.result.passages
    spelled = Terms(question)
    asked = understand(question, evidence.lexical.terms, spelled)
    pieces = find_candidates(asked, passages, evidence.query_vector, evidence.sentences, spelled)
    signs = read_signs(asked, passages, pieces, evidence.lexical, evidence.vector, spelled)
    likely = round(confidence(signs), 3) if pieces else 0.0
    if likely >= SUPPORTED_FROM:
        text, citations = _answer(passages, select(asked, passages, pieces))
        return Draft(text=text, citations=citations, supported=True, confidence=likely)
    text, citations = _refusal(question, asked, passages, pieces, spelled)
    return Draft(text=text, citations=citations, supported=False, confidence=likely)


def _answer(passages: Sequence[Passage], selected: Sequence[Selected]) -> tuple[str, tuple[Citation, ...]]:
    parts: list[str] = []
    citations: list[Citation] = []
    before: Selected | None = None
    for marker, one in enumerate(selected, start=1):
        passage = passages[one.place]
        citation = cite(marker, passage, one.start, one.end, one.score)
        citations.append(citation)
        shown = _shown(citation, passage, one)
        flows = before is not None and before.place == one.place and not (before.is_block or one.is_block)
        parts.append(f"{' ' if flows else (before and chr(10) * 2) or ''}{shown}")
        before = one
    return "".join(parts), tuple(citations)


def _shown(citation: Citation, passage: Passage, one: Selected) -> str:
    """A quote as Markdown. Inside the quote nothing is changed; code gets a fence that it cannot close."""
    marker = f"[{citation.marker}]"
    if one.is_block and passage.chunk.kind != "prose":
        fence = "`" * max([3, *(len(run) + 1 for run in _BACKTICKS.findall(citation.quote))])
        language = passage.chunk.language or "" if passage.chunk.kind == "code" else "text"
        return f"{fence}{language}\n{citation.quote}\n{fence}\n\n{marker}"
    return f"{citation.quote}\n\n{marker}" if one.is_block else f"{citation.quote} {marker}"


def _refusal(
    question: str, asked: Asked, passages: Sequence[Passage], pieces: Sequence[Piece], spelled: Terms
) -> tuple[str, tuple[Citation, ...]]:
    """Say what is missing, show what is nearest, and name what could be added."""
    if not passages:
        return "Your notes do not cover this: nothing in the library comes near. Add a folder or a file to it.", ()
    citations: list[Citation] = []
    lines: list[str] = []
    for place, passage in enumerate(passages):
        own = [piece for piece in pieces if piece.place == place and piece.kind != "heading"]
        if not own or len(citations) == _NEAREST:
            continue
        best = max(own, key=lambda piece: piece.score)
        end = min(best.end, best.start + _LONGEST_NEAREST)
        citation = cite(len(citations) + 1, passage, best.start, end, best.score)
        citations.append(citation)
        heading = f", {' > '.join(passage.chunk.heading)}" if passage.chunk.heading else ""
        lines.append(f"- {_plain(passage.path.name + heading)} [{citation.marker}]")
    text = "Your notes do not cover this."
    if lines:
        text += "\n\nThe nearest passages:\n\n" + "\n".join(lines)
    gaps = _gaps(question, asked, passages, spelled)
    about = f"about {gaps} " if gaps else "on the subject "
    return f"{text}\n\nAdd a notebook or a document {about}to the library and ask again.", tuple(citations)


def _gaps(question: str, asked: Asked, passages: Sequence[Passage], spelled: Terms) -> str:
    """The rarest words of the question that none of the passages holds, as they were typed."""
    held = frozenset[str]().union(*(spelled.of(passage.chunk.indexed_text) for passage in passages))
    missing: dict[str, float] = {}
    for word in re.findall(r"\w[\w.]*", question):
        terms = spelled.of(word) & asked.terms.keys()
        if terms and not coverage(dict.fromkeys(terms, 1.0), held):
            missing.setdefault(_plain(word.rstrip(".")), max(asked.terms[term] for term in terms))
    rarest = set(sorted(missing, key=lambda word: -missing[word])[:_NAMED_GAPS])
    return ", ".join(f"*{word}*" for word in missing if word in rarest)


def _plain(text: str) -> str:
    """Text of others that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]<>#|~!])", r"\\\1", text)
