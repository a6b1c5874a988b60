"""Finding out what is wrong with the database file, and putting it right without losing a byte of it."""

from __future__ import annotations

import shutil
from datetime import datetime
from typing import Literal

from ..errors import AssistError, StorageDamaged
from ..paths import StoragePaths
from ..values import Value
from .database import Database, is_lost
from .snapshots import newest_good, restore, set_aside


class Finding(Value):
    """One thing that was looked at, in words a user understands."""

    what: str
    state: Literal["ok", "repaired", "failed"]
    did: str
    """What was found, what was done, and what is left to do."""


def mend_database(paths: StoragePaths, now: datetime) -> tuple[Database | None, Finding]:
    """Open the database, repaired or restored where needed; none when even that fails. Only the owner may do this."""
    what = "Database"
    if is_lost(paths.database):
        return _replaced(paths, now, f"{paths.database} was missing or empty")
    try:
        database = Database.open(paths.database)
    except StorageDamaged as error:
        return _replaced(paths, now, error.message.split(":")[0])
    except AssistError as error:
        return None, Finding(what=what, state="failed", did=error.message)
    faults = database.check(fully=True)
    if not faults:
        return database, Finding(what=what, state="ok", did=f"{paths.database} is whole.")
    if all("index" in fault for fault in faults) and _reindexed(database):
        did = f"The indexes inside {paths.database} did not match its tables and were made anew; nothing was lost."
        return database, Finding(what=what, state="repaired", did=did)
    database.close()
    return _replaced(paths, now, f"{paths.database} is damaged ({faults[0]})")


def _reindexed(database: Database) -> bool:
    try:
        with database.write() as connection:
            connection.exec_driver_sql("REINDEX")
    except AssistError:
        return False
    return not database.check(fully=True)


def _replaced(paths: StoragePaths, now: datetime, reason: str) -> tuple[Database | None, Finding]:
    aside = set_aside(paths.database, now)
    return _restored(paths, f"{reason}; it was set aside as {aside.name}" if aside.exists() else reason)


def _restored(paths: StoragePaths, reason: str) -> tuple[Database | None, Finding]:
    """Go on with the newest good snapshot, else with an empty library. The indexes told of another state and go."""
    snapshot = newest_good(paths.snapshots)
    shutil.rmtree(paths.indexes, ignore_errors=True)
    paths.create()
    try:
        if snapshot is not None:
            restore(snapshot, paths.database)
        database = Database.open(paths.database)
    except (AssistError, OSError) as error:
        return None, Finding(
            what="Database", state="failed", did=f"{reason}, but nothing could take its place: {error}"
        )
    if snapshot is None:
        did = f"{reason}. There was no good snapshot, so the library starts empty: add your folders again."
        return database, Finding(what="Database", state="failed", did=did)
    did = f"{reason}, and the snapshot {snapshot.name} was restored; index your folders again to read later changes."
    return database, Finding(what="Database", state="repaired", did=did)
