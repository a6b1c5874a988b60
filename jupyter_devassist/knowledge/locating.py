"""Where a citation's quote stands in the document as it is now."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from ..values import Span
from .model import Block, Citation, Location


def locate(citation: Citation, blocks: Sequence[Block]) -> Location:
    """Find the quote where it was, else elsewhere in the document, else call the citation stale."""
    wanted = _words(citation.quote)
    here = [block for block in blocks if _same_place(block.span, citation.span)]
    elsewhere = [block for block in blocks if not _same_place(block.span, citation.span)]
    for block in (*here, *elsewhere):
        span = _find(wanted, block)
        if span is None:
            continue
        if _same_lines(span, citation.span):
            return Location(state="current", path=citation.path, span=citation.span, message=None)
        return Location(state="moved", path=citation.path, span=span, message="The passage has moved since.")
    return Location(
        state="stale",
        path=citation.path,
        span=citation.span,
        message=f"{citation.path.name} has changed since: the quoted text is no longer in it.",
    )


def _find(wanted: str, block: Block) -> Span | None:
    """The lines of the block that hold the words, whatever the white space between them."""
    joined, numbers, starts = "", [], []
    for number, line in enumerate(block.text.split("\n")):
        if words := _words(line):
            joined += " " if joined else ""
            numbers.append(number)
            starts.append(len(joined))
            joined += words
    at = joined.find(wanted) if wanted else -1
    if at < 0:
        return None
    first = numbers[bisect_right(starts, at) - 1]
    last = numbers[bisect_right(starts, at + len(wanted) - 1) - 1]
    begin = block.span.start_line
    return msgspec.structs.replace(block.span, start_line=begin + first, end_line=begin + last)


def _words(text: str) -> str:
    return " ".join(text.split())


def _same_place(one: Span, other: Span) -> bool:
    return one.cell_id == other.cell_id and one.page == other.page


def _same_lines(one: Span, other: Span) -> bool:
    place = ("cell_id", "cell_index", "page", "start_line", "end_line")
    return all(getattr(one, name) == getattr(other, name) for name in place)
