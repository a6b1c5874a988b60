"""From characters of a passage to a citation of the exact lines."""

from __future__ import annotations

import msgspec

from ..knowledge.model import Citation, Passage


def cite(marker: int, passage: Passage, start: int, end: int, score: float) -> Citation:
    """A citation of the characters from ``start`` up to ``end`` of a passage's text."""
    chunk = passage.chunk
    first = chunk.span.start_line + chunk.text.count("\n", 0, start)
    last = first + chunk.text.count("\n", start, end)
    return Citation(
        marker=marker,
        document_id=chunk.document_id,
        chunk_id=chunk.id,
        path=passage.path,
        document_kind=passage.document_kind,
        heading=chunk.heading,
        span=msgspec.structs.replace(chunk.span, start_line=first, end_line=last),
        quote=chunk.text[start:end],
        score=round(score, 4),
    )
