"""Source code, cut at its definitions where there is a grammar, else at blank lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...knowledge.model import Block, DocumentKind, Reading
from ...knowledge.reading import ReadingLimits, decode_text
from ...values import Span
from .definitions import Definition, find_definitions, has_grammar
from .languages import language_of
from .limits import within_characters

_WHOLE_CHARACTERS = 800
"""A class up to this size stays in one piece, and lines between definitions are gathered up to it."""
_DOCSTRING = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*[rRuU]{0,2}(\"\"\"|''')")


class CodeReader:
    kind: DocumentKind = "code"
    isolated = False

    def takes(self, path: Path, content: bytes) -> bool:
        return language_of(path) is not None

    def read(self, path: Path, content: bytes, limits: ReadingLimits) -> Reading:
        text, notices = decode_text(path, content)
        text, cut = within_characters(text, limits)
        notices += cut
        language = language_of(path) or path.suffix.lstrip(".")
        definitions: tuple[Definition, ...] | None = ()
        if has_grammar(language):
            definitions = find_definitions(text, language)
            if definitions is None:
                notices += ("Its definitions were not found in time; it was cut at blank lines.",)
        lines = text.split("\n")
        blocks: list[Block] = []
        first = 0
        if language == "python" and (found := _docstring(text)):
            docstring, first = found
            blocks.append(docstring)
        blocks += _cut(lines, first, len(lines), definitions or (), (), language)
        return Reading(kind="code", blocks=tuple(blocks), language=language, notices=notices)


def _cut(
    lines: list[str],
    first: int,
    end: int,
    definitions: Sequence[Definition],
    heading: tuple[str, ...],
    language: str,
) -> Iterator[Block]:
    """Blocks of the rows from ``first`` up to ``end``: definitions, and the lines between them."""
    at = first
    for definition in definitions:
        last = min(definition.last_row + 1, end)
        if last <= at:  # it shares its lines with the one before
            continue
        begin = max(definition.first_row, at)
        yield from _gathered(lines, at, begin, heading, language)
        below = (*heading, definition.label)
        size = sum(len(line) + 1 for line in lines[begin:last])
        if definition.inner and size > _WHOLE_CHARACTERS:
            yield from _cut(lines, begin, last, definition.inner, below, language)
        else:
            yield from _block(lines, begin, last, below, language)
        at = last
    yield from _gathered(lines, at, end, heading, language)


def _gathered(lines: list[str], first: int, end: int, heading: tuple[str, ...], language: str) -> Iterator[Block]:
    """Groups of lines between blank lines, neighbours together while they are small."""
    begin, size = first, 0
    for at, last in _groups(lines, first, end):
        length = sum(len(line) + 1 for line in lines[at:last])
        if size and size + length > _WHOLE_CHARACTERS:
            yield from _block(lines, begin, at, heading, language)
            begin, size = at, 0
        size += length
    yield from _block(lines, begin, end, heading, language)


def _groups(lines: list[str], first: int, end: int) -> Iterator[tuple[int, int]]:
    begin: int | None = None
    for at in range(first, end):
        if not lines[at].strip():
            if begin is not None:
                yield begin, at
            begin = None
        elif begin is None:
            begin = at
    if begin is not None:
        yield begin, end


def _block(lines: list[str], first: int, end: int, heading: tuple[str, ...], language: str) -> Iterator[Block]:
    while first < end and not lines[first].strip():
        first += 1
    while end > first and not lines[end - 1].strip():
        end -= 1
    text = "\n".join(lines[first:end])
    if any(character.isalnum() for character in text):
        span = Span(start_line=first + 1, end_line=end)
        yield Block(text=text, kind="code", span=span, heading=heading, language=language)


def _docstring(text: str) -> tuple[Block, int] | None:
    """What a module says about itself, as prose, and the row below it."""
    opening = _DOCSTRING.match(text)
    if opening is None:
        return None
    close = text.find(opening.group(1), opening.end())
    words = text[opening.end() : close].rstrip() if close >= 0 else ""
    if not words.strip():
        return None
    blank = len(words) - len(words.lstrip())
    first = 1 + text.count("\n", 0, opening.end() + blank)
    words = words.strip()
    after = text[close + 3 :].partition("\n")[0].strip()
    if after and not after.startswith("#"):
        return None
    span = Span(start_line=first, end_line=first + words.count("\n"))
    return Block(text=words, kind="prose", span=span, language="python"), 1 + text.count("\n", 0, close)
