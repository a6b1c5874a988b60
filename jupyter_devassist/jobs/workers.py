"""The only pools: the event loop waits, these compute."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """Pools with one purpose each, so that slow embedding cannot starve the disk or a search."""

    def __init__(self, *, cpu_threads: int, search_threads: int) -> None:
        self._search = ThreadPoolExecutor(search_threads, thread_name_prefix="devassist-search")
        self._cpu = ThreadPoolExecutor(cpu_threads, thread_name_prefix="devassist-cpu")
        self._write = ThreadPoolExecutor(1, thread_name_prefix="devassist-write")
        self._index = ThreadPoolExecutor(1, thread_name_prefix="devassist-index")

    async def search(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something short that a person is waiting for."""
        return await self._run(self._search, call, *args, **kwargs)

    async def cpu(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run reading, chunking or embedding: work of seconds that nobody is waiting for."""
        return await self._run(self._cpu, call, *args, **kwargs)

    async def write(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a write to the database; one at a time, in order."""
        return await self._run(self._write, call, *args, **kwargs)

    async def index(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a change to the derived indexes; one at a time, and nobody else's write waits for it."""
        return await self._run(self._index, call, *args, **kwargs)

    async def _run(self, pool: ThreadPoolExecutor, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, partial(call, *args, **kwargs))

    def close(self) -> None:
        """Wait for what is running; what is queued is dropped."""
        for pool in (self._search, self._cpu, self._write, self._index):
            pool.shutdown(wait=True, cancel_futures=True)
