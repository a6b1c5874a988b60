"""Verified copies of the database, and putting one in the place of a damaged one."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from ..errors import StorageDamaged
from .database import Database
from .filesystem import sync_file, sync_folder

KEPT = 3
_COMPANIONS = ("", "-wal", "-shm", "-journal")


def take_snapshot(database: Database, folder: Path, now: datetime, keep: int = KEPT) -> Path:
    """Copy the database as it is now, check the copy, and keep the newest few; writes go on meanwhile."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"devassist-{now:%Y%m%dT%H%M%S%f}.sqlite"
    partial = target.with_suffix(".partial")
    for left in folder.glob("*.partial"):
        left.unlink(missing_ok=True)
    try:
        database.copy_to(partial)
        if not is_good(partial):
            raise StorageDamaged(f"The copy of {database.path.name} is damaged; run `jupyter devassist doctor`.")
        sync_file(partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(folder)
    others = [other for other in snapshots(folder) if other != target]  # the clock may have gone back
    for old in others[keep - 1 :]:
        old.unlink(missing_ok=True)
    return target


def snapshots(folder: Path) -> list[Path]:
    """All snapshots, the newest first."""
    return sorted(folder.glob("devassist-*.sqlite"), reverse=True)


def has_recent_snapshot(folder: Path, since: datetime) -> bool:
    """Whether a snapshot was taken at or after a moment."""
    return any(snapshot.name >= _name(since) for snapshot in snapshots(folder))


def newest_good(folder: Path) -> Path | None:
    """Find the newest snapshot that SQLite has nothing to say against."""
    return next((snapshot for snapshot in snapshots(folder) if is_good(snapshot)), None)


def is_good(path: Path) -> bool:
    """Read all of a database file and say whether it is whole."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute("PRAGMA integrity_check(1)").fetchall()
            return rows == [("ok",)] and bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.Error:
        return False


def set_aside(path: Path, now: datetime) -> Path:
    """Rename a damaged database, which is never deleted, and the journals that belong to it."""
    aside = path.with_name(f"{path.stem}-damaged-{now:%Y%m%dT%H%M%S%f}{path.suffix}")
    for companion in _COMPANIONS:
        with suppress(FileNotFoundError):
            path.with_name(path.name + companion).rename(aside.with_name(aside.name + companion))
    sync_folder(path.parent)
    return aside


def restore(snapshot: Path, path: Path) -> None:
    """Put a snapshot in the database's place, all at once; the snapshot stays."""
    partial = path.with_suffix(".partial")
    shutil.copyfile(snapshot, partial)
    partial.chmod(0o600)
    sync_file(partial)
    partial.replace(path)
    sync_folder(path.parent)


def _name(moment: datetime) -> str:
    return f"devassist-{moment:%Y%m%dT%H%M%S}.sqlite"
