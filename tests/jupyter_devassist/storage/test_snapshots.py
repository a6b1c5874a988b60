from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from jupyter_devassist.errors import StorageDamaged
from jupyter_devassist.paths import StoragePaths
from jupyter_devassist.storage.database import Database
from jupyter_devassist.storage.snapshots import is_good, newest_good, restore, set_aside, snapshots, take_snapshot
from jupyter_devassist.storage.tables import settings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def paths(tmp_path: Path) -> StoragePaths:
    paths = StoragePaths(tmp_path / "home")
    paths.create()
    return paths


def put(database: Database, name: str) -> None:
    with database.write() as connection:
        connection.execute(insert(settings).values(name=name, value="value"))


def test_a_snapshot_holds_what_was_committed_and_three_are_kept(paths: StoragePaths) -> None:
    with closing(Database.open(paths.database)) as database:
        for hour in range(5):
            put(database, str(hour))
            taken = take_snapshot(database, paths.snapshots, NOON + timedelta(hours=hour))
    kept = snapshots(paths.snapshots)
    assert len(kept) == 3
    assert kept[0] == taken
    with closing(Database.open(restored(paths, taken))) as copy, copy.read() as connection:
        assert connection.execute(settings.select()).all() == [(str(hour), "value") for hour in range(5)]


def test_a_copy_that_was_interrupted_is_no_snapshot(paths: StoragePaths) -> None:
    (paths.snapshots / "devassist-20260301T120000000000.partial").write_bytes(b"half")
    with closing(Database.open(paths.database)) as database:
        take_snapshot(database, paths.snapshots, NOON)
    assert [file.suffix for file in paths.snapshots.iterdir()] == [".sqlite"]


def test_the_newest_snapshot_that_is_whole_is_chosen(paths: StoragePaths) -> None:
    with closing(Database.open(paths.database)) as database:
        good = take_snapshot(database, paths.snapshots, NOON)
        bad = take_snapshot(database, paths.snapshots, NOON + timedelta(hours=1))
    bad.write_bytes(bad.read_bytes()[:5_000])
    assert not is_good(bad)
    assert newest_good(paths.snapshots) == good


def test_a_damaged_database_is_set_aside_and_nothing_set_aside_before_is_lost(paths: StoragePaths) -> None:
    for number in range(2):
        paths.database.write_bytes(bytes([number]))
        set_aside(paths.database, NOON + timedelta(microseconds=number))
    aside = sorted(paths.home.glob("devassist-damaged-*"))
    assert [file.read_bytes() for file in aside] == [b"\0", b"\1"]


@pytest.mark.parametrize("is_empty", [True, False])
def test_a_database_that_is_gone_is_not_taken_for_a_new_one(paths: StoragePaths, is_empty: bool) -> None:
    with closing(Database.open(paths.database)) as database:
        take_snapshot(database, paths.snapshots, NOON)
    paths.database.unlink()
    if is_empty:
        paths.database.touch()
    with pytest.raises(StorageDamaged, match="doctor"):
        Database.open(paths.database)


def restored(paths: StoragePaths, snapshot: Path) -> Path:
    target = paths.home / "copy.sqlite"
    restore(snapshot, target)
    return target
