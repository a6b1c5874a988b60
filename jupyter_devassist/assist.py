"""The hall: builds the rooms and introduces them to each other; nobody else does."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from errno import ENOSPC
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from . import __version__
from .clock import Clock
from .errors import AssistError, NotPermitted, OwnedElsewhere, StillStarting, StorageFull
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

RETRY_SECONDS = 5.0
"""How long a failure to open stands before the next request tries again: a disk may have room, a doctor been run."""
TAKEOVER_SECONDS = 0.5
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
        undo_seconds: float,
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
        self._undo_seconds = undo_seconds
        self._plugins = plugins
        self._owner: Owner | None = None
        self._rooms: Rooms | None = None
        self._failure: AssistError | None = None
        self._failed_at = 0.0
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
        return self._takeover is not None and not self._holds_lock and not self.is_settled

    @property
    def is_owner(self) -> bool:
        """Whether this process answers for the data folder."""
        return self._rooms is not None

    @property
    def is_settled(self) -> bool:
        """Whether the data folder is open here, or cannot be opened."""
        return self._rooms is not None or self._failure is not None

    @property
    def wants_another_try(self) -> bool:
        """Whether opening has failed long enough ago that the reason may be gone."""
        return self._failure is not None and self.clock.monotonic() - self._failed_at > RETRY_SECONDS

    async def start(self, *, wait: bool) -> None:
        """Open the data folder, or stand by to take it over when another process owns it.

        With ``wait`` the indexes and the embedder are ready on return, and a data folder that
        is owned elsewhere is refused; without, they load in the background.
        """
        self._failure = None
        try:
            if await asyncio.to_thread(self._acquire):
                await self._open(wait=wait)
            elif wait:
                raise OwnedElsewhere(
                    f"{self.paths.home} is in use by another process; close it or name another --home."
                )
            else:
                self._takeover = asyncio.create_task(self._take_over(), name="devassist-takeover")
        except Exception as failure:
            if wait:
                raise self._in_our_words(failure) from failure
            self._fail(failure)

    async def stop(self) -> None:
        """Close in the reverse order of opening; work that was interrupted goes on at the next start."""
        if self._takeover is not None:
            self._takeover.cancel()
            with suppress(asyncio.CancelledError):
                await self._takeover
        rooms, self._rooms = self._rooms, None
        if rooms is not None:
            await _close(rooms)
        if self._owner is not None:
            self._owner.release()

    async def status(self, actor: Actor) -> Status:
        """Always answers, whatever state the house is in."""
        rooms = self._rooms
        library, running, trouble = None, 0, self._failure
        if rooms is not None:
            try:
                library = await rooms.knowledge.status(actor)
                running = sum(job.state in ("queued", "running") for job in await rooms.jobs.list())
            except AssistError as failure:
                trouble = failure
        return Status(
            version=__version__,
            state="ready" if rooms else "failed" if self._failure else "client" if self.is_client else "starting",
            message=trouble.message if trouble else None,
            home=self.paths.home,
            library=library,
            models=rooms.chat.models() if rooms else (),
            jobs_running=running,
            offline=True,
            plugin_failures=tuple(self._plugins.failures) if self._plugins else (),
        )

    @property
    def _holds_lock(self) -> bool:
        return self._owner is not None and self._owner.is_owner

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
        try:
            while not await asyncio.to_thread(self._acquire):  # noqa: ASYNC110 - a file lock rings no bell
                await asyncio.sleep(TAKEOVER_SECONDS)
            await self._open(wait=False)
        except Exception as failure:
            self._fail(failure)

    async def _open(self, *, wait: bool) -> None:
        """Build the rooms and begin their work; what fails is closed again and the data folder let go, for a doctor."""
        building = asyncio.ensure_future(asyncio.to_thread(self._build))
        try:
            rooms = await asyncio.shield(building)
            await rooms.jobs.start()
            await rooms.knowledge.start(wait=wait)
        except BaseException:
            await asyncio.wait([building])  # a thread cannot be stopped half-way
            if building.exception() is None:
                await _close(building.result())
            if self._owner is not None:
                self._owner.release()
            raise
        self._rooms = rooms

    def _fail(self, failure: Exception) -> None:
        self._failure, self._failed_at = self._in_our_words(failure), self.clock.monotonic()
        log.error("The assistant cannot open %s: %s", self.paths.home, self._failure.message, exc_info=failure)

    def _build(self) -> Rooms:
        from .storage.database import Database  # late: the server is ready first

        database = Database.open(self.paths.database)
        try:
            return self._furnish(database)
        except BaseException:
            database.close()
            raise

    def _furnish(self, database: Database) -> Rooms:
        """Everything heavy is imported here, in a thread, after the server is ready."""
        from .chat.service import Chat
        from .chat.store import AnswerStore
        from .inference.registry import open_embedder
        from .jobs.service import Jobs
        from .jobs.store import JobStore
        from .jobs.workers import Workers
        from .knowledge.caring import Caring
        from .knowledge.embedding import Embedding
        from .knowledge.finding import Finder
        from .knowledge.indexes import Indexes
        from .knowledge.isolation import ReaderProcess
        from .knowledge.service import Knowledge
        from .knowledge.store import KnowledgeStore
        from .knowledge.updating import Updating
        from .knowledge.watcher import Watcher

        self._plugins = self._plugins or Plugins()
        workers = Workers(cpu_threads=2, search_threads=4)
        jobs = Jobs(store=JobStore(database), workers=workers, clock=self.clock, events=self.events)
        store = KnowledgeStore(database, self.clock)
        indexes = Indexes(store=store, folder=self.paths.indexes, clock=self.clock)
        indexes.open_lexical()
        finder = Finder(store=store, indexes=indexes, clock=self.clock)
        readers, isolation = self._plugins.readers(), ReaderProcess()
        caring = Caring(
            store=store,
            indexes=indexes,
            jobs=jobs,
            workers=workers,
            clock=self.clock,
            paths=self.paths,
            undo_seconds=self._undo_seconds,
        )
        embedding = Embedding(store=store, caring=caring, jobs=jobs, workers=workers, events=self.events)
        updating = Updating(
            store=store,
            caring=caring,
            embedding=embedding,
            jobs=jobs,
            workers=workers,
            events=self.events,
            paths=self.paths,
            readers=readers,
        )
        knowledge = Knowledge(
            store=store,
            indexes=indexes,
            finder=finder,
            caring=caring,
            embedding=embedding,
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

    def _in_our_words(self, failure: Exception) -> AssistError:
        if isinstance(failure, AssistError):
            return failure
        if isinstance(failure, OSError) and failure.errno == ENOSPC:
            return StorageFull(f"The disk that holds {self.paths.home.name} is full: free some space; nothing is lost.")
        if isinstance(failure, OSError):
            reason = (failure.strerror or str(failure)).lower()
            return NotPermitted(
                f"The data folder {self.paths.home.name} cannot be used ({reason}): check its permissions, or name "
                "another with --home or $JUPYTER_DEVASSIST_HOME."
            )
        return AssistError(
            f"The library cannot be opened ({type(failure).__name__}); the log says more, and "
            "`jupyter devassist doctor` looks into it."
        )


async def _close(rooms: Rooms) -> None:
    await rooms.jobs.stop()
    await rooms.knowledge.stop()
    await asyncio.to_thread(rooms.workers.close)
    await asyncio.to_thread(rooms.knowledge.close)
    await asyncio.to_thread(rooms.database.close)
