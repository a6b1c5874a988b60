from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_devassist.knowledge.sentences import LONGEST_SENTENCE, split_sentences


def pieces(text: str, kind: str = "prose") -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, "prose" if kind == "prose" else "code")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One thing. Another!  A third?", ["One thing.", "Another!", "A third?"]),
        ("It took 3.14 s, e.g. on a laptop.", ["It took 3.14 s, e.g. on a laptop."]),
        ("See Fig. 2 by J. Smith et al. (2019). Then stop.", ["See Fig. 2 by J. Smith et al. (2019).", "Then stop."]),
        ('"Really?" she asked. (Yes.) Fine.', ['"Really?" she asked.', "(Yes.)", "Fine."]),
        ("Call `a. B` first. The value is x. Done", ["Call `a. B` first.", "The value is x.", "Done"]),
        ("A sentence over\ntwo lines. Next", ["A sentence over\ntwo lines.", "Next"]),
        ("第一句。第二句。", ["第一句。", "第二句。"]),
        ("Wait... what? Well… yes.", ["Wait... what?", "Well… yes."]),
        ("", []),
        (" \n\t\n", []),
    ],
)
def test_prose_is_cut_at_the_ends_of_sentences(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_headings_items_tables_and_fences_stay_whole() -> None:
    text = """# Merging frames
Intro line:
- first item. With two sentences.
  and a second line
- second
1. step

| a | b |
|---|---|
| 1 | 2 |
```python
x = 1.

y = 2
```
After."""
    assert pieces(text) == [
        "# Merging frames",
        "Intro line:",
        "- first item. With two sentences.\n  and a second line",
        "- second",
        "1. step",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "```python\nx = 1.\n\ny = 2\n```",
        "After.",
    ]


def test_an_open_fence_runs_to_the_end() -> None:
    assert pieces("Before.\n```\nx. Y. Z.\n\nw") == ["Before.", "```\nx. Y. Z.\n\nw"]


def test_code_is_cut_at_blank_lines() -> None:
    assert pieces("import a\n\n\ndef f():\n    return 1. \n", "code") == ["import a", "def f():\n    return 1."]


def test_notes_without_full_stops_are_cut_at_line_ends() -> None:
    cut = pieces("\n".join(f"note {number} goes on for a while without an end" for number in range(60)))
    assert len(cut) > 3
    assert all(piece.startswith("note") and len(piece) <= LONGEST_SENTENCE for piece in cut)


@given(st.text(alphabet=st.sampled_from("aB1 .\n`-#|?。\t")) | st.text(), st.sampled_from(["prose", "code", "output"]))
def test_pieces_are_ordered_and_hold_every_character_that_is_not_white(text: str, kind: str) -> None:
    segments = split_sentences(text, "prose" if kind == "prose" else "output" if kind == "output" else "code")
    ends = [0, *(end for _, end in segments)]
    assert all(start >= before for before, (start, _) in zip(ends, segments, strict=False))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in segments)
    covered = "".join(text[start:end] for start, end in segments)
    assert "".join(covered.split()) == "".join(text.split())
