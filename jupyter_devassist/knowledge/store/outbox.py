"""What the indexes still have to be told, and which folders on the disk they are in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, insert, literal, select, update

from ...storage.tables import chunks, documents, embeddings, generations, outbox
from ..index import IndexedChunk
from ..model import indexed_text

if TYPE_CHECKING:
    from ...inference.base import Vectors
    from .rows import AnyRow

Target = Literal["lexical", "vector"]
TARGETS: tuple[Target, Target] = ("lexical", "vector")
_KEYS_PER_QUERY = 10_000


class Generation(NamedTuple):
    """One folder of a derived index. ``model`` and ``dimension`` are those of the vectors in it."""

    target: Target
    number: int
    schema_version: int
    model: str | None
    dimension: int | None
    applied_seq: int


def announce(connection: Connection, target: Target, which: ColumnElement[bool]) -> None:
    """Note that an index may be out of date about some chunks."""
    wanted = select(literal(target), chunks.c.key).where(which).order_by(chunks.c.key)
    connection.execute(insert(outbox).from_select(["target", "chunk_key"], wanted))


def pending(connection: Connection, target: Target, after_seq: int, limit: int) -> tuple[int, list[int]]:
    """The next chunk keys to apply, each once, and the sequence number that is reached with them."""
    rows = connection.execute(
        select(outbox.c.seq, outbox.c.chunk_key)
        .where(outbox.c.target == target, outbox.c.seq > after_seq)
        .order_by(outbox.c.seq)
        .limit(limit)
    ).all()
    return (rows[-1].seq if rows else after_seq), list(dict.fromkeys(row.chunk_key for row in rows))


def last_seq(connection: Connection) -> int:
    """The newest number ever given out, also when its row has been trimmed."""
    found = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").scalar()
    return int(found or 0)


def trim(connection: Connection) -> None:
    """Forget what every generation of its target has applied."""
    for target in TARGETS:
        applied = select(func.min(generations.c.applied_seq)).where(
            generations.c.target == target, generations.c.state != "retired"
        )
        connection.execute(delete(outbox).where(outbox.c.target == target, outbox.c.seq <= applied.scalar_subquery()))


def entries(connection: Connection, keys: Sequence[int]) -> list[IndexedChunk]:
    """What the word index has to hold of these chunks; those that are gone are absent."""
    return [entry for part in _parts(keys) for entry in _entries(connection, chunks.c.key.in_(part), None)]


def vector_entries(connection: Connection, keys: Sequence[int]) -> list[tuple[IndexedChunk, Vectors]]:
    """What the vector index has to hold of these chunks; those without a vector are absent."""
    return [entry for part in _parts(keys) for entry in _vector_entries(connection, chunks.c.key.in_(part), None)]


def entries_after(connection: Connection, key: int, limit: int) -> list[IndexedChunk]:
    """What the word index has to hold, from the chunk after ``key`` on."""
    return _entries(connection, chunks.c.key > key, limit)


def vector_entries_after(connection: Connection, key: int, limit: int) -> list[tuple[IndexedChunk, Vectors]]:
    """What the vector index has to hold, from the chunk after ``key`` on."""
    return _vector_entries(connection, chunks.c.key > key, limit)


def fingerprints(connection: Connection, target: Target, keys: Sequence[int]) -> dict[int, str]:
    """What an index has to answer for these chunks."""
    rows = select(chunks.c.key, chunks.c.fingerprint)
    if target == "vector":
        rows = rows.where(chunks.c.embedding_key.is_not(None))
    return {
        row.key: row.fingerprint
        for part in _parts(keys)
        for row in connection.execute(rows.where(chunks.c.key.in_(part)))
    }


def entry_count(connection: Connection, target: Target) -> int:
    """How many chunks an index has to hold."""
    counted = select(func.count()).select_from(chunks)
    if target == "vector":
        counted = counted.where(chunks.c.embedding_key.is_not(None))
    return connection.execute(counted).scalar_one()


def some_keys(connection: Connection, target: Target, count: int) -> list[int]:
    """Keys an index has to hold, picked at random."""
    ceiling = connection.execute(select(func.max(chunks.c.key))).scalar() or 0
    held = chunks.c.embedding_key.is_not(None) if target == "vector" else literal(True)
    found: set[int] = set()
    for _ in range(count):
        start = func.abs(func.random()) % literal(max(ceiling, 1))
        at = select(chunks.c.key).where(chunks.c.key > start, held).order_by(chunks.c.key).limit(1)
        found.update(connection.execute(at).scalars())
    return sorted(found)


def live_generation(connection: Connection, target: Target) -> Generation | None:
    row = connection.execute(
        select(generations).where(generations.c.target == target, generations.c.state == "live")
    ).first()
    if row is None:
        return None
    return Generation(row.target, row.number, row.schema_version, row.model, row.dimension, row.applied_seq)


def known_numbers(connection: Connection, target: Target) -> dict[int, str]:
    """Number and state of each generation that is on record."""
    rows = connection.execute(select(generations.c.number, generations.c.state).where(generations.c.target == target))
    return {row.number: row.state for row in rows}


def begin_generation(
    connection: Connection, target: Target, schema_version: int, model: str | None, dimension: int | None, now: datetime
) -> Generation:
    """Put a new generation on record, to be built from what is committed by now."""
    newest = select(func.max(generations.c.number)).where(generations.c.target == target)
    number = (connection.execute(newest).scalar() or 0) + 1
    generation = Generation(target, number, schema_version, model, dimension, last_seq(connection))
    connection.execute(insert(generations).values(**generation._asdict(), state="building", created_at=now))
    return generation


def go_live(connection: Connection, generation: Generation) -> None:
    """Make a built generation the one that is read; the one before is retired in the same moment."""
    same_target = generations.c.target == generation.target
    connection.execute(update(generations).where(same_target, generations.c.state == "live").values(state="retired"))
    connection.execute(
        update(generations)
        .where(same_target, generations.c.number == generation.number)
        .values(state="live", applied_seq=generation.applied_seq)
    )


def record_applied(connection: Connection, generation: Generation) -> None:
    connection.execute(
        update(generations)
        .where(generations.c.target == generation.target, generations.c.number == generation.number)
        .values(applied_seq=generation.applied_seq)
    )


def forget_generation(connection: Connection, target: Target, number: int) -> None:
    connection.execute(delete(generations).where(generations.c.target == target, generations.c.number == number))


def _entries(connection: Connection, which: ColumnElement[bool], limit: int | None) -> list[IndexedChunk]:
    rows = connection.execute(_entry_rows.where(which).order_by(chunks.c.key).limit(limit))
    return [_to_entry(row) for row in rows]


def _vector_entries(
    connection: Connection, which: ColumnElement[bool], limit: int | None
) -> list[tuple[IndexedChunk, Vectors]]:
    from .vectors import from_half

    rows = connection.execute(_vector_entry_rows.where(which).order_by(chunks.c.key).limit(limit))
    return [(_to_entry(row), from_half(row.vector)) for row in rows]


_entry_rows = select(
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

_vector_entry_rows = _entry_rows.add_columns(embeddings.c.vector).join(
    embeddings, embeddings.c.key == chunks.c.embedding_key
)


def _to_entry(row: AnyRow) -> IndexedChunk:
    return IndexedChunk(
        key=row.key,
        document_key=row.document_key,
        path=row.path,
        text=indexed_text(row.heading, row.lead, row.text),
        kind=row.kind,
        language=row.language,
        fingerprint=row.fingerprint,
    )


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), _KEYS_PER_QUERY):
        yield keys[start : start + _KEYS_PER_QUERY]
