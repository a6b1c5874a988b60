"""The hall: builds the rooms and introduces them to each other; nobody else does."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from . import __version__
from .clock import Clock
from .errors import AssistError, OwnedElsewhere, StillStarting
from .events import Events
from .knowledge.model import LibraryStatus
from .paths import StoragePaths
from .plugins import PluginFailure, Plugins
from .values import Actor, Value

if TYPE_CHECKING:
    from .chat.service import Chat
    from .jobs.service import Jobs
    from .jobs.workers import Workers
    from .knowledge.reading import ReadingLimits
    from .knowledge.service import Knowledge
    from .storage.database import Database
    from .storage.owner import Owner

log = logging.getLogger(__name__)

TAKEOVER_SECONDS = 1.0
"""How often a process that is not the owner tries to become it."""


class Status(Value):
    """The house in a glance."""

    version: str
    state: Literal["starting", "ready", "client", "failed"]
    """``client``: another process owns the data folder and answers for this one."""
    message: str | None
    home: Path
    library: LibraryStatus | None
    models: tuple[str, ...]
    jobs_running: int
    offline: bool
    plugin_failures: tuple[PluginFailure, ...]


class Rooms(NamedTuple):
    """What is built once the data folder is ours."""

    database: Database
    workers: Workers
    jobs: Jobs
    knowledge: Knowledge
    chat: Chat


class Assist:
    """One house over one data folder. Making it costs nothing; ``start`` opens it."""

    def __init__(
        self,
        *,
        home: Path,
        embedder: str,
        embedder_threads: int,
        watch: bool,
        limits: ReadingLimits,
        max_question_chars: int,
        plugins: Plugins | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.paths = StoragePaths(home)
        self.events = Events()
        self.clock = clock or Clock()
        self._embedder = embedder
        self._embedder_threads = embedder_threads
        self._watch = watch
        self._limits = limits
        self._max_question_chars = max_question_chars
        self._plugins = plugins
        self._owner: Owner | None = None
        self._rooms: Rooms | None = None
        self._failure: AssistError | None = None
        self._takeover: asyncio.Task[None] | None = None

    @property
    def knowledge(self) -> Knowledge:
        return self._open_rooms().knowledge

    @property
    def chat(self) -> Chat:
        return self._open_rooms().chat

    @property
    def jobs(self) -> Jobs:
        return self._open_rooms().jobs

    @property
    def is_client(self) -> bool:
        """Whether another process owns the data folder just now."""
        return self._takeover is not None and self._rooms is None and self._failure is None

    async def start(self, *, wait: bool) -> None:
        """Open the data folder, or stand by to take it over when another process owns it.

        With ``wait`` the indexes and the embedder are ready on return, and a data folder that
        is owned elsewhere is refused; without, they load in the background.
        """
        if not await asyncio.to_thread(self._acquire):
            if wait:
                raise OwnedElsewhere(
                    f"{self.paths.home} is in use by another process; close it or name another --home."
                )
            self._takeover = asyncio.create_task(self._take_over(), name="devassist-takeover")
            return
        await self._open(wait=wait)

    async def stop(self) -> None:
        """Close in the reverse order of opening; work that was interrupted goes on at the next start."""
        if self._takeover is not None:
            self._takeover.cancel()
            with suppress(asyncio.CancelledError):
                await self._takeover
        rooms, self._rooms = self._rooms, None
        if rooms is not None:
            await rooms.jobs.stop()
            await rooms.knowledge.stop()
            await asyncio.to_thread(rooms.workers.close)
            await asyncio.to_thread(rooms.knowledge.close)
            await asyncio.to_thread(rooms.database.close)
        if self._owner is not None:
            self._owner.release()

    async def status(self, actor: Actor) -> Status:
        """Always answers, whatever state the house is in."""
        rooms = self._rooms
        library = await rooms.knowledge.status(actor) if rooms else None
        running = [job for job in await rooms.jobs.list() if job.state in ("queued", "running")] if rooms else []
        return Status(
            version=__version__,
            state="ready" if rooms else "failed" if self._failure else "client" if self.is_client else "starting",
            message=self._failure.message if self._failure else None,
            home=self.paths.home,
            library=library,
            models=rooms.chat.models() if rooms else (),
            jobs_running=len(running),
            offline=True,
            plugin_failures=tuple(self._plugins.failures) if self._plugins else (),
        )

    def _open_rooms(self) -> Rooms:
        if self._rooms is not None:
            return self._rooms
        if self._failure is not None:
            raise self._failure
        raise StillStarting("The assistant is still opening its library; try again in a moment.")

    def _acquire(self) -> bool:
        from .storage.owner import Owner  # late: nothing heavy before the server answers

        self.paths.create()
        self._owner = self._owner or Owner(self.paths)
        return self._owner.acquire()

    async def _take_over(self) -> None:
        while not await asyncio.to_thread(self._acquire):  # noqa: ASYNC110 - a file lock rings no bell
            await asyncio.sleep(TAKEOVER_SECONDS)
        await self._open(wait=False)

    async def _open(self, *, wait: bool) -> None:
        try:
            rooms = await asyncio.to_thread(self._build)
            await rooms.jobs.start()
            await rooms.knowledge.start(wait=wait)
        except Exception as failure:
            self._failure = _in_our_words(failure)
            if wait:
                raise self._failure from failure
            log.exception("The assistant cannot open %s", self.paths.home)
            return
        self._rooms = rooms

    def _build(self) -> Rooms:
        """Everything heavy is imported here, in a thread, after the server is ready."""
        from .chat.service import Chat
        from .chat.store import AnswerStore
        from .inference.registry import open_embedder
        from .jobs.service import Jobs
        from .jobs.store import JobStore
        from .jobs.workers import Workers
        from .knowledge.finding import Finder
        from .knowledge.indexes import Indexes
        from .knowledge.isolation import ReaderProcess
        from .knowledge.service import Knowledge
        from .knowledge.store import KnowledgeStore
        from .knowledge.updating import Updating
        from .knowledge.watcher import Watcher
        from .storage.database import Database

        self._plugins = self._plugins or Plugins()
        database = Database.open(self.paths.database)
        workers = Workers(cpu_threads=2, search_threads=4)
        jobs = Jobs(store=JobStore(database), workers=workers, clock=self.clock, events=self.events)
        store = KnowledgeStore(database, self.clock)
        indexes = Indexes(store=store, folder=self.paths.indexes, clock=self.clock)
        indexes.open_lexical()
        finder = Finder(store=store, indexes=indexes, clock=self.clock)
        readers, isolation = self._plugins.readers(), ReaderProcess()
        updating = Updating(
            store=store,
            indexes=indexes,
            jobs=jobs,
            workers=workers,
            events=self.events,
            clock=self.clock,
            paths=self.paths,
            readers=readers,
        )
        knowledge = Knowledge(
            store=store,
            indexes=indexes,
            finder=finder,
            updating=updating,
            watcher=Watcher(updating.changed) if self._watch else None,
            workers=workers,
            events=self.events,
            readers=readers,
            isolation=isolation,
            limits=self._limits,
            max_query_chars=self._max_question_chars,
            open_embedder=partial(open_embedder, models_folder=self.paths.models, threads=self._embedder_threads),
            embedder=self._embedder,
            clock=self.clock,
        )
        chat = Chat(
            store=AnswerStore(database),
            knowledge=knowledge,
            workers=workers,
            clock=self.clock,
            max_question_chars=self._max_question_chars,
        )
        return Rooms(database, workers, jobs, knowledge, chat)


def _in_our_words(failure: Exception) -> AssistError:
    if isinstance(failure, AssistError):
        return failure
    return AssistError(
        f"The library cannot be opened ({type(failure).__name__}: {failure}); `jupyter devassist doctor` looks into it."
    )
