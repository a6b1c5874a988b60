"""From a question to a cited answer, as one stream of events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from datetime import datetime

import msgspec

from ..clock import Clock
from ..errors import AssistError
from ..knowledge.finding import Evidence
from ..values import AnswerId
from .extractive import Draft
from .model import Answer, AnswerEvent, Cited, Delta, Done, Failed, Found, Question, Searching

log = logging.getLogger(__name__)

Retrieve = Callable[[Question], Awaitable[Evidence]]
Compose = Callable[[Question, Evidence], Awaitable[Draft]]
Keep = Callable[[Answer], Coroutine[None, None, None]]


async def answer(
    question: Question, answer_id: AnswerId, *, retrieve: Retrieve, compose: Compose, keep: Keep, clock: Clock
) -> AsyncIterator[AnswerEvent]:
    """Yield the events of answering; closing the iterator stops, and what was said until then is kept as stopped."""
    began = clock.monotonic()
    timings: dict[str, float] = {}

    def lap(name: str) -> None:
        timings[name] = round((clock.monotonic() - began) * 1000, 1)

    said = _unfinished(question, answer_id, clock.now())
    try:
        yield Searching(answer_id=answer_id)
        evidence = await retrieve(question)
        lap("found")
        said = msgspec.structs.replace(said, passages=evidence.result.passages, timings_ms=timings)
        yield Found(passages=evidence.result.passages)
        draft = await compose(question, evidence)
        lap("composed")
        for citation in draft.citations:
            said = msgspec.structs.replace(said, citations=(*said.citations, citation))
            yield Cited(citation=citation)
        for piece in _pieces(draft.text):
            said = msgspec.structs.replace(said, text=said.text + piece)
            yield Delta(text=piece)
        lap("total")
        said = msgspec.structs.replace(
            said,
            supported=draft.supported,
            confidence=draft.confidence,
            state="complete",
            timings_ms={**evidence.result.timings_ms, **timings},
        )
        notice = await _kept(said, keep)
    except (GeneratorExit, asyncio.CancelledError):
        if said.passages:
            await asyncio.shield(_kept(said, keep))
        raise
    except AssistError as refusal:
        yield Failed(code=refusal.code, message=refusal.message)
    except Exception:
        log.exception("Answering failed")
        yield Failed(code="internal", message="Answering failed unexpectedly; the server's log says more.")
    else:
        yield Done(answer=said, notice=notice)


async def _kept(said: Answer, keep: Keep) -> str | None:
    """Keep an answer; one that cannot be kept is given all the same, with the reason."""
    try:
        await keep(said)
    except AssistError as refusal:
        log.warning("An answer could not be kept: %s", refusal.message)
        return f"This answer is not in the history: {refusal.message}"
    return None


def _unfinished(question: Question, answer_id: AnswerId, now: datetime) -> Answer:
    return Answer(
        id=answer_id,
        question=question.text,
        text="",
        citations=(),
        passages=(),
        supported=False,
        confidence=0.0,
        model="extractive",
        state="stopped",
        timings_ms={},
        created_at=now,
    )


def _pieces(text: str) -> list[str]:
    """Paragraphs with the blank line that follows, so that every piece is whole Markdown."""
    parts = text.split("\n\n")
    return [part + "\n\n" for part in parts[:-1]] + parts[-1:]
