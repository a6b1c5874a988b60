from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from jupyter_devassist.errors import StorageDamaged, StorageFull
from jupyter_devassist.inference.base import EmbedderInfo
from jupyter_devassist.knowledge.lexical_index import LexicalIndex
from jupyter_devassist.knowledge.vector_index import VectorIndex


def test_words_are_found_before_there_are_vectors(shelf: Any) -> None:
    shelf.indexes.open_lexical()
    shelf.save("a.md", ["the pelican dives", "the heron waits"])
    shelf.indexes.apply()
    assert shelf.by_words("pelican") == ["the pelican dives"]
    assert not shelf.indexes.has_vectors
    assert shelf.by_meaning("pelican") is None
    assert shelf.indexes.degraded is None


def test_a_saved_text_is_found_by_both_and_an_edited_one_only_as_it_is_now(shelf: Any) -> None:
    shelf.open()
    shelf.save("a.md", ["the pelican dives", "the heron waits"])
    assert not shelf.indexes.is_current()
    shelf.indexes.apply()
    assert shelf.by_meaning("the pelican dives") == []
    shelf.embed()
    shelf.indexes.apply()
    assert shelf.indexes.is_current()
    assert shelf.by_meaning("the pelican dives") == ["the pelican dives", "the heron waits"]
    shelf.save("a.md", ["the heron waits", "the stork sleeps"])
    shelf.embed()
    shelf.indexes.apply()
    assert shelf.by_words("pelican") == []
    assert shelf.by_meaning("the stork sleeps") == ["the stork sleeps", "the heron waits"]


def test_removed_documents_are_not_found(shelf: Any) -> None:
    shelf.open().fill(5)
    shelf.store.remove_documents(["id of 3.md"])
    shelf.indexes.apply()
    assert shelf.by_words("passage3x1") == []
    assert "passage3x1 about topic3" not in shelf.by_meaning("passage3x1 about topic3")
    assert shelf.indexes.differences() == {"word index": 0, "vector index": 0}


def test_a_renamed_document_is_found_under_its_new_path(shelf: Any) -> None:
    shelf.open().fill(5)
    shelf.store.move_document("id of 3.md", shelf.folder / "fjords.md")
    shelf.indexes.apply()
    assert sorted(shelf.by_words("fjords")) == [f"passage3x{part} about topic3" for part in range(3)]
    assert shelf.indexes.differences() == {"word index": 0, "vector index": 0}


def test_searches_can_be_limited_to_documents(shelf: Any) -> None:
    shelf.open().fill(10)
    key = shelf.indexes.search_lexical("passage7x1", 1, None).hits[0].key
    with shelf.library.database.read() as connection:
        document = connection.exec_driver_sql("SELECT document_key FROM chunks WHERE key = ?", (key,)).scalar()
    assert set(shelf.by_words("topic2", [document])) == {f"passage7x{part} about topic2" for part in range(3)}
    assert set(shelf.by_meaning("topic2", [document])) == {f"passage7x{part} about topic2" for part in range(3)}


def test_the_outbox_is_empty_once_everything_is_applied(shelf: Any) -> None:
    shelf.open().fill(5)
    with shelf.library.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar() == 0


def test_indexes_are_as_they_were_after_a_restart(shelf: Any) -> None:
    shelf.open().fill(5)
    shelf.close()
    shelf.open()
    assert shelf.indexes.degraded is None
    assert shelf.by_words("passage3x1") == ["passage3x1 about topic3"]
    assert shelf.by_meaning("passage3x1 about topic3")[0] == "passage3x1 about topic3"


def test_what_was_saved_while_no_index_was_open_is_found_after_the_start(shelf: Any) -> None:
    shelf.open().fill(5)
    shelf.close()
    shelf.save("late.md", ["the albatross circles"])
    shelf.close()
    shelf.open()
    assert shelf.by_words("albatross") == ["the albatross circles"]


def test_another_model_starts_its_own_vectors_and_leaves_words_alone(shelf: Any) -> None:
    shelf.open().fill(5)
    shelf.embedder = EmbedderInfo(name="other", dimension=8, max_tokens=128)
    shelf.indexes.open_vectors(shelf.embedder)
    assert shelf.by_words("passage3x1") == ["passage3x1 about topic3"]
    assert shelf.by_meaning("passage3x1 about topic3") == []
    shelf.embed()
    shelf.indexes.apply()
    assert shelf.by_meaning("passage3x1 about topic3")[0] == "passage3x1 about topic3"


def test_going_back_to_a_model_finds_its_vectors_again_without_computing_them(shelf: Any) -> None:
    first = shelf.embedder
    shelf.open().fill(5)
    shelf.indexes.open_vectors(EmbedderInfo(name="other", dimension=8, max_tokens=128))
    shelf.indexes.open_vectors(first)
    assert "is being made anew" in shelf.indexes.degraded
    for name in shelf.indexes.troubles():
        shelf.indexes.rebuild(name)
    assert shelf.by_meaning("passage3x1 about topic3")[0] == "passage3x1 about topic3"
    assert shelf.store.texts_without_vectors(first.name, 9) == []


def test_a_rebuild_lets_searches_and_writes_go_on_and_misses_nothing(shelf: Any) -> None:
    shelf.open().fill(60)
    done: list[int] = []
    written = 0

    def rebuild() -> None:
        for name in shelf.indexes.names() * 3:
            shelf.indexes.rebuild(name, lambda rows, total: done.append(rows))

    rebuilding = threading.Thread(target=rebuild)
    rebuilding.start()
    while rebuilding.is_alive():
        assert shelf.by_words("passage7x1")
        assert shelf.by_meaning("passage7x1 about topic2")
        written += 1
        shelf.save(f"new{written}.md", [f"novelty{written}"])
        shelf.embed()
        shelf.indexes.apply()
    rebuilding.join()
    shelf.indexes.apply(wait=True)
    assert written > 0
    assert max(done) >= 180
    assert shelf.indexes.differences() == {"word index": 0, "vector index": 0}
    assert shelf.by_words(f"novelty{written}") == [f"novelty{written}"]
    assert len(list(shelf.paths.indexes.iterdir())) == 2, "old generations are removed"


def test_a_rebuild_that_was_interrupted_leaves_nothing_behind(shelf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.open().fill(5)

    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LexicalIndex, "apply", interrupted)
        with pytest.raises(KeyboardInterrupt):
            shelf.indexes.rebuild("word index")
    assert shelf.by_words("passage3x1") == ["passage3x1 about topic3"]
    (shelf.paths.indexes / "lexical-77").mkdir()
    shelf.close()
    shelf.open()
    assert sorted(folder.name for folder in shelf.paths.indexes.iterdir()) == ["lexical-1", "vector-1"]


def test_an_index_that_lost_or_kept_too_much_is_noticed_on_opening(shelf: Any) -> None:
    shelf.open().fill(5)
    shelf.close()
    with shelf.library.database.write() as connection:
        connection.exec_driver_sql("UPDATE chunks SET fingerprint = 'other'")
    shelf.close()
    shelf.open()
    assert shelf.indexes.degraded == (
        "The word index differs from the database; The vector index differs from the database. "
        "It is rebuilt in the background from the database."
    )


def test_purging_leaves_no_trace_of_removed_text(shelf: Any) -> None:
    shelf.open().fill(5)
    shelf.save("secret.md", ["the password is xyzzyplugh"])
    shelf.embed()
    shelf.indexes.apply()
    shelf.store.exclude_document("id of secret.md")
    shelf.indexes.apply()
    shelf.indexes.purge()
    shelf.close()
    holding = [
        path.name for path in shelf.paths.home.rglob("*") if path.is_file() and b"xyzzyplugh" in path.read_bytes()
    ]
    assert holding == []
    with shelf.library.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM embeddings").scalar() == 15


def test_a_full_disk_refuses_the_change_and_nothing_else(shelf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.open().fill(5)
    shelf.save("a.md", ["the pelican dives"])
    shelf.embed()

    def full(*args: object) -> None:
        raise StorageFull("No room is left on the disk")

    for broken in (LexicalIndex, VectorIndex):
        with monkeypatch.context() as patch:
            patch.setattr(broken, "apply", full)
            with pytest.raises(StorageFull):
                shelf.indexes.apply()
            assert shelf.by_words("passage3x1")
            assert shelf.by_meaning("passage3x1 about topic3")
    shelf.indexes.apply()
    assert shelf.by_words("pelican") == ["the pelican dives"]
    assert shelf.indexes.degraded is None


class TestCorruption:
    """What was broken, while nothing ran, is noticed on opening; the healthy leg answers until the other is rebuilt."""

    @pytest.fixture
    def closed(self, shelf: Any) -> Any:
        shelf.open().fill()
        shelf.close()
        return shelf

    def heals(self, shelf: Any, broken: str) -> None:
        shelf.open()
        assert list(shelf.indexes.troubles()) == [broken]
        if broken == "vector index":
            assert shelf.by_words("passage3x1") == ["passage3x1 about topic3"]
            assert shelf.by_meaning("passage3x1 about topic3") is None
        else:
            assert shelf.by_words("passage3x1") == []
            assert shelf.by_meaning("passage3x1 about topic3")[0] == "passage3x1 about topic3"
        shelf.indexes.rebuild(broken)
        assert shelf.indexes.degraded is None
        assert shelf.indexes.differences() == {"word index": 0, "vector index": 0}
        shelf.close()
        shelf.open()
        assert shelf.indexes.degraded is None

    @pytest.mark.parametrize("target, name", [("lexical", "word index"), ("vector", "vector index")])
    def test_a_deleted_folder(self, closed: Any, target: str, name: str) -> None:
        remove(closed.paths.indexes / f"{target}-1")
        self.heals(closed, name)

    def test_a_manifest_full_of_zeroes(self, closed: Any) -> None:
        for path in found(closed, "vector-1/chunks.lance/_versions/*.manifest"):
            path.write_bytes(b"\0" * path.stat().st_size)
        self.heals(closed, "vector index")

    def test_an_empty_manifest(self, closed: Any) -> None:
        for path in found(closed, "vector-1/chunks.lance/_versions/*.manifest"):
            path.write_bytes(b"")
        self.heals(closed, "vector index")

    def test_an_empty_data_file_that_still_counts(self, closed: Any) -> None:
        for path in found(closed, "vector-1/chunks.lance/data/*"):
            path.write_bytes(b"")
        self.heals(closed, "vector index")

    def test_a_version_that_was_lost(self, closed: Any) -> None:
        closed.open()
        closed.save("late.md", ["a late passage"])
        closed.embed()
        closed.indexes.apply()
        closed.close()
        manifests = sorted(found(closed, "vector-1/chunks.lance/_versions/*.manifest"))
        manifests[0].unlink()
        self.heals(closed, "vector index")

    @pytest.mark.parametrize("content", [b"", b'{"index_settings"'])
    def test_a_torn_meta_file(self, closed: Any, content: bytes) -> None:
        for path in found(closed, "lexical-1/meta.json"):
            path.write_bytes(content)
        self.heals(closed, "word index")

    def test_a_truncated_segment(self, closed: Any) -> None:
        for path in found(closed, "lexical-1/*.store"):
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        self.heals(closed, "word index")

    def test_a_generation_that_is_on_record_no_more(self, closed: Any) -> None:
        with closed.library.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM generations WHERE target = 'vector'")
        closed.close()
        self.heals(closed, "vector index")

    def test_both_folders_deleted_under_a_running_library(self, closed: Any) -> None:
        closed.open()
        remove(closed.paths.indexes)
        closed.save("a.md", ["the pelican dives"])
        closed.embed()
        closed.indexes.apply()
        assert set(closed.indexes.troubles()) == {"word index", "vector index"}
        for name in closed.indexes.troubles():
            closed.indexes.rebuild(name)
        assert closed.by_words("pelican") == ["the pelican dives"]
        assert closed.indexes.differences() == {"word index": 0, "vector index": 0}


def found(shelf: Any, pattern: str) -> list[Path]:
    paths = list(shelf.paths.indexes.glob(pattern))
    assert paths
    return paths


def remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder)


def test_a_rebuilt_index_stands_although_the_one_before_it_cannot_be_closed(
    shelf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(index: LexicalIndex) -> None:
        raise StorageDamaged("The word index cannot be used.")

    shelf.open().fill(5)
    with monkeypatch.context() as patched:
        patched.setattr(LexicalIndex, "close", refuse)
        shelf.indexes.rebuild("word index")
    assert shelf.by_words("passage3x1") == ["passage3x1 about topic3"]
    shelf.close()
    shelf.open()
    assert shelf.indexes.troubles() == {}
    assert shelf.by_words("passage3x1") == ["passage3x1 about topic3"]
