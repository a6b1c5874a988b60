"""Work that outlives a request."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ..values import JobId, Value

JobState = Literal["queued", "running", "done", "cancelled", "failed"]


class Progress(Value):
    """How far a job is. ``total`` is unknown (none) until it has been counted."""

    done: int
    total: int | None
    unit: Literal["files", "chunks", "rows"]
    stage: str
    """What is being done, in words: "Reading", "Embedding", "Rebuilding"."""
    rate_per_second: float | None
    remaining_seconds: float | None
    detail: str | None
    """The thing at hand, such as a file name."""


class Job(Value):
    """Interrupted by a stop of the server, it is queued again at the next start."""

    id: JobId
    kind: str
    title: str
    state: JobState
    progress: Progress
    error_code: str | None
    message: str | None
    """The outcome in words, once there is one."""
    created_at: datetime
    finished_at: datetime | None
