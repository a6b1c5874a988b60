from __future__ import annotations

import stat
from pathlib import Path

import pytest

from jupyter_devassist.storage.filesystem import file_system_type, is_network_folder, write_atomically

MOUNTS = [
    "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw",
    "30 22 0:40 / /home rw,relatime shared:1 - nfs4 server:/home rw",
    r"31 30 0:41 / /home/ada/My\040Disk rw - xfs /dev/sdb1 rw",
    "32 22 0:42 / /mnt/laptop rw - fuse.sshfs ada@laptop: rw",
    "broken line",
]


@pytest.mark.parametrize(
    "folder, expected",
    [
        ("/srv/data", "ext4"),
        ("/home/ada", "nfs4"),
        ("/home/ada/My Disk/library", "xfs"),
        ("/mnt/laptop/x", "fuse.sshfs"),
        ("/mnt/laptops", "ext4"),
    ],
)
def test_the_innermost_mount_decides(folder: str, expected: str) -> None:
    assert file_system_type(Path(folder), MOUNTS) == expected


def test_a_temporary_folder_is_local(tmp_path: Path) -> None:
    assert not is_network_folder(tmp_path)


def test_a_file_is_replaced_whole_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "owner.json"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
