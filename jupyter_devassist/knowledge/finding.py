"""From a query to passages: both legs, fused, folded, fetched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..clock import Clock
from ..errors import NotFound, StillStarting
from .index import Hit, LexicalHits
from .indexes import Indexes
from .model import Filters, Passage, SearchResult
from .ranking import diversify, fuse
from .sentences import SentenceVectors
from .store import KnowledgeStore

if TYPE_CHECKING:
    from ..inference.base import Embedder, Vectors

LEG_DEPTH = 150
"""How many chunks each leg brings."""
POOL = 4
"""How many times ``k`` chunks are looked at, so that near-duplicates can be folded and others take their place."""


class Evidence(NamedTuple):
    """A search with what an answer is composed from; ``sentences`` runs parallel to the passages."""

    result: SearchResult
    lexical: LexicalHits
    vector: list[Hit]
    query_vector: Vectors | None
    sentences: list[SentenceVectors | None]


class Finder:
    """Searches by words at once, and by meaning too as soon as the embedder and the vectors are there."""

    def __init__(self, *, store: KnowledgeStore, indexes: Indexes, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._indexes = indexes
        self._embedder: Embedder | None = None

    def use(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def embedder_name(self) -> str | None:
        return self._embedder.info.name if self._embedder else None

    def find(self, query: str, k: int, filters: Filters, root: Path) -> SearchResult:
        """The ``k`` passages that fit best."""
        return self._search(query, k, filters, root, with_sentences=False).result

    def evidence(self, query: str, k: int, filters: Filters, root: Path) -> Evidence:
        """The same, with the sentences of each passage as vectors."""
        return self._search(query, k, filters, root, with_sentences=True)

    def _search(self, query: str, k: int, filters: Filters, root: Path, *, with_sentences: bool) -> Evidence:
        timings, lap = {}, _Stopwatch(self._clock)
        documents = self._store.document_keys(filters, root)
        if documents == [] and filters != Filters():
            raise NotFound("No document of the library is within these limits; widen or drop them.")
        lexical = self._indexes.search_lexical(query, LEG_DEPTH, documents)
        timings["lexical"] = lap()
        query_vector, vector = None, None
        if self._embedder is not None and self._indexes.has_vectors:
            query_vector = self._embedder.embed_query(query)
            timings["embed"] = lap()
            vector = self._indexes.search_vector(query_vector, LEG_DEPTH, documents)
            timings["vector"] = lap()
        if vector is None and not self._indexes.has_words:
            raise StillStarting("The search indexes are being rebuilt from the database; ask again in a moment.")
        passages, keys = self._rank(k, lexical, vector or [])
        timings["rank"] = lap()
        sentences = self._store.sentence_vectors(keys) if with_sentences else {}
        result = SearchResult(
            query=query,
            passages=passages,
            legs=("lexical",) if vector is None else ("lexical", "vector"),
            timings_ms=timings,
        )
        return Evidence(result, lexical, vector or [], query_vector, [sentences.get(key) for key in keys])

    def _rank(self, k: int, lexical: LexicalHits, vector: list[Hit]) -> tuple[tuple[Passage, ...], list[int]]:
        fused = fuse(lexical, vector)[: k * POOL]
        stored = self._store.chunks_by_key([one.key for one in fused])
        found = [one for one in fused if one.key in stored]
        kept = diversify(found, {key: row.chunk for key, row in stored.items()}, k)
        passages = tuple(
            Passage(
                chunk=stored[one.key].chunk,
                path=stored[one.key].path,
                document_kind=stored[one.key].document_kind,
                score=one.score,
                lexical_rank=one.lexical_rank,
                vector_rank=one.vector_rank,
                also_in=tuple(sorted({stored[key].path for key in one.folded} - {stored[one.key].path})),
            )
            for one in kept
        )
        return passages, [one.key for one in kept]


class _Stopwatch:
    """Milliseconds since the last call, to a tenth."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at = clock.monotonic()

    def __call__(self) -> float:
        before, self._at = self._at, self._clock.monotonic()
        return round((self._at - before) * 1000, 1)
