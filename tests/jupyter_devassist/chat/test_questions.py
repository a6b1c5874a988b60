from __future__ import annotations

import pytest

from jupyter_devassist.chat.questions import Terms, coverage, understand


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("How do I merge two frames?", {"how"}),
        ("What is overfitting", {"definition"}),
        ("how many rows has the survey", {"number"}),
        ("what are the steps of cleaning", {"definition", "steps"}),
        ("pd.merge", {"how", "names_code"}),
        ('df["col"]', {"how", "names_code"}),
        ("attention", set()),
    ],
)
def test_what_is_asked_for_shows_in_the_words(question: str, wants: set[str]) -> None:
    asked = understand(question, {}, Terms(question))
    assert {name for name in ("how", "definition", "number", "steps", "names_code") if getattr(asked, name)} == wants


def test_terms_of_the_index_are_taken_with_their_weights() -> None:
    assert understand("merging frames", {"merg": 4.0, "frame": 2.0}, Terms("")).terms == {"merg": 4.0, "frame": 2.0}


def test_without_an_index_every_telling_word_counts_the_same() -> None:
    question = "how do I merge frames"
    assert understand(question, {}, Terms(question)).terms == {"frame": 1.0, "merg": 1.0}


def test_rare_words_cover_more_of_a_question_than_common_ones() -> None:
    asked = {"merg": 3.0, "frame": 1.0}
    assert coverage(asked, {"merg"}) == 0.75
    assert coverage(asked, {"frame", "other"}) == 0.25
    assert coverage({}, {"merg"}) == 0.0


def test_identifiers_are_compared_whole_when_the_question_names_one() -> None:
    assert "readcsv" in Terms("what does read_csv do").of("table = read_csv(path)")
    assert "readcsv" not in Terms("reading tables").of("table = read_csv(path)")
