"""A language model that says what it was told to say: for tests and demonstrations."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence

from ..errors import AssistError, ModelUnavailable
from .base import LanguageModelInfo, Message, ModelEvent, TextPiece

Reply = Sequence[ModelEvent | AssistError]


def spoken(text: str) -> list[ModelEvent]:
    """A reply of one piece per word, as a model would stream it."""
    return [TextPiece(text=piece) for piece in re.findall(r"\s*\S+|\s+$", text)]


class ScriptedLanguageModel:
    """Gives the queued replies in order, one per call; an error in a reply is raised at its place.

    Each piece of text counts as one token. ``requests`` keeps what was asked, ``stopped`` how often
    a reply was closed before its end.
    """

    def __init__(self, replies: Iterable[Reply] = (), *, name: str = "scripted", context_tokens: int = 4096) -> None:
        self._info = LanguageModelInfo(name=name, context_tokens=context_tokens)
        self._replies = deque(replies)
        self.requests: list[tuple[Message, ...]] = []
        self.stopped = 0

    @property
    def info(self) -> LanguageModelInfo:
        return self._info

    def add(self, reply: Reply) -> None:
        self._replies.append(reply)

    async def generate(self, messages: Sequence[Message], max_tokens: int) -> AsyncIterator[ModelEvent]:
        self.requests.append(tuple(messages))
        if not self._replies:
            raise ModelUnavailable(f"The model {self._info.name} has no reply left.")
        tokens = 0
        try:
            for event in self._replies.popleft():
                await asyncio.sleep(0)
                if isinstance(event, AssistError):
                    raise event
                if isinstance(event, TextPiece):
                    if tokens == max_tokens:
                        continue
                    tokens += 1
                yield event
        except (GeneratorExit, asyncio.CancelledError):
            self.stopped += 1
            raise
