"""What lies inside a folder, and opening it without being led out by a link."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from ..errors import NotFound, PathNotAllowed, Unreadable

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_NON_BLOCKING = getattr(os, "O_NONBLOCK", 0)
_DIRECTORY = getattr(os, "O_DIRECTORY", 0)
_OPEN = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_WALKS_BY_DESCRIPTOR = os.open in os.supports_dir_fd and bool(_NO_FOLLOW)

_SPECIAL = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISLNK, "a link"),
)


def inside(root: Path, path: Path) -> bool:
    """Whether ``path``, with every link followed, is ``root`` or lies below it. It need not exist."""
    if not (root.is_absolute() and path.is_absolute()):
        return False
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, ValueError, RuntimeError):  # a NUL, a loop of links, a name that is too long
        return False


def special_kind(mode: int) -> str | None:
    """What a file is when it is not a plain one, in words."""
    return next((words for is_kind, words in _SPECIAL if is_kind(mode)), None)


def open_inside(root: Path, path: Path) -> int:
    """Open a plain file below ``root`` for reading and return its descriptor, which the caller closes.

    Links are followed once, by name; the real path is then walked from ``root`` without following any,
    so that a link swapped in between leads nowhere. Pipes and devices are refused without waiting on them.
    """
    try:
        real_root, real = root.resolve(strict=True), path.resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError):  # the latter where a folder has become a file
        if path.is_symlink():
            raise Unreadable(f"{path} is a link to a file that does not exist; repair or remove the link.") from None
        raise NotFound(f"{path} does not exist.") from None
    except (OSError, ValueError, RuntimeError) as error:
        raise Unreadable(f"{_printable(path)} cannot be opened: {_reason(error)}.") from None
    if real != real_root and not real.is_relative_to(real_root):
        raise PathNotAllowed(f"{path} is a link that leads outside {root.name or root}; add the file it leads to.")
    try:
        descriptor = _open_without_following(real_root, real)
    except FileNotFoundError:
        raise NotFound(f"{path} does not exist.") from None
    except PermissionError:
        raise Unreadable(f"{path} cannot be read: permission denied; grant read permission or exclude it.") from None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise PathNotAllowed(f"{path} changed into a link while it was opened; try again.") from None
        if error.errno in (errno.ENXIO, errno.ENODEV):
            raise PathNotAllowed(f"{path} is a socket or a device, not a plain file; exclude it.") from None
        raise Unreadable(f"{path} cannot be opened: {_reason(error)}.") from None
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise PathNotAllowed(f"{path} is {special_kind(mode) or 'something else'}, not a plain file; exclude it.")
    return descriptor


def _open_without_following(real_root: Path, real: Path) -> int:
    names = real.relative_to(real_root).parts
    if not names:  # the root is itself the file
        real_root, names = real.parent, (real.name,)
    if not _WALKS_BY_DESCRIPTOR:
        descriptor = os.open(real, _OPEN)
        if real.resolve(strict=True) != real or not os.path.samestat(os.fstat(descriptor), real.stat()):
            os.close(descriptor)
            raise OSError(errno.ELOOP, "changed while it was opened")
        return descriptor
    folder = os.open(real_root, _OPEN | _DIRECTORY)
    try:
        for name in names[:-1]:
            below = os.open(name, _OPEN | _DIRECTORY | _NO_FOLLOW, dir_fd=folder)
            os.close(folder)
            folder = below
        return os.open(names[-1], _OPEN | _NO_FOLLOW | _NON_BLOCKING, dir_fd=folder)
    finally:
        os.close(folder)


def _reason(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


def _printable(path: Path) -> str:
    return str(path).replace("\0", "\\0")
