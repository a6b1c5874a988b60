from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_devassist.errors import InvalidInput
from jupyter_devassist.paths import StoragePaths
from jupyter_devassist.storage.owner import Owner

HOLD = """
import sys
from pathlib import Path
from jupyter_devassist.paths import StoragePaths
from jupyter_devassist.storage.owner import Owner
owner = Owner(StoragePaths(Path(sys.argv[1])))
print(owner.acquire(wait_seconds=float(sys.argv[2])), flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def paths(tmp_path: Path) -> StoragePaths:
    paths = StoragePaths(tmp_path / "home")
    paths.create()
    return paths


@pytest.fixture
def owner(paths: StoragePaths) -> Iterator[Owner]:
    owner = Owner(paths)
    yield owner
    owner.release()


def another_process(paths: StoragePaths, wait_seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(paths.home), str(wait_seconds)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_second_claim_in_the_same_process_is_refused(paths: StoragePaths, owner: Owner) -> None:
    assert owner.acquire()
    assert not Owner(paths).acquire()
    assert owner.acquire(), "asking again changes nothing"


def test_another_process_gets_the_folder_when_it_is_released(paths: StoragePaths, owner: Owner) -> None:
    assert owner.acquire()
    with another_process(paths, wait_seconds=60) as process:
        owner.release()
        assert answer(process) == "True"
        assert not owner.acquire()
        process.communicate("\n")


def test_a_killed_owner_holds_nothing_and_leaves_no_address(paths: StoragePaths, owner: Owner) -> None:
    with another_process(paths, wait_seconds=0) as process:
        assert answer(process) == "True"
        paths.owner.write_text('{"pid": 1, "url": "http://127.0.0.1:1/"}')
        assert not owner.acquire()
        assert paths.owner.exists(), "who is refused touches nothing"
        process.kill()
        assert owner.acquire(wait_seconds=2)
        assert not paths.owner.exists()


def test_a_file_that_names_a_process_decides_nothing(paths: StoragePaths, owner: Owner) -> None:
    paths.owner.write_text('{"pid": 1}')
    paths.lock.write_text("1")
    assert owner.acquire()


def test_a_disk_that_grants_every_lock_is_refused(
    paths: StoragePaths, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_devassist.storage.owner.is_network_folder", lambda folder: True)
    assert owner.acquire(), "a network disk with working locks is taken"
    owner.release()
    monkeypatch.setattr("filelock._unix.lock_fd_nonblocking", lambda descriptor: True)
    with pytest.raises(InvalidInput, match="local disk"):
        owner.acquire()
