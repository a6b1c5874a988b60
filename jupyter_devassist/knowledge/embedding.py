"""Giving every chunk its vector, what was saved last first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TYPE_CHECKING

from ..events import DocumentChanged, Events
from ..jobs.service import Jobs, Run
from ..jobs.workers import Workers
from ..values import DocumentId
from .caring import Caring
from .ingest import embed
from .store import KnowledgeStore, UnembeddedChunk

if TYPE_CHECKING:
    from ..inference.base import Embedder

EMBED_WINDOW = 512
EMBED_BATCH = 64


class Embedding:
    """Embeds in the background what has no vector yet; chunks are found by their words until then."""

    def __init__(self, *, store: KnowledgeStore, caring: Caring, jobs: Jobs, workers: Workers, events: Events) -> None:
        self._store = store
        self._caring = caring
        self._jobs = jobs
        self._workers = workers
        self._events = events
        self._embedders: list[Embedder] = []
        self._is_ready = asyncio.Event()
        self._is_embedding = self._more_to_embed = False
        jobs.register("embed", "embedding", self._embed)

    async def vectors_opened(self, embedder: Embedder) -> None:
        """Begin to embed; work that came before has waited for this."""
        self._embedders.append(embedder)
        self._is_ready.set()
        await self.embed_soon()

    async def embed_soon(self) -> None:
        """Embed what has no vector yet, unless there is nothing."""
        self._more_to_embed = True
        if self._is_embedding or not self._is_ready.is_set():
            return
        chunk_count, embedded_count, _ = await self._workers.search(self._store.counts)
        if embedded_count < chunk_count:
            await self._jobs.submit("embed", "embed", "Embed new passages")

    async def embed_a_few(self) -> None:
        """A saved cell is worth its vector at once; a large file waits its turn."""
        if not self._is_ready.is_set():
            return
        embedder = self._embedders[0]
        model = embedder.info.name
        batch = await self._workers.search(self._store.texts_without_vectors, model, EMBED_BATCH)
        if 0 < len(batch) < EMBED_BATCH:
            rows = await self._workers.cpu(embed, embedder, batch)
            self._tell_indexed(await self._workers.write(self._store.save_vectors, model, rows))

    async def _embed(self, run: Run, payload: bytes) -> str:
        await run.until(self._is_ready)
        self._is_embedding = self._more_to_embed = True  # also when it is resumed, and nothing has come since
        done = 0
        try:
            while self._more_to_embed:
                self._more_to_embed = False
                done = await self._embed_all(run, self._embedders[0], done)
        finally:
            self._is_embedding = False
        run.report("Embedding", done, done, "chunks")
        await self._caring.copy_if_due()
        return f"Embedded {done:,} passages."

    async def _embed_all(self, run: Run, embedder: Embedder, done: int) -> int:
        model = embedder.info.name
        while window := await self._workers.search(self._store.texts_without_vectors, model, EMBED_WINDOW):
            chunk_count, embedded_count, _ = await self._workers.search(self._store.counts)
            await self._embed_window(run, embedder, window, done, done + chunk_count - embedded_count)
            done += len(window)
            await self._caring.apply()
        return done

    async def _embed_window(
        self, run: Run, embedder: Embedder, window: list[UnembeddedChunk], done: int, total: int
    ) -> None:
        """Embed while the batch before is written."""
        window.sort(key=lambda row: row.chunk.token_count)
        saving: Awaitable[list[DocumentId]] | None = None
        try:
            for start in range(0, len(window), EMBED_BATCH):
                run.check()
                run.report("Embedding", done + start, total, "chunks")
                rows = await self._workers.cpu(embed, embedder, window[start : start + EMBED_BATCH])
                if saving is not None:
                    self._tell_indexed(await saving)
                saving = asyncio.ensure_future(self._workers.write(self._store.save_vectors, embedder.info.name, rows))
        finally:
            if saving is not None:
                self._tell_indexed(await saving)

    def _tell_indexed(self, documents: Iterable[str]) -> None:
        for document_id in documents:
            self._events.publish(DocumentChanged(document_id=document_id, state="indexed"))
