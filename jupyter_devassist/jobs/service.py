"""Submitting, running, cancelling and resuming jobs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec

from ..clock import Clock
from ..errors import AssistError, Conflict, NotFound
from ..events import Events, JobChanged
from ..values import JobId
from .model import Job, Progress
from .store import JobRow, JobStore
from .workers import Workers

log = logging.getLogger(__name__)

START = Progress(
    done=0, total=None, unit="files", stage="Waiting", rate_per_second=None, remaining_seconds=None, detail=None
)
REPORT_EVERY_SECONDS = 0.25
LISTED = 50
CANCEL_SECONDS = 5.0
"""How long a job is waited for that was asked to stop; what it has begun, such as a long PDF, it finishes first."""


class JobCancelled(Exception):
    """Raised inside a job's work once it has been asked to stop."""


class Run:
    """One run of a job, as its work sees it. Safe to use from pool threads."""

    def __init__(self, job: Job, clock: Clock, tell: Callable[[Job], None]) -> None:
        self.job = job
        self._stopping = asyncio.Event()
        self._clock = clock
        self._tell = tell
        self._began_at = self._told_at = clock.monotonic()
        self._stage_done = 0

    def cancel(self) -> None:
        """Ask the work to stop at its next check."""
        self._stopping.set()

    def check(self) -> None:
        """Raise ``JobCancelled`` if the job is to stop; call it between units of work."""
        if self._stopping.is_set():
            raise JobCancelled

    async def until(self, event: asyncio.Event) -> None:
        """Wait for something that may never come; ``JobCancelled`` ends that too."""
        waiting = [asyncio.ensure_future(one.wait()) for one in (event, self._stopping)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
        self.check()

    def report(self, stage: str, done: int, total: int | None, unit: str, detail: str | None = None) -> None:
        """Say how far the work is. Cheap: listeners hear of it a few times a second."""
        now = self._clock.monotonic()
        new_stage = stage != self.job.progress.stage
        if new_stage:
            self._began_at, self._stage_done = now, done
        elapsed = now - self._began_at
        rate = (done - self._stage_done) / elapsed if elapsed > 0.5 and done > self._stage_done else None
        remaining = (total - done) / rate if rate and total is not None else None
        progress = msgspec.convert(
            {
                "done": done,
                "total": total,
                "unit": unit,
                "stage": stage,
                "rate_per_second": rate,
                "remaining_seconds": remaining,
                "detail": detail,
            },
            Progress,
        )
        self.job = msgspec.structs.replace(self.job, progress=progress)
        if new_stage or done == total or now - self._told_at >= REPORT_EVERY_SECONDS:
            self._told_at = now
            self._tell(self.job)


Work = Callable[[Run, bytes], Awaitable[str]]
"""A job's work: its run and the payload it was submitted with, to its outcome in words."""


class Jobs:
    """Jobs of one lane run one after another; lanes run side by side."""

    def __init__(self, *, store: JobStore, workers: Workers, clock: Clock, events: Events) -> None:
        self._store = store
        self._workers = workers
        self._clock = clock
        self._events = events
        self._work: dict[str, tuple[str, Work]] = {}
        self._queues: dict[str, asyncio.Queue[JobId]] = {}
        self._lanes: list[asyncio.Task[None]] = []
        self._queued: dict[JobId, JobRow] = {}
        self._running: dict[JobId, Run] = {}
        self._finished: dict[JobId, asyncio.Event] = {}
        self._unkept: dict[JobId, JobRow] = {}

    def register(self, kind: str, lane: str, work: Work) -> None:
        """Say what runs jobs of a kind, before ``start``."""
        self._work[kind] = (lane, work)
        self._queues.setdefault(lane, asyncio.Queue())

    async def start(self) -> None:
        """Begin to run jobs; those that a stop interrupted are queued again."""
        for lane, queue in self._queues.items():
            self._lanes.append(asyncio.create_task(self._run_lane(queue), name=f"devassist-jobs-{lane}"))
        for row in await self._workers.write(self._store.unfinished):
            if row.job.kind in self._work:
                # It is kept already, and a full disk must not keep the library from opening.
                queued = msgspec.structs.replace(row, job=_with_state(row.job, "queued"))
                self._unkept[row.job.id] = self._queued[row.job.id] = queued
                self._finished[row.job.id] = asyncio.Event()
                self._line_up(queued)

    async def stop(self) -> None:
        """Stop running and let go who waits; what was running stays unfinished and goes on at the next start."""
        for run in self._running.values():
            run.cancel()
        for task in self._lanes:
            task.cancel()
        await asyncio.gather(*self._lanes, return_exceptions=True)
        self._lanes.clear()
        while self._finished:
            self._finished.popitem()[1].set()

    async def submit(self, kind: str, key: str, title: str, payload: bytes = b"") -> Job:
        """Queue a job; one of the same key that is still waiting takes the new payload instead of becoming two."""
        for row in self._queued.values():
            if row.job.kind == kind and row.key == key:
                fresh = msgspec.structs.replace(row, payload=payload)
                self._queued[row.job.id] = fresh
                await self._workers.write(self._store.save, fresh)
                return row.job
        job = Job(
            id=JobId(self._clock.new_id()),
            kind=kind,
            title=title,
            state="queued",
            progress=START,
            error_code=None,
            message=None,
            created_at=self._clock.now(),
            finished_at=None,
        )
        await self._enqueue(JobRow(key=key, job=job, payload=payload))
        return job

    async def wait(self, job_id: JobId) -> Job:
        """The job once it has ended."""
        if event := self._finished.get(job_id):
            await event.wait()
        return await self.get(job_id)

    async def idle(self) -> None:
        """Return once nothing is queued or running."""
        while pending := list(self._finished.values()):
            await pending[0].wait()

    async def get(self, job_id: JobId) -> Job:
        if run := self._running.get(job_id):
            return run.job
        return (await self._row(job_id)).job

    async def list(self) -> tuple[Job, ...]:
        """Jobs at work first, then the latest that ended."""
        live = {row.job.id: row.job for row in self._unkept.values()}
        live |= {run.job.id: run.job for run in self._running.values()}
        rows = [live.get(row.job.id, row.job) for row in await self._workers.search(self._store.recent, LISTED)]
        return tuple(
            sorted(rows, key=lambda job: (job.state not in ("running", "queued"), -job.created_at.timestamp()))
        )

    async def cancel(self, job_id: JobId) -> Job:
        """Ask a job to stop; what it has finished so far stays. It may still be at work on its last step."""
        if run := self._running.get(job_id):
            run.cancel()
            with suppress(TimeoutError):
                return await asyncio.wait_for(self.wait(job_id), CANCEL_SECONDS)
            return run.job
        if row := self._queued.pop(job_id, None):
            await self._end(row, "cancelled", None, "Cancelled before it began.")
        return (await self._row(job_id)).job

    async def resume(self, job_id: JobId) -> Job:
        """Queue a cancelled or failed job again; it takes up where it left off."""
        row = await self._row(job_id)
        if row.job.state not in ("cancelled", "failed"):
            raise Conflict(f"The job is {row.job.state}; only a cancelled or failed job can be resumed.")
        job = msgspec.structs.replace(
            row.job, state="queued", progress=START, error_code=None, message=None, finished_at=None
        )
        await self._enqueue(msgspec.structs.replace(row, job=job))
        return job

    async def _row(self, job_id: JobId) -> JobRow:
        row = self._unkept.get(job_id) or await self._workers.search(self._store.get, job_id)
        if row is None:
            raise NotFound("There is no such job; it may have been cleared from the list.")
        return row

    async def _enqueue(self, row: JobRow) -> None:
        job_id = row.job.id
        # Queued before it is kept: the next of the same key, which may come meanwhile, has to find it.
        self._queued[job_id] = row
        self._finished[job_id] = asyncio.Event()
        try:
            await self._workers.write(self._store.save, row)
        except BaseException:
            self._queued.pop(job_id, None)
            self._finished.pop(job_id).set()
            raise
        self._unkept.pop(job_id, None)
        self._line_up(row)

    def _line_up(self, row: JobRow) -> None:
        lane, _ = self._work[row.job.kind]
        self._queues[lane].put_nowait(row.job.id)
        self._publish(row.job)

    async def _run_lane(self, queue: asyncio.Queue[JobId]) -> None:
        while True:
            row = self._queued.pop(await queue.get(), None)
            if row is not None:
                await self._run(row)

    async def _run(self, row: JobRow) -> None:
        loop = asyncio.get_running_loop()

        def tell(job: Job) -> None:
            loop.call_soon_threadsafe(self._publish, job)

        run = Run(_with_state(row.job, "running"), self._clock, tell)
        self._running[row.job.id] = run
        await self._keep(_now(row, run))
        self._publish(run.job)
        try:
            message = await self._work[row.job.kind][1](run, row.payload)
        except asyncio.CancelledError:
            raise
        except JobCancelled:
            await self._end(_now(row, run), "cancelled", None, "Cancelled. What was finished is kept; resume to go on.")
        except AssistError as refusal:
            await self._end(_now(row, run), "failed", refusal.code, refusal.message)
        except Exception as surprise:
            log.exception("The job %s (%s) failed", row.job.id, row.job.kind)
            await self._end(
                _now(row, run), "failed", "internal", f"It failed unexpectedly ({type(surprise).__name__})."
            )
        else:
            await self._end(_now(row, run), "done", None, message)
        finally:
            self._running.pop(row.job.id, None)

    async def _end(self, row: JobRow, state: str, error_code: str | None, message: str) -> None:
        job = msgspec.structs.replace(
            _with_state(row.job, state), error_code=error_code, message=message, finished_at=self._clock.now()
        )
        await self._keep(msgspec.structs.replace(row, job=job))
        if event := self._finished.pop(job.id, None):
            event.set()
        self._publish(job)

    async def _keep(self, row: JobRow) -> None:
        """Keep what came of a job; without room on the disk this process knows it, and the next runs the job again."""
        try:
            await self._workers.write(self._store.save, row)
        except Exception as reason:  # whatever it is, the jobs behind this one have to run
            self._unkept[row.job.id] = row
            log.warning("The job %s (%s) could not be kept: %s", row.job.id, row.job.kind, reason)
        else:
            self._unkept.pop(row.job.id, None)

    def _publish(self, job: Job) -> None:
        progress = job.progress
        self._events.publish(
            JobChanged(job_id=job.id, kind=job.kind, state=job.state, done=progress.done, total=progress.total)
        )


def _with_state(job: Job, state: str) -> Job:
    return msgspec.structs.replace(job, state=state)


def _now(row: JobRow, run: Run) -> JobRow:
    return msgspec.structs.replace(row, job=run.job)
