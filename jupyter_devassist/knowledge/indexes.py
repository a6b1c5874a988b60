"""The word index and the vector index behind one door: fed from the outbox, healed when they differ from the truth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..clock import Clock
from ..errors import StorageDamaged
from .index import Hit, IndexedChunk, LexicalHits
from .index_leg import IndexLeg, Layout, OnRebuilt
from .lexical_index import LexicalIndex
from .store import KnowledgeStore, Ledger
from .vector_index import VectorIndex

if TYPE_CHECKING:
    from ..inference.base import EmbedderInfo, Vectors

_LEXICAL_SCHEMA = 1
_VECTOR_SCHEMA = 1
_NOTHING = LexicalHits([], 0.0)

VectorEntry = tuple[IndexedChunk, "Vectors"]


class Indexes:
    """Every call blocks. Searches may come from any thread at any time; each answers none while its index cannot."""

    def __init__(self, *, store: KnowledgeStore, folder: Path, clock: Clock) -> None:
        self._ledger = Ledger(store.database, clock)
        self._folder = folder
        self._lexical: IndexLeg[LexicalIndex, IndexedChunk] | None = None
        self._vectors: IndexLeg[VectorIndex, VectorEntry] | None = None

    def open_lexical(self) -> None:
        """Open the word index and check it; takes well under a second, whatever its size."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        leg = IndexLeg(_lexical_layout(self._ledger), self._ledger, self._folder)
        leg.open()
        self._lexical = leg

    def open_vectors(self, embedder: EmbedderInfo) -> None:
        """Open the vector index for a model, whose vectors are from now on the ones that count.

        Imports LanceDB, which takes seconds and 100 MB: not to be called before the server is up.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        before, self._vectors = self._vectors, None
        if before is not None:
            before.close()
        self._ledger.use_model(embedder.name)
        leg = IndexLeg(_vector_layout(self._ledger, embedder), self._ledger, self._folder)
        leg.open()
        self._vectors = leg

    def search_lexical(self, query: str, limit: int, documents: Sequence[int] | None) -> LexicalHits:
        """The best chunks by words; none are found while the word index is not there."""
        if self._lexical is None:
            return _NOTHING
        try:
            with self._lexical.reading() as index:
                return _NOTHING if index is None else index.search(query, limit, documents)
        except StorageDamaged:  # the leg has noted it, and ``degraded`` says so
            return _NOTHING

    def search_vector(self, vector: Vectors, limit: int, documents: Sequence[int] | None) -> list[Hit] | None:
        """The nearest chunks by meaning; none while the vector index is not there."""
        if self._vectors is None:
            return None
        try:
            with self._vectors.reading() as index:
                return None if index is None else index.search(vector, limit, documents)
        except StorageDamaged:
            return None

    def apply(self, *, wait: bool = False) -> int:
        """Make everything that was saved before this call findable; returns how many changes that took.

        An index that is being optimised or swapped just now takes its changes at the end of that, unless ``wait``.
        Raises ``StorageFull`` when the disk has no room; what is pending stays pending, and searches go on.
        """
        return sum(leg.apply(wait=wait) for leg in self._legs())

    def is_current(self) -> bool:
        """Whether a search would find everything that is in the database."""
        return all(leg.is_current() for leg in self._legs())

    @property
    def has_words(self) -> bool:
        """Whether searches by words are answered."""
        return self._lexical is not None and self._lexical.trouble is None

    @property
    def has_vectors(self) -> bool:
        """Whether searches by meaning are answered."""
        return self._vectors is not None and self._vectors.trouble is None

    @property
    def degraded(self) -> str | None:
        """What is not working and what is done about it, or nothing."""
        troubles = self.troubles().values()
        return f"{'; '.join(troubles)}. It is rebuilt in the background from the database." if troubles else None

    def names(self) -> list[str]:
        """The indexes that are open, as a user reads them."""
        return [leg.name for leg in self._legs()]

    def troubles(self) -> dict[str, str]:
        """Indexes that cannot be trusted and have to be rebuilt, with the reason in words."""
        return {leg.name: leg.trouble for leg in self._legs() if leg.trouble is not None}

    def rebuild(self, name: str, on_rebuilt: OnRebuilt | None = None) -> None:
        """Build an index anew from the database and swap it in; searches go on meanwhile."""
        for leg in self._legs():
            if leg.name == name:
                leg.rebuild(on_rebuilt)

    def last_embedder(self) -> EmbedderInfo | None:
        """The model that the vector index was last built for, as far as it matters here."""
        from ..inference.base import EmbedderInfo

        generation = self._ledger.live("vector")
        if generation is None or generation.model is None or generation.dimension is None:
            return None
        return EmbedderInfo(name=generation.model, dimension=generation.dimension, max_tokens=0)

    def purge(self) -> None:
        """Make sure that text which has been removed is in no index, no vector and no journal any more."""
        self._ledger.drop_unused_vectors()
        for leg in self._legs():
            leg.rebuild(None)
        self._ledger.database.checkpoint()

    @property
    def wants_care(self) -> bool:
        """Whether ``optimise`` would make searches faster or the folder smaller."""
        if self._vectors is None:
            return False
        try:
            with self._vectors.reading() as index:
                return index is not None and index.wants_care
        except StorageDamaged:  # the leg has noted it, and asks for a rebuild
            return False

    def optimise(self) -> None:
        """Tidy the vector index, and build its search structure once it has grown large; searches go on meanwhile."""
        if self._vectors is not None:
            self._vectors.change(VectorIndex.optimise)

    def differences(self) -> dict[str, int]:
        """Compare every entry of both indexes with the database: how many differ in each."""
        return {leg.name: leg.differences() for leg in self._legs()}

    def close(self) -> None:
        """Let go of both folders once the searches under way have ended."""
        for leg in self._legs():
            leg.close()
        self._lexical = self._vectors = None

    def _legs(self) -> list[IndexLeg[LexicalIndex, IndexedChunk] | IndexLeg[VectorIndex, VectorEntry]]:
        return [leg for leg in (self._lexical, self._vectors) if leg is not None]


def _lexical_layout(ledger: Ledger) -> Layout[LexicalIndex, IndexedChunk]:
    return Layout(
        target="lexical",
        name="word index",
        schema_version=_LEXICAL_SCHEMA,
        model=None,
        dimension=None,
        create=LexicalIndex.create,
        open=LexicalIndex.open,
        entries=ledger.entries,
        all_entries=ledger.all_entries,
        key_of=lambda entry: entry.key,
        altered=lambda index, entries: 0,
    )


def _vector_layout(ledger: Ledger, embedder: EmbedderInfo) -> Layout[VectorIndex, VectorEntry]:
    return Layout(
        target="vector",
        name="vector index",
        schema_version=_VECTOR_SCHEMA,
        model=embedder.name,
        dimension=embedder.dimension,
        create=lambda folder: VectorIndex.create(folder, embedder.dimension),
        open=lambda folder: VectorIndex.open(folder, embedder.dimension),
        entries=ledger.vector_entries,
        all_entries=ledger.all_vector_entries,
        key_of=lambda entry: entry[0].key,
        altered=_count_altered,
    )


def _count_altered(index: VectorIndex, entries: Sequence[VectorEntry]) -> int:
    """LanceDB reads a flipped bit without a word."""
    held = index.vectors([chunk.key for chunk, _ in entries])
    return sum(bool((held[chunk.key] != vector).any()) for chunk, vector in entries if chunk.key in held)
