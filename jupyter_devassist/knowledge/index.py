"""What both derived indexes hold and what they answer with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ..values import Value


class IndexedChunk(Value):
    """A chunk as the indexes see it. ``key`` is the chunk's row number in the database and is never used twice."""

    key: int
    document_key: int
    path: str
    """Absolute, in POSIX form; changes when the file moves."""
    text: str
    """``Chunk.indexed_text``."""
    kind: str
    language: str | None
    fingerprint: str
    """Equal exactly when everything an index holds of this chunk is equal."""


class Hit(NamedTuple):
    """A chunk's key and how well it fits, on the scale of the index that found it."""

    key: int
    score: float


class LexicalHits(NamedTuple):
    """Hits by words, best first."""

    hits: list[Hit]
    ceiling: float
    """The highest score any text could reach for this query; 0 when no term is left."""
    terms: Mapping[str, float] = MappingProxyType({})
    """The terms searched for and how rare each is (inverse document frequency)."""


def fingerprint(*parts: str | None) -> str:
    """32 hexadecimal digits that tell apart what differs in any part."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        encoded = b"\xff" if part is None else part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "little"))
        digest.update(encoded)
    return digest.hexdigest()
