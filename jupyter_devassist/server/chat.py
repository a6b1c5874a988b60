"""Questions and answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from msgspec import Meta

from ..assist import Assist
from ..chat.model import Answer, AnswerEvent, AnswerPage, Question
from ..values import Actor, AnswerId, Value
from .operation import MOST, TEXT_BODY, operation


class AnswersQuery(Value):
    contains: Annotated[str, Meta(max_length=1000)] = ""
    offset: Annotated[int, Meta(ge=0, le=MOST)] = 0
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


@operation("POST", "ask", resource="answers", action="execute", max_body_bytes=TEXT_BODY)
def ask(assist: Assist, actor: Actor, body: Question) -> AsyncIterator[AnswerEvent]:
    """Answer a question as a stream of events; closing the connection stops."""
    return assist.chat.ask(actor, body)


@operation("GET", "answers", resource="answers", action="read")
async def list_answers(assist: Assist, actor: Actor, query: AnswersQuery) -> AnswerPage:
    """The asker's answers, newest first."""
    return await assist.chat.answers(actor, contains=query.contains, offset=query.offset, limit=query.limit)


@operation("GET", "answers/{answer_id}", resource="answers", action="read")
async def get_answer(assist: Assist, actor: Actor, answer_id: AnswerId) -> Answer:
    """An answer with its citations and the passages behind it."""
    return await assist.chat.answer(actor, answer_id)


@operation("DELETE", "answers/{answer_id}", resource="answers", action="write")
async def delete_answer(assist: Assist, actor: Actor, answer_id: AnswerId) -> None:
    """Delete an answer for good."""
    await assist.chat.delete(actor, answer_id)


@operation("GET", "models", resource="models", action="read")
async def list_models(assist: Assist, actor: Actor) -> tuple[str, ...]:
    """Names that a question may give as its model, the default first."""
    return assist.chat.models()
