from __future__ import annotations

from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from jupyter_devassist.inference.base import Vectors
from jupyter_devassist.knowledge.index import IndexedChunk
from jupyter_devassist.knowledge.vector_index import VectorIndex

DIMENSION = 8


def entry(key: int, vector: Vectors, document_key: int = 1) -> tuple[IndexedChunk, Vectors]:
    chunk = IndexedChunk(
        key=key,
        document_key=document_key,
        path="/a.md",
        text="",
        kind="prose",
        language=None,
        fingerprint=f"{key} {vector[0]}",
    )
    return chunk, vector


def unit_vectors(count: int) -> Vectors:
    vectors = np.random.default_rng(3).normal(size=(count, DIMENSION)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def test_what_is_held_in_memory_stays_what_is_on_the_disk(tmp_path: Path) -> None:
    vectors = unit_vectors(200)
    index = VectorIndex.create(tmp_path / "vector-1", DIMENSION)
    index.apply([entry(key, vectors[key], key % 5) for key in range(100)], [])
    index.search(vectors[0], 3)
    index.apply([entry(key, vectors[key], key % 5) for key in range(100, 150)], list(range(20)))
    index.apply([entry(key, vectors[key + 50], key % 5) for key in range(30, 40)], [])
    again = VectorIndex.open(tmp_path / "vector-1", DIMENSION)
    for query in vectors[::20]:
        for documents in (None, [1, 2]):
            held, read = index.search(query, 12, documents), again.search(query, 12, documents)
            assert [hit.key for hit in held] == [hit.key for hit in read]
            assert [hit.score for hit in held] == pytest.approx([hit.score for hit in read], abs=1e-6)
        again.close()
        again = VectorIndex.open(tmp_path / "vector-1", DIMENSION)


def test_vectors_in_memory_and_on_the_disk_give_the_same_hits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = unit_vectors(80)
    index = VectorIndex.create(tmp_path / "vector-1", DIMENSION)
    index.apply([entry(key, vectors[key]) for key in range(80)], [])
    held = index.search(vectors[5], 10)
    index.close()
    monkeypatch.setattr("jupyter_devassist.knowledge.vector_index._ROWS_WORTH_AN_INDEX", 10)
    read = VectorIndex.open(tmp_path / "vector-1", DIMENSION).search(vectors[5], 10)
    assert [hit.key for hit in held] == [hit.key for hit in read]
    assert [hit.score for hit in held] == pytest.approx([hit.score for hit in read], abs=1e-5)


def test_a_search_during_changes_never_leaves_old_vectors_behind(tmp_path: Path) -> None:
    vectors = unit_vectors(60)
    index = VectorIndex.create(tmp_path / "vector-1", DIMENSION)
    is_over = False

    def search() -> None:
        while not is_over:
            index.search(vectors[0], 5)

    searching = Thread(target=search)
    searching.start()
    try:
        for key in range(60):
            index.apply([entry(key, vectors[key])], [key - 1] if key else [])
    finally:
        is_over = True
        searching.join()
    assert [hit.key for hit in index.search(vectors[0], 60)] == [59]


def test_a_vector_of_zeros_is_like_nothing(tmp_path: Path) -> None:
    index = VectorIndex.create(tmp_path / "vector-1", DIMENSION)
    index.apply([entry(1, np.zeros(DIMENSION, np.float32)), entry(2, unit_vectors(1)[0])], [])
    assert [hit.key for hit in index.search(unit_vectors(1)[0], 5)] == [2, 1]
