"""A library of small texts over real engines, with vectors that follow from the words."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from jupyter_devassist.clock import Clock
from jupyter_devassist.inference.base import EmbedderInfo, Vectors
from jupyter_devassist.knowledge.library import Library, VectorRow, open_library
from jupyter_devassist.knowledge.model import Chunk, Document
from jupyter_devassist.paths import StoragePaths
from jupyter_devassist.values import ChunkId, DocumentId, Span

FOLDER = Path("/home/ada/course")


class Shelf:
    """Writes documents and looks things up, opening the library anew whenever asked to."""

    folder = FOLDER

    def __init__(self, home: Path, model: str = "words-in-16") -> None:
        self.paths = StoragePaths(home)
        self.clock = Clock()
        self.embedder = EmbedderInfo(name=model, dimension=16, max_tokens=256)
        self._library: Library | None = None

    @property
    def library(self) -> Library:
        if self._library is None:
            self._library = open_library(self.paths, self.clock)
        return self._library

    @property
    def store(self) -> Any:
        return self.library.store

    @property
    def indexes(self) -> Any:
        return self.library.indexes

    def open(self) -> Shelf:
        self.indexes.open_lexical()
        self.indexes.open_vectors(self.embedder)
        return self

    def close(self) -> None:
        library, self._library = self._library, None
        if library is not None:
            library.close()

    def document(self, name: str, **changes: Any) -> Document:
        now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        document = Document(
            id=DocumentId(f"id of {name}"),
            path=FOLDER / name,
            kind="markdown",
            language=None,
            size_bytes=10,
            content_hash=f"hash of {name}",
            state="lexical",
            reason=None,
            error_code=None,
            chunk_count=0,
            modified_at=now,
            indexed_at=now,
        )
        return msgspec.structs.replace(document, **changes)

    def chunk(self, name: str, ordinal: int, text: str, **changes: Any) -> Chunk:
        chunk = Chunk(
            id=ChunkId(f"{name}: {text!a}"),
            document_id=DocumentId(f"id of {name}"),
            ordinal=ordinal,
            kind="prose",
            language=None,
            heading=("Course",),
            lead="",
            text=text,
            span=Span(start_line=ordinal + 1, end_line=ordinal + 1),
            token_count=len(text.split()),
        )
        return msgspec.structs.replace(chunk, **changes)

    def save(self, name: str, texts: Sequence[str]) -> Any:
        chunks = [self.chunk(name, ordinal, text) for ordinal, text in enumerate(texts)]
        return self.store.save_reading(self.document(name), chunks)

    def embed(self) -> list[DocumentId]:
        """Give every text its vector."""
        rows = self.store.texts_without_vectors(self.embedder.name, 100_000)
        return self.store.save_vectors(
            self.embedder.name,
            [
                VectorRow(row.text_hash, self.vector(row.chunk.text), [(0, 1)], self.vector(row.chunk.text)[None])
                for row in rows
            ],
        )

    def fill(self, count: int = 20) -> None:
        """Save, embed and index some documents of three passages each."""
        for number in range(count):
            self.save(f"{number}.md", [f"passage{number}x{part} about topic{number % 5}" for part in range(3)])
        self.embed()
        self.indexes.apply()

    def vector(self, text: str) -> Vectors:
        """A unit vector in which equal words point the same way."""
        total = np.zeros(self.embedder.dimension)
        for word in text.split():
            total += np.random.default_rng(zlib.crc32(word.encode())).normal(size=self.embedder.dimension)
        return (total / np.linalg.norm(total)).astype(np.float32)

    def by_words(self, query: str, documents: Sequence[int] | None = None) -> list[str]:
        hits = self.indexes.search_lexical(query, 10, documents).hits
        return self._texts([hit.key for hit in hits])

    def by_meaning(self, query: str, documents: Sequence[int] | None = None) -> list[str] | None:
        hits = self.indexes.search_vector(self.vector(query), 10, documents)
        return None if hits is None else self._texts([hit.key for hit in hits])

    def _texts(self, keys: list[int]) -> list[str]:
        found = self.store.chunks_by_key(keys)
        return [found[key].chunk.text for key in keys]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "home")
    yield shelf
    shelf.close()
