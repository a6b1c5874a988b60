from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupyter_devassist.errors import Conflict, InvalidInput, NotFound, Unreadable
from jupyter_devassist.knowledge.library import VectorRow
from jupyter_devassist.knowledge.model import Filters
from jupyter_devassist.values import DocumentId

ADA = Path("/home/ada")
COURSE = ADA / "course"


def test_a_document_comes_back_as_it_was_saved(shelf: Any) -> None:
    chunks = [shelf.chunk("a.md", 0, "first"), shelf.chunk("a.md", 1, "second", lead="before", language="python")]
    assert shelf.store.save_reading(shelf.document("a.md"), chunks) == (2, 0, 0)
    assert shelf.store.document("id of a.md") == shelf.document("a.md", chunk_count=2)
    assert shelf.store.document_at(COURSE / "a.md") == shelf.document("a.md", chunk_count=2)
    assert shelf.store.chunks_of("id of a.md") == chunks
    assert shelf.store.chunk(chunks[0].id).path == COURSE / "a.md"


def test_unchanged_chunks_keep_their_row_and_their_vector(shelf: Any) -> None:
    shelf.store.use_model(shelf.embedder.name)
    shelf.save("a.md", ["one", "two", "three"])
    shelf.embed()
    before = {text: key for key, text in all_chunks(shelf).items()}
    assert shelf.save("a.md", ["new", "three", "one"]) == (1, 2, 1)
    after = {text: key for key, text in all_chunks(shelf).items()}
    assert (after["one"], after["three"]) == (before["one"], before["three"])
    assert after["new"] not in before.values(), "a key is never used twice"
    assert [row.chunk.text for row in shelf.store.texts_without_vectors(shelf.embedder.name, 9)] == ["new"]
    assert [chunk.text for chunk in shelf.store.chunks_of("id of a.md")] == ["new", "three", "one"]


def test_a_document_is_indexed_once_every_chunk_has_its_vector(shelf: Any) -> None:
    shelf.store.use_model(shelf.embedder.name)
    shelf.save("a.md", ["one", "two"])
    assert shelf.store.document("id of a.md").state == "lexical"
    assert shelf.embed() == ["id of a.md"]
    assert shelf.store.document("id of a.md").state == "indexed"
    shelf.save("a.md", ["one"])
    assert shelf.store.document("id of a.md").state == "indexed", "nothing is left to compute"
    shelf.save("b.md", ["two"])
    assert shelf.store.document("id of b.md").state == "indexed", "the text was embedded before"


def test_a_changed_lead_asks_for_a_new_vector_of_the_same_chunk(shelf: Any) -> None:
    shelf.store.use_model(shelf.embedder.name)
    shelf.save("a.md", ["one"])
    shelf.embed()
    chunk = shelf.chunk("a.md", 0, "one", lead="now with words before it")
    assert shelf.store.save_reading(shelf.document("a.md"), [chunk]) == (0, 1, 0)
    assert shelf.store.document("id of a.md").state == "lexical"
    assert [row.chunk for row in shelf.store.texts_without_vectors(shelf.embedder.name, 9)] == [chunk]


def test_the_newest_texts_are_embedded_first_and_each_once(shelf: Any) -> None:
    shelf.store.use_model(shelf.embedder.name)
    shelf.save("a.md", ["old"])
    shelf.save("b.md", ["same"])
    shelf.save("c.md", ["same", "new"])
    waiting = shelf.store.texts_without_vectors(shelf.embedder.name, 9)
    assert [row.chunk.text for row in waiting] == ["new", "same", "old"]
    assert shelf.store.texts_without_vectors("another model", 9) == []


def test_another_model_has_its_own_vectors_and_finds_its_old_ones_again(shelf: Any) -> None:
    shelf.store.use_model("first")
    shelf.save("a.md", ["one"])
    row = shelf.store.texts_without_vectors("first", 9)[0]
    vector = VectorRow(row.text_hash, shelf.vector("one"), [], np.zeros((0, 16), np.float32))
    shelf.store.save_vectors("first", [vector])
    assert shelf.store.use_model("second")
    assert not shelf.store.use_model("second")
    assert shelf.store.counts() == (1, 0, {"lexical": 1})
    assert shelf.store.save_vectors("first", [vector]) == [], "a late batch of the old model changes nothing"
    assert shelf.store.use_model("first")
    assert shelf.store.counts() == (1, 1, {"indexed": 1})


def test_vectors_come_back_close_to_what_they_were(shelf: Any) -> None:
    shelf.store.use_model(shelf.embedder.name)
    shelf.save("a.md", ["one"])
    row = shelf.store.texts_without_vectors(shelf.embedder.name, 9)[0]
    sentences = np.stack([shelf.vector("first sentence"), shelf.vector("second sentence")])
    shelf.store.save_vectors(
        shelf.embedder.name, [VectorRow(row.text_hash, shelf.vector("one"), [(0, 5), (6, 9)], sentences)]
    )
    key = next(iter(all_chunks(shelf)))
    assert shelf.store.passage_vectors([key])[key] @ shelf.vector("one") > 0.9999
    kept = shelf.store.sentence_vectors([key, 999])
    assert list(kept) == [key]
    assert kept[key].spans == [(0, 5), (6, 9)]
    assert np.sum(kept[key].vectors * sentences, axis=1) == pytest.approx([1, 1], abs=1e-3)


def test_text_that_is_not_valid_unicode_is_kept_with_a_mark(shelf: Any) -> None:
    shelf.save("a.md", ["lone \ud800 surrogate"])
    assert shelf.store.chunks_of("id of a.md")[0].text == "lone ? surrogate"


def test_a_file_name_that_is_not_text_is_refused_with_the_way_out(shelf: Any) -> None:
    with pytest.raises(Unreadable, match="rename the file"):
        shelf.save("bad\udce4name.md", ["one"])


def test_a_renamed_file_keeps_its_identity_and_replaces_what_was_at_its_new_place(shelf: Any) -> None:
    shelf.save("a.md", ["one"])
    shelf.save("b.md", ["two"])
    shelf.store.move_document("id of a.md", COURSE / "b.md")
    assert shelf.store.document_at(COURSE / "b.md").id == "id of a.md"
    assert shelf.store.document_at(COURSE / "a.md") is None
    assert list(all_chunks(shelf).values()) == ["one"]
    with pytest.raises(NotFound):
        shelf.store.move_document("nobody", COURSE / "c.md")


def test_a_failed_document_keeps_its_reason_and_loses_its_text(shelf: Any) -> None:
    shelf.save("a.md", ["one"])
    failed = shelf.document("a.md", state="failed", reason="a.md: page 3 is broken", error_code="unreadable")
    shelf.store.save_outcome(failed)
    assert shelf.store.document("id of a.md") == failed
    assert all_chunks(shelf) == {}


def test_what_is_taken_out_by_hand_stays_out_until_it_is_restored(shelf: Any) -> None:
    shelf.save("a.md", ["one"])
    assert shelf.store.exclude_document("id of a.md").path == COURSE / "a.md"
    assert shelf.store.excluded_paths(ADA) == {COURSE / "a.md"}
    assert shelf.store.excluded_paths(ADA / "cour") == frozenset()
    assert shelf.store.known_files(ADA) == {}
    with pytest.raises(NotFound, match="add its file again"):
        shelf.store.restore_document("id of a.md", COURSE.parent / "other")
    assert shelf.store.restore_document("id of a.md", COURSE) == COURSE / "a.md"
    assert shelf.store.excluded_paths(ADA) == frozenset()
    with pytest.raises(NotFound):
        shelf.store.restore_document("id of a.md", COURSE)


def test_removing_a_source_spares_what_another_one_brings(shelf: Any) -> None:
    outer = shelf.store.add_source(ADA)
    inner = shelf.store.add_source(COURSE / "week1")
    assert shelf.store.add_source(ADA) == outer, "adding again changes nothing"
    shelf.save("week1/a.md", ["one"])
    shelf.save("week2/b.md", ["two"])
    assert [source.document_count for source in shelf.store.sources()] == [2, 1]
    assert shelf.store.remove_source(outer.id) == ["id of week2/b.md"]
    assert shelf.store.remove_source(inner.id) == ["id of week1/a.md"]
    with pytest.raises(NotFound):
        shelf.store.remove_source(inner.id)


def test_known_files_tell_what_a_scan_compares(shelf: Any) -> None:
    shelf.save("a.md", ["one"])
    stamp = shelf.store.known_files(COURSE)[COURSE / "a.md"]
    assert (stamp.document_id, stamp.size_bytes, stamp.content_hash) == ("id of a.md", 10, "hash of a.md")
    shelf.store.save_stamp(shelf.document("a.md", size_bytes=11))
    assert shelf.store.known_files(COURSE)[COURSE / "a.md"].size_bytes == 11
    assert [one.id for one in shelf.store.documents_with_content("hash of a.md")] == ["id of a.md"]


def test_documents_are_listed_in_pages_and_narrowed(shelf: Any) -> None:
    for name in ("a.md", "B_100%.md", "c.md"):
        shelf.save(name, ["text of " + name])
    shelf.store.save_outcome(shelf.document("d.pdf", kind="pdf", state="skipped", reason="too large"))

    def listed(**wanted: Any) -> tuple[list[str], int]:
        options = {"root": ADA, "state": None, "kind": None, "collection": None, "contains": None}
        page = shelf.store.documents(**{**options, "offset": 0, "limit": 2, **wanted})
        return [document.path.name for document in page.items], page.total

    assert listed() == (["B_100%.md", "a.md"], 4)
    assert listed(offset=2) == (["c.md", "d.pdf"], 4)
    assert listed(state="skipped") == (["d.pdf"], 1)
    assert listed(kind="markdown", contains="b_100%") == (["B_100%.md"], 1)
    assert listed(contains="_") == (["B_100%.md"], 1)
    assert listed(root=Path("/home/eve")) == ([], 0)


class TestCollections:
    def test_rules_see_a_file_by_its_place_in_its_source(self, shelf: Any) -> None:
        shelf.store.add_source(COURSE)
        for name in ("week1/a.md", "week1/draft/b.md", "week2/c.md", "notes.txt"):
            shelf.save(name, ["text of " + name])

        def members(include: list[str], exclude: list[str]) -> list[str]:
            made = shelf.store.create_collection("Test", include, exclude)
            keys = shelf.store.document_keys(Filters(collections=("Test",)), ADA)
            shelf.store.delete_collection(made.id)
            return names(shelf, keys)

        assert members(["/week1/"], []) == ["a.md", "b.md"]
        assert members(["/week1/"], ["draft/"]) == ["a.md"]
        assert members(["*.md", "!week1/a.md"], []) == ["b.md", "c.md"]
        assert members(["course/week2"], []) == ["c.md"]
        assert members([f"{COURSE}/notes.txt"], []) == ["notes.txt"]
        assert members(["home/"], []) == [], "what lies above the source is nobody's business"

    def test_members_follow_files_rules_and_sources(self, shelf: Any) -> None:
        shelf.store.add_source(COURSE)
        week1 = shelf.store.create_collection("Week 1", ["/week1/"], [])
        shelf.save("week1/a.md", ["one"])
        assert shelf.store.collection(week1.id).document_count == 1
        shelf.store.move_document("id of week1/a.md", COURSE / "week2/a.md")
        assert shelf.store.collection("Week 1").document_count == 0
        changed = shelf.store.change_collection(week1.id, "Week 2", ["/week2/"], [])
        assert (changed.name, changed.document_count) == ("Week 2", 1)
        shelf.store.remove_documents([DocumentId("id of week1/a.md")])
        assert shelf.store.collections()[0].document_count == 0

    def test_names_are_taken_once_and_rules_have_to_be_globs(self, shelf: Any) -> None:
        shelf.store.create_collection("Course", ["*"], [])
        with pytest.raises(Conflict, match="another name"):
            shelf.store.create_collection("  course ", ["*"], [])
        with pytest.raises(InvalidInput, match="needs a name"):
            shelf.store.create_collection(" ", ["*"], [])
        with pytest.raises(InvalidInput, match=r"exclude: .*gitignore"):
            shelf.store.create_collection("Other", ["*"], ["!"])
        with pytest.raises(NotFound, match="Nowhere"):
            shelf.store.document_keys(Filters(collections=("Nowhere",)), ADA)


class TestLimits:
    @pytest.fixture
    def filled(self, shelf: Any) -> Any:
        shelf.save("week1/a.md", ["one"])
        shelf.store.save_reading(shelf.document("week1/b.py", kind="code", language="Python"), [])
        shelf.store.save_reading(shelf.document("c.sql", kind="code", language="sql"), [])
        return shelf

    def test_no_limit_is_told_from_an_empty_one(self, filled: Any) -> None:
        assert filled.store.document_keys(Filters(), ADA) is None
        assert filled.store.document_keys(Filters(kinds=("pdf",)), ADA) == []

    def test_nothing_outside_the_root_is_searched(self, filled: Any) -> None:
        assert names(filled, filled.store.document_keys(Filters(), COURSE / "week1")) == ["a.md", "b.py"]
        assert filled.store.document_keys(Filters(), ADA / "course/week") == []

    @pytest.mark.parametrize(
        "filters, expected",
        [
            (Filters(kinds=("code",)), ["b.py", "c.sql"]),
            (Filters(languages=("python",)), ["b.py"]),
            (Filters(paths=("course/week1",)), ["a.md", "b.py"]),
            (Filters(paths=("*.md", "*.sql")), ["a.md", "c.sql"]),
            (Filters(paths=("course/week1/*",), kinds=("code",)), ["b.py"]),
        ],
    )
    def test_limits_are_joined(self, filled: Any, filters: Filters, expected: list[str]) -> None:
        assert names(filled, filled.store.document_keys(filters, ADA)) == expected


def all_chunks(shelf: Any) -> dict[int, str]:
    return {key: found.chunk.text for key, found in shelf.store.chunks_by_key(range(1, 100)).items()}


def names(shelf: Any, document_keys: list[int]) -> list[str]:
    with shelf.library.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT key, path FROM documents").all()
    return sorted(Path(path).name for key, path in rows if key in document_keys)
