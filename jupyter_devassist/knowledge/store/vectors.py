"""Vectors, kept by the text they are vectors of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, exists, insert, literal, select, update
from sqlalchemy.dialects import sqlite

from ...inference.base import CharSpan, Vectors
from ...storage.tables import chunks, documents, embeddings, outbox, settings
from ...values import DocumentId
from ..model import Chunk
from ..sentences import SentenceVectors
from .rows import stored_chunks, to_chunk

_MODEL = "embedding_model"


class UnembeddedChunk(NamedTuple):
    """A chunk whose ``indexed_text`` has no vector yet."""

    text_hash: bytes
    chunk: Chunk


class VectorRow(NamedTuple):
    """What a model makes of one text. Vectors have unit length; spans are passed through as they come."""

    text_hash: bytes
    vector: Vectors
    sentence_spans: Sequence[CharSpan]
    sentence_vectors: Vectors
    """Shape (len(sentence_spans), dimension)."""


def current_model(connection: Connection) -> str | None:
    return connection.execute(select(settings.c.value).where(settings.c.name == _MODEL)).scalar()


def use_model(connection: Connection, model: str) -> bool:
    """Make a model's vectors the ones that count; those it has made before are taken up again."""
    if current_model(connection) == model:
        return False
    put = sqlite.insert(settings).values(name=_MODEL, value=model)
    connection.execute(put.on_conflict_do_update(index_elements=["name"], set_={"value": model}))
    connection.execute(update(chunks).values(embedding_key=_embedding_of_chunk(model)))
    settle_states(connection, None)
    return True


def link_known(connection: Connection, document_key: int) -> None:
    """Give the chunks of a document the vectors that are known for their texts."""
    model = current_model(connection)
    if model is not None:
        connection.execute(
            update(chunks)
            .where(chunks.c.document_key == document_key, chunks.c.embedding_key.is_(None))
            .values(embedding_key=_embedding_of_chunk(model))
        )


def settle_states(connection: Connection, document_keys: Sequence[int] | None) -> list[DocumentId]:
    """Call a document indexed when none of its chunks lacks a vector, else lexical; returns those newly indexed."""
    lacking = exists().where(chunks.c.document_key == documents.c.key, chunks.c.embedding_key.is_(None))
    chosen = literal(True) if document_keys is None else documents.c.key.in_(document_keys)
    connection.execute(update(documents).where(chosen, documents.c.state == "indexed", lacking).values(state="lexical"))
    if current_model(connection) is None:
        return []
    done = connection.execute(
        update(documents)
        .where(chosen, documents.c.state == "lexical", ~lacking)
        .values(state="indexed")
        .returning(documents.c.id)
    )
    return [DocumentId(found) for found in done.scalars()]


def texts_without_vectors(connection: Connection, model: str, limit: int) -> list[UnembeddedChunk]:
    """The newest texts to embed, each once: what has just been saved is wanted first."""
    if current_model(connection) != model:
        return []
    rows = connection.execute(
        stored_chunks.add_columns(chunks.c.text_hash)
        .where(chunks.c.embedding_key.is_(None))
        .order_by(chunks.c.key.desc())
        .limit(limit)
    )
    found = {row.text_hash: UnembeddedChunk(row.text_hash, to_chunk(row)) for row in rows}
    return list(found.values())


def save_vectors(connection: Connection, model: str, rows: Sequence[VectorRow]) -> list[DocumentId]:
    """Keep vectors and give them to the chunks with their texts; returns the documents that are complete with them."""
    if not rows:
        return []
    values = [
        {
            "model": model,
            "text_hash": row.text_hash,
            "vector": to_half(row.vector),
            "sentence_vectors": to_bytes(row.sentence_vectors),
            "sentence_spans": [list(span) for span in row.sentence_spans],
        }
        for row in rows
    ]
    connection.execute(sqlite.insert(embeddings).on_conflict_do_nothing(), values)
    if current_model(connection) != model:
        return []
    waiting = chunks.c.text_hash.in_([row.text_hash for row in rows]) & chunks.c.embedding_key.is_(None)
    found = connection.execute(select(chunks.c.key, chunks.c.document_key).where(waiting).order_by(chunks.c.key)).all()
    if not found:
        return []
    connection.execute(update(chunks).where(waiting).values(embedding_key=_embedding_of_chunk(model)))
    connection.execute(insert(outbox), [{"target": "vector", "chunk_key": row.key} for row in found])
    return settle_states(connection, list({row.document_key for row in found}))


def drop_unused(connection: Connection) -> int:
    """Delete the vectors of texts that no document holds any more."""
    used = select(chunks.c.text_hash)
    return connection.execute(delete(embeddings).where(embeddings.c.text_hash.not_in(used))).rowcount


def passage_vectors(connection: Connection, keys: Sequence[int]) -> dict[int, Vectors]:
    rows = connection.execute(
        _linked.with_only_columns(chunks.c.key, embeddings.c.vector).where(chunks.c.key.in_(keys))
    )
    return {row.key: from_half(row.vector) for row in rows}


def sentence_vectors(connection: Connection, keys: Sequence[int]) -> dict[int, SentenceVectors]:
    """The sentences of these chunks as unit vectors; chunks without vectors are absent."""
    rows = connection.execute(_linked.where(chunks.c.key.in_(keys)))
    return {row.key: _to_sentences(row) for row in rows}


_linked = select(chunks.c.key, embeddings.c.vector, embeddings.c.sentence_vectors, embeddings.c.sentence_spans).join(
    embeddings, embeddings.c.key == chunks.c.embedding_key
)


def to_half(vector: Vectors) -> bytes:
    data: bytes = vector.astype("<f2").tobytes()
    return data


def from_half(data: bytes) -> Vectors:
    return np.frombuffer(data, "<f2").astype(np.float32)


def to_bytes(vectors: Vectors) -> bytes:
    """One byte per number, each vector stretched to the full range: its direction is all that counts."""
    if not vectors.size:
        return b""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    data: bytes = np.rint(vectors * (127.0 / largest)).astype(np.int8).tobytes()
    return data


def from_bytes(data: bytes, count: int) -> Vectors:
    """Undo ``to_bytes``; the vectors have unit length."""
    whole: NDArray[np.float32] = (
        np.frombuffer(data, np.int8).reshape(count, len(data) // max(count, 1)).astype(np.float32)
    )
    unit: Vectors = whole / np.maximum(np.linalg.norm(whole, axis=1, keepdims=True), 1e-12)
    return unit


def _to_sentences(row: Any) -> SentenceVectors:
    spans = [(int(start), int(end)) for start, end in row.sentence_spans]
    return SentenceVectors(spans, from_bytes(row.sentence_vectors, len(spans)))


def _embedding_of_chunk(model: str) -> Any:
    return (
        select(embeddings.c.key)
        .where(embeddings.c.model == model, embeddings.c.text_hash == chunks.c.text_hash)
        .correlate(chunks)
        .scalar_subquery()
    )
