"""Files that change on disk, told in batches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

DEBOUNCE_MS = 150
STEP_MS = 50

Changed = Callable[[set[Path]], Awaitable[None]]


class Watcher:
    """Watches the sources and tells which files were written, moved or deleted.

    A save in Lab arrives here like a change made by any other program, so there is one path for both.
    """

    def __init__(self, changed: Changed) -> None:
        self._changed = changed
        self._paths: frozenset[Path] = frozenset()
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    async def watch(self, paths: Iterable[Path]) -> None:
        """Watch exactly these files and folders from now on."""
        wanted = frozenset(_outermost(path for path in paths if path.exists()))
        if wanted == self._paths and self._task is not None:
            return
        await self.stop()
        self._paths = wanted
        if wanted:
            self._stop = asyncio.Event()
            self._task = asyncio.create_task(self._run(wanted, self._stop), name="devassist-watcher")

    async def stop(self) -> None:
        self._stop.set()
        if self._task is not None:
            with suppress(asyncio.CancelledError):
                await self._task
        self._task = None

    async def _run(self, paths: frozenset[Path], stop: asyncio.Event) -> None:
        from watchfiles import awatch  # late: it loads a native library

        try:
            async for batch in awatch(
                *paths,
                debounce=DEBOUNCE_MS,
                step=STEP_MS,
                stop_event=stop,
                watch_filter=None,
                ignore_permission_denied=True,
            ):
                try:
                    await self._changed({Path(path) for _, path in batch})
                except Exception:
                    log.exception("Changed files could not be taken up")
        except OSError as reason:
            # Too many folders for the system's watches: saves are still seen at the next scan.
            log.warning("Files are not watched (%s); re-index to take up changes made outside JupyterLab", reason)


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """Drop paths that lie below another one, which would be told twice."""
    kept: list[Path] = []
    for path in sorted(paths):
        if not any(path.is_relative_to(other) for other in kept):
            kept.append(path)
    return kept
