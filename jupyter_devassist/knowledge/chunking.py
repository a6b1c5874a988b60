"""Cuts a document into chunks that fit the embedder's window, each with its exact place."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from ..values import ChunkId, DocumentId, Span
from .boundaries import Boundary, boundaries
from .model import Block, Chunk, Reading

TokenSpans = Callable[[str], Sequence[tuple[int, int]]]
"""Character ranges of a text's tokens, in order, without special tokens."""

_SEPARATOR_TOKENS = 2
"""Some tokenizers count the line end after heading and lead."""
_CONTEXT_SHARE = 4
"""Heading and lead may take one part in this many of the window."""
_JOIN_SHARE = 0.7
"""Neighbouring paragraphs are joined up to this share of the window: fuller chunks mix topics."""
_CHARACTERS_PER_TOKEN = 16
"""A tokenizer may see one token in a megabyte without spaces; no chunk is longer than this times the window."""
_MOST_BLANK_LINES = 2


class _Context(NamedTuple):
    heading: tuple[str, ...]
    lead: str
    token_count: int


class _Piece(NamedTuple):
    text: str
    span: Span
    token_count: int


def split_into_chunks(
    document_id: DocumentId, reading: Reading, token_spans: TokenSpans, max_tokens: int = 256
) -> list[Chunk]:
    """Cut a reading into chunks whose indexed text has at most ``max_tokens``, special tokens not counted.

    A chunk never spans two notebook cells, pages, headings or kinds of block. Line ``n`` of its text is line
    ``span.start_line + n`` of its place. Each block is tokenized once.
    """
    return _Chunker(document_id, token_spans, max_tokens).split(reading)


class _Chunker:
    def __init__(self, document_id: DocumentId, token_spans: TokenSpans, max_tokens: int) -> None:
        self._document_id = document_id
        self._token_spans = token_spans
        self._window = max_tokens
        self._contexts: dict[tuple[tuple[str, ...], str], _Context] = {}
        self._occurrences: Counter[bytes] = Counter()

    def split(self, reading: Reading) -> list[Chunk]:
        chunks: list[Chunk] = []
        waiting: list[_Piece] = []
        owner: Block | None = None
        for block in reading.blocks:
            context = self._context(block)
            room = self._window - context.token_count
            pieces = self._pieces(block, room)
            for piece in pieces:
                if owner and waiting and _may_join(owner, block) and self._joins(waiting, piece, room):
                    waiting.append(piece)
                    continue
                self._emit(chunks, owner, waiting)
                owner, waiting = block, [piece]
        self._emit(chunks, owner, waiting)
        return chunks

    def _joins(self, waiting: list[_Piece], piece: _Piece, room: int) -> bool:
        gap = piece.span.start_line - waiting[-1].span.end_line
        if not 1 <= gap <= _MOST_BLANK_LINES + 1:
            return False
        tokens = sum(each.token_count + 1 for each in waiting) + piece.token_count
        length = sum(len(each.text) + gap for each in waiting) + len(piece.text)
        return tokens <= room * _JOIN_SHARE and length <= self._most_characters(room)

    def _emit(self, chunks: list[Chunk], block: Block | None, pieces: list[_Piece]) -> None:
        if block is None or not pieces:
            return
        text = pieces[0].text
        for before, piece in pairwise(pieces):
            text += "\n" * (piece.span.start_line - before.span.end_line) + piece.text
        context = self._context(block)
        chunks.append(Chunk(
            id=self._id(context.heading, text),
            document_id=self._document_id,
            ordinal=len(chunks),
            kind=block.kind,
            language=block.language,
            heading=context.heading,
            lead=context.lead,
            text=text,
            span=msgspec.structs.replace(pieces[0].span, end_line=pieces[-1].span.end_line),
            token_count=context.token_count + sum(piece.token_count for piece in pieces) + len(pieces) - 1,
        ))  # fmt: skip

    def _id(self, heading: tuple[str, ...], text: str) -> ChunkId:
        digest = hashlib.blake2b(msgspec.msgpack.encode((self._document_id, heading, text)), digest_size=16).digest()
        self._occurrences[digest] += 1
        numbered = digest + self._occurrences[digest].to_bytes(4, "big")
        return ChunkId(hashlib.blake2b(numbered, digest_size=16).hexdigest())

    def _context(self, block: Block) -> _Context:
        key = (block.heading, block.lead)
        if key not in self._contexts:
            self._contexts[key] = self._fitted_context(*key)
        return self._contexts[key]

    def _fitted_context(self, heading: tuple[str, ...], lead: str) -> _Context:
        """As much of heading and lead as their share allows: the innermost headings, the end of the lead."""
        left = self._window // _CONTEXT_SHARE
        kept: tuple[str, ...] = ()
        for words in reversed(heading):
            spans = self._token_spans(words)
            if len(spans) + 1 > left:
                if not kept and left > 1:
                    kept = (words[: spans[left - 2][1]][: left * _CHARACTERS_PER_TOKEN],)
                    left = 0
                break
            kept = (words, *kept)
            left -= len(spans) + 1
        spans = self._token_spans(lead) if lead and left > 1 else ()
        if len(spans) > left - 1:
            lead = lead[_start_of_word(lead, spans[len(spans) - (left - 1)][0]) :] if left > 1 else ""
        elif not spans:
            lead = ""
        return self._counted(kept, lead)

    def _counted(self, heading: tuple[str, ...], lead: str) -> _Context:
        """The context with its true cost; cut words can cost more than they did, then the lead goes first."""
        share = self._window // _CONTEXT_SHARE + _SEPARATOR_TOKENS
        lead = lead[-share * _CHARACTERS_PER_TOKEN :]
        while True:
            joined = "\n".join(part for part in (" > ".join(heading), lead) if part)
            tokens = len(self._token_spans(joined)) + _SEPARATOR_TOKENS if joined else 0
            if tokens <= share + _SEPARATOR_TOKENS:
                return _Context(heading, lead, tokens)
            if lead:
                lead = ""
            elif len(heading) > 1:
                heading = heading[1:]
            else:
                heading = (heading[0][: len(heading[0]) // 2],) if len(heading[0]) > 1 else ()

    def _most_characters(self, room: int) -> int:
        return room * _CHARACTERS_PER_TOKEN

    def _pieces(self, block: Block, room: int) -> list[_Piece]:
        """A block as pieces of at most ``room`` tokens, as equal as good boundaries allow."""
        text = block.text
        tokens = self._token_spans(text)
        if len(tokens) <= room and len(text) <= self._most_characters(room):
            return [_Piece(text, block.span, len(tokens))] if text.strip() else []
        cuts = boundaries(text, block.kind)
        pieces = []
        starts = [start for start, _ in tokens]
        position, line, reached = 0, block.span.start_line, 0
        while position < len(text):
            end = self._end_of_piece(text, position, starts, cuts, room)
            raw = text[position:end]
            line += text.count("\n", reached, position)
            reached = position
            pieces += self._trimmed(raw, line, block.span, room)
            position = end
        return pieces

    def _end_of_piece(self, text: str, position: int, starts: list[int], cuts: list[Boundary], room: int) -> int:
        """Where the piece that begins at ``position`` ends: the best boundary in the second half of what fits."""
        first = bisect_left(starts, position)
        left = len(starts) - first
        most = self._most_characters(room)
        if left <= room and len(text) - position <= most:
            return len(text)
        by_tokens = -(-left // room)
        by_characters = -(-(len(text) - position) // most)
        wanted = min(room, -(-left // max(by_tokens, by_characters)) + room // 8)
        furthest = starts[first + wanted] if first + wanted < len(starts) else len(text)
        furthest = max(min(furthest, position + most), position + 1)
        nearest = position + (furthest - position) // 2
        low = bisect_right(cuts, nearest, key=_position)
        high = bisect_right(cuts, furthest, key=_position)
        if low == high:
            return furthest
        return max(cuts[low:high], key=lambda cut: (cut.strength, cut.position)).position

    def _trimmed(self, raw: str, line: int, place: Span, room: int) -> list[_Piece]:
        """The piece without blank lines around it; halved where it turns out to cost more than it did whole."""
        text = raw.rstrip()
        begin = _blank_prefix(text)
        line += text.count("\n", 0, begin)
        text = text[begin:]
        if not text.strip():
            return []
        count = len(self._token_spans(text))
        if count > room and len(text) > 1:
            half = len(text) // 2
            head, tail = text[:half], text[half:]
            return self._trimmed(head, line, place, room) + self._trimmed(tail, line + head.count("\n"), place, room)
        span = msgspec.structs.replace(place, start_line=line, end_line=line + text.count("\n"))
        return [_Piece(text, span, count)]


def _position(cut: Boundary) -> int:
    return cut.position


def _may_join(one: Block, other: Block) -> bool:
    """Whether two blocks may stand in one chunk: prose in the same place under the same heading."""
    if one is other or one.kind != "prose":
        return False
    return _surroundings(one) == _surroundings(other)


def _surroundings(block: Block) -> tuple[object, ...]:
    span = block.span
    return (block.kind, block.language, block.heading, block.lead, span.cell_id, span.cell_index, span.page)


def _start_of_word(text: str, position: int) -> int:
    """The first start of a word at or after a position, or the position where the word has no end."""
    if position == 0 or text[position - 1].isspace():
        return position
    space = text.find(" ", position)
    return position if space < 0 else space + 1


def _blank_prefix(text: str) -> int:
    """How many characters at the start are blank lines; the first line keeps its indentation."""
    first = len(text) - len(text.lstrip())
    return text.rfind("\n", 0, first) + 1
