"""Work that outlives a request."""

from __future__ import annotations

from ..assist import Assist
from ..jobs.model import Job
from ..values import Actor, JobId
from .operation import operation


@operation("GET", "jobs", resource="jobs", action="read")
async def list_jobs(assist: Assist, actor: Actor) -> tuple[Job, ...]:
    """Jobs that wait or run, and the latest that ended."""
    return tuple(await assist.jobs.list())


@operation("POST", "jobs/{job_id}/cancel", resource="jobs", action="write")
async def cancel_job(assist: Assist, actor: Actor, job_id: JobId) -> Job:
    """Stop a job; what it has finished is kept."""
    return await assist.jobs.cancel(job_id)


@operation("POST", "jobs/{job_id}/resume", resource="jobs", action="write")
async def resume_job(assist: Assist, actor: Actor, job_id: JobId) -> Job:
    """Go on with a job that was cancelled or has failed."""
    return await assist.jobs.resume(job_id)
