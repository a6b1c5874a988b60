"""A text cut where it can be quoted: sentences, list items, tables, fenced code, paragraphs of code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from .model import ChunkKind

if TYPE_CHECKING:
    from ..inference.base import CharSpan, Vectors

LONGEST_ITEM = 400
LONGEST_SENTENCE = 600

_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s+\S")
_TABLE_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^\s*([-=*_~^]\s*){3,}$")
# Full stop, exclamation and question mark of Chinese and Japanese, which no space follows.
_WIDE_MARKS = "\u3002\uff01\uff1f"
_END = re.compile(rf"[.!?\u2026]+[\"'\u201d\u2019)\]*_`]*(?=\s)|[{_WIDE_MARKS}]")
_BEFORE_END = re.compile(r"([\w.]+)[.]$")
_STARTS_LOWER = re.compile(r"\s+[a-z]")
_ABBREVIATION_TEXT = """
e.g i.e etc vs cf al fig figs eq eqs sec ch no nos vol pp p ed eds dr mr mrs ms prof st jr sr inc ltd co corp approx
resp ca dept est jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k a.m p.m ph.d viz incl
"""
_ABBREVIATIONS = frozenset(_ABBREVIATION_TEXT.split())


class Segment(NamedTuple):
    """Characters from ``start`` up to ``end``, with no white space at either side."""

    start: int
    end: int


class SentenceVectors(NamedTuple):
    """Character ranges of a chunk's text and their unit vectors, shape (len(spans), dimension)."""

    spans: list[CharSpan]
    vectors: Vectors


class _Line(NamedTuple):
    start: int
    end: int
    text: str


def split_sentences(text: str, kind: ChunkKind) -> list[Segment]:
    """Cut a text into pieces that make sense alone, in order; together they hold everything but white space."""
    lines = list(_lines(text))
    pieces = _paragraphs(lines) if kind != "prose" else _prose(text, lines)
    return [segment for start, end in pieces if (segment := _trimmed(text, start, end))]


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        yield _Line(start, start + len(line), line)
        start += len(line) + 1


def _paragraphs(lines: list[_Line]) -> Iterator[tuple[int, int]]:
    """Stretches between blank lines."""
    begin: int | None = None
    for line in lines:
        if not line.text.strip():
            if begin is not None:
                yield begin, line.start
            begin = None
        elif begin is None:
            begin = line.start
    if begin is not None:
        yield begin, lines[-1].end


def _prose(text: str, lines: list[_Line]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(lines):
        until = _block_end(lines, at)
        start, end, first = lines[at].start, lines[until - 1].end, lines[at].text
        whole = any(rule.match(first) for rule in (_FENCE, _TABLE_ROW, _HEADING))
        if whole or (_ITEM.match(first) and end - start <= LONGEST_ITEM):
            yield start, end
        else:
            yield from _sentences(text, start, end)
        at = until


def _block_end(lines: list[_Line], at: int) -> int:
    """The line after the block that begins at a line: a fence to its close, a table, an item, a paragraph."""
    first = lines[at].text
    until = at + 1
    if fence := _FENCE.match(first):
        while until < len(lines) and not lines[until].text.strip().startswith(fence.group(1)):
            until += 1
        return min(until + 1, len(lines))
    if _TABLE_ROW.match(first):
        while until < len(lines) and _TABLE_ROW.match(lines[until].text):
            until += 1
        return until
    if _HEADING.match(first) or not first.strip():
        return until
    while until < len(lines) and not _begins_block(lines[until].text):
        until += 1
        if _RULE.match(lines[until - 1].text):  # underlined heading, or a line across the page
            break
    return until


def _begins_block(line: str) -> bool:
    return not line.strip() or any(rule.match(line) for rule in (_FENCE, _HEADING, _ITEM, _TABLE_ROW))


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for found in _END.finditer(text, start, end):
        if _is_end(text, begin, found):
            yield from _bounded(text, begin, found.end())
            begin = found.end()
    yield from _bounded(text, begin, end)


def _is_end(text: str, begin: int, found: re.Match[str]) -> bool:
    marks = found.group()
    if marks[0] in _WIDE_MARKS:
        return True
    if text.count("`", begin, found.end()) % 2 or _STARTS_LOWER.match(text, found.end()):
        return False
    word = _BEFORE_END.search(text, begin, found.start() + 1)
    if word is None or not marks.startswith(".") or marks.startswith(".."):
        return True
    name = word.group(1)
    return name.lower() not in _ABBREVIATIONS and not (len(name) == 1 and name.isupper() and name != "I")


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Notes without full stops are cut at line ends, so that no piece is a page long."""
    while end - start > LONGEST_SENTENCE:
        cut = text.rfind("\n", start + 1, start + LONGEST_SENTENCE)
        if cut <= start:
            cut = text.rfind(" ", start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE)
        if cut <= start:
            cut = start + LONGEST_SENTENCE
        yield start, cut
        start = cut
    yield start, end


def _trimmed(text: str, start: int, end: int) -> Segment | None:
    piece = text[start:end]
    kept = piece.strip()
    if not kept:
        return None
    lead = len(piece) - len(piece.lstrip())
    return Segment(start + lead, start + lead + len(kept))
