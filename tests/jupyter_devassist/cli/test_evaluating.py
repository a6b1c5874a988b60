"""Measuring, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jupyter_devassist.cli.commands import devassist
from jupyter_devassist.cli.measures import amount, bar_in_words, in_words, row
from jupyter_devassist.evaluation import benches
from jupyter_devassist.evaluation.bench_setting import Setting
from jupyter_devassist.evaluation.figures import Bar, Figure, at_most, measured, skipped

TEXTS = {
    "join": "DataFrame.join aligns the rows of two tables on their index.",
    "tidy": "In tidy data every row is one observation and every column is one variable.",
    "mean": "The mean of a column is its sum over the count of its values.",
}
QUESTIONS = {"q1": "what does join align on", "q2": "what is a row of tidy data"}


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    corpus = "".join(json.dumps({"id": key, "title": key, "text": text}) + "\n" for key, text in TEXTS.items())
    (tmp_path / "corpus.jsonl").write_text(corpus)
    queries = "".join(json.dumps({"id": key, "text": text}) + "\n" for key, text in QUESTIONS.items())
    (tmp_path / "queries.jsonl").write_text(queries)
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tjoin\t1\nq2\ttidy\t1\n")
    return tmp_path


def evaluate(sets: Path, *more: str) -> Result:
    questions = ["--queries", str(sets / "queries.jsonl"), "--qrels", str(sets / "qrels.tsv")]
    return CliRunner().invoke(devassist, ["eval", *questions, *more])


def test_a_set_is_scored_for_each_leg_and_for_both(sets: Path) -> None:
    result = evaluate(sets, "--corpus", str(sets / "corpus.jsonl"), "--run", str(sets / "run.tsv"), "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert {leg: report[leg]["ndcg_at_10"] for leg in ("lexical", "vector", "fused")} == {
        "lexical": 1.0,
        "vector": 1.0,
        "fused": 1.0,
    }
    assert (report["document_count"], report["query_count"]) == (3, 2)
    assert (sets / "run.tsv").read_text().splitlines()[0].startswith("q1\tjoin\t")


def test_the_table_has_a_line_per_leg(sets: Path) -> None:
    result = evaluate(sets, "--corpus", str(sets / "corpus.jsonl"))
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["nDCG@10", "MRR@10", "success@1", "success@5", "success@10"]
    assert [line[:2] for line in lines[1:4]] == [["words", "1.0000"], ["meaning", "1.0000"], ["both", "1.0000"]]


def test_real_files_are_known_by_their_path(sets: Path) -> None:
    files = sets / "files"
    files.mkdir()
    for key, text in TEXTS.items():
        (files / key).with_suffix(".md").write_text(f"# {key}\n\n{text}\n")
    (sets / "qrels.tsv").write_text("q1\tjoin.md\t1\nq2\ttidy.md\t1\n")
    result = evaluate(sets, "--files", str(files), "--json")
    assert json.loads(result.stdout)["fused"]["success_at_1"] == 1.0


def test_a_line_that_cannot_be_used_is_named_with_its_file(sets: Path) -> None:
    with (sets / "corpus.jsonl").open("a") as file:
        file.write('{"id": "broken", "text": \n')
    result = evaluate(sets, "--corpus", str(sets / "corpus.jsonl"))
    assert result.exit_code == 1
    assert "corpus.jsonl, line 4" in result.stderr
    assert "Traceback" not in result.stderr


def test_texts_come_from_one_place(sets: Path) -> None:
    for more in ((), ("--corpus", str(sets / "corpus.jsonl"), "--files", str(sets))):
        result = evaluate(sets, *more)
        assert result.exit_code == 2
        assert "either --corpus FILE or --files DIR" in result.stderr


def test_measurements_are_written_down_with_the_machine_they_were_made_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def quick(setting: Setting) -> list[Figure]:
        setting.say("measuring")
        return [measured("something", 2.0, "s", bar=at_most(1.0), rival=4.0, rival_name="another")]

    monkeypatch.setitem(benches.BENCHES, "install", quick)
    out = tmp_path / "results" / "bench.json"
    result = CliRunner().invoke(devassist, ["bench", "--only", "install", "--out", str(out), "--json"])
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert printed == json.loads(out.read_text())
    (figure,) = printed["figures"]["install"]
    assert (figure["figure"], figure["rival"], figure["ratio"], figure["met"]) == (2.0, 4.0, 0.5, False)
    assert printed["machine"]["cores"] >= 1
    assert "numpy" in printed["machine"]["libraries"]


def test_a_measurement_that_is_not_there_is_refused_with_those_that_are() -> None:
    result = CliRunner().invoke(devassist, ["bench", "--only", "speed"])
    assert result.exit_code == 2
    assert "--only speed: choose from install, server" in result.stderr


def test_a_line_of_the_table_holds_figure_rival_and_bar() -> None:
    figure = measured("search", 12.345, "ms", bar=at_most(30.0), rival=24.69, rival_name="another")
    assert row(figure) == ("search", "12.3 ms", "24.7 ms another", "0.50", "≤ 30.0 ms", "yes")
    assert in_words(figure) == "search: 12.3 ms (24.7 ms another; bar ≤ 30.0 ms: yes)"


def test_a_line_without_a_figure_says_why() -> None:
    assert row(skipped("embedder", "No torch.")) == ("embedder", "not measured", "", "", "", "")
    assert in_words(skipped("embedder", "No torch.")) == "embedder: not measured. No torch."


@pytest.mark.parametrize(
    ("bar", "words"),
    [
        (Bar(of="figure", at="most", limit=0.3), "≤ 0.300 s"),
        (Bar(of="ratio", at="least", limit=2.0), "≥ 2 x"),
        (Bar(of="difference", at="least", limit=0.02), "≥ +0.02"),
    ],
)
def test_a_bar_is_read_at_a_glance(bar: Bar, words: str) -> None:
    assert bar_in_words(bar, "s") == words


def test_numbers_have_the_digits_that_say_something() -> None:
    assert [amount(value, "") for value in (0.7421, 3.0, 52.0)] == ["0.742", "3", "52"]
    assert [amount(value, "s") for value in (0.0421, 12.34, 1234.5)] == ["0.042 s", "12.3 s", "1,234 s"]
