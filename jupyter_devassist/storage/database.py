"""The one SQLite file: one writer, a few readers, migrations on opening, errors in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.pool import QueuePool, StaticPool

from ..errors import AssistError, Busy, Conflict, NotPermitted, StorageDamaged, StorageFull
from ..paths import StoragePaths
from .filesystem import is_network_folder
from .tables import SCHEMA_REVISION

MIGRATIONS = Path(__file__).parent / "migrations"
READER_COUNT = 4
BUSY_SECONDS = 10.0
WAY_OUT = "run `jupyter devassist doctor`, which repairs it or restores the newest good snapshot"


class Database:
    """Connections to one file. Readers see the last commit and never wait for the writer where the journal is a WAL."""

    def __init__(self, path: Path, writer: Engine, readers: Engine) -> None:
        self.path = path
        self._writer = writer
        self._readers = readers
        self._lock = Lock()
        self._is_open = True

    @classmethod
    def open(cls, path: Path) -> Database:
        """Open the file, making or upgrading it where needed.

        The writer is the only connection that ever checkpoints: SQLite before 3.51.3 can
        damage a WAL in which two connections do so at once.
        """
        if is_lost(path):
            raise StorageDamaged(f"{named(path)} is missing or empty, but there are snapshots of it: {WAY_OUT}")
        with suppress(OSError):  # which SQLite puts better; its other files take the mode of this one
            path.touch(mode=0o600)
        journal = "TRUNCATE" if is_network_folder(path.parent) else "WAL"
        writer = create_engine(
            "sqlite://",
            creator=lambda: _connect(str(path), journal),
            poolclass=StaticPool,
            hide_parameters=True,
        )
        readers = create_engine(
            "sqlite://",
            creator=lambda: _connect_reader(path),
            poolclass=QueuePool,
            pool_size=READER_COUNT,
            max_overflow=0,
            hide_parameters=True,
        )
        event.listen(writer, "begin", _begin_immediate)
        event.listen(readers, "begin", _begin_deferred)
        database = cls(path, writer, readers)
        try:
            database._migrate()
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Hold the only writing connection; what is done is durable after the block, or undone when it raises."""
        with self._lock, _in_our_words(self.path), self._opened(self._writer).begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """See one state of the data for as long as the block lasts."""
        with _in_our_words(self.path), self._opened(self._readers).begin() as connection:
            yield connection

    def check(self, *, fully: bool) -> list[str]:
        """Ask SQLite what is wrong with the file; nothing, when the list is empty. Fully also compares indexes."""
        try:
            with self.read() as connection:
                rows = connection.exec_driver_sql(f"PRAGMA {'integrity_check' if fully else 'quick_check'}(20)")
                faults = [str(row[0]) for row in rows]
        except StorageDamaged as error:
            return [error.message]
        return [] if faults == ["ok"] else faults

    def copy_to(self, target: Path) -> None:
        """Write the data as it is now to a new file, without what was deleted; writes go on meanwhile."""
        with _in_our_words(self.path):
            driver = self._opened(self._readers).raw_connection()
            try:
                driver.cursor().execute("VACUUM INTO ?", (str(target),))
            finally:
                driver.close()

    def checkpoint(self) -> None:
        """Bring everything into the main file and empty the journal, so that deleted text is in neither."""
        with self._lock, _in_our_words(self.path):
            driver = self._opened(self._writer).raw_connection()
            is_busy, *_ = driver.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            raise Busy(f"{named(self.path)} is being read: its journal is emptied the next time")

    def close(self) -> None:
        """Let go of the file; readers first, so that the writer makes the last checkpoint."""
        with self._lock:
            self._is_open = False
            self._readers.dispose()
            self._writer.dispose()

    def _opened(self, engine: Engine) -> Engine:
        if not self._is_open:
            raise Busy(f"{named(self.path)} is being closed: try again when the server is up")
        return engine

    def _migrate(self) -> None:
        with _in_our_words(self.path), self._writer.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
            ).scalar_one()
            revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() if found else None
        if revision == SCHEMA_REVISION:
            return
        known = {file.name.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")}
        if revision is not None and revision not in known:
            raise Conflict(
                f"{named(self.path)} was written by a newer jupyter-devassist (schema {revision}, this one knows "
                f"{SCHEMA_REVISION}): install that version again, or name another data folder with --home"
            )
        from .migrating import upgrade

        with self.write() as connection:
            upgrade(connection)


def is_lost(path: Path) -> bool:
    """Whether there was a database here, but all that is left of it is its snapshots."""
    is_empty = not path.exists() or path.stat().st_size == 0
    return is_empty and any(StoragePaths(path.parent).snapshots.glob("*.sqlite"))


def named(path: Path) -> str:
    """A file of the data folder for a sentence, which may go to somebody who must not learn where it lies."""
    return f"{path.parent.name}/{path.name}"


def _connect(path: str, journal: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        for pragma in (
            f"journal_mode = {journal}",
            "synchronous = FULL",
            "secure_delete = ON",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            "cache_size = -8192",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _connect_reader(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -8192")
    return connection


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


@contextmanager
def _in_our_words(path: Path) -> Iterator[None]:
    try:
        yield
    except exc.DBAPIError as error:
        translated = _translate(error.orig, path)
        if translated is None:
            raise
        raise translated from error
    except sqlite3.Error as error:
        translated = _translate(error, path)
        if translated is None:
            raise
        raise translated from error


def _translate(error: Any, path: Path) -> AssistError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC):
        return StorageFull(f"There is no room left for {named(path)}: free some space and try again; nothing is lost")
    match code & 0xFF:
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_IOERR:
            return StorageDamaged(f"{named(path)} is damaged ({error}): {WAY_OUT}")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Busy(f"{named(path)} is being used by another process: close it, or try again in a moment")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return NotPermitted(f"{named(path)} cannot be opened for writing ({error}): check the folder's permissions")
    return None
