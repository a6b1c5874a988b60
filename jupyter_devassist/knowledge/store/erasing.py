"""The note that text was removed by hand and is still to be erased from indexes, journal and snapshots."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import sqlite

from ...storage.tables import settings

_NAME = "erasure_due"


def note_erasure(connection: Connection, mark: str) -> None:
    """Note in the transaction that removes text, so that no crash forgets it."""
    put = sqlite.insert(settings).values(name=_NAME, value=mark)
    connection.execute(put.on_conflict_do_update(index_elements=["name"], set_={"value": mark}))


def due_erasure(connection: Connection) -> str | None:
    """The mark of the latest removal that is not erased yet."""
    return connection.execute(select(settings.c.value).where(settings.c.name == _NAME)).scalar()


def forget_erasure(connection: Connection, mark: str) -> None:
    """Take the note away, unless more was removed after that mark."""
    connection.execute(delete(settings).where(settings.c.name == _NAME, settings.c.value == mark))
