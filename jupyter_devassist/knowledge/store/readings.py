"""Taking a document in, out, or elsewhere, with everything that hangs on it, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import sqlite

from ...errors import NotFound
from ...storage.tables import chunks, documents
from ...values import DocumentId
from ..model import Chunk, Document, indexed_text
from . import collections, vectors
from .outbox import announce
from .rows import chunk_fingerprint, chunk_values, document_values, path_text

_IDS_PER_QUERY = 10_000


class Saved(NamedTuple):
    """How a document's chunks have changed."""

    added: int
    kept: int
    removed: int


def save_reading(connection: Connection, document: Document, given: Sequence[Chunk]) -> Saved:
    """Replace what is known of a document; chunks whose id and text are unchanged keep their row and their vector.

    The state becomes ``indexed`` at once when every chunk's text has a vector already, else ``lexical``.
    """
    values = document_values(document) | {"state": "lexical", "chunk_count": len(given)}
    key = _put_document(connection, values)
    before = {row.id: row for row in connection.execute(select(*_compared).where(chunks.c.document_key == key))}
    after: dict[str, dict[str, Any]] = {chunk.id: chunk_values(chunk, key, values["path"]) for chunk in given}
    gone = [row.key for chunk_id, row in before.items() if chunk_id not in after]
    _remove_chunks(connection, gone)
    reworded = _update_kept(connection, before, after)
    added = [row for chunk_id, row in after.items() if chunk_id not in before]
    newest = max((row.key for row in before.values()), default=0)
    if added:
        connection.execute(insert(chunks), added)
    vectors.link_known(connection, key)
    here = chunks.c.document_key == key
    fresh = here & (chunks.c.key > newest) if added else here & chunks.c.key.in_([])
    announce(connection, "lexical", fresh | chunks.c.key.in_(reworded))
    announce(connection, "vector", (fresh & chunks.c.embedding_key.is_not(None)) | chunks.c.key.in_(reworded))
    vectors.settle_states(connection, [key])
    return Saved(len(added), len(after) - len(added), len(gone))


def save_outcome(connection: Connection, document: Document) -> None:
    """Keep a document without text: one that was skipped, has failed, or has not been read yet."""
    key = _put_document(connection, document_values(document) | {"chunk_count": 0})
    _remove_chunks(connection, _chunk_keys(connection, [key]))


def save_stamp(connection: Connection, document: Document) -> None:
    """Keep the size and time of a file whose content has turned out to be the same."""
    connection.execute(
        update(documents)
        .where(documents.c.id == document.id)
        .values(size_bytes=document.size_bytes, modified_at=document.modified_at)
    )


def remove_documents(connection: Connection, document_ids: Sequence[DocumentId]) -> int:
    """Take documents out, with their chunks and memberships; returns how many there were."""
    keys: list[int] = []
    for start in range(0, len(document_ids), _IDS_PER_QUERY):
        part = document_ids[start : start + _IDS_PER_QUERY]
        keys += connection.execute(select(documents.c.key).where(documents.c.id.in_(part))).scalars()
    remove_by_keys(connection, keys)
    return len(keys)


def remove_by_keys(connection: Connection, document_keys: Sequence[int]) -> None:
    for start in range(0, len(document_keys), _IDS_PER_QUERY):
        part = document_keys[start : start + _IDS_PER_QUERY]
        _remove_chunks(connection, _chunk_keys(connection, part))
        connection.execute(delete(documents).where(documents.c.key.in_(part)))


def move_document(connection: Connection, document_id: DocumentId, path: Path) -> None:
    """Follow a file that has been renamed: identity, chunks and vectors stay."""
    key = connection.execute(select(documents.c.key).where(documents.c.id == document_id)).scalar()
    if key is None:
        raise NotFound(f"No document has the id {document_id}; it may have been removed meanwhile.")
    text = path_text(path)
    others = connection.execute(select(documents.c.key).where(documents.c.path == text, documents.c.key != key))
    remove_by_keys(connection, list(others.scalars()))
    connection.execute(update(documents).where(documents.c.key == key).values(path=text))
    here = chunks.c.document_key == key
    rows = connection.execute(
        select(chunks.c.key, chunks.c.heading, chunks.c.lead, chunks.c.text, chunks.c.kind, chunks.c.language).where(
            here
        )
    ).all()
    if rows:
        changed = [
            {
                "at": row.key,
                "fingerprint": chunk_fingerprint(
                    text, key, indexed_text(row.heading, row.lead, row.text), row.kind, row.language
                ),
            }
            for row in rows
        ]
        connection.execute(update(chunks).where(chunks.c.key == bindparam("at")), changed)
        announce(connection, "lexical", here)
        announce(connection, "vector", here & chunks.c.embedding_key.is_not(None))
    collections.place_documents(connection, [key])


def _put_document(connection: Connection, values: dict[str, Any]) -> int:
    others = connection.execute(
        select(documents.c.key).where(documents.c.path == values["path"], documents.c.id != values["id"])
    )
    remove_by_keys(connection, list(others.scalars()))
    before = connection.execute(select(documents.c.path).where(documents.c.id == values["id"])).scalar()
    put = sqlite.insert(documents).values(values)
    key: int = connection.execute(
        put.on_conflict_do_update(index_elements=["id"], set_=values).returning(documents.c.key)
    ).scalar_one()
    if before != values["path"]:
        collections.place_documents(connection, [key])
    return key


def _chunk_keys(connection: Connection, document_keys: Sequence[int]) -> list[int]:
    return list(connection.execute(select(chunks.c.key).where(chunks.c.document_key.in_(document_keys))).scalars())


def _remove_chunks(connection: Connection, keys: Sequence[int]) -> None:
    for start in range(0, len(keys), _IDS_PER_QUERY):
        these = chunks.c.key.in_(keys[start : start + _IDS_PER_QUERY])
        announce(connection, "lexical", these)
        announce(connection, "vector", these & chunks.c.embedding_key.is_not(None))
        connection.execute(delete(chunks).where(these))


def _update_kept(connection: Connection, before: dict[str, Any], after: dict[str, dict[str, Any]]) -> list[int]:
    """Bring the rows of kept chunks up to date; returns the keys of those an index knows by other words."""
    moved, reworded = [], []
    for chunk_id, values in after.items():
        row = before.get(chunk_id)
        if row is None or all(getattr(row, name) == values[name] for name in _compared_names):
            continue
        moved.append({f"new_{name}": values[name] for name in _compared_names} | {"at": row.key})
        if row.fingerprint != values["fingerprint"]:
            reworded.append(row.key)
    if moved:
        new_values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _compared_names}
        connection.execute(update(chunks).where(chunks.c.key == bindparam("at")).values(new_values), moved)
    if reworded:
        connection.execute(update(chunks).where(chunks.c.key.in_(reworded)).values(embedding_key=None))
    return reworded


_compared = [column for column in chunks.c if column.name not in ("document_key", "embedding_key", "text")]
_compared_names = [column.name for column in _compared if column.name not in ("key", "id")]
