from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_devassist.builtin.readers import all_readers
from jupyter_devassist.errors import InvalidInput
from jupyter_devassist.evaluation.beir import Row
from jupyter_devassist.evaluation.documents import as_file, looks_like_code
from jupyter_devassist.evaluation.retrieval import EvaluationCancelled, RetrievalReport, evaluate
from jupyter_devassist.inference.onnx_embedder import OnnxEmbedder
from jupyter_devassist.jobs.model import Progress
from jupyter_devassist.knowledge.model import Reading
from jupyter_devassist.knowledge.reading import Reader, ReadingLimits

FUNCTION = "def mean(values):\n    total = sum(values)\n    return total / len(values)\n"
CORPUS = [
    {"id": "bread", "title": "Baking bread", "text": "Flour, water and salt are kneaded. The dough rises for an hour."},
    {"id": "stars", "title": "Stars", "text": "A star burns hydrogen in its core and shines for billions of years."},
    {"id": "mean", "title": "", "text": FUNCTION},
    {"id": "week1/merge.md", "title": "Week 1", "text": "Two tables are joined on a key. Rows without a partner stay."},
]
QUERIES = [
    {"id": "q1", "text": "how long does dough have to rise"},
    {"id": "q2", "text": "what makes the sun shine"},
    {"id": "q3", "text": "python average of a list"},
    {"id": "q4", "text": "combine tables by key"},
    {"id": "unjudged", "text": "anything"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\tbread\t1\nq2\tstars\t1\nq3\tmean\t1\nq4\tweek1/merge.md\t1\n"


class InProcess:
    """No text of these sets needs a child process."""

    def read(self, reader: Reader, path: Path, content: bytes, limits: ReadingLimits) -> Reading:
        return reader.read(path, content, limits)


@pytest.fixture(scope="module")
def embedder() -> OnnxEmbedder:
    return OnnxEmbedder.bundled(1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "c.jsonl").write_text("\n".join(json.dumps(row) for row in CORPUS))
    (tmp_path / "q.jsonl").write_text("\n".join(json.dumps(row) for row in QUERIES))
    (tmp_path / "r.tsv").write_text(QRELS)
    return tmp_path


def run(folder: Path, embedder: OnnxEmbedder, *, corpus: str = "c.jsonl", stop: bool = False) -> RetrievalReport:
    told: list[Progress] = []
    report = evaluate(
        corpus=folder / corpus,
        queries=folder / "q.jsonl",
        qrels=folder / "r.tsv",
        run_out=folder / "out" / "run.tsv",
        embedder=embedder,
        readers=all_readers(),
        isolation=InProcess(),
        limits=ReadingLimits(),
        cache=folder / "cache",
        tell=told.append,
        cancelled=lambda: stop,
    )
    assert [progress.stage for progress in told] == ["Indexing", "Asking"]
    return report


def test_a_set_is_scored_leg_by_leg_and_its_run_written(folder: Path, embedder: OnnxEmbedder) -> None:
    report = run(folder, embedder)
    assert (report.document_count, report.query_count, report.skipped_count, report.notices) == (4, 4, 0, ())
    assert report.fused.ndcg_at_10 == report.fused.success_at_1 == 1.0
    assert report.vector.success_at_5 == 1.0
    assert report.lexical.success_at_1 < 1.0
    rows = [line.split("\t") for line in (folder / "out" / "run.tsv").read_text().splitlines()]
    assert {row[0] for row in rows} == {"q1", "q2", "q3", "q4"}
    assert next(row[1] for row in rows if row[0] == "q4") == "week1/merge.md"


def test_a_second_run_takes_its_vectors_from_the_cache_and_scores_the_same(
    folder: Path, embedder: OnnxEmbedder
) -> None:
    first, second = run(folder, embedder), run(folder, embedder)
    assert first.fused == second.fused
    assert len(list((folder / "cache").iterdir())) == 1


def test_real_files_are_scored_by_their_paths(folder: Path, embedder: OnnxEmbedder) -> None:
    files = folder / "files"
    (files / "week1").mkdir(parents=True)
    (files / "week1" / "merge.md").write_text("# Merge\n\nTwo tables are joined on a key.")
    (files / "mean.py").write_text(FUNCTION)
    (files / "broken.ipynb").write_text("{")
    report = run(folder, embedder, corpus="files")
    assert report.document_count == 2
    assert [skip.path.name for skip in report.skipped] == ["broken.ipynb"]
    assert "3 documents" in report.notices[0]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("c.jsonl", "", "holds no text"),
        ("q.jsonl", '{"id": "other", "text": "x"}', "No question"),
        ("r.tsv", "h\th\th\nq1\tnowhere\t1\n", "No document"),
        ("c.jsonl", '{"id": "bread", "text": "a"}\n{"id', "line 2"),
    ],
)
def test_a_set_whose_parts_do_not_belong_together_is_refused(
    folder: Path, embedder: OnnxEmbedder, name: str, content: str, words: str
) -> None:
    (folder / name).write_text(content)
    with pytest.raises(InvalidInput, match=words):
        run(folder, embedder)


def test_judged_questions_that_are_not_asked_are_told(folder: Path, embedder: OnnxEmbedder) -> None:
    with (folder / "r.tsv").open("a") as file:
        file.write("q9\tbread\t1\n")
    assert "'q9'" in run(folder, embedder).notices[0]


def test_cancelling_stops_it(folder: Path, embedder: OnnxEmbedder) -> None:
    with pytest.raises(EvaluationCancelled):
        run(folder, embedder, stop=True)


@pytest.mark.parametrize(
    ("row", "path", "read_as", "begins"),
    [
        (Row(id="7", title="On Bread: a study", text="Prose."), "On Bread a study.md", "On Bread a study.md", "# On"),
        (Row(id="7", text=FUNCTION), "7.py", "7.py", "def"),
        (Row(id="a/b.py", title="b.py", text="x"), "a/b.py", "b.py", "x"),
        (Row(id="w/lab.ipynb", title="Lab", text="Some words"), "w/lab.ipynb", "lab.md", "# Lab"),
        (Row(id="9", title="notes.rst", text="Words"), "notes.rst", "notes.rst", "Words"),
        (Row(id="../../etc/x.md", text="Words"), "etc/x.md", "x.md", "Words"),
        (Row(id="//", text="Words"), "text.md", "text.md", "Words"),
    ],
)
def test_a_text_becomes_the_file_it_would_be(row: Row, path: str, read_as: str, begins: str) -> None:
    file = as_file(row)
    assert (file.path.as_posix(), file.read_as) == (path, read_as)
    assert file.content.decode().startswith(begins)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (FUNCTION, True),
        ('def mean(values):\n    """The usual mean.\n\n    Of numbers.\n\n    It is slow.\n    """\n', True),
        ("import taxes rose again\nand public opinion turned", False),
        ("function add(a, b) {\n  return a + b;\n}", True),
        ("Mean values are computed for each group.\nThey are then compared.", False),
        ("", False),
    ],
)
def test_code_is_told_from_prose(text: str, code: bool) -> None:
    assert looks_like_code(text) is code
