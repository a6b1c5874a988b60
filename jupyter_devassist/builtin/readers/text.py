"""Plain text: paragraphs between blank lines."""

from __future__ import annotations

from pathlib import Path

from ...knowledge.model import Block, DocumentKind, Reading
from ...knowledge.reading import ReadingLimits, decode_text
from ...values import Span
from .limits import within_characters
from .paragraphs import paragraphs

_SUFFIXES = frozenset({".txt", ".text", ".org", ".adoc", ".asciidoc", ".textile", ".wiki"})
_NAMES = frozenset("readme license licence copying notice authors contributors changelog changes news todo".split())


class TextReader:
    kind: DocumentKind = "text"
    isolated = False

    def takes(self, path: Path, content: bytes) -> bool:
        return path.suffix.lower() in _SUFFIXES or path.name.lower() in _NAMES

    def read(self, path: Path, content: bytes, limits: ReadingLimits) -> Reading:
        text, notices = decode_text(path, content)
        text, cut = within_characters(text, limits)
        blocks = tuple(
            Block(text=paragraph, kind="prose", span=Span(start_line=line, end_line=line + paragraph.count("\n")))
            for line, paragraph in paragraphs(text.split("\n"))
        )
        return Reading(kind="text", blocks=blocks, notices=notices + cut)
