"""Reading documents and chunks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, func, select

from ...errors import NotFound
from ...storage.tables import chunks, collections, documents, memberships
from ...values import ChunkId, DocumentId
from ..model import Chunk, Document, DocumentKind, DocumentPage, DocumentState, FileStamp
from .collections import collection as find_collection
from .rows import StoredChunk, below, path_text, stored_chunks, to_chunk, to_document, to_stored_chunk


def list_documents(
    connection: Connection,
    root: Path,
    state: DocumentState | None,
    kind: DocumentKind | None,
    collection: str | None,
    contains: str | None,
    offset: int,
    limit: int,
) -> DocumentPage:
    """Part of the documents below a folder by path; ``contains`` is looked for in the path, whatever its case."""
    wanted: list[ColumnElement[bool]] = [below(documents.c.path, root)]
    if state is not None:
        wanted.append(documents.c.state == state)
    if kind is not None:
        wanted.append(documents.c.kind == kind)
    if contains:
        wanted.append(documents.c.path.icontains(contains, autoescape=True))
    if collection is not None:
        found = find_collection(connection, collection)
        members = select(memberships.c.document_key).join(collections).where(collections.c.id == found.id)
        wanted.append(documents.c.key.in_(members))
    total = connection.execute(select(func.count()).select_from(documents).where(*wanted)).scalar_one()
    rows = connection.execute(select(documents).where(*wanted).order_by(documents.c.path).offset(offset).limit(limit))
    return DocumentPage(items=tuple(to_document(row) for row in rows), total=total)


def document(connection: Connection, document_id: DocumentId) -> Document:
    row = connection.execute(select(documents).where(documents.c.id == document_id)).first()
    if row is None:
        raise NotFound(f"No document has the id {document_id}; it may have been removed meanwhile.")
    return to_document(row)


def document_at(connection: Connection, path: Path) -> Document | None:
    row = connection.execute(select(documents).where(documents.c.path == path_text(path))).first()
    return None if row is None else to_document(row)


def documents_with_content(connection: Connection, content_hash: str) -> list[Document]:
    rows = connection.execute(select(documents).where(documents.c.content_hash == content_hash))
    return [to_document(row) for row in rows]


def known_files(connection: Connection, under: Path) -> dict[Path, FileStamp]:
    rows = connection.execute(
        select(
            documents.c.path,
            documents.c.id,
            documents.c.size_bytes,
            documents.c.modified_at,
            documents.c.content_hash,
            documents.c.state,
        ).where(below(documents.c.path, under))
    )
    return {
        Path(row.path): FileStamp(
            document_id=DocumentId(row.id),
            size_bytes=row.size_bytes,
            modified_at=row.modified_at,
            content_hash=row.content_hash,
            state=row.state,
        )
        for row in rows
    }


def counts(connection: Connection) -> tuple[int, int, dict[str, int]]:
    """How many chunks there are, how many of them have vectors, and how many documents are in each state."""
    chunk_count = connection.execute(select(func.count(chunks.c.document_key))).scalar_one()
    embedded_count = connection.execute(select(func.count(chunks.c.embedding_key))).scalar_one()
    by_state = connection.execute(select(documents.c.state, func.count()).group_by(documents.c.state)).all()
    return chunk_count, embedded_count, {row[0]: row[1] for row in by_state}


def chunks_by_key(connection: Connection, keys: Sequence[int]) -> dict[int, StoredChunk]:
    rows = connection.execute(stored_chunks.where(chunks.c.key.in_(keys)))
    return {row.key: to_stored_chunk(row) for row in rows}


def chunks_of(connection: Connection, document_id: DocumentId) -> list[Chunk]:
    rows = connection.execute(stored_chunks.where(documents.c.id == document_id).order_by(chunks.c.ordinal))
    return [to_chunk(row) for row in rows]


def chunk(connection: Connection, chunk_id: ChunkId) -> StoredChunk | None:
    row = connection.execute(stored_chunks.where(chunks.c.id == chunk_id)).first()
    return None if row is None else to_stored_chunk(row)
