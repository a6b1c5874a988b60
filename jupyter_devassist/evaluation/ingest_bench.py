"""How much longer it takes to make a folder searchable than only to embed its texts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from ..clock import Clock
from ..errors import AssistError
from ..inference.base import Embedder
from ..inference.onnx_embedder import OnnxEmbedder
from ..knowledge.isolation import ReaderProcess
from ..knowledge.reading import ReadingLimits
from ..plugins import Plugins
from ..values import Value
from .bench_setting import ASKER, opened
from .documents import Cutter

_BATCH = 64
_WARM_UP = 16


class IngestFigures(Value):
    """Seconds from adding a folder until all of it can be searched, and of embedding its texts alone."""

    file_count: int
    chunk_count: int
    text_count: int
    """Different texts: each is embedded once."""
    seconds: float
    alone_seconds: float

    @property
    def ratio(self) -> float:
        return self.seconds / self.alone_seconds


def measure(folder: Path, home: Path, clock: Clock) -> IngestFigures:
    """Embed one half of the texts, take in the folder, embed the other half; all with the same threads.

    What else the machine does meanwhile falls on both sides alike as long as it does not change its pace suddenly.
    """
    embedder = OnnxEmbedder.bundled()
    texts = texts_of(folder, embedder)
    embedder.embed_passages(texts[:_WARM_UP])
    halves = texts[::2], texts[1::2]
    alone = _embed(embedder, halves[0], clock)
    chunk_count, seconds = asyncio.run(_take_in(folder, home, clock))
    alone += _embed(embedder, halves[1], clock)
    return IngestFigures(
        file_count=sum(1 for path in folder.rglob("*") if path.is_file()),
        chunk_count=chunk_count,
        text_count=len(texts),
        seconds=seconds,
        alone_seconds=alone,
    )


def texts_of(folder: Path, embedder: Embedder) -> list[str]:
    """The different texts that the library embeds of a folder, shortest first, as the library takes them."""
    isolation = ReaderProcess()
    try:
        cutter = Cutter(Plugins().readers(), isolation, ReadingLimits(), embedder)
        chunks = [chunk for document in cutter.cut_files(folder, lambda skip: None) for chunk in document.chunks]
    finally:
        isolation.close()
    return sorted({chunk.indexed_text for chunk in chunks}, key=lambda text: (len(text), text))


def _embed(embedder: Embedder, texts: Sequence[str], clock: Clock) -> float:
    start = clock.monotonic()
    for first in range(0, len(texts), _BATCH):
        embedder.embed_passages(texts[first : first + _BATCH])
    return clock.monotonic() - start


async def _take_in(folder: Path, home: Path, clock: Clock) -> tuple[int, float]:
    async with opened(home, watch=False) as assist:
        start = clock.monotonic()
        job = await assist.knowledge.add(ASKER, folder)
        await assist.knowledge.settled()
        seconds = clock.monotonic() - start
        job = await assist.jobs.get(job.id)
        status = await assist.knowledge.status(ASKER)
    if job.state != "done" or status.embedded_count != status.chunk_count:
        raise AssistError(f"{folder} was not taken in: {job.message}")
    return status.chunk_count, seconds
