"""Chunks found by their meaning: vectors in LanceDB."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any

from ..errors import AssistError, StorageDamaged, StorageFull
from ..storage.filesystem import sync_file, sync_folder
from .index import Hit, IndexedChunk

if TYPE_CHECKING:
    import pyarrow as pa

    from ..inference.base import Vectors
    from .held_vectors import HeldVectors

_TABLE = "chunks"
# Up to here all vectors are held in memory (30 MB), where looking through them takes less than a millisecond. LanceDB
# needs 1.5 ms per 1,000 for the same, and its index about 5 ms at any size.
_ROWS_WORTH_AN_INDEX = 20_000
_ROWS_PER_PARTITION = 1_000
_PROBES = 20
# The index holds one byte per number; what it finds is compared again in full.
_REFINE = 1
# Below this many rows left by a filter, looking at each of them is faster than the index and exact.
_ROWS_TO_LOOK_THROUGH = 5_000
_COMMITS_BEFORE_CARE = 50
# A search that began before may still read the files of the version it began with.
_OLD_VERSION_AGE = timedelta(minutes=2)
_NO_ROOM = ("os error 28", "os error 27", "os error 122", "no space left", "file too large")


class VectorIndex:
    """One folder with a LanceDB table in it. Changes are made by one thread at a time, searches by any number."""

    def __init__(self, folder: Path, table: Any) -> None:
        self._folder = folder
        self._table = table
        self._lock = RLock()
        self._holding = Lock()
        self._held: HeldVectors | None = None
        self._changes = 0
        self._synced: set[str] = set()
        self._commits = 0
        self._partitions = 0
        self._look_for_index()

    @classmethod
    def create(cls, folder: Path, dimension: int) -> VectorIndex:
        """Make an empty index in a folder that holds none yet."""
        lancedb = _lancedb()
        with _translated():
            folder.mkdir(parents=True, exist_ok=True)
            table = lancedb.connect(str(folder.absolute())).create_table(_TABLE, schema=_schema(dimension))
            created = cls(folder, table)
            created._sync()
            return created

    @classmethod
    def open(cls, folder: Path, dimension: int) -> VectorIndex:
        """Open an index made by ``create``; raises ``StorageDamaged`` where there is none or another layout."""
        lancedb = _lancedb()
        with _translated():
            if not folder.is_dir():
                raise StorageDamaged("The vector index is missing; `jupyter devassist doctor` rebuilds it.")
            table = lancedb.connect(str(folder.absolute())).open_table(_TABLE)
            if not table.schema.equals(_schema(dimension)):
                raise StorageDamaged(
                    "The vector index has lost its columns or has others; `jupyter devassist doctor` rebuilds it."
                )
            return cls(folder, table)

    def apply(self, upserts: Sequence[tuple[IndexedChunk, Vectors]], deletes: Sequence[int]) -> None:
        """Make both changes visible and durable; applying the same twice changes nothing.

        LanceDB never syncs its files, so that is done here.
        """
        wanted = {chunk.key: (chunk, vector) for chunk, vector in upserts}
        with self._lock, _translated():
            present = self.fingerprints([*wanted, *deletes])
            outdated = [
                key for key, known in present.items() if key not in wanted or wanted[key][0].fingerprint != known
            ]
            missing = [entry for key, entry in wanted.items() if present.get(key) != entry[0].fingerprint]
            try:
                if outdated:
                    self._table.delete(_among("key", outdated))
                if missing:
                    self._table.add(_rows(missing, self._table.schema))
            except BaseException:
                self._let_go()
                raise
            if outdated or missing:
                self._change_held(outdated, missing)
                self._commits += 1
                self._sync()

    def search(self, vector: Vectors, limit: int, documents: Sequence[int] | None = None) -> list[Hit]:
        """The nearest chunks by cosine, of some documents or of all, best first."""
        if limit < 1 or (documents is not None and not documents):
            return []
        with _translated():
            try:
                return self._nearest(vector, limit, documents)
            except Exception:
                # Care may have removed the version that the query had begun to read.
                self._table.checkout_latest()
                return self._nearest(vector, limit, documents)

    def _nearest(self, vector: Vectors, limit: int, documents: Sequence[int] | None) -> list[Hit]:
        held = self._hold()
        if held is not None:
            return held.nearest(vector, limit, documents)
        found = self._query(vector, limit, documents)
        keys, distances = found["key"].to_pylist(), found["_distance"].to_pylist()
        hits = [Hit(key, 1.0 - distance) for key, distance in zip(keys, distances, strict=True)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.key))

    def count(self) -> int:
        with _translated():
            return int(self._table.count_rows())

    def fingerprints(self, keys: Sequence[int]) -> dict[int, str]:
        """The fingerprint of each of these chunks that is here."""
        if not keys:
            return {}
        with _translated():
            rows = self._table.search().where(_among("key", keys)).select(["key", "fingerprint"]).limit(2 * len(keys))
            found = rows.to_arrow()
        return dict(zip(found["key"].to_pylist(), found["fingerprint"].to_pylist(), strict=True))

    def vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """The vector of each of these chunks that is here."""
        import numpy as np

        if not keys:
            return {}
        with _translated():
            rows = (
                self._table.search()
                .where(_among("key", keys))
                .select(["key", "vector"])
                .limit(2 * len(keys))
                .to_arrow()
            )
        held = (np.asarray(vector, np.float32) for vector in rows["vector"].to_pylist())
        return dict(zip(rows["key"].to_pylist(), held, strict=True))

    @property
    def wants_care(self) -> bool:
        """Whether ``optimise`` would make searches faster or the folder smaller."""
        return self._commits >= _COMMITS_BEFORE_CARE or (not self._partitions and self.count() >= _ROWS_WORTH_AN_INDEX)

    def optimise(self) -> None:
        """Join small files, drop old versions, and build or extend the index; searches go on meanwhile."""
        from lancedb.index import BTree, IvfSq

        with self._lock, _translated():
            rows = int(self._table.count_rows())
            names = {name for index in self._table.list_indices() for name in index.columns}
            for column in ("key", "document_key"):
                if rows and column not in names:
                    self._table.create_index(column, config=BTree())
            self._table.optimize(cleanup_older_than=_OLD_VERSION_AGE, delete_unverified=True)
            if rows >= _ROWS_WORTH_AN_INDEX and "vector" not in names:
                partitions = rows // _ROWS_PER_PARTITION
                config = IvfSq(distance_type="cosine", num_partitions=partitions, sample_rate=64, max_iterations=20)
                self._table.create_index("vector", config=config)
            self._look_for_index()
            self._commits = 0
            self._sync()

    def close(self) -> None:
        """Let go of the folder."""
        with self._lock:
            self._table = None
            self._let_go()

    def _query(self, vector: Vectors, limit: int, documents: Sequence[int] | None) -> pa.Table:
        query = self._table.search(vector, vector_column_name="vector", query_type="vector")
        query = query.distance_type("cosine").select(["key", "_distance"]).limit(limit)
        probes = _PROBES
        if documents is not None:
            allowed = _among("document_key", documents)
            query = query.where(allowed, prefilter=True)
            if self._partitions:
                left = int(self._table.count_rows(allowed))
                if left <= _ROWS_TO_LOOK_THROUGH:
                    return query.bypass_vector_index().to_arrow()
                probes = min(self._partitions, -(-_PROBES * int(self._table.count_rows()) // left))
        if self._partitions:
            query = query.nprobes(probes).refine_factor(_REFINE)
        return query.to_arrow()

    def _hold(self) -> HeldVectors | None:
        """All vectors, while there are few; what was read while something changed is used once and not kept."""
        held, changes = self._held, self._changes
        if held is not None or self._partitions:
            return held
        rows = int(self._table.count_rows())
        if rows >= _ROWS_WORTH_AN_INDEX:
            return None
        from .held_vectors import HeldVectors

        found = self._table.search().select(["key", "document_key", "vector"]).limit(max(rows, 1)).to_arrow()
        held = HeldVectors.of(found, self._table.schema.field("vector").type.list_size)
        with self._holding:
            if changes == self._changes:
                self._held = held
        return held

    def _change_held(self, gone: Sequence[int], added: Sequence[tuple[IndexedChunk, Vectors]]) -> None:
        with self._holding:
            self._changes += 1
            if self._held is not None:
                held = self._held.changed(gone, added)
                self._held = held if len(held.keys) < _ROWS_WORTH_AN_INDEX else None

    def _let_go(self) -> None:
        """Read the vectors from the table again before the next search."""
        with self._holding:
            self._changes += 1
            self._held = None

    def _look_for_index(self) -> None:
        """Note whether vectors are indexed, and in about how many partitions."""
        with _translated():
            indexed = any("vector" in index.columns for index in self._table.list_indices())
            self._partitions = max(1, int(self._table.count_rows()) // _ROWS_PER_PARTITION) if indexed else 0
            if indexed:
                self._let_go()

    def _sync(self) -> None:
        """Wait until every file that is new since the last time, and its name, is on the disk."""
        here: set[str] = set()
        for folder, _, names in os.walk(self._folder):
            paths = {f"{folder}{os.sep}{name}" for name in names}
            fresh = paths - self._synced
            for path in fresh:
                sync_file(Path(path))
            if fresh:
                sync_folder(Path(folder))
            here |= paths
        if here - self._synced:
            sync_folder(self._folder)
        self._synced = here


def _lancedb() -> Any:
    # Lance tells of its clustering on stderr, at a level that a user takes for trouble.
    os.environ.setdefault("LANCE_LOG", "error")
    import lancedb

    return lancedb


def _schema(dimension: int) -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            pa.field("key", pa.int64(), nullable=False),
            pa.field("document_key", pa.int64(), nullable=False),
            pa.field("fingerprint", pa.string(), nullable=False),
            pa.field("vector", pa.list_(pa.float32(), dimension), nullable=False),
        ]
    )


def _rows(entries: Sequence[tuple[IndexedChunk, Vectors]], schema: pa.Schema) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    vectors = np.concatenate([vector for _, vector in entries]).astype(np.float32)
    return pa.table(
        {
            "key": [chunk.key for chunk, _ in entries],
            "document_key": [chunk.document_key for chunk, _ in entries],
            "fingerprint": [chunk.fingerprint for chunk, _ in entries],
            "vector": pa.FixedSizeListArray.from_arrays(pa.array(vectors), schema.field("vector").type.list_size),
        },
        schema=schema,
    )


def _among(column: str, keys: Sequence[int]) -> str:
    return f"{column} IN ({','.join(str(int(key)) for key in keys)})"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except AssistError:
        raise
    except Exception as error:
        if any(sign in str(error).lower() for sign in _NO_ROOM):
            raise StorageFull("No room is left on the disk for the vector index; free some space.") from error
        raise StorageDamaged(
            f"The vector index cannot be used ({str(error).splitlines()[0] if str(error) else error!r}); "
            "`jupyter devassist doctor` rebuilds it."
        ) from error
