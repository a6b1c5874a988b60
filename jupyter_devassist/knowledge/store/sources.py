"""Folders and files that are kept up to date, and files that are to be left alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, insert, select

from ...errors import NotFound
from ...storage.tables import documents, exclusions, sources
from ...values import DocumentId, SourceId
from ..model import Document, Source
from . import collections, readings
from .rows import below, path_text, to_document

if TYPE_CHECKING:
    from .rows import AnyRow


def list_sources(connection: Connection) -> tuple[Source, ...]:
    rows = connection.execute(select(sources).order_by(sources.c.path)).all()
    return tuple(_to_source(connection, row) for row in rows)


def source(connection: Connection, source_id: SourceId) -> Source:
    row = connection.execute(select(sources).where(sources.c.id == source_id)).first()
    if row is None:
        raise NotFound(f"No source has the id {source_id}; it may have been removed meanwhile.")
    return _to_source(connection, row)


def add_source(connection: Connection, source_id: SourceId, path: Path, now: datetime) -> Source:
    """Add a folder or file, or find it when it was added before."""
    text = path_text(path)
    known = connection.execute(select(sources).where(sources.c.path == text)).first()
    if known is not None:
        return _to_source(connection, known)
    connection.execute(insert(sources).values(id=source_id, path=text, added_at=now))
    collections.place_all(connection)
    return source(connection, source_id)


def remove_source(connection: Connection, source_id: SourceId) -> list[DocumentId]:
    """Forget a source, its exclusions and the documents no other source brings; returns the documents' ids."""
    path = source(connection, source_id).path
    connection.execute(delete(sources).where(sources.c.id == source_id))
    kept = [Path(other) for other in connection.execute(select(sources.c.path)).scalars()]
    still = [below(documents.c.path, other) for other in kept]
    rows = connection.execute(
        select(documents.c.key, documents.c.id).where(below(documents.c.path, path), *(~covered for covered in still))
    ).all()
    readings.remove_by_keys(connection, [row.key for row in rows])
    spared = [~below(exclusions.c.path, other) for other in kept]
    connection.execute(delete(exclusions).where(below(exclusions.c.path, path), *spared))
    collections.place_all(connection)
    return [DocumentId(row.id) for row in rows]


def exclude_document(connection: Connection, document_id: DocumentId, now: datetime) -> Document:
    """Take a document out by hand, so that scans leave its file alone until it is restored."""
    row = connection.execute(select(documents).where(documents.c.id == document_id)).first()
    if row is None:
        raise NotFound(f"No document has the id {document_id}; it may have been removed meanwhile.")
    connection.execute(delete(exclusions).where(exclusions.c.path == row.path))
    connection.execute(insert(exclusions).values(path=row.path, document_id=document_id, excluded_at=now))
    readings.remove_by_keys(connection, [row.key])
    return to_document(row)


def restore_document(connection: Connection, document_id: DocumentId, root: Path) -> Path:
    """Undo ``exclude_document`` below a root; returns the path, which is to be read again."""
    mine = (exclusions.c.document_id == document_id) & below(exclusions.c.path, root)
    path = connection.execute(select(exclusions.c.path).where(mine)).scalar()
    if path is None:
        raise NotFound(f"No removed document has the id {document_id}; add its file again.")
    connection.execute(delete(exclusions).where(exclusions.c.path == path))
    return Path(path)


def restore_below(connection: Connection, folder: Path) -> list[Path]:
    """Lift every exclusion at or below a path, as when it is added anew by hand."""
    paths = connection.execute(select(exclusions.c.path).where(below(exclusions.c.path, folder))).scalars().all()
    connection.execute(delete(exclusions).where(below(exclusions.c.path, folder)))
    return [Path(path) for path in paths]


def excluded_paths(connection: Connection, under: Path) -> frozenset[Path]:
    paths = connection.execute(select(exclusions.c.path).where(below(exclusions.c.path, under))).scalars()
    return frozenset(Path(path) for path in paths)


def is_wanted(connection: Connection, path: Path) -> bool:
    """Whether a file lies in a source and was not taken out by hand."""
    if connection.execute(select(exclusions.c.path).where(exclusions.c.path == path_text(path))).first() is not None:
        return False
    return any(path.is_relative_to(source) for source in connection.execute(select(sources.c.path)).scalars())


def _to_source(connection: Connection, row: AnyRow) -> Source:
    path = Path(row.path)
    count = connection.execute(
        select(func.count()).select_from(documents).where(below(documents.c.path, path))
    ).scalar()
    return Source(id=SourceId(row.id), path=path, added_at=row.added_at, document_count=count or 0)
