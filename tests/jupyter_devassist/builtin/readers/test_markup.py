"""Headings as a person reads them aloud."""

from __future__ import annotations

import pytest

from jupyter_devassist.builtin.readers.markup import heading_words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("`pivot_table` aggregates", "pivot_table aggregates"),
        ("**Bold** and _slanted_ words", "Bold and slanted words"),
        ("C# and F#", "C# and F#"),
        ("A title ##", "A title"),
        ("`x ** 2` and `__init__`", "x ** 2 and __init__"),
        ("a snake_case word", "a snake_case word"),
        ("[Joining](04-joining.ipynb) tables", "Joining tables"),
    ],
)
def test_a_heading_loses_its_markup_and_keeps_its_names(written: str, read: str) -> None:
    assert heading_words(written) == read
