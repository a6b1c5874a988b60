"""Rows to values and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from ...errors import Unreadable
from ...storage.tables import chunks, collections, documents, memberships
from ...values import ChunkId, CollectionId, DocumentId, Span, encodable
from ..index import fingerprint
from ..model import Chunk, Collection, Document, DocumentKind

if TYPE_CHECKING:
    from sqlalchemy import Row

    AnyRow = Row[*tuple[Any, ...]]


class StoredChunk(NamedTuple):
    """A chunk and the document it stands in."""

    chunk: Chunk
    path: Path
    document_kind: DocumentKind


def path_text(path: Path) -> str:
    """The path as it is kept: absolute, with forward slashes."""
    text = path.as_posix()
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unreadable(f"{text!a}: the file's name is not valid text; rename the file to add it.") from None
    return text


def below(column: ColumnElement[str], folder: Path) -> ColumnElement[bool]:
    """Whether a path is the folder or lies below it; answered from the column's index."""
    text = path_text(folder).rstrip("/")
    return or_(column == text, and_(column >= f"{text}/", column < f"{text}0"))


def document_values(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "path": path_text(document.path),
        "kind": document.kind,
        "language": document.language,
        "size_bytes": document.size_bytes,
        "content_hash": document.content_hash,
        "state": document.state,
        "reason": document.reason and encodable(document.reason),
        "error_code": document.error_code,
        "chunk_count": document.chunk_count,
        "modified_at": document.modified_at,
        "indexed_at": document.indexed_at,
    }


def to_document(row: AnyRow) -> Document:
    return Document(
        id=DocumentId(row.id),
        path=Path(row.path),
        kind=row.kind,
        language=row.language,
        size_bytes=row.size_bytes,
        content_hash=row.content_hash,
        state=row.state,
        reason=row.reason,
        error_code=row.error_code,
        chunk_count=row.chunk_count,
        modified_at=row.modified_at,
        indexed_at=row.indexed_at,
    )


def chunk_values(chunk: Chunk, document_key: int, path: str) -> dict[str, Any]:
    """A chunk's row, without its key and its embedding."""
    text = encodable(chunk.indexed_text)
    return {
        "id": chunk.id,
        "document_key": document_key,
        "ordinal": chunk.ordinal,
        "kind": chunk.kind,
        "language": chunk.language,
        "heading": [encodable(part) for part in chunk.heading],
        "lead": encodable(chunk.lead),
        "text": encodable(chunk.text),
        "start_line": chunk.span.start_line,
        "end_line": chunk.span.end_line,
        "cell_id": chunk.span.cell_id and encodable(chunk.span.cell_id),
        "cell_index": chunk.span.cell_index,
        "page": chunk.span.page,
        "token_count": chunk.token_count,
        "text_hash": bytes.fromhex(fingerprint(text)),
        "fingerprint": chunk_fingerprint(path, document_key, text, chunk.kind, chunk.language),
    }


def chunk_fingerprint(path: str, document_key: int, text: str, kind: str, language: str | None) -> str:
    return fingerprint(path, str(document_key), text, kind, language)


chunk_columns = [column for column in chunks.c if column.name not in ("text_hash", "fingerprint", "embedding_key")]

stored_chunks = select(
    *chunk_columns, documents.c.id.label("document_id"), documents.c.path, documents.c.kind.label("document_kind")
).join(documents, documents.c.key == chunks.c.document_key)


def to_chunk(row: AnyRow) -> Chunk:
    """A chunk from a row of ``stored_chunks``."""
    return Chunk(
        id=ChunkId(row.id),
        document_id=DocumentId(row.document_id),
        ordinal=row.ordinal,
        kind=row.kind,
        language=row.language,
        heading=tuple(row.heading),
        lead=row.lead,
        text=row.text,
        span=Span(
            start_line=row.start_line,
            end_line=row.end_line,
            cell_id=row.cell_id,
            cell_index=row.cell_index,
            page=row.page,
        ),
        token_count=row.token_count,
    )


def to_stored_chunk(row: AnyRow) -> StoredChunk:
    return StoredChunk(to_chunk(row), Path(row.path), row.document_kind)


member_count = (
    select(func.count())
    .where(memberships.c.collection_key == collections.c.key)
    .correlate(collections)
    .scalar_subquery()
    .label("document_count")
)


def to_collection(row: AnyRow) -> Collection:
    return Collection(
        id=CollectionId(row.id),
        name=row.name,
        include=tuple(row.include),
        exclude=tuple(row.exclude),
        document_count=row.document_count,
        created_at=row.created_at,
    )
