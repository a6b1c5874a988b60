"""Values that every room shares: the base struct, identities, where a text stands, who is asking."""

from __future__ import annotations

from pathlib import Path
from typing import NewType, dataclass_transform

import msgspec

DocumentId = NewType("DocumentId", str)
ChunkId = NewType("ChunkId", str)
CollectionId = NewType("CollectionId", str)
SourceId = NewType("SourceId", str)
JobId = NewType("JobId", str)
AnswerId = NewType("AnswerId", str)


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen value; the same struct is kept, passed on and sent over the wire.

    A field of type ``Path`` is absolute inside the house; the door alone turns it
    into a path relative to the asker's root, and back.
    """


class Span(Value):
    """Where a text stands in its document.

    Lines are 1-based and inclusive. They count within the cell when ``cell_id`` is set,
    within the page's text when ``page`` is set (1-based), else within the file.
    """

    start_line: int
    end_line: int
    cell_id: str | None = None
    cell_index: int | None = None
    page: int | None = None


def encodable(text: str) -> str:
    """The text with question marks for lone surrogates, which notebooks and names may hold and few libraries take."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class Actor(Value):
    """Who is asking, and the folder outside of which nothing exists for them."""

    name: str
    root: Path
