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
from .reading import Isolation, LoadedFile, Reader, ReadingLimits, kind_of, load_file, read_loaded, without_folder
from .sentences import split_sentences
from .store import KnowledgeStore, UnembeddedChunk, VectorRow

if TYPE_CHECKING:
    from ..inference.base import CharSpan, Embedder


class Unchanged(NamedTuple):
    """The content is the same; only the stamp is new."""

    document: Document


class Moved(NamedTuple):
    """A known document, as it was, whose file has another path now."""

    document: Document
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
            return Moved(moved, path)
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
        """A document with the same content whose own file is gone, so that a rename keeps its identity.

        Under another suffix another reader may take the file, so that is a new document.
        """
        for twin in self._store.documents_with_content(loaded.content_hash):
            is_alike = twin.state in ("lexical", "indexed") and twin.path.suffix == loaded.path.suffix
            if is_alike and not twin.path.exists():
                return twin
        return None

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
            reason=without_folder(refusal.message, path),
            error_code=refusal.code,
            chunk_count=0,
            modified_at=modified_at,
            indexed_at=None,
        )


def stamp_of(document: Document) -> FileStamp:
    return FileStamp(
        document_id=document.id,
        size_bytes=document.size_bytes,
        modified_at=document.modified_at,
        content_hash=document.content_hash,
        state=document.state,
    )


def path_of(taken: Taken) -> Path:
    match taken:
        case Unchanged(document) | Read(document, _) | Refused(document):
            return document.path
        case Moved(_, path) | Gone(path):
            return path


def keep(store: KnowledgeStore, taken: Taken, known: FileStamp | None) -> bool:
    """Write what came of a file of which this was known when it was taken; durable on return.

    False, and nothing is written, when something else is known by now: reading takes its time, and
    meanwhile a later save may have been read, or the file been taken out of the library.
    """
    if not _is_still_so(store, taken, known):
        return False
    match taken:
        case Unchanged(document):
            store.save_stamp(document)
        case Moved(document, path):
            store.move_document(document.id, path)
        case Read(document, chunks):
            store.save_reading(document, chunks)
        case Refused(document):
            store.save_outcome(document)
        case Gone():
            if known is not None:
                store.remove_documents([known.document_id])
    return True


def _is_still_so(store: KnowledgeStore, taken: Taken, known: FileStamp | None) -> bool:
    now = store.document_at(path_of(taken))
    if _version(stamp_of(now) if now else None) != _version(known):
        return False
    if isinstance(taken, Moved):
        there = store.document_at(taken.document.path)
        if there is None or there.id != taken.document.id:
            return False
    return isinstance(taken, Gone) or store.is_wanted(path_of(taken))


def _version(stamp: FileStamp | None) -> tuple[object, ...]:
    """What tells one reading of a file from another; its state changes by itself once it is embedded."""
    return () if stamp is None else (stamp.document_id, stamp.content_hash, stamp.modified_at)


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
    try:
        whole = datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC)
    except (OverflowError, ValueError, OSError):  # a file system may hold the year 30,000
        return datetime(9999, 12, 31, tzinfo=UTC) if nanoseconds > 0 else datetime(1, 1, 1, tzinfo=UTC)
    return whole.replace(microsecond=nanoseconds // 1000 % 1_000_000)


def _shifted(spans: Sequence[CharSpan], offset: int) -> list[CharSpan]:
    return [(start + offset, end + offset) for start, end in spans]
