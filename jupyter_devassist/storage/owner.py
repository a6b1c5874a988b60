"""One process owns a data folder: the one that holds a lock of the operating system, which a crash gives back."""

from __future__ import annotations

import logging

from filelock import FileLock, Timeout

from ..errors import InvalidInput
from ..paths import StoragePaths
from .filesystem import is_network_folder

log = logging.getLogger(__name__)

_POLL_SECONDS = 0.1


class Owner:
    """The claim of this process to a data folder. Files that name a process are for finding it, never for deciding."""

    def __init__(self, paths: StoragePaths) -> None:
        self._paths = paths
        self._lock = FileLock(paths.lock, mode=0o600, thread_local=False, fallback_to_soft=False)

    @property
    def is_owner(self) -> bool:
        return bool(self._lock.is_locked)

    def acquire(self, *, wait_seconds: float = 0.0) -> bool:
        """Become the owner unless another process is and stays it; returns whether this process is it now.

        A file that told of the owner before is removed: its address leads nowhere any more.
        """
        if self.is_owner:
            return True
        try:
            self._lock.acquire(timeout=wait_seconds, poll_interval=_POLL_SECONDS)
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:
            raise InvalidInput(self._no_locks(str(error))) from error
        if is_network_folder(self._paths.home):
            self._test_lock()
            log.warning("%s is on a network disk: a local one is faster and safer.", self._paths.home)
        self._paths.owner.unlink(missing_ok=True)
        return True

    def release(self) -> None:
        """Let another process own the data folder."""
        if self.is_owner:
            self._paths.owner.unlink(missing_ok=True)
            self._lock.release()

    def _test_lock(self) -> None:
        """Make sure that a second claim is refused; some network disks grant every lock to everybody."""
        second = FileLock(self._paths.lock, mode=0o600, thread_local=False, fallback_to_soft=False)
        try:
            second.acquire(timeout=0)
        except Timeout:
            return
        second.release()
        self._lock.release()
        raise InvalidInput(self._no_locks("two claims were granted at once"))

    def _no_locks(self, reason: str) -> str:
        return (
            f"home: {self._paths.home} is on a disk without working locks ({reason}), where two servers could damage "
            "the library; name a data folder on a local disk."
        )
