"""Asking, and the answers that were given."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import cast

import msgspec

from ..clock import Clock
from ..errors import Busy, InvalidInput, ModelUnavailable, NotFound, TooLarge
from ..jobs.workers import Workers
from ..knowledge.finding import Evidence
from ..knowledge.service import Knowledge
from ..values import Actor, AnswerId, encodable
from .answering import answer
from .extractive import Draft, compose
from .model import Answer, AnswerEvent, AnswerPage, Question
from .store import AnswerStore

EXTRACTIVE = "extractive"
ASKED_AT_ONCE = 4
"""Questions of one person that are answered side by side; more would only slow down everybody's."""


class Chat:
    """Questions in, cited answers out. Answers belong to the person who asked."""

    def __init__(
        self, *, store: AnswerStore, knowledge: Knowledge, workers: Workers, clock: Clock, max_question_chars: int
    ) -> None:
        self._store = store
        self._knowledge = knowledge
        self._workers = workers
        self._clock = clock
        self._max_question_chars = max_question_chars
        self._asking: Counter[str] = Counter()

    def ask(self, actor: Actor, question: Question) -> AsyncIterator[AnswerEvent]:
        """Answer from the actor's documents; refuses a question it cannot use before the first event."""
        self._check(question)
        question = msgspec.structs.replace(question, text=encodable(question.text))

        async def retrieve(question: Question) -> Evidence:
            return await self._knowledge.evidence(actor, question.text, k=question.k, filters=question.filters)

        async def compose_draft(question: Question, evidence: Evidence) -> Draft:
            return await self._workers.search(compose, question.text, evidence)

        async def keep(kept: Answer) -> None:
            await self._workers.write(self._store.save, actor.name, kept)

        events = answer(
            question,
            AnswerId(self._clock.new_id()),
            retrieve=retrieve,
            compose=compose_draft,
            keep=keep,
            clock=self._clock,
        )
        return self._in_turn(actor.name, events)

    async def _in_turn(self, name: str, events: AsyncIterator[AnswerEvent]) -> AsyncIterator[AnswerEvent]:
        if self._asking[name] >= ASKED_AT_ONCE:
            raise Busy(f"{ASKED_AT_ONCE} of your questions are being answered already; wait for one or stop one.")
        self._asking[name] += 1
        try:
            async with aclosing(cast("AsyncGenerator[AnswerEvent]", events)):
                async for event in events:
                    yield event
        finally:
            self._asking[name] -= 1

    def _check(self, question: Question) -> None:
        if not question.text.strip():
            raise InvalidInput("The question is empty; type what you want to know.")
        if len(question.text) > self._max_question_chars:
            raise TooLarge(
                f"The question has {len(question.text):,} characters; at most {self._max_question_chars:,} can be "
                "asked. Shorten it, or put the text into a file of the library."
            )
        if question.model not in (None, EXTRACTIVE):
            raise ModelUnavailable(
                f"There is no language model named {question.model!r} here; leave it out to use the built-in "
                f"{EXTRACTIVE} engine."
            )

    async def answers(self, actor: Actor, *, contains: str, offset: int, limit: int) -> AnswerPage:
        """The actor's answers, newest first."""
        return await self._workers.search(self._store.page, actor.name, contains, offset, limit)

    async def answer(self, actor: Actor, answer_id: AnswerId) -> Answer:
        found = await self._workers.search(self._store.get, actor.name, answer_id)
        if found is None:
            raise NotFound("There is no such answer; it may have been deleted.")
        return found

    async def delete(self, actor: Actor, answer_id: AnswerId) -> None:
        """Delete an answer for good."""
        if not await self._workers.write(self._store.delete, actor.name, answer_id):
            raise NotFound("There is no such answer; it may have been deleted already.")

    def models(self) -> tuple[str, ...]:
        """Names that a question's ``model`` may take, the default first."""
        return (EXTRACTIVE,)
