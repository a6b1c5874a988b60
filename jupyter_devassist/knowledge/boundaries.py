"""Where a text may be cut: between paragraphs, statements, sentences, lines, words."""

from __future__ import annotations

import re
from typing import NamedTuple

from .model import ChunkKind


class Boundary(NamedTuple):
    position: int
    """The offset of the first character after the cut."""
    strength: int


_WORD, _LINE, _SENTENCE, _STATEMENT, _PARAGRAPH = range(5)
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_LINE_END = re.compile(r"\n")
_SPACE = re.compile(r"(?<=[^\s])[ \t]+")
_SENTENCE_END = re.compile(r"(?:[.!?\u2026][)\]\"'\u201d\u2019»]*\s+(?=[^\sa-z])|[\u3002\uff01\uff1f])")
_STATEMENT_START = re.compile(r"\n(?=[^\s)\]}])")


def boundaries(text: str, kind: ChunkKind) -> list[Boundary]:
    """All good cuts of a text, in order, the strongest one at each place."""
    strengths: dict[int, int] = {}
    levels = [(_SPACE, _WORD), (_LINE_END, _LINE)]
    levels += [(_SENTENCE_END, _SENTENCE)] if kind == "prose" else [(_STATEMENT_START, _STATEMENT)]
    for pattern, strength in [*levels, (_BLANK_LINES, _PARAGRAPH)]:
        for match in pattern.finditer(text):
            strengths[match.end()] = strength
    return [Boundary(position, strengths[position]) for position in sorted(strengths)]
