"""A library of any size, made in seconds from a few real texts, written the way the product writes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..clock import Clock
from ..inference.base import EmbedderInfo, Vectors
from ..knowledge.library import Library, VectorRow, open_library
from ..knowledge.model import Chunk, Document
from ..knowledge.sentences import split_sentences
from ..paths import StoragePaths
from ..values import ChunkId, DocumentId, Span

CHUNKS_PER_DOCUMENT = 50
_VECTORS_PER_WRITE = 4_000
_JITTER = 0.03
"""Standard deviation of what is added to each number of a vector: about 0.5 of the vector's length in all."""


class MadeText(NamedTuple):
    """The first half of one real text and the second half of another, with a vector between theirs."""

    text: str
    vector: Vectors


def make_texts(texts: Sequence[str], vectors: Vectors, count: int, seed: int) -> Iterator[MadeText]:
    """As many different texts as are wanted; words are as frequent and vectors as clustered as in the real ones."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        first, second = random.integers(len(texts), size=2)
        vector = vectors[first] + vectors[second]
        vector = vector / np.linalg.norm(vector) + random.normal(0.0, _JITTER, vector.shape)
        yield MadeText(
            f"{_half(texts[first], first=True)} {_half(texts[second], first=False)}",
            (vector / np.linalg.norm(vector)).astype(np.float32),
        )


def make_library(home: Path, root: Path, made: Sequence[MadeText], embedder: EmbedderInfo, clock: Clock) -> None:
    """Fill a library with documents below ``root``, which need not exist on the disk."""
    with closing(open_library(StoragePaths(home), clock)) as library:
        library.indexes.open_lexical()
        library.indexes.open_vectors(embedder)
        vectors: dict[ChunkId, Vectors] = {}
        for number, start in enumerate(range(0, len(made), CHUNKS_PER_DOCUMENT)):
            part = made[start : start + CHUNKS_PER_DOCUMENT]
            document = _document(root, number, clock)
            chunks = [_chunk(document.id, ordinal, one.text) for ordinal, one in enumerate(part)]
            vectors |= {chunk.id: one.vector for chunk, one in zip(chunks, part, strict=True)}
            library.store.save_reading(document, chunks)
        _save_vectors(library, embedder.name, vectors)
        library.indexes.apply(wait=True)
        library.indexes.optimise()


def _save_vectors(library: Library, model: str, vectors: dict[ChunkId, Vectors]) -> None:
    random = np.random.default_rng(0)
    while waiting := library.store.texts_without_vectors(model, _VECTORS_PER_WRITE):
        rows = []
        for text_hash, chunk in waiting:
            vector = vectors[chunk.id]
            spans = [(start, end) for start, end in split_sentences(chunk.text, chunk.kind)]
            sentences = vector + random.normal(0.0, _JITTER, (len(spans), len(vector)))
            sentences /= np.linalg.norm(sentences, axis=1, keepdims=True)
            rows.append(VectorRow(text_hash, vector, spans, sentences.astype(np.float32)))
        library.store.save_vectors(model, rows)


def _document(root: Path, number: int, clock: Clock) -> Document:
    now = clock.now()
    return Document(
        id=DocumentId(f"{number:032x}"),
        path=root / f"part-{number // 100:02}" / f"notes-{number:05}.md",
        kind="markdown",
        language=None,
        size_bytes=0,
        content_hash="",
        state="lexical",
        reason=None,
        error_code=None,
        chunk_count=0,
        modified_at=now,
        indexed_at=now,
    )


def _chunk(document_id: DocumentId, ordinal: int, text: str) -> Chunk:
    return Chunk(
        id=ChunkId(hashlib.blake2b(f"{document_id}{ordinal}".encode(), digest_size=16).hexdigest()),
        document_id=document_id,
        ordinal=ordinal,
        kind="prose",
        language=None,
        heading=(f"Part {ordinal}",),
        lead="",
        text=text,
        span=Span(start_line=ordinal * 40 + 1, end_line=ordinal * 40 + 1 + text.count("\n")),
        token_count=len(text.split()),
    )


def _half(text: str, *, first: bool) -> str:
    middle = text.find(" ", len(text) // 2)
    middle = middle if middle > 0 else len(text) // 2
    return text[:middle] if first else text[middle + 1 :]
