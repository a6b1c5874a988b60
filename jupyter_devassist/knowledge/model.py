"""What the user has, cut into pieces that can be found and cited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from ..values import ChunkId, CollectionId, DocumentId, SourceId, Span, Value

DocumentKind = Literal["notebook", "markdown", "rst", "text", "code", "pdf", "docx"]
ChunkKind = Literal["prose", "code", "output"]
DocumentState = Literal["pending", "lexical", "indexed", "skipped", "failed"]
"""``lexical``: found by its words already, its vectors are still being computed."""


class Block(Value):
    """One stretch of a document as a reader finds it: a cell, a section's paragraphs, a definition, a page."""

    text: str
    kind: ChunkKind
    span: Span
    heading: tuple[str, ...] = ()
    """Headings above, outermost first; for code the enclosing definitions."""
    lead: str = ""
    """The prose just before a code cell; helps finding, is never quoted."""
    language: str | None = None


class Reading(Value):
    """A document as its reader sees it, in reading order."""

    kind: DocumentKind
    blocks: tuple[Block, ...]
    title: str | None = None
    language: str | None = None
    notices: tuple[str, ...] = ()
    """Sentences about what was left out (a page that could not be read, an output that was cut)."""


class Document(Value):
    """A file that is known, whether or not it could be read."""

    id: DocumentId
    path: Path
    kind: DocumentKind
    language: str | None
    size_bytes: int
    content_hash: str
    state: DocumentState
    reason: str | None
    """Why it was skipped or failed, in words."""
    error_code: str | None
    chunk_count: int
    modified_at: datetime
    indexed_at: datetime | None


class Chunk(Value):
    """A piece of a document that fits the embedder's window.

    The id is a hash of document id, heading, text and occurrence number, so that unchanged
    text keeps its id, and with it its vector and the citations that point to it.
    """

    id: ChunkId
    document_id: DocumentId
    ordinal: int
    kind: ChunkKind
    language: str | None
    heading: tuple[str, ...]
    lead: str
    text: str
    span: Span
    token_count: int

    @property
    def indexed_text(self) -> str:
        """What is embedded and searched: heading path and lead, then the text."""
        return indexed_text(self.heading, self.lead, self.text)


def indexed_text(heading: Sequence[str], lead: str, text: str) -> str:
    return "\n".join(part for part in (" > ".join(heading), lead, text) if part)


class Passage(Value):
    """A chunk that a search found. Ranks are 1-based and absent where that leg did not find it."""

    chunk: Chunk
    path: Path
    document_kind: DocumentKind
    score: float
    lexical_rank: int | None
    vector_rank: int | None
    also_in: tuple[Path, ...]
    """Other files that hold nearly the same text and were folded into this passage."""


class Citation(Value):
    """A quote and where it stands. The quote is frozen: an old answer stays true when the file changes."""

    marker: int
    document_id: DocumentId
    chunk_id: ChunkId
    path: Path
    document_kind: DocumentKind
    heading: tuple[str, ...]
    span: Span
    quote: str
    score: float


class Location(Value):
    """Where a citation's quote stands now."""

    state: Literal["current", "moved", "stale", "missing"]
    """``stale``: the document is there, the quote is not. ``missing``: the document is gone."""
    path: Path
    span: Span
    message: str | None


class Filters(Value, forbid_unknown_fields=True):
    """What a search is limited to; an empty tuple means no limit."""

    paths: tuple[str, ...] = ()
    """Globs over the path relative to the asker's root; a plain folder means everything below it."""
    collections: tuple[str, ...] = ()
    """Names or ids."""
    kinds: tuple[DocumentKind, ...] = ()
    languages: tuple[str, ...] = ()


class SearchResult(Value):
    query: str
    passages: tuple[Passage, ...]
    legs: tuple[Literal["lexical", "vector"], ...]
    """The legs that answered; only ``lexical`` while vectors are still being computed."""
    timings_ms: dict[str, float]


class Collection(Value):
    """A named set of documents: those that match a rule of ``include`` and none of ``exclude`` (gitignore globs)."""

    id: CollectionId
    name: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    document_count: int
    created_at: datetime


class Source(Value):
    """A folder or file that was added and is kept up to date."""

    id: SourceId
    path: Path
    added_at: datetime
    document_count: int


class Skip(Value):
    """A file that is left alone, and why."""

    path: Path
    reason: str


class Report(Value):
    """What the library holds of a file or folder."""

    path: Path
    file_count: int
    size_bytes: int
    chunk_count: int
    by_state: dict[str, int]
    skipped: tuple[Skip, ...]
    """Files that were skipped or failed, with the reason; at most a hundred, ``skipped_count`` counts all."""
    skipped_count: int


class LibraryStatus(Value):
    """The library in numbers, for a status line."""

    document_count: int
    chunk_count: int
    embedded_count: int
    by_state: dict[str, int]
    embedder: str | None
    """The embedding model, once it is loaded."""
    degraded: str | None
    """What is not working and what is done about it, or nothing."""


class DocumentPage(Value):
    """Part of a list of documents; ``total`` counts the whole list."""

    items: tuple[Document, ...]
    total: int


class FileStamp(Value):
    """What a scan compares to tell whether a known file has to be read again."""

    document_id: DocumentId
    size_bytes: int
    modified_at: datetime
    content_hash: str
    state: DocumentState


class Preview(Value):
    """What adding a path would bring in."""

    file_count: int
    size_bytes: int
    skipped: tuple[Skip, ...]
    skipped_count: int
