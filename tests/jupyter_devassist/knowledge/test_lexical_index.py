from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_devassist.errors import StorageDamaged
from jupyter_devassist.knowledge.index import IndexedChunk
from jupyter_devassist.knowledge.lexical_index import LexicalIndex

TEXTS = {
    1: "Join two frames with pd.merge(left, right, on='key') or by their index.",
    2: "A for loop visits every element; while repeats as long as a condition holds.",
    3: "df.groupby('city').agg(mean_price=('price', 'mean'))",
    4: "The // operator divides and rounds down; % gives the remainder.",
    5: "Reading a file: use read_csv for tables and json.load for JSON.",
    6: "std::vector in C++ grows by itself, a list in Python does too.",
    7: "Das Ergebnis wird gerundet. 数据分析入门",
}


def chunk(key: int, text: str, *, document: int = 1, path: str = "/notes/a.md") -> IndexedChunk:
    return IndexedChunk(
        key=key, document_key=document, path=path, text=text, kind="prose", language=None, fingerprint=f"print-{key}"
    )


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LexicalIndex]:
    index = LexicalIndex.create(tmp_path / "words")
    index.apply([chunk(key, text, document=key % 3) for key, text in TEXTS.items()], [])
    yield index
    index.close()


def keys(index: LexicalIndex, query: str, **limits: list[int]) -> list[int]:
    return [hit.key for hit in index.search(query, 10, limits.get("documents")).hits]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("how do I merge two frames?", 1),
        ("pd.merge", 1),
        ("grouping by city", 3),
        ("what does // do", 4),
        ("readCsv", 5),
        ("C++ std::vector", 6),
        ("数据", 7),
        ('df["price"]', 3),
        ("FOR LOOPS", 2),
    ],
)
def test_the_chunk_meant_comes_first(index: LexicalIndex, query: str, best: int) -> None:
    assert keys(index, query)[0] == best


def test_a_question_of_stop_words_alone_still_searches(index: LexicalIndex) -> None:
    assert keys(index, "for while")[0] == 2
    assert keys(index, "as a by")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "😀",
        '"open',
        'df["col"]==1',
        "AND OR NOT",
        "a:b^2~",
        "\\",
        "\x00",
        "\ud800",
        "(((",
        "*",
        "word " * 10_000,
    ],
)
def test_any_string_is_a_legal_query(index: LexicalIndex, query: str) -> None:
    found = index.search(query, 10)
    assert found.ceiling >= max((hit.score for hit in found.hits), default=0.0)


def test_a_query_without_a_word_finds_nothing_and_has_no_ceiling(index: LexicalIndex) -> None:
    assert index.search(" 😀 ?!", 10) == ([], 0.0, {})


def test_the_terms_say_how_rare_each_word_is(index: LexicalIndex) -> None:
    terms = index.search("the python frames of Ulaanbaatar", 10).terms
    assert (
        sorted(terms, key=terms.__getitem__) == ["python", "frame", "ulaanbaatar"] or terms["python"] == terms["frame"]
    )
    assert terms["ulaanbaatar"] > terms["frame"]


def test_the_ceiling_counts_words_that_no_chunk_has(index: LexicalIndex) -> None:
    known, unknown = index.search("frames", 10), index.search("frames Ulaanbaatar", 10)
    assert unknown.hits == known.hits
    assert unknown.ceiling > 2 * known.ceiling


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(max_size=200) | st.lists(st.sampled_from(sorted(TEXTS.values()))).map(" ".join))
def test_no_score_passes_the_ceiling_and_hits_come_best_first(index: LexicalIndex, query: str) -> None:
    hits, ceiling, _ = index.search(query, 10)
    assert all(hit.score <= ceiling for hit in hits)
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.key))


def test_a_very_long_query_is_cut_to_its_rarest_words(index: LexicalIndex) -> None:
    query = " ".join(f"filler{number}" for number in range(500)) + " remainder"
    assert index.search(query, 10).ceiling < index.search("filler", 10).ceiling * 65


def test_words_of_the_path_are_searched(index: LexicalIndex) -> None:
    index.apply([chunk(20, "x = 1", path="/home/ada/course/week3_regression/lab.ipynb")], [])
    assert keys(index, "regression lab") == [20]
    assert keys(index, "ada") == []


def test_only_the_documents_asked_for_answer(index: LexicalIndex) -> None:
    every = set(keys(index, "the index of a list"))
    assert set(keys(index, "the index of a list", documents=[0])) == {key for key in every if key % 3 == 0}
    assert keys(index, "frames", documents=[]) == []
    assert keys(index, "frames", documents=list(range(1, 200))) == [1]


def test_applying_the_same_changes_twice_changes_nothing(index: LexicalIndex) -> None:
    for _ in range(2):
        index.apply([chunk(1, "entirely new words"), chunk(30, "thirty")], [2])
        assert index.count() == len(TEXTS)
        assert keys(index, "entirely") == [1]
        assert keys(index, "frames") == []
        assert index.fingerprints([1, 2, 30, 99]) == {1: "print-1", 30: "print-30"}


def test_what_was_applied_is_there_after_opening_again(index: LexicalIndex, tmp_path: Path) -> None:
    again = LexicalIndex.open(tmp_path / "words")
    assert again.count() == len(TEXTS)
    assert keys(again, "remainder") == [4]


def test_a_missing_folder_is_damage_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(StorageDamaged, match="doctor"):
        LexicalIndex.open(tmp_path / "nothing")


@pytest.mark.parametrize("size", [0, 10])
def test_a_broken_file_is_damage_with_a_way_out(index: LexicalIndex, tmp_path: Path, size: int) -> None:
    index.close()
    for number, file in enumerate(sorted((tmp_path / "words").iterdir())):
        if file.suffix in {".lock", ".json"} and file.name != "meta.json":
            continue
        copy = tmp_path / f"copy{number}"
        shutil.copytree(tmp_path / "words", copy)
        (copy / file.name).write_bytes(b"\0" * size)
        with pytest.raises(StorageDamaged, match="doctor"):
            LexicalIndex.open(copy).search("frames", 10)


def test_a_change_that_cannot_be_written_is_undone(index: LexicalIndex, tmp_path: Path) -> None:
    broken = chunk(50, "fifty")
    with pytest.raises(StorageDamaged):
        index.apply([broken, chunk(-1, "no such row")], [1])
    assert keys(index, "fifty") == []
    index.apply([broken], [])
    assert keys(index, "fifty") == [50]
    assert keys(index, "frames") == [1]
