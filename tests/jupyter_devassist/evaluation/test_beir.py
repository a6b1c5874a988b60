from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_devassist.errors import InvalidInput, NotFound
from jupyter_devassist.evaluation.beir import Query, Row, read_corpus, read_judgements, read_queries


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "set.jsonl"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_both_spellings_of_the_id_are_read_and_a_title_may_be_missing(tmp_path: Path) -> None:
    path = written(tmp_path, '{"_id": "1", "title": "T", "text": "a", "metadata": {}}\n\n{"id": 2, "text": "b"}\r\n')
    assert list(read_corpus(path)) == [Row(id="1", title="T", text="a"), Row(id="2", text="b")]
    assert read_queries(path) == [Query(id="1", text="a"), Query(id="2", text="b")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"id": "1", "text": "a"}\n{"id": "2", "te', "line 2: not valid JSON"),
        ('{"id": "1"}', "line 1.*text"),
        ('{"text": "a"}', "line 1: the field `id` is missing"),
        ('{"id": "1", "text": 5}', "line 1.*text"),
        ('{"id": "1", "text": "a"}\n{"id": "1", "text": "b"}', "line 2: the id '1' was used before"),
        ("[1]", "line 1"),
        (b'{"id": "1", "text": "\xff"}', "not UTF-8"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_by_file_and_line(tmp_path: Path, content: str | bytes, words: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(InvalidInput, match=words) as refused:
        list(read_corpus(path))
    assert str(path) in str(refused.value)


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"none\.jsonl"):
        read_queries(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    "content",
    [
        "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t2\nq2\td1\t0\n",
        "q1\td1\t1\nq1\td2\t2\nq2\td1\t0\n",
        "q1\t0\td1\t1\nq1\t0\td2\t2\nq2\t0\td1\t0\n",
    ],
)
def test_judgements_are_read_with_and_without_header_and_in_the_trec_form(tmp_path: Path, content: str) -> None:
    assert read_judgements(written(tmp_path, content)) == {"q1": {"d1": 1.0, "d2": 2.0}, "q2": {"d1": 0.0}}


@pytest.mark.parametrize("content", ["", "query-id\tcorpus-id\tscore\n", "h\th\th\nq1\td1\n", "h\th\th\nq1 d1 1\n"])
def test_judgements_that_are_none_are_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(InvalidInput, match=r"set\.jsonl"):
        read_judgements(written(tmp_path, content))
