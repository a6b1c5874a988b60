"""How jobs are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from ..storage.tables import jobs
from ..values import JobId, Value
from .model import Job

if TYPE_CHECKING:
    from sqlalchemy import Row

    from ..storage.database import Database


KEPT = 300
LIVE = ("queued", "running")
_live = jobs.c.state.in_(LIVE)


class JobRow(Value):
    """A job with what its work was given. A job of the same kind and key that still waits is not queued twice."""

    key: str
    job: Job
    payload: bytes


class JobStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, row: JobRow) -> None:
        """Keep a job as it is now; of those that have ended, the newest few hundred are kept."""
        values = {name: getattr(row.job, name) for name in Job.__struct_fields__}
        values |= {"key": row.key, "progress": msgspec.to_builtins(row.job.progress), "payload": row.payload.decode()}
        with self._database.write() as connection:
            connection.execute(insert(jobs).values(values).on_conflict_do_update(index_elements=["id"], set_=values))
            if row.job.state not in LIVE:
                oldest = (
                    select(jobs.c.created_at).where(~_live).order_by(jobs.c.created_at.desc()).offset(KEPT).limit(1)
                )
                connection.execute(delete(jobs).where(~_live, jobs.c.created_at <= oldest.scalar_subquery()))

    def get(self, job_id: JobId) -> JobRow | None:
        with self._database.read() as connection:
            found = connection.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
        return _row(found) if found is not None else None

    def unfinished(self) -> list[JobRow]:
        """Jobs that were waiting or at work, oldest first."""
        query = select(jobs).where(_live).order_by(jobs.c.created_at)
        with self._database.read() as connection:
            return [_row(found) for found in connection.execute(query)]

    def recent(self, limit: int) -> list[JobRow]:
        """All that wait or are at work, and the newest of the others."""
        ended = select(jobs.c.id).where(~_live).order_by(jobs.c.created_at.desc()).limit(limit)
        query = select(jobs).where(_live | jobs.c.id.in_(ended))
        with self._database.read() as connection:
            return [_row(found) for found in connection.execute(query)]


def _row(found: Row[tuple[object, ...]]) -> JobRow:
    job = msgspec.convert({name: found._mapping[name] for name in Job.__struct_fields__}, Job)
    return JobRow(key=str(found._mapping["key"]), job=job, payload=str(found._mapping["payload"]).encode())
