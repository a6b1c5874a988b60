"""Keeps the path of headings while a document is read from top to bottom."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from ...knowledge.model import Block
from ...values import Span


class _Open(NamedTuple):
    level: int
    words: str
    span: Span
    at: int


class Sections:
    """Collects blocks under the headings above them; a heading with nothing below becomes a block of its own."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.title: str | None = None
        self._open: list[_Open] = []

    @property
    def heading(self) -> tuple[str, ...]:
        return tuple(section.words for section in self._open)

    def enter(self, level: int, words: str, span: Span) -> None:
        """Begin a section; deeper and equal ones end."""
        self._leave(level)
        if not words:
            return
        if self.title is None:
            self.title = words
        self._open.append(_Open(level, words, span, len(self.blocks)))

    def add(self, block: Block) -> None:
        self.blocks.append(block)

    def finish(self) -> tuple[Block, ...]:
        """All blocks in reading order."""
        self._leave(0)
        return tuple(self.blocks)

    def _leave(self, level: int) -> None:
        while self._open and self._open[-1].level >= level:
            section = self._open.pop()
            if section.at == len(self.blocks):
                place = msgspec.structs.replace(section.span, end_line=section.span.start_line)
                block = Block(text=section.words, kind="prose", span=place, heading=self.heading)
                self.blocks.append(block)
