"""Finding rows that contradict each other, and putting them right."""

from __future__ import annotations

from sqlalchemy import Connection, delete, exists, func, select, update

from ...storage.tables import chunks, documents, memberships
from ..model import indexed_text
from . import collections, vectors
from .outbox import TARGETS, announce
from .rows import chunk_fingerprint


def mend(connection: Connection) -> list[str]:
    """Make counts, states, fingerprints, vectors and memberships follow from the documents; says what was wrong."""
    steps = {
        "passages of no document": _drop_orphans(connection),
        "wrong passage counts": _recount(connection),
        "passages under an old path": _reprint(connection),
        "wrong document states": _settle(connection),
        "unused vectors": vectors.drop_unused(connection),
        "wrong collection members": _replace_members(connection),
    }
    return [f"{count:,} {what}" for what, count in steps.items() if count]


def _drop_orphans(connection: Connection) -> int:
    orphans = ~exists().where(documents.c.key == chunks.c.document_key)
    for target in TARGETS:
        announce(connection, target, orphans)
    return connection.execute(delete(chunks).where(orphans)).rowcount


def _recount(connection: Connection) -> int:
    counted = (
        select(func.count()).where(chunks.c.document_key == documents.c.key).correlate(documents).scalar_subquery()
    )
    return connection.execute(
        update(documents).where(documents.c.chunk_count != counted).values(chunk_count=counted)
    ).rowcount


def _reprint(connection: Connection) -> int:
    rows = connection.execute(
        select(
            chunks.c.key,
            chunks.c.document_key,
            documents.c.path,
            chunks.c.heading,
            chunks.c.lead,
            chunks.c.text,
            chunks.c.kind,
            chunks.c.language,
            chunks.c.fingerprint,
        ).join(documents, documents.c.key == chunks.c.document_key)
    )
    wrong: dict[int, str] = {}
    for row in rows:
        text = indexed_text(row.heading, row.lead, row.text)
        right = chunk_fingerprint(row.path, row.document_key, text, row.kind, row.language)
        if right != row.fingerprint:
            wrong[row.key] = right
    for key, right in wrong.items():
        connection.execute(update(chunks).where(chunks.c.key == key).values(fingerprint=right))
        for target in TARGETS:
            announce(connection, target, chunks.c.key == key)
    return len(wrong)


def _settle(connection: Connection) -> int:
    ready = select(documents.c.key).where(documents.c.state == "indexed")
    before = set(connection.execute(ready).scalars())
    vectors.settle_states(connection, None)
    return len(before ^ set(connection.execute(ready).scalars()))


def _replace_members(connection: Connection) -> int:
    members = select(memberships.c.collection_key, memberships.c.document_key)
    before = {(row[0], row[1]) for row in connection.execute(members)}
    collections.place_all(connection)
    return len(before ^ {(row[0], row[1]) for row in connection.execute(members)})
