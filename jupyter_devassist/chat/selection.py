"""Which pieces make the answer: few, different, and whole enough to be understood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from ..knowledge.model import Passage
from .candidates import Piece
from .questions import Asked

_MOST_PIECES = 3
_MOST_CODE = 2
_RELEVANCE = 0.7
_WORTH_ADDING = 0.72
"""A further piece must have this share of the best one's score."""
_LONGEST_LIST = 1_200
_LEANS_BACK = re.compile(
    r"(?:It|Its|This|That|These|Those|They|Their|He|She|Such|However|Then|So|Also|Therefore|Thus|Hence|But|And|Instead"
    r"|Otherwise|For example|In this case|As a result)\b"
)


class Selected(NamedTuple):
    """Characters of a passage to quote. A block stands in lines of its own: code, a table, a list."""

    place: int
    start: int
    end: int
    score: float
    is_block: bool


def select(asked: Asked, passages: Sequence[Passage], pieces: Sequence[Piece]) -> list[Selected]:
    """The pieces to quote: passages by their best piece, document order within a passage."""
    chosen = _choose(asked, pieces)
    grown = [_completed(piece, passages[piece.place], pieces, asked) for piece in chosen]
    order = {place: rank for rank, place in enumerate(dict.fromkeys(one.place for one in grown))}
    merged: list[Selected] = []
    for one in sorted(grown, key=lambda one: (order[one.place], one.start)):
        last = merged[-1] if merged else None
        if last and last.place == one.place and one.start <= last.end:
            merged[-1] = last._replace(
                end=max(last.end, one.end), score=max(last.score, one.score), is_block=last.is_block or one.is_block
            )
        else:
            merged.append(one)
    return merged


def _choose(asked: Asked, pieces: Sequence[Piece]) -> list[Piece]:
    """Greedy choice by relevance less likeness to what is chosen already."""
    left = [piece for piece, after in _with_next(pieces) if _makes_sense(piece, after)] or list(pieces)
    if not left:
        return []
    best = max(piece.score for piece in left)
    chosen: list[Piece] = []
    while left and len(chosen) < _MOST_PIECES:
        piece = max(left, key=lambda one: _RELEVANCE * one.score - (1 - _RELEVANCE) * _likeness(one, chosen))
        left.remove(piece)
        if chosen and piece.score < _WORTH_ADDING * best:
            continue
        if piece.kind == "code" and sum(one.kind == "code" for one in chosen) >= (_MOST_CODE if asked.how else 1):
            continue
        chosen.append(piece)
    return chosen


def _with_next(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, Piece | None]]:
    for piece, after in zip_longest(pieces, pieces[1:]):
        yield piece, after if after is not None and after.place == piece.place else None


def _makes_sense(piece: Piece, after: Piece | None) -> bool:
    """Whether a piece says something by itself: no heading, and no announcement of what is not there."""
    announces = piece.kind == "sentence" and piece.text.rstrip().endswith(":")
    return piece.kind != "heading" and not (announces and (after is None or after.kind == "heading"))


def _likeness(piece: Piece, chosen: Sequence[Piece]) -> float:
    return max((_similarity(piece, one) for one in chosen), default=0.0)


def _similarity(one: Piece, other: Piece) -> float:
    if one.vector is not None and other.vector is not None:
        return float(one.vector @ other.vector)
    union = len(one.terms | other.terms)
    return len(one.terms & other.terms) / union if union else 0.0


def _completed(piece: Piece, passage: Passage, pieces: Sequence[Piece], asked: Asked) -> Selected:
    """The piece with the neighbours without which it cannot be understood."""
    text = passage.chunk.text
    own = [one for one in pieces if one.place == piece.place]
    first = last = next(at for at, one in enumerate(own) if one.number == piece.number)
    if piece.kind == "sentence" and first and _LEANS_BACK.match(piece.text) and own[first - 1].kind == "sentence":
        first -= 1
    if piece.kind == "item" and asked.steps:
        while first and own[first - 1].kind == "item":
            first -= 1
        while last + 1 < len(own) and own[last + 1].kind == "item":
            last += 1
        if own[last].end - own[first].start > _LONGEST_LIST:
            first = last = next(at for at, one in enumerate(own) if one.number == piece.number)
    elif piece.text.rstrip().endswith(":"):
        last = _after_colon(own, last)
    start, end = own[first].start, own[last].end
    is_block = piece.kind in ("code", "table", "item") or any(
        one.kind in ("code", "table", "item") for one in own[first : last + 1]
    )
    start = _line_start(text, start) if passage.chunk.kind == "code" else start
    return Selected(piece.place, start, end, piece.score, is_block)


def _after_colon(own: Sequence[Piece], at: int) -> int:
    """The last piece of what a colon announces: one block of code, a table, or a list that is not too long."""
    follows = at + 1
    if follows >= len(own) or own[follows].kind == "heading":
        return at
    if own[follows].kind != "item":
        return follows
    while follows + 1 < len(own) and own[follows + 1].kind == "item":
        follows += 1
    return follows if own[follows].end - own[at].start <= _LONGEST_LIST else at


def _line_start(text: str, start: int) -> int:
    """The start of the line when only white space stands before, so that code keeps its indentation."""
    line = text.rfind("\n", 0, start) + 1
    return line if not text[line:start].strip() else start
