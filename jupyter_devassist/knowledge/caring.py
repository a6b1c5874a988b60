"""Keeping the indexes equal to the database, right and fast; copies of it; erasing what was removed."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from ..clock import Clock
from ..errors import AssistError
from ..jobs.service import Jobs, Run
from ..jobs.workers import Workers
from ..paths import StoragePaths
from ..storage.snapshots import has_recent_snapshot, take_snapshot
from .store import KnowledgeStore

if TYPE_CHECKING:
    from .indexes import Indexes

log = logging.getLogger(__name__)

SNAPSHOT_EVERY = timedelta(days=1)


class Caring:
    """Tells the indexes what has been written, and queues what keeps them as they should be."""

    def __init__(
        self,
        *,
        store: KnowledgeStore,
        indexes: Indexes,
        jobs: Jobs,
        workers: Workers,
        clock: Clock,
        paths: StoragePaths,
        undo_seconds: float,
    ) -> None:
        self._store = store
        self._indexes = indexes
        self._jobs = jobs
        self._workers = workers
        self._clock = clock
        self._paths = paths
        self._undo_seconds = undo_seconds
        self._removed: set[str] = set()
        self._erasing: asyncio.Task[None] | None = None
        self._vectors_open = asyncio.Event()
        self._healing: dict[str, str] = {}
        self._applied_at = 0.0
        jobs.register("rebuild", "indexes", self._rebuild)
        jobs.register("optimise", "indexes", self._optimise)
        jobs.register("snapshot", "indexes", self._snapshot)
        jobs.register("erase", "indexes", self._erase)

    async def vectors_opened(self) -> None:
        """Mend what was found wrong when both indexes were opened, and catch up with what is due."""
        self._vectors_open.set()
        await self._care()
        await self.copy_if_due()
        if await self._workers.search(self._store.due_erasure) is not None:
            await self._submit_erasure()

    async def stop(self) -> None:
        if self._erasing is not None:
            self._erasing.cancel()
            with suppress(asyncio.CancelledError):
                await self._erasing

    def seconds_since_applied(self) -> float:
        return self._clock.monotonic() - self._applied_at

    def erase_later(self, removed: str) -> None:
        """Erase for good what was removed by hand, once there was time to change one's mind."""
        self._removed.add(removed)
        if self._erasing is not None:
            self._erasing.cancel()
        self._erasing = asyncio.create_task(self._erase_when_final(), name="devassist-erase")

    def erase_not(self, restored: str) -> None:
        """What was removed is back."""
        self._removed.discard(restored)

    async def _erase_when_final(self) -> None:
        await asyncio.sleep(self._undo_seconds)
        if self._removed:
            self._removed.clear()
            await self._submit_erasure()
        elif mark := await self._workers.search(self._store.due_erasure):
            await self._workers.write(self._store.forget_erasure, mark)

    async def _submit_erasure(self) -> None:
        await self._jobs.submit("erase", "erase", "Erase what was removed")

    async def mended(self) -> None:
        """Return once no index is being rebuilt."""
        for job in await self._jobs.list():
            if job.kind == "rebuild" and job.state in ("queued", "running"):
                await self._jobs.wait(job.id)

    async def apply(self) -> None:
        """Make everything that is written searchable."""
        self._applied_at = self._clock.monotonic()
        await self._workers.index(self._indexes.apply)
        await self._care()

    async def _care(self) -> None:
        """Queue what keeps the indexes right and fast."""
        is_due = await self._workers.index(lambda: self._indexes.wants_care)
        if self._indexes.troubles():
            await self._heal()
        elif is_due:
            await self._jobs.submit("optimise", "optimise", "Tidy the search index")

    async def heal_soon(self) -> None:
        """Queue a rebuild when a search has just found an index damaged; once for each damage, as searches are many."""
        if self._indexes.troubles() != self._healing:
            try:
                await self._heal()
            except AssistError as refusal:  # on a full disk searches go on
                log.warning("A damaged index has to wait: %s", refusal.message)
                self._healing = {}

    async def _heal(self) -> None:
        self._healing = self._indexes.troubles()
        if self._healing:
            await self._jobs.submit("rebuild", "rebuild", "Rebuild the search index")

    async def _rebuild(self, run: Run, payload: bytes) -> str:
        def report(done: int, total: int) -> None:
            run.check()
            run.report("Rebuilding", done, total, "rows")

        troubles = self._indexes.troubles()
        for name in troubles:
            await self._workers.cpu(self._indexes.rebuild, name, report)
        return f"Rebuilt from the database. {' '.join(troubles.values())}" if troubles else "It was rebuilt already."

    async def _snapshot(self, run: Run, payload: bytes) -> str:
        snapshot = await self._workers.cpu(
            take_snapshot, self._store.database, self._paths.snapshots, self._clock.now()
        )
        return f"A verified copy lies in {snapshot.name}."

    async def copy_if_due(self) -> None:
        """A copy each day, the first once there is something to copy."""
        if has_recent_snapshot(self._paths.snapshots, self._clock.now() - SNAPSHOT_EVERY):
            return
        if (await self._workers.search(self._store.counts))[0]:
            await self._jobs.submit("snapshot", "snapshot", "Copy the library's database")

    async def _erase(self, run: Run, payload: bytes) -> str:
        """Make both indexes anew without what was removed, empty the journal, and replace older copies."""
        mark = await self._workers.search(self._store.due_erasure)
        if mark is None:
            return "There was nothing left to erase."
        await run.until(self._vectors_open)
        run.report("Erasing", 0, None, "rows")
        await self._workers.cpu(self._indexes.purge)
        await self._workers.cpu(take_snapshot, self._store.database, self._paths.snapshots, self._clock.now(), keep=1)
        await self._workers.write(self._store.forget_erasure, mark)
        return "What was removed is in no file of the library any more."

    async def _optimise(self, run: Run, payload: bytes) -> str:
        await self._workers.cpu(self._indexes.optimise)
        return "Tidied."
