"""What the indexes ask of the database: what to hold, what has changed, which folder is live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ...clock import Clock
from ...storage.database import Database
from ..index import IndexedChunk
from . import outbox, vectors
from .outbox import Generation, Target

if TYPE_CHECKING:
    from ...inference.base import Vectors


class Expectation(NamedTuple):
    is_behind: bool
    """Whether there are changes the generation has not applied, so that the rest says nothing about it."""
    row_count: int
    fingerprints: dict[int, str]


class Ledger:
    """Generations and outbox. A method is one transaction, so that no long reading keeps the journal from shrinking."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self._clock = clock

    def pending(self, generation: Generation, limit: int) -> tuple[int, list[int]]:
        """The next chunk keys the generation has to be told of, and the sequence number reached with them."""
        with self.database.read() as connection:
            return outbox.pending(connection, generation.target, generation.applied_seq, limit)

    def record_applied(self, generation: Generation) -> None:
        with self.database.write() as connection:
            outbox.record_applied(connection, generation)
            outbox.trim(connection)

    def entries(self, keys: Sequence[int]) -> list[IndexedChunk]:
        with self.database.read() as connection:
            return outbox.entries(connection, keys)

    def vector_entries(self, keys: Sequence[int]) -> list[tuple[IndexedChunk, Vectors]]:
        with self.database.read() as connection:
            return outbox.vector_entries(connection, keys)

    def all_entries(self, batch: int) -> Iterator[list[IndexedChunk]]:
        """Everything the word index has to hold, in batches by key."""
        found = self._entries_after(0, batch)
        while found:
            yield found
            found = self._entries_after(found[-1].key, batch)

    def all_vector_entries(self, batch: int) -> Iterator[list[tuple[IndexedChunk, Vectors]]]:
        """Everything the vector index has to hold, in batches by key."""
        found = self._vector_entries_after(0, batch)
        while found:
            yield found
            found = self._vector_entries_after(found[-1][0].key, batch)

    def entry_count(self, target: Target) -> int:
        with self.database.read() as connection:
            return outbox.entry_count(connection, target)

    def fingerprints(self, target: Target, keys: Sequence[int]) -> dict[int, str]:
        """What an index has to answer for these chunks."""
        with self.database.read() as connection:
            return outbox.fingerprints(connection, target, keys)

    def expectation(self, generation: Generation, sample: int) -> Expectation:
        """What the generation has to hold if it has applied everything, with a few chunks picked at random."""
        target = generation.target
        with self.database.read() as connection:
            keys = outbox.some_keys(connection, target, sample)
            return Expectation(
                is_behind=bool(outbox.pending(connection, target, generation.applied_seq, 1)[1]),
                row_count=outbox.entry_count(connection, target),
                fingerprints=outbox.fingerprints(connection, target, keys),
            )

    def live(self, target: Target) -> Generation | None:
        with self.database.read() as connection:
            return outbox.live_generation(connection, target)

    def known_numbers(self, target: Target) -> dict[int, str]:
        with self.database.read() as connection:
            return outbox.known_numbers(connection, target)

    def begin(self, target: Target, schema_version: int, model: str | None, dimension: int | None) -> Generation:
        """Put a new generation on record, to be built from what is committed by now."""
        with self.database.write() as connection:
            return outbox.begin_generation(connection, target, schema_version, model, dimension, self._clock.now())

    def go_live(self, generation: Generation) -> None:
        with self.database.write() as connection:
            outbox.go_live(connection, generation)
            outbox.trim(connection)

    def forget(self, target: Target, number: int) -> None:
        with self.database.write() as connection:
            outbox.forget_generation(connection, target, number)

    def use_model(self, model: str) -> bool:
        with self.database.write() as connection:
            return vectors.use_model(connection, model)

    def drop_unused_vectors(self) -> int:
        with self.database.write() as connection:
            return vectors.drop_unused(connection)

    def _entries_after(self, key: int, batch: int) -> list[IndexedChunk]:
        with self.database.read() as connection:
            return outbox.entries_after(connection, key, batch)

    def _vector_entries_after(self, key: int, batch: int) -> list[tuple[IndexedChunk, Vectors]]:
        with self.database.read() as connection:
            return outbox.vector_entries_after(connection, key, batch)
