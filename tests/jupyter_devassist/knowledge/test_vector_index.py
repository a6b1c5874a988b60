from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from jupyter_devassist.errors import StorageDamaged
from jupyter_devassist.inference.base import Vectors
from jupyter_devassist.knowledge.index import IndexedChunk
from jupyter_devassist.knowledge.vector_index import VectorIndex

DIMENSION = 16


def entry(key: int, vector: Vectors, document_key: int = 1, fingerprint: str = "") -> tuple[IndexedChunk, Vectors]:
    chunk = IndexedChunk(
        key=key,
        document_key=document_key,
        path="/a.md",
        text="",
        kind="prose",
        language=None,
        fingerprint=fingerprint or f"print {key}",
    )
    return chunk, vector


def unit_vectors(count: int, seed: int = 1) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def nearest(vectors: Vectors, query: Vectors, count: int, keys: Sequence[int]) -> list[int]:
    cosines = vectors @ query
    return sorted(keys, key=lambda key: -cosines[key])[:count]


@pytest.fixture
def index(tmp_path: Path) -> VectorIndex:
    return VectorIndex.create(tmp_path / "vector-1", DIMENSION)


def test_the_nearest_come_first_with_their_cosine(index: VectorIndex) -> None:
    vectors = unit_vectors(50)
    index.apply([entry(key, vectors[key]) for key in range(50)], [])
    hits = index.search(vectors[7], 5)
    assert [hit.key for hit in hits] == nearest(vectors, vectors[7], 5, range(50))
    assert [hit.score for hit in hits] == pytest.approx(
        [float(vectors[hit.key] @ vectors[7]) for hit in hits], abs=1e-5
    )


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert index.search(unit_vectors(1)[0], 5) == []
    assert index.count() == 0
    assert index.fingerprints([1, 2]) == {}


def test_applying_again_changes_nothing(index: VectorIndex) -> None:
    vectors = unit_vectors(3)
    entries = [entry(key, vectors[key]) for key in range(3)]
    for _ in range(3):
        index.apply(entries, [9])
    assert index.count() == 3
    assert index.fingerprints([0, 1, 2, 9]) == {0: "print 0", 1: "print 1", 2: "print 2"}


def test_a_chunk_that_has_changed_is_replaced_and_one_that_is_gone_leaves(index: VectorIndex) -> None:
    old, new = unit_vectors(2)
    index.apply([entry(1, old), entry(2, old)], [])
    index.apply([entry(1, new, fingerprint="changed")], [2])
    assert index.fingerprints([1, 2]) == {1: "changed"}
    assert index.vectors([1, 2])[1] == pytest.approx(new)
    assert [hit.key for hit in index.search(old, 5)] == [1]


def test_a_search_can_be_limited_to_documents(index: VectorIndex) -> None:
    vectors = unit_vectors(60)
    index.apply([entry(key, vectors[key], document_key=key % 3) for key in range(60)], [])
    hits = index.search(vectors[0], 10, [1, 2])
    assert [hit.key for hit in hits] == nearest(vectors, vectors[0], 10, [key for key in range(60) if key % 3])
    assert index.search(vectors[0], 10, []) == []
    assert index.search(vectors[0], 10, [77]) == []


def test_what_was_applied_is_there_after_opening_again(index: VectorIndex, tmp_path: Path) -> None:
    vectors = unit_vectors(5)
    index.apply([entry(key, vectors[key]) for key in range(5)], [])
    index.close()
    assert VectorIndex.open(tmp_path / "vector-1", DIMENSION).count() == 5


def test_many_small_changes_leave_few_files_behind(
    index: VectorIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_devassist.knowledge.vector_index._OLD_VERSION_AGE", timedelta(milliseconds=1))
    vectors = unit_vectors(60)
    for key in range(60):
        index.apply([entry(key, vectors[key])], [])
    assert index.wants_care
    index.optimise()
    index.optimise()
    assert not index.wants_care
    assert index.count() == 60
    assert [hit.key for hit in index.search(vectors[3], 1)] == [3]
    assert count_files(tmp_path) < 20, "old versions go once nobody can be reading them"


def test_a_large_index_is_searched_through_its_structure_and_stays_right(
    index: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_devassist.knowledge.vector_index._ROWS_WORTH_AN_INDEX", 3_000)
    monkeypatch.setattr("jupyter_devassist.knowledge.vector_index._ROWS_PER_PARTITION", 300)
    monkeypatch.setattr("jupyter_devassist.knowledge.vector_index._ROWS_TO_LOOK_THROUGH", 500)
    vectors = unit_vectors(4_100)
    index.apply([entry(key, vectors[key], document_key=key // 100) for key in range(4_000)], [])
    assert index.wants_care
    index.optimise()
    assert not index.wants_care
    index.apply([entry(key, vectors[key], document_key=40) for key in range(4_000, 4_100)], [5])
    for documents, keys in (
        (None, [key for key in range(4_100) if key != 5]),
        ([3], range(300, 400)),
        (range(20), [key for key in range(2_000) if key != 5]),
    ):
        right = 0
        for query in unit_vectors(20, seed=2):
            found = [hit.key for hit in index.search(query, 10, documents)]
            right += len(set(found) & set(nearest(vectors, query, 10, keys)))
        assert right >= 0.95 * 200, f"limited to {documents}"


def test_searches_go_on_while_the_index_is_tidied(index: VectorIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_devassist.knowledge.vector_index._OLD_VERSION_AGE", timedelta(milliseconds=1))
    vectors = unit_vectors(200)
    for key in range(0, 200, 10):
        index.apply([entry(one, vectors[one]) for one in range(key, key + 10)], [])
    tidying = Thread(target=lambda: [index.optimise() for _ in range(5)])
    tidying.start()
    searches = 0
    while tidying.is_alive() or searches < 10:
        assert index.search(vectors[searches % 200], 1)[0].key == searches % 200
        searches += 1
    tidying.join()


def test_a_missing_folder_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(StorageDamaged, match="is missing; `jupyter devassist doctor`"):
        VectorIndex.open(tmp_path / "nowhere", DIMENSION)


def test_another_dimension_is_refused(index: VectorIndex, tmp_path: Path) -> None:
    with pytest.raises(StorageDamaged, match="doctor"):
        VectorIndex.open(tmp_path / "vector-1", DIMENSION + 1)


def test_nothing_is_said_on_stderr(tmp_path: Path) -> None:
    script = """
import sys, numpy as np
from pathlib import Path
from jupyter_devassist.knowledge import vector_index
from jupyter_devassist.knowledge.index import IndexedChunk
vector_index._ROWS_WORTH_AN_INDEX = 1000
vector_index._ROWS_PER_PARTITION = 50
index = vector_index.VectorIndex.create(Path(sys.argv[1]) / "v", 8)
vectors = np.random.default_rng(1).integers(0, 3, size=(2000, 8)).astype(np.float32)
same = dict(path="", text="", kind="", language=None, fingerprint="")
index.apply([(IndexedChunk(key=k, document_key=k, **same), vectors[k]) for k in range(2000)], [])
index.optimise()
index.search(vectors[0], 10)
index.search(vectors[0], 10, [1, 2, 3])
"""
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


def count_files(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))
