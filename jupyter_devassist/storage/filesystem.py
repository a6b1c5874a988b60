"""Files that survive a power cut, and what kind of disk a folder lies on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NETWORK_FILE_SYSTEMS = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "lustre",
        "gpfs",
        "beegfs",
        "glusterfs",
    }
    | {"fuse.sshfs", "fuse.s3fs", "fuse.glusterfs", "fuse.ceph", "fuse.rclone", "fuse.davfs", "davfs", "ocfs2", "gfs2"}
)


def is_network_folder(folder: Path) -> bool:
    """Say whether machines share the folder's file system, so that locks and shared memory may not hold."""
    if sys.platform == "win32":
        return str(folder.resolve()).startswith("\\\\")
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    return file_system_type(folder.resolve(), lines) in NETWORK_FILE_SYSTEMS


def file_system_type(folder: Path, mountinfo: list[str]) -> str:
    """Find the type of the innermost mount that holds the folder, in the lines of Linux' ``mountinfo``."""
    best, found = Path("/"), ""
    for line in mountinfo:
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        mount = Path(fields[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
        if folder.is_relative_to(mount) and len(mount.parts) >= len(best.parts):
            best, found = mount, right.split(" ")[0]
    return found


def sync_file(path: Path) -> None:
    """Wait until a file's bytes are on the disk."""
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until a folder's names are on the disk; Windows does this by itself."""
    if os.name == "posix":
        sync_file(folder)


def write_atomically(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace a file at once and durably: readers see the old bytes or the new ones."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
