"""What an operation is: a function, where it is called, and what its caller must be allowed to do."""

from __future__ import annotations

import re
import typing
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

Method = Literal["GET", "POST", "PATCH", "DELETE"]
Action = Literal["read", "write", "execute"]

PREFIX = "devassist/api"
"""Where the API lies below the server's base URL."""

SMALL_BODY = 64 * 1024
TEXT_BODY = 512 * 1024
"""Room for a question or quote of 50 kB, however it is escaped."""
MOST = 1_000_000_000
"""More of anything is not kept here; a number beyond what the database counts to is refused as such."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A function of ``(assist, actor)``, then the parts of its path, then a ``body`` or a ``query``, by name."""

    run: Callable[..., Awaitable[object] | AsyncIterator[object]]
    method: Method
    path: str
    """Below the prefix, parts in braces."""
    resource: str
    action: Action
    max_body_bytes: int
    body: type | None
    query: type | None
    reply: object
    """The type of the reply, or of one event of it."""
    is_stream: bool

    @property
    def name(self) -> str:
        return self.run.__name__

    def address(self, parts: Sequence[str]) -> str:
        """Where it is called with these parts, below a server's base URL."""
        given = iter(parts)
        return f"{PREFIX}/" + re.sub(r"\{\w+\}", lambda _: next(given), self.path)

    @property
    def summary(self) -> str:
        return (self.run.__doc__ or "").strip()

    @property
    def scope(self) -> str:
        """What a ticket must hold to be let in."""
        return f"{self.resource}:{self.action}"


def operation(
    method: Method, path: str, *, resource: str, action: Action, max_body_bytes: int = SMALL_BODY
) -> Callable[[Callable[..., Awaitable[object] | AsyncIterator[object]]], Operation]:
    """Declare a function as an operation of the API; its annotations say what it takes and gives."""

    def declare(run: Callable[..., Awaitable[object] | AsyncIterator[object]]) -> Operation:
        hints = typing.get_type_hints(run)
        reply = hints["return"]
        is_stream = typing.get_origin(reply) is AsyncIterator
        return Operation(
            run=run,
            method=method,
            path=path,
            resource=f"devassist.{resource}",
            action=action,
            max_body_bytes=max_body_bytes,
            body=hints.get("body"),
            query=hints.get("query"),
            reply=typing.get_args(reply)[0] if is_stream else reply,
            is_stream=is_stream,
        )

    return declare


def operations_of(modules: Iterable[ModuleType]) -> tuple[Operation, ...]:
    """The operations that the modules declare, in reading order."""
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Operation))
