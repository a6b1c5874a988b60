"""The house as a command sees it: opened in this process, or reached in the one that owns the data folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeVar

import msgspec

from ..assist import Assist, Status
from ..chat.model import AnswerEvent, Question
from ..config import Settings, new_assist
from ..errors import AssistError, OwnedElsewhere
from ..jobs.model import Job
from ..knowledge.model import Filters, Report, SearchResult
from ..server.forward import Forwarder, frames
from ..server.identity import LOCAL
from ..server.operation import PREFIX
from ..server.root import Root
from ..values import Actor

T = TypeVar("T")
Show = Callable[[tuple[Job, ...]], None]

POLL_SECONDS = 0.2


class House(Protocol):
    async def add(self, path: Path) -> Job: ...

    async def settle(self, show: Show) -> None:
        """Wait until everything added can be searched, showing the jobs at work meanwhile."""
        ...

    async def jobs(self) -> tuple[Job, ...]: ...

    async def report(self, path: Path) -> Report: ...

    async def search(self, query: str, k: int, filters: Filters) -> SearchResult: ...

    def ask(self, question: Question) -> AsyncGenerator[AnswerEvent]: ...

    async def status(self) -> Status: ...


def settings_for(home: Path | None) -> Settings:
    """The options of a command: those of the environment, and the data folder it names."""
    settings = Settings(watch=False)
    if home is not None:
        settings.home = str(home.expanduser().absolute())
    return settings


def whoami() -> Actor:
    """The person at this terminal, who may see every file that the operating system lets them see."""
    return Actor(name=LOCAL, root=Path(Path.cwd().anchor))


@asynccontextmanager
async def open_house(home: Path | None) -> AsyncIterator[House]:
    """Own the data folder for as long as the command takes, or ask the server that owns it."""
    assist, actor = new_assist(settings_for(home)), whoami()
    try:
        await assist.start(wait=True)
    except OwnedElsewhere:
        yield Elsewhere(Forwarder(assist.paths.owner), actor)
        return
    try:
        yield Here(assist, actor)
    finally:
        await assist.stop()


class Here:
    """The house in this process."""

    def __init__(self, assist: Assist, actor: Actor) -> None:
        self._assist = assist
        self._actor = actor

    async def add(self, path: Path) -> Job:
        return await self._assist.knowledge.add(self._actor, path)

    async def settle(self, show: Show) -> None:
        waiting = asyncio.create_task(self._assist.knowledge.settled())
        while not (await asyncio.wait([waiting], timeout=POLL_SECONDS))[0]:
            show(await self.jobs())
        await waiting

    async def jobs(self) -> tuple[Job, ...]:
        return await self._assist.jobs.list()

    async def report(self, path: Path) -> Report:
        return await self._assist.knowledge.report(self._actor, path)

    async def search(self, query: str, k: int, filters: Filters) -> SearchResult:
        return await self._assist.knowledge.search(self._actor, query, k, filters)

    async def ask(self, question: Question) -> AsyncGenerator[AnswerEvent]:
        async for event in self._assist.chat.ask(self._actor, question):
            yield event

    async def status(self) -> Status:
        return await self._assist.status(self._actor)


class Problem(msgspec.Struct):
    code: str
    message: str


class Elsewhere:
    """The house in a Jupyter server of the same person, over its API."""

    def __init__(self, forwarder: Forwarder, actor: Actor) -> None:
        self._forwarder = forwarder
        self._actor = actor
        self._root = Root(actor.root, hidden_allowed=True)
        self._events: msgspec.json.Decoder[AnswerEvent] = msgspec.json.Decoder(AnswerEvent, dec_hook=self._path)

    async def add(self, path: Path) -> Job:
        return await self._call("POST", "sources", Job, {"path": self._shown(path)})

    async def settle(self, show: Show) -> None:
        while working := [job for job in await self.jobs() if job.state in ("queued", "running")]:
            show(tuple(working))
            await asyncio.sleep(POLL_SECONDS)  # the owner is another process: there is nothing to wait on

    async def jobs(self) -> tuple[Job, ...]:
        return await self._call("GET", "jobs", tuple[Job, ...])

    async def report(self, path: Path) -> Report:
        return await self._call("POST", "sources/report", Report, {"path": self._shown(path)})

    async def search(self, query: str, k: int, filters: Filters) -> SearchResult:
        return await self._call("POST", "search", SearchResult, {"query": query, "k": k, "filters": filters})

    async def ask(self, question: Question) -> AsyncGenerator[AnswerEvent]:
        body = msgspec.json.encode(question)
        async with self._forwarder.send("POST", f"{PREFIX}/ask", self._actor, body=body) as response:
            if response.status_code != 200:
                raise _refusal(await response.aread())
            async with aclosing(frames(response)) as whole:
                async for frame in whole:
                    if frame.startswith(b"data: "):
                        yield self._events.decode(frame.removeprefix(b"data: "))

    async def status(self) -> Status:
        return await self._call("GET", "status", Status)

    async def _call(self, method: str, path: str, kind: type[T], body: object = None) -> T:
        content = b"" if body is None else msgspec.json.encode(body)
        async with self._forwarder.send(method, f"{PREFIX}/{path}", self._actor, body=content) as response:
            reply = await response.aread()
            if response.status_code >= 400:
                raise _refusal(reply)
            return msgspec.json.decode(reply, type=kind, dec_hook=self._path)

    def _path(self, kind: type, value: object) -> object:
        return self._actor.root / PurePosixPath(str(value))

    def _shown(self, path: Path) -> str:
        return self._root.shown(path)


def _refusal(reply: bytes) -> AssistError:
    try:
        return AssistError(msgspec.json.decode(reply, type=Problem).message)
    except msgspec.MsgspecError:
        return AssistError("The server that owns the data folder gave an answer that cannot be read; restart it.")
