"""From a file on the disk to chunks and vectors in the truth: the pipeline, step by step.

Every step is plain and blocking; the service decides in which pool it runs and when the indexes are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ..clock import Clock
from ..errors import AssistError, NotFound
from ..values import DocumentId
from .chunking import split_into_chunks
from .model import Chunk, Document, FileStamp
from .reading import Isolation, LoadedFile, Reader, ReadingLimits, kind_of, load_file, read_loaded
from .sentences import split_sentences
from .store import KnowledgeStore, UnembeddedChunk, VectorRow

if TYPE_CHECKING:
    from ..inference.base import CharSpan, Embedder


class Unchanged(NamedTuple):
    """The content is the same; only the stamp is new."""

    document: Document


class Moved(NamedTuple):
    """A known document whose file has another path now."""

    document_id: DocumentId
    path: Path


class Read(NamedTuple):
    document: Document
    chunks: list[Chunk]


class Refused(NamedTuple):
    """The document is kept with its reason; it has no chunks."""

    document: Document


class Gone(NamedTuple):
    path: Path


Taken = Unchanged | Moved | Read | Refused | Gone


class Intake:
    """Reads files and cuts them into chunks that fit the embedder's window."""

    def __init__(
        self,
        *,
        store: KnowledgeStore,
        readers: Sequence[Reader],
        isolation: Isolation,
        limits: ReadingLimits,
        embedder: Embedder,
        clock: Clock,
    ) -> None:
        self._store = store
        self._readers = readers
        self._isolation = isolation
        self._limits = limits
        self._embedder = embedder
        self._clock = clock

    def take(self, path: Path, source: Path, known: FileStamp | None, *, force: bool) -> Taken:
        """Read a file below a source; what cannot be read is a refusal with its reason, never an exception."""
        try:
            loaded = load_file(path, source, self._readers, self._limits)
        except NotFound:
            return Gone(path)
        except AssistError as refusal:
            return Refused(self._refused(path, known, refusal, content_hash=""))
        if known is not None and known.content_hash == loaded.content_hash and not force:
            return Unchanged(msgspec.structs.replace(self._document(loaded, known), state=known.state))
        if known is None and (moved := self._moved_from(loaded)):
            return Moved(moved.id, path)
        try:
            reading = read_loaded(loaded, self._readers, self._limits, self._isolation)
            document = self._document(loaded, known)
            chunks = split_into_chunks(document.id, reading, self._embedder.token_spans, self._embedder.info.max_tokens)
        except AssistError as refusal:
            return Refused(self._refused(path, known, refusal, content_hash=loaded.content_hash))
        notices = " ".join(reading.notices) or None
        if not chunks:
            reason = notices or "It holds no text that could be searched."
            return Refused(msgspec.structs.replace(document, state="skipped", reason=reason, kind=reading.kind))
        document = msgspec.structs.replace(document, kind=reading.kind, language=reading.language, reason=notices)
        return Read(document, chunks)

    def _moved_from(self, loaded: LoadedFile) -> Document | None:
        """A document with the same content whose own file is gone, so that a rename keeps its identity."""
        twins = self._store.documents_with_content(loaded.content_hash)
        gone = [twin for twin in twins if twin.state in ("lexical", "indexed") and not twin.path.exists()]
        return gone[0] if gone else None

    def _document(self, loaded: LoadedFile, known: FileStamp | None) -> Document:
        return Document(
            id=known.document_id if known else DocumentId(self._clock.new_id()),
            path=loaded.path,
            kind=kind_of(loaded.path, self._readers) or "text",
            language=None,
            size_bytes=loaded.size_bytes,
            content_hash=loaded.content_hash,
            state="lexical",
            reason=None,
            error_code=None,
            chunk_count=0,
            modified_at=to_moment(loaded.modified_ns),
            indexed_at=self._clock.now(),
        )

    def _refused(self, path: Path, known: FileStamp | None, refusal: AssistError, content_hash: str) -> Document:
        """Failed, or skipped when a limit or a missing reader is the reason."""
        try:
            stat = path.stat()
            size, modified_at = stat.st_size, to_moment(stat.st_mtime_ns)
        except OSError:
            size, modified_at = 0, self._clock.now()
        return Document(
            id=known.document_id if known else DocumentId(self._clock.new_id()),
            path=path,
            kind=kind_of(path, self._readers) or "text",
            language=None,
            size_bytes=size,
            content_hash=content_hash,
            state="skipped" if refusal.code in ("too_large", "unsupported") else "failed",
            reason=refusal.message.replace(str(path), path.name),
            error_code=refusal.code,
            chunk_count=0,
            modified_at=modified_at,
            indexed_at=None,
        )


def keep(store: KnowledgeStore, taken: Taken) -> None:
    """Write what came of a file; durable on return."""
    match taken:
        case Unchanged(document):
            store.save_stamp(document)
        case Moved(document_id, path):
            store.move_document(document_id, path)
        case Read(document, chunks):
            store.save_reading(document, chunks)
        case Refused(document):
            store.save_outcome(document)
        case Gone(path):
            if known := store.document_at(path):
                store.remove_documents([known.id])


def embed(embedder: Embedder, batch: Sequence[UnembeddedChunk]) -> list[VectorRow]:
    """Vectors of chunks and of their sentences, from one pass over each text. Sentence spans count within the text."""
    texts = [row.chunk.indexed_text for row in batch]
    spans = [[(start, end) for start, end in split_sentences(row.chunk.text, row.chunk.kind)] for row in batch]
    shifted = [
        _shifted(of_text, len(text) - len(row.chunk.text))
        for of_text, text, row in zip(spans, texts, batch, strict=True)
    ]
    vectors, sentences = embedder.embed_with_sentences(texts, shifted)
    return [
        VectorRow(row.text_hash, vector, of_text, of_sentences)
        for row, vector, of_text, of_sentences in zip(batch, vectors, spans, sentences, strict=True)
    ]


def to_moment(nanoseconds: int) -> datetime:
    """A file's time as it is kept: whole microseconds, UTC."""
    return datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC).replace(
        microsecond=nanoseconds // 1000 % 1_000_000
    )


def _shifted(spans: Sequence[CharSpan], offset: int) -> list[CharSpan]:
    return [(start + offset, end + offset) for start, end in spans]
