"""Jobs as a person meets them: queued, moving, cancelled, taken up again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jupyter_devassist.clock import Clock
from jupyter_devassist.errors import Conflict, NotFound, Unreadable
from jupyter_devassist.events import Event, Events, JobChanged
from jupyter_devassist.jobs.model import Job
from jupyter_devassist.jobs.service import START, Jobs, Run
from jupyter_devassist.jobs.store import KEPT, JobRow, JobStore
from jupyter_devassist.jobs.workers import Workers
from jupyter_devassist.storage.database import Database
from jupyter_devassist.values import JobId

Work = Callable[[Run, bytes], Awaitable[str]]


@asynccontextmanager
async def jobs_at(path: Path, **work: Work) -> AsyncIterator[tuple[Jobs, list[Event]]]:
    database, workers, events = Database.open(path), Workers(cpu_threads=1, search_threads=1), Events()
    heard: list[Event] = []
    events.subscribe(heard.append)
    jobs = Jobs(store=JobStore(database), workers=workers, clock=Clock(), events=events)
    for kind, function in work.items():
        jobs.register(kind, lane=kind, work=function)
    await jobs.start()
    try:
        yield jobs, heard
    finally:
        await jobs.stop()
        workers.close()
        database.close()


async def done(run: Run, payload: bytes) -> str:
    return f"Did {payload.decode()}."


async def until_cancelled(run: Run, payload: bytes) -> str:
    while True:
        run.check()
        await asyncio.sleep(0)


def test_a_job_runs_and_says_what_came_of_it(tmp_path: Path) -> None:
    async def main() -> None:
        async with jobs_at(tmp_path / "jobs.sqlite", work=done) as (jobs, heard):
            job = await jobs.submit("work", "a", "Work on a", b"it")
            assert (await jobs.wait(job.id)).message == "Did it."
            assert [event.state for event in heard if isinstance(event, JobChanged)] == ["queued", "running", "done"]

    asyncio.run(main())


def test_a_refusal_is_the_jobs_message_and_the_next_job_runs(tmp_path: Path) -> None:
    async def refuse(run: Run, payload: bytes) -> str:
        if payload == b"bad":
            raise Unreadable("notes.pdf is encrypted; save a copy without a password.")
        return "Fine."

    async def main() -> None:
        async with jobs_at(tmp_path / "jobs.sqlite", work=refuse) as (jobs, _):
            bad, good = await jobs.submit("work", "a", "A", b"bad"), await jobs.submit("work", "b", "B", b"good")
            failed = await jobs.wait(bad.id)
            assert (failed.state, failed.error_code) == ("failed", "unreadable")
            assert failed.message == "notes.pdf is encrypted; save a copy without a password."
            assert (await jobs.wait(good.id)).state == "done"

    asyncio.run(main())


def test_ten_saves_of_a_waiting_file_are_one_job(tmp_path: Path) -> None:
    async def main() -> None:
        seen: list[bytes] = []
        gate = asyncio.Event()

        async def hold(run: Run, payload: bytes) -> str:
            seen.append(payload)
            await gate.wait()
            return ""

        async with jobs_at(tmp_path / "jobs.sqlite", work=hold) as (jobs, _):
            await jobs.submit("work", "other", "Other", b"first")
            while not seen:  # noqa: ASYNC110 - the work says nothing when it begins
                await asyncio.sleep(0)
            for save in range(10):
                await jobs.submit("work", "eda.ipynb", "Save", str(save).encode())
            gate.set()
            await jobs.idle()
            assert seen == [b"first", b"9"]

    asyncio.run(main())


def test_a_cancelled_job_stops_and_can_be_resumed(tmp_path: Path) -> None:
    async def main() -> None:
        async with jobs_at(tmp_path / "jobs.sqlite", work=until_cancelled) as (jobs, _):
            job = await jobs.submit("work", "a", "A")
            assert (await jobs.cancel(job.id)).state == "cancelled"
            assert (await jobs.resume(job.id)).state == "queued"
            with pytest.raises(Conflict, match=r"only a cancelled or failed job"):
                await jobs.resume(job.id)

    asyncio.run(main())


def test_a_job_that_a_stop_interrupted_goes_on_at_the_next_start(tmp_path: Path) -> None:
    async def main() -> None:
        path = tmp_path / "jobs.sqlite"
        async with jobs_at(path, work=until_cancelled) as (jobs, _):
            job = await jobs.submit("work", "a", "A", b"the rest")
        async with jobs_at(path, work=done) as (jobs, _):
            assert (await jobs.wait(job.id)).message == "Did the rest."

    asyncio.run(main())


def test_progress_tells_how_far_and_how_fast(tmp_path: Path) -> None:
    async def main() -> None:
        gate, reported = asyncio.Event(), asyncio.Event()

        async def embed(run: Run, payload: bytes) -> str:
            run.report("Embedding", 41, 177, "chunks", "eda.ipynb")
            reported.set()
            await gate.wait()
            return ""

        async with jobs_at(tmp_path / "jobs.sqlite", work=embed) as (jobs, heard):
            job = await jobs.submit("work", "a", "A")
            await reported.wait()
            progress = (await jobs.get(job.id)).progress
            assert (progress.stage, progress.done, progress.total) == ("Embedding", 41, 177)
            assert progress.detail == "eda.ipynb"
            gate.set()
            await jobs.wait(job.id)
            told = [(event.done, event.total) for event in heard if isinstance(event, JobChanged)]
            assert (41, 177) in told

    asyncio.run(main())


def test_an_unknown_job_is_not_found(tmp_path: Path) -> None:
    async def main() -> None:
        async with jobs_at(tmp_path / "jobs.sqlite", work=done) as (jobs, _):
            with pytest.raises(NotFound):
                await jobs.cancel(JobId("nobody"))

    asyncio.run(main())


def test_two_who_submit_the_same_at_once_get_one_job(tmp_path: Path) -> None:
    async def main() -> None:
        async with jobs_at(tmp_path / "jobs.sqlite", work=done) as (jobs, _):
            one, two = await asyncio.gather(*(jobs.submit("work", "eda.ipynb", "Save") for _ in range(2)))
            assert one.id == two.id

    asyncio.run(main())


def test_a_job_that_waits_for_what_never_comes_can_be_cancelled(tmp_path: Path) -> None:
    async def wait_for_ever(run: Run, payload: bytes) -> str:
        await run.until(asyncio.Event())
        return ""

    async def main() -> None:
        async with jobs_at(tmp_path / "jobs.sqlite", work=wait_for_ever) as (jobs, _):
            job = await jobs.submit("work", "a", "A")
            while (await jobs.get(job.id)).state != "running":  # noqa: ASYNC110 - cancelled once it is at work
                await asyncio.sleep(0)
            assert (await jobs.cancel(job.id)).state == "cancelled"

    asyncio.run(main())


def test_a_stop_lets_go_who_waits_for_a_job(tmp_path: Path) -> None:
    async def main() -> None:
        async with jobs_at(tmp_path / "jobs.sqlite", work=until_cancelled) as (jobs, _):
            job = await jobs.submit("work", "a", "A")
            waiting = asyncio.gather(jobs.wait(job.id), jobs.idle())
            await asyncio.sleep(0)
            await jobs.stop()
            assert (await asyncio.wait_for(waiting, 5))[0].state == "running"

    asyncio.run(main())


def test_every_job_at_work_is_listed_and_of_those_that_ended_the_newest(tmp_path: Path) -> None:
    async def main() -> None:
        gate = asyncio.Event()

        async def hold(run: Run, payload: bytes) -> str:
            await gate.wait()
            return ""

        async with jobs_at(tmp_path / "jobs.sqlite", work=hold, quick=done) as (jobs, _):
            held = [await jobs.submit("work", str(number), "Hold") for number in range(3)]
            for job in [await jobs.submit("quick", str(number), "Quick") for number in range(60)]:
                await jobs.wait(job.id)
            listed = await jobs.list()
            assert {job.id for job in listed[:3]} == {job.id for job in held}
            assert [job.state for job in listed[3:]] == ["done"] * 50
            gate.set()
            await jobs.idle()

    asyncio.run(main())


def test_jobs_that_ended_long_ago_are_forgotten_and_those_that_wait_never(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "jobs.sqlite")
    store = JobStore(database)
    began = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(KEPT + 20):
        job = Job(
            id=JobId(f"{number:04}"),
            kind="work",
            title="Work",
            state="queued" if number == 0 else "done",
            progress=START,
            error_code=None,
            message=None,
            created_at=began + timedelta(seconds=number),
            finished_at=None,
        )
        store.save(JobRow(key="", job=job, payload=b""))
    kept = sorted(row.job.id for row in store.recent(KEPT * 2))
    assert kept == ["0000", *(f"{number:04}" for number in range(20, KEPT + 20))]
    database.close()
