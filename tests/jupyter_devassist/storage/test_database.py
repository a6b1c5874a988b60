from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from jupyter_devassist.errors import Busy, Conflict, NotPermitted, StorageDamaged
from jupyter_devassist.storage.database import MIGRATIONS, Database
from jupyter_devassist.storage.tables import SCHEMA_REVISION, metadata, settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "devassist.sqlite"


def put(database: Database, name: str, value: str) -> None:
    with database.write() as connection:
        connection.execute(insert(settings).values(name=name, value=value))


def names(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(settings.c.name).order_by(settings.c.name)).scalars())


def test_what_is_written_is_there_after_opening_again(path: Path) -> None:
    with closing(Database.open(path)) as database:
        put(database, "colour", "blue")
    with closing(Database.open(path)) as database:
        assert names(database) == ["colour"]


def test_a_write_that_fails_leaves_nothing_behind(path: Path) -> None:
    with closing(Database.open(path)) as database:
        put(database, "whole", "")
        with pytest.raises(IntegrityError), database.write() as connection:
            connection.execute(insert(settings), [{"name": name, "value": ""} for name in ("half", "whole")])
        assert names(database) == ["whole"]


def test_an_error_tells_nothing_of_what_was_written(path: Path) -> None:
    with closing(Database.open(path)) as database:
        put(database, "canary", "canary")
        with pytest.raises(IntegrityError) as caught:
            put(database, "canary", "canary")
        assert "canary" not in str(caught.value)


def test_only_its_user_can_read_the_files_whatever_folder_they_are_in(path: Path) -> None:
    path.parent.chmod(0o755)
    with closing(Database.open(path)) as database:
        put(database, "colour", "blue")
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert path.name in modes
    assert set(modes.values()) == {0o600}


def test_a_reader_sees_one_state_while_others_write(path: Path) -> None:
    with closing(Database.open(path)) as database:
        put(database, "first", "")
        with database.read() as connection:
            before = connection.execute(select(settings.c.name)).scalars().all()
            put(database, "second", "")
            assert connection.execute(select(settings.c.name)).scalars().all() == before
        assert names(database) == ["first", "second"]


def test_readers_cannot_write(path: Path) -> None:
    with closing(Database.open(path)) as database, pytest.raises(NotPermitted), database.read() as connection:
        connection.execute(insert(settings).values(name="sly", value=""))


def test_writers_in_many_threads_take_turns(path: Path) -> None:
    with closing(Database.open(path)) as database:
        threads = [threading.Thread(target=put, args=(database, f"{n:02}", "")) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(names(database)) == 20


def test_the_migrations_lead_to_the_tables_of_the_code(path: Path) -> None:
    with closing(Database.open(path)) as database, database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_newest_migration_is_the_one_the_code_names() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == SCHEMA_REVISION


def test_a_migration_that_is_interrupted_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic.runtime.migration import MigrationContext as Running

    def interrupted(self: Running, heads: object, *args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", interrupted)
        with pytest.raises(KeyboardInterrupt):
            Database.open(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    with closing(Database.open(path)) as database:
        assert names(database) == []


def test_a_database_of_a_newer_version_is_refused_with_the_way_out(path: Path) -> None:
    Database.open(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Conflict, match=r"newer jupyter-devassist \(schema 9999.*--home"):
        Database.open(path)


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database_names_the_doctor(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StorageDamaged, match="jupyter devassist doctor"):
        Database.open(path)


def test_damaged_pages_are_found(path: Path) -> None:
    with closing(Database.open(path)) as database:
        for number in range(200):
            put(database, f"{number:04}" * 50, "x" * 500)
        assert database.check(fully=True) == []
    content = bytearray(path.read_bytes())
    content[-20_000:-4_000] = b"\xff" * 16_000
    path.write_bytes(content)
    with closing(Database.open(path)) as database:
        assert database.check(fully=True) != []


def test_deleted_text_is_in_no_file_after_a_checkpoint(path: Path) -> None:
    with closing(Database.open(path)) as database:
        put(database, "secret", "the word is sesame " * 100)
        database.checkpoint()
        with database.write() as connection:
            connection.execute(settings.delete())
        database.checkpoint()
        assert [file.name for file in path.parent.iterdir() if b"sesame" in file.read_bytes()] == []


def test_a_closed_database_refuses_instead_of_opening_again(path: Path) -> None:
    database = Database.open(path)
    database.close()
    with pytest.raises(Busy), database.write():
        pass
    with pytest.raises(Busy), database.read():
        pass


def test_writes_are_synced_and_deletions_are_overwritten(path: Path) -> None:
    with closing(Database.open(path)) as database, database.write() as connection:
        pragmas = ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        assert [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas] == ["wal", 2, 1, 1]


def test_a_network_disk_gets_a_rollback_journal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_devassist.storage.database.is_network_folder", lambda folder: True)
    with closing(Database.open(path)) as database:
        put(database, "far", "away")
        assert names(database) == ["far"]
        assert not path.with_name(path.name + "-wal").exists()
