"""The process that is killed: writes to a library without pause and says what was acknowledged.

It waits, with everything imported, for a line of orders; then it opens the library, reports what
it finds there, and writes until it dies. Orders and reports are lines of JSON.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Literal

import lancedb  # noqa: F401 - imported before the clock runs
import msgspec
import numpy as np

from ..clock import Clock
from ..inference.base import EmbedderInfo, Vectors
from ..knowledge import vector_index
from ..knowledge.lexical_index import LexicalIndex
from ..knowledge.library import KnowledgeStore, Ledger, Library, VectorRow, open_library
from ..knowledge.model import Chunk, Document
from ..knowledge.vector_index import VectorIndex
from ..paths import StoragePaths
from ..storage import snapshots
from ..values import ChunkId, DocumentId, Span, Value

DOCUMENT_COUNT = 40
EMBEDDER = EmbedderInfo(name="crash-test", dimension=32, max_tokens=256)
FOLDER = Path("/crash-test")

_MOMENTS: dict[str, tuple[Any, str, Literal["before", "after"]]] = {
    "after the truth is committed": (KnowledgeStore, "save_reading", "after"),
    "after vectors are committed": (KnowledgeStore, "save_vectors", "after"),
    "before words are applied": (LexicalIndex, "apply", "before"),
    "after words are applied": (LexicalIndex, "apply", "after"),
    "between deleting and adding vectors": (vector_index, "_rows", "before"),
    "before vectors are synced": (VectorIndex, "_sync", "before"),
    "after vectors are applied": (VectorIndex, "apply", "after"),
    "before applied is recorded": (Ledger, "record_applied", "before"),
    "after a generation is begun": (Ledger, "begin", "after"),
    "before the swap": (Ledger, "go_live", "before"),
    "after the swap": (Ledger, "go_live", "after"),
    "while the old generation is removed": (Ledger, "forget", "before"),
    "before a snapshot is checked": (snapshots, "is_good", "before"),
    "before an index is closed": (LexicalIndex, "close", "before"),
}
MOMENTS = tuple(_MOMENTS)


class Orders(Value):
    home: str
    seed: int
    moment: str | None
    """Where to die, or none to be killed from outside."""
    hits: int
    """Die when the moment comes for this many-th time."""


class Found(Value, tag_field="type", tag="found"):
    """What is in the library after opening it."""

    seconds: float
    """From the orders until searches are answered."""
    documents: dict[str, tuple[int, str]]
    """Version and path by id."""
    wrong_texts: list[str]
    """Documents whose chunks are not those of their version."""
    texts_without_vectors: list[str]
    differences: dict[str, int]
    troubles: dict[str, str]
    faults: list[str]


class Begun(Value, tag_field="type", tag="begun"):
    """A write that may or may not happen."""

    document: str
    version: int | None
    path: str


class Acknowledged(Value, tag_field="type", tag="acknowledged"):
    document: str


class Embedded(Value, tag_field="type", tag="embedded"):
    """Vectors that were acknowledged."""

    texts: list[str]


Report = Found | Begun | Acknowledged | Embedded


def main() -> None:
    orders = msgspec.json.decode(sys.stdin.buffer.readline(), type=Orders)
    if orders.moment is not None:
        _arm(orders.moment, orders.hits)
    clock = Clock()
    started = clock.monotonic()
    library = open_library(StoragePaths(Path(orders.home)), clock)
    library.indexes.open_lexical()
    library.indexes.open_vectors(EMBEDDER)
    _say(_look(library, clock.monotonic() - started))
    _write_forever(library, StoragePaths(Path(orders.home)), Random(orders.seed), clock)  # noqa: S311 - a repeatable run


def _arm(moment: str, hits: int) -> None:
    """Make the process kill itself, as the system would, at the given moment."""
    place, name, when = _MOMENTS[moment]
    original: Callable[..., Any] = getattr(place, name)
    left = [hits]

    def armed(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if when == "before" and left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if when == "after" and left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(place, name, armed)


def _look(library: Library, seconds: float) -> Found:
    troubles = library.indexes.troubles()
    for name in troubles:
        library.indexes.rebuild(name)
    library.indexes.apply(wait=True)
    documents: dict[str, tuple[int, str]] = {}
    wrong: list[str] = []
    page = library.store.documents(
        root=FOLDER, state=None, kind=None, collection=None, contains=None, offset=0, limit=10_000
    )
    for document in page.items:
        version = int(document.content_hash)
        documents[document.id] = (version, str(document.path))
        if [chunk.text for chunk in library.store.chunks_of(document.id)] != _texts(document.id, version):
            wrong.append(document.id)
    waiting = library.store.texts_without_vectors(EMBEDDER.name, 1_000_000)
    return Found(
        seconds=seconds,
        documents=documents,
        wrong_texts=wrong,
        texts_without_vectors=[row.text_hash.hex() for row in waiting],
        differences=library.indexes.differences(),
        troubles=troubles,
        faults=library.database.check(fully=False),
    )


def _write_forever(library: Library, paths: StoragePaths, random: Random, clock: Clock) -> None:
    slow_work: threading.Thread | None = None
    while True:
        dice = random.random()
        document_id = f"d{random.randrange(DOCUMENT_COUNT)}"
        known = library.store.document_at(FOLDER / document_id)
        known = known or library.store.document_at(FOLDER / f"{document_id}.md")
        version = int(known.content_hash) if known else 0
        if dice < 0.35:
            _save(library, document_id, version + 1, known.path if known else FOLDER / document_id, clock)
        elif dice < 0.60:
            _embed(library)
        elif dice < 0.65 and known:
            _say(Begun(document=document_id, version=None, path=""))
            library.store.remove_documents([known.id])
            _say(Acknowledged(document=document_id))
        elif dice < 0.70 and known:
            path = FOLDER / (document_id if known.path.suffix else f"{document_id}.md")
            _say(Begun(document=document_id, version=version, path=str(path)))
            library.store.move_document(known.id, path)
            _say(Acknowledged(document=document_id))
        elif dice < 0.90:
            library.indexes.apply()
        elif dice < 0.93:
            snapshots.take_snapshot(library.database, paths.snapshots, clock.now())
        elif slow_work is None or not slow_work.is_alive():
            name = random.choice([*library.indexes.names(), ""])
            work = partial(library.indexes.rebuild, name) if name else library.indexes.optimise
            slow_work = threading.Thread(target=work, daemon=True)
            slow_work.start()


def _save(library: Library, document_id: str, version: int, path: Path, clock: Clock) -> None:
    now = clock.now()
    document = Document(
        id=DocumentId(document_id),
        path=path,
        kind="text",
        language=None,
        size_bytes=version,
        content_hash=str(version),
        state="lexical",
        reason=None,
        error_code=None,
        chunk_count=0,
        modified_at=now,
        indexed_at=now,
    )
    _say(Begun(document=document_id, version=version, path=str(path)))
    library.store.save_reading(document, _chunks(document_id, version))
    _say(Acknowledged(document=document_id))


def _embed(library: Library) -> None:
    rows = library.store.texts_without_vectors(EMBEDDER.name, 32)
    sentence: Vectors = np.zeros((1, EMBEDDER.dimension), np.float32)
    saved = [VectorRow(row.text_hash, _vector(row.text_hash), [(0, len(row.chunk.text))], sentence) for row in rows]
    library.store.save_vectors(EMBEDDER.name, saved)
    _say(Embedded(texts=[row.text_hash.hex() for row in saved]))


def _vector(text_hash: bytes) -> Vectors:
    vector = np.random.default_rng(int.from_bytes(text_hash, "little")).normal(size=EMBEDDER.dimension)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def _texts(document_id: str, version: int) -> list[str]:
    """A document's text: most of it is the same from one version to the next, as after an edit."""
    count = 3 + version % 5
    since = [version - (version - part) % 7 for part in range(count)]
    return [f"{document_id} part {part} as of {since[part]} " + "word " * 30 for part in range(count)]


def _chunks(document_id: str, version: int) -> list[Chunk]:
    return [
        Chunk(
            id=ChunkId(f"{document_id}: {text}"),
            document_id=DocumentId(document_id),
            ordinal=ordinal,
            kind="prose",
            language=None,
            heading=(),
            lead="",
            text=text,
            span=Span(start_line=ordinal + 1, end_line=ordinal + 1),
            token_count=40,
        )
        for ordinal, text in enumerate(_texts(document_id, version))
    ]


def _say(report: Report) -> None:
    os.write(sys.stdout.fileno(), msgspec.json.encode(report) + b"\n")


if __name__ == "__main__":
    main()
