"""Where a citation's quote stands in the document as it is now."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

import msgspec

from ..values import Span
from .model import Block, Citation, Location


def locate(citation: Citation, blocks: Sequence[Block]) -> Location:
    """Find the quote where it was, else elsewhere in the document, else call the citation stale."""
    wanted = _words(citation.quote)
    places = _by_place(blocks)
    here = places.pop(_place(citation.span), [])
    for of_place in (here, *places.values()):
        span = _find(wanted, of_place)
        if span is None:
            continue
        if of_place is here and (span.start_line, span.end_line) == (citation.span.start_line, citation.span.end_line):
            return Location(state="current", path=citation.path, span=span, message=None)
        return Location(state="moved", path=citation.path, span=span, message="The passage has moved since.")
    return Location(
        state="stale",
        path=citation.path,
        span=citation.span,
        message=f"{citation.path.name} has changed since: the quoted text is no longer in it.",
    )


def _by_place(blocks: Iterable[Block]) -> dict[tuple[str | None, int | None], list[Block]]:
    """Blocks of one cell, one page or one file together: a quote may run over several paragraphs."""
    places: dict[tuple[str | None, int | None], list[Block]] = {}
    for block in blocks:
        places.setdefault(_place(block.span), []).append(block)
    return places


def _find(wanted: str, blocks: Sequence[Block]) -> Span | None:
    """The lines that hold the words, whatever the white space between them."""
    parts: list[str] = []
    starts: list[int] = []
    numbers: list[int] = []
    length = 0
    for block in blocks:
        for number, line in enumerate(block.text.split("\n"), start=block.span.start_line):
            if words := _words(line):
                starts.append(length)
                numbers.append(number)
                parts.append(words)
                length += len(words) + 1
    at = " ".join(parts).find(wanted) if wanted else -1
    if at < 0:
        return None
    first = numbers[bisect_right(starts, at) - 1]
    last = numbers[bisect_right(starts, at + len(wanted) - 1) - 1]
    return msgspec.structs.replace(blocks[0].span, start_line=first, end_line=last)


def _words(text: str) -> str:
    return " ".join(text.split())


def _place(span: Span) -> tuple[str | None, int | None]:
    return span.cell_id, span.page
