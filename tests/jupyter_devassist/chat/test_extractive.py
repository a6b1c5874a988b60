from __future__ import annotations

import re
from typing import Protocol

import pytest

from jupyter_devassist.chat.extractive import Draft, compose
from jupyter_devassist.knowledge.finding import Evidence


class Notes(Protocol):
    files: dict[str, str]

    def evidence(self, question: str, *, with_vectors: bool = True, k: int = 8) -> Evidence: ...


def ask(notes: Notes, question: str, *, with_vectors: bool = True) -> Draft:
    return compose(question, notes.evidence(question, with_vectors=with_vectors))


ANSWERED = [
    ("how do I merge two frames on an index", "left_index=True"),
    ("what is a missing value", "A missing value is a cell for which nothing was recorded."),
    ("what is the median", "The median is the value in the middle of a sorted list."),
    ("how many rows does the survey have", "1250 rows"),
    ("what are the steps of cleaning", "3. Drop or fill what is missing."),
    ("how do I draw a scatter plot of prices", "axes.scatter"),
    ("what does a while loop do", "A `while` loop repeats its body"),
    ("axes.set_xlabel", "axes.set_xlabel"),
]
REFUSED = [
    "what is the capital of Mongolia",
    "who won the 1998 world cup",
    "how do I configure nginx",
    "how do I bake sourdough bread",
    "what time does the library open on Sunday",
    "how do I write a Rust macro",
]


@pytest.mark.parametrize(("question", "words"), ANSWERED)
def test_what_the_notes_say_is_answered_in_their_words(notes: Notes, question: str, words: str) -> None:
    draft = ask(notes, question)
    assert draft.supported
    assert words in draft.text


@pytest.mark.parametrize("question", REFUSED)
def test_what_the_notes_do_not_say_is_not_answered(notes: Notes, question: str) -> None:
    draft = ask(notes, question)
    assert not draft.supported
    assert draft.confidence < 0.5
    assert draft.text.startswith("Your notes do not cover this.")
    assert "again." in draft.text


@pytest.mark.parametrize("question", [*(question for question, _ in ANSWERED), *REFUSED])
def test_every_quote_stands_word_for_word_on_the_lines_it_names(notes: Notes, question: str) -> None:
    for citation in ask(notes, question).citations:
        lines = notes.files[citation.path.name].split("\n")[citation.span.start_line - 1 : citation.span.end_line]
        assert citation.quote in "\n".join(lines)
        assert len(lines) == citation.quote.count("\n") + 1


@pytest.mark.parametrize("question", [*(question for question, _ in ANSWERED), *REFUSED])
def test_every_marker_has_its_citation_and_every_citation_its_marker(notes: Notes, question: str) -> None:
    draft = ask(notes, question)
    outside_code = re.sub(r"```.*?```", "", draft.text, flags=re.DOTALL)
    markers = [int(marker) for marker in re.findall(r"\[(\d+)\]", outside_code)]
    assert markers == [citation.marker for citation in draft.citations] == list(range(1, len(markers) + 1))
    if draft.supported:
        assert all(citation.quote in draft.text for citation in draft.citations)


def test_an_answer_is_short(notes: Notes) -> None:
    assert all(1 <= len(ask(notes, question).citations) <= 3 for question, _ in ANSWERED)


def test_code_is_shown_whole_in_a_fence_of_its_language(notes: Notes) -> None:
    text = ask(notes, "how do I draw a scatter plot of prices").text
    assert "```python\n" in text
    assert text.count("```") % 2 == 0


def test_a_sentence_that_leans_on_the_one_before_brings_it_along(notes: Notes) -> None:
    draft = ask(notes, "is the median moved by very large values")
    assert any("value in the middle" in one.quote and "It is not moved" in one.quote for one in draft.citations)


def test_the_words_that_are_missing_are_named(notes: Notes) -> None:
    text = ask(notes, "how do I configure nginx").text
    assert "*nginx*" in text


def test_words_alone_answer_while_vectors_are_being_computed(notes: Notes) -> None:
    assert ask(notes, "what is the median", with_vectors=False).supported
    assert not ask(notes, "what is the capital of Mongolia", with_vectors=False).supported


@pytest.mark.parametrize("question", ["", "😀", "the of and", "x" * 5_000, 'df["col"]==1 "open', "\ud800"])
def test_any_question_gets_an_answer_or_a_refusal(notes: Notes, question: str) -> None:
    draft = ask(notes, question)
    assert 0.0 <= draft.confidence <= 1.0
    assert draft.text


def test_no_passages_is_a_refusal_that_says_what_to_do(notes: Notes) -> None:
    evidence = notes.evidence("the median", k=0)
    assert compose("the median", evidence) == Draft(
        text="Your notes do not cover this: nothing in the library comes near. Add a folder or a file to it.",
        citations=(),
        supported=False,
        confidence=0.0,
    )
