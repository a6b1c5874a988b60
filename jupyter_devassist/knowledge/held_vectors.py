"""The vectors of a small index in memory, where looking at all of them takes less than a millisecond."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .index import Hit, IndexedChunk

if TYPE_CHECKING:
    import pyarrow as pa

    from ..inference.base import Vectors

_TINY = 1e-12


class HeldVectors(NamedTuple):
    """Rows of equal place belong together; ``vectors`` has shape (rows, dimension) and rows of unit length."""

    keys: NDArray[np.int64]
    documents: NDArray[np.int64]
    vectors: Vectors

    @classmethod
    def of(cls, table: pa.Table, dimension: int) -> HeldVectors:
        """Take them from columns ``key``, ``document_key`` and ``vector``."""
        flat = table["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        return cls(
            table["key"].to_numpy().astype(np.int64),
            table["document_key"].to_numpy().astype(np.int64),
            _unit(flat.astype(np.float32).reshape(-1, dimension)),
        )

    def changed(self, gone: Sequence[int], added: Sequence[tuple[IndexedChunk, Vectors]]) -> HeldVectors:
        """The same without some keys and with others; what is here already is replaced."""
        leaving = [*gone, *(chunk.key for chunk, _ in added)]
        stay = ~np.isin(self.keys, np.array(leaving, np.int64))
        keys, documents, vectors = self.keys[stay], self.documents[stay], self.vectors[stay]
        if not added:
            return HeldVectors(keys, documents, vectors)
        fresh = _unit(np.stack([vector for _, vector in added]).astype(np.float32))
        return HeldVectors(
            np.concatenate([keys, np.array([chunk.key for chunk, _ in added], np.int64)]),
            np.concatenate([documents, np.array([chunk.document_key for chunk, _ in added], np.int64)]),
            np.concatenate([vectors, fresh]),
        )

    def nearest(self, vector: Vectors, limit: int, documents: Sequence[int] | None) -> list[Hit]:
        """The nearest by cosine, of some documents or of all, best first."""
        keys, vectors = self.keys, self.vectors
        if documents is not None:
            wanted = np.isin(self.documents, np.array(documents, np.int64))
            keys, vectors = keys[wanted], vectors[wanted]
        # Row by row: a matrix product starts threads, which wait for busy cores longer than all of this takes.
        cosines: Vectors = np.vecdot(vectors, _unit(vector.astype(np.float32)[None])[0])
        if limit < len(keys):
            best = np.argpartition(-cosines, limit)[:limit]
            keys, cosines = keys[best], cosines[best]
        order = np.lexsort((keys, -cosines))
        return [Hit(key, score) for key, score in zip(keys[order].tolist(), cosines[order].tolist(), strict=True)]


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(_TINY))
    return unit
