"""A question, the events of answering it, and the answer as it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from ..knowledge.model import Citation, Filters, Passage
from ..values import AnswerId, Value


class Question(Value, forbid_unknown_fields=True):
    """What to answer and from what. ``k`` is the number of passages to read."""

    text: str
    k: Annotated[int, Meta(ge=1, le=50)] = 8
    filters: Filters = Filters()
    model: str | None = None


class Answer(Value):
    """An answer with everything it rests on.

    ``text`` is Markdown in which ``[n]`` stands for the citation with that marker. When the
    documents do not cover the question ``supported`` is false and ``passages`` are the nearest ones.
    """

    id: AnswerId
    question: str
    text: str
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    supported: bool
    confidence: float
    """0 to 1, calibrated: how likely it is that the passages cover the question."""
    model: str
    """``extractive``, or the name of the language model that wrote the text."""
    state: Literal["complete", "stopped", "failed"]
    timings_ms: dict[str, float]
    created_at: datetime


class AnswerSummary(Value):
    """An answer as it stands in the history list."""

    id: AnswerId
    question: str
    supported: bool
    citation_count: int
    created_at: datetime


class Searching(Value, tag_field="type", tag="searching"):
    """The question is accepted and is being looked up. Comes at once."""

    answer_id: AnswerId


class Found(Value, tag_field="type", tag="found"):
    passages: tuple[Passage, ...]


class Cited(Value, tag_field="type", tag="cited"):
    """A citation, sent before the text that carries its marker."""

    citation: Citation


class Delta(Value, tag_field="type", tag="delta"):
    """The next piece of the answer's Markdown."""

    text: str


class Done(Value, tag_field="type", tag="done"):
    answer: Answer
    notice: str | None
    """Why the answer could not be kept, when it could not."""


class Failed(Value, tag_field="type", tag="failed"):
    code: str
    message: str


AnswerEvent = Searching | Found | Cited | Delta | Done | Failed
"""Exactly one ``Done`` or ``Failed`` ends a stream."""


class AnswerPage(Value):
    """Part of the history; ``total`` counts the whole of it."""

    items: tuple[AnswerSummary, ...]
    total: int
