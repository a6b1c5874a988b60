"""Files that change on disk, told in batches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from threading import Event, Thread

log = logging.getLogger(__name__)

DEBOUNCE_MS = 150
STEP_MS = 50
STOP_SECONDS = 5.0
RESTART_SECONDS = 0.5

Changed = Callable[[set[Path]], Awaitable[None]]


class Watcher:
    """Watches the sources and tells which files were written, moved or deleted.

    A save in Lab arrives here like a change made by any other program, so there is one path for both.
    """

    def __init__(self, changed: Changed) -> None:
        self._changed = changed
        self._paths: frozenset[Path] = frozenset()
        self._thread: Thread | None = None
        self._stop = Event()
        self.trouble: str | None = None
        """Why changes are not seen, in words."""

    async def watch(self, paths: Iterable[Path]) -> None:
        """Watch exactly these files and folders from now on."""
        wanted = frozenset(_outermost(path for path in paths if path.exists()))
        if wanted == self._paths and self._thread is not None and self._thread.is_alive():
            return
        await self.stop()
        self._paths = wanted
        if wanted:
            self._stop, self.trouble = Event(), None
            # A daemon, so that a server which ends without closing us is not held up by it.
            self._thread = Thread(
                target=self._run,
                args=(wanted, self._stop, asyncio.get_running_loop()),
                name="devassist-watcher",
                daemon=True,
            )
            self._thread.start()

    async def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, STOP_SECONDS)
        self._thread = None

    def _run(self, paths: frozenset[Path], stop: Event, loop: asyncio.AbstractEventLoop) -> None:
        from watchfiles._rust_notify import WatchfilesRustInternalError  # late: it loads a native library

        while not stop.is_set():
            try:
                self._tell_all(paths, stop, loop)
                break
            except WatchfilesRustInternalError as reason:
                # Such as a file whose name is no text: the batch is lost, so everything is looked at.
                log.info("Files are watched anew (%s)", reason)
                if not stop.wait(RESTART_SECONDS) and not loop.is_closed():
                    asyncio.run_coroutine_threadsafe(self._tell(set(paths)), loop)
            except OSError as reason:
                # Too many folders for the system's watches: saves are still seen at the next scan.
                self.trouble = f"Changed files are not noticed ({reason}); re-index a folder to take up its changes."
                log.warning("%s", self.trouble)
                break
            except RuntimeError:
                if not loop.is_closed():
                    raise
                break

    def _tell_all(self, paths: frozenset[Path], stop: Event, loop: asyncio.AbstractEventLoop) -> None:
        from watchfiles import watch

        for batch in watch(
            *paths,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            stop_event=stop,
            watch_filter=None,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            asyncio.run_coroutine_threadsafe(self._tell({Path(path) for _, path in batch}), loop)

    async def _tell(self, paths: set[Path]) -> None:
        try:
            await self._changed(paths)
        except Exception:
            log.exception("Changed files could not be taken up")


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """Drop paths that lie below another one, which would be told twice."""
    kept: list[Path] = []
    for path in sorted(paths):
        if not any(path.is_relative_to(other) for other in kept):
            kept.append(path)
    return kept
