"""The room's only way to its tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...clock import Clock
from ...storage.database import Database
from ...values import ChunkId, CollectionId, DocumentId, SourceId
from ..model import (
    Chunk,
    Collection,
    Document,
    DocumentKind,
    DocumentPage,
    DocumentState,
    FileStamp,
    Filters,
    Source,
)
from ..sentences import SentenceVectors
from . import collections, erasing, listing, mending, readings, sources, vectors
from .readings import Saved
from .rows import StoredChunk
from .vectors import UnembeddedChunk, VectorRow

if TYPE_CHECKING:
    from ...inference.base import Vectors


class KnowledgeStore:
    """What is known of the user's files. Every method is one transaction; what it has written is durable."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self._clock = clock

    def sources(self) -> tuple[Source, ...]:
        with self.database.read() as connection:
            return sources.list_sources(connection)

    def source(self, source_id: SourceId) -> Source:
        with self.database.read() as connection:
            return sources.source(connection, source_id)

    def add_source(self, path: Path) -> Source:
        """Add a folder or file, or find it when it was added before."""
        with self.database.write() as connection:
            return sources.add_source(connection, SourceId(self._clock.new_id()), path, self._clock.now())

    def remove_source(self, source_id: SourceId) -> list[DocumentId]:
        """Forget a source and the documents no other source brings; returns their ids."""
        with self.database.write() as connection:
            erasing.note_erasure(connection, self._clock.new_id())
            return sources.remove_source(connection, source_id)

    def excluded_paths(self, under: Path) -> frozenset[Path]:
        """Files taken out by hand, which a scan is to leave alone."""
        with self.database.read() as connection:
            return sources.excluded_paths(connection, under)

    def is_wanted(self, path: Path) -> bool:
        """Whether a file lies in a source and was not taken out by hand."""
        with self.database.read() as connection:
            return sources.is_wanted(connection, path)

    def exclude_document(self, document_id: DocumentId) -> Document:
        """Take a document out by hand; it stays out until it is restored. Returns it as it was."""
        with self.database.write() as connection:
            erasing.note_erasure(connection, self._clock.new_id())
            return sources.exclude_document(connection, document_id, self._clock.now())

    def restore_document(self, document_id: DocumentId, root: Path) -> Path:
        """Undo ``exclude_document``; returns the path, which is to be read again."""
        with self.database.write() as connection:
            return sources.restore_document(connection, document_id, root)

    def restore_below(self, folder: Path) -> list[Path]:
        """Lift every exclusion at or below a path, as when it is added anew by hand."""
        with self.database.write() as connection:
            return sources.restore_below(connection, folder)

    def due_erasure(self) -> str | None:
        """The mark of the latest removal by hand whose text is not erased everywhere yet."""
        with self.database.read() as connection:
            return erasing.due_erasure(connection)

    def forget_erasure(self, mark: str) -> None:
        """Note that all that was removed until that mark is erased, or is back."""
        with self.database.write() as connection:
            erasing.forget_erasure(connection, mark)

    def documents(
        self,
        *,
        root: Path,
        state: DocumentState | None,
        kind: DocumentKind | None,
        collection: str | None,
        contains: str | None,
        offset: int,
        limit: int,
    ) -> DocumentPage:
        """Part of the documents below a folder, by path."""
        with self.database.read() as connection:
            return listing.list_documents(connection, root, state, kind, collection, contains, offset, limit)

    def document(self, document_id: DocumentId) -> Document:
        with self.database.read() as connection:
            return listing.document(connection, document_id)

    def document_at(self, path: Path) -> Document | None:
        with self.database.read() as connection:
            return listing.document_at(connection, path)

    def documents_with_content(self, content_hash: str) -> list[Document]:
        """Find documents by content, to tell a renamed file from a new one."""
        with self.database.read() as connection:
            return listing.documents_with_content(connection, content_hash)

    def known_files(self, under: Path) -> dict[Path, FileStamp]:
        with self.database.read() as connection:
            return listing.known_files(connection, under)

    def save_reading(self, document: Document, chunks: Sequence[Chunk]) -> Saved:
        """Replace what is known of a document and tell the indexes; its state and chunk count follow."""
        with self.database.write() as connection:
            return readings.save_reading(connection, document, chunks)

    def save_outcome(self, document: Document) -> None:
        """Keep a document without text: one that was skipped, has failed, or has not been read yet."""
        with self.database.write() as connection:
            readings.save_outcome(connection, document)

    def save_stamp(self, document: Document) -> None:
        """Keep the size and time of a file whose content has turned out to be the same."""
        with self.database.write() as connection:
            readings.save_stamp(connection, document)

    def remove_documents(self, document_ids: Sequence[DocumentId]) -> int:
        """Take out documents whose files are gone; returns how many there were."""
        with self.database.write() as connection:
            return readings.remove_documents(connection, document_ids)

    def move_document(self, document_id: DocumentId, path: Path) -> None:
        """Follow a file that has been renamed: identity, chunks and vectors stay."""
        with self.database.write() as connection:
            readings.move_document(connection, document_id, path)

    def collections(self) -> tuple[Collection, ...]:
        with self.database.read() as connection:
            return collections.list_collections(connection)

    def collection(self, name_or_id: str) -> Collection:
        with self.database.read() as connection:
            return collections.collection(connection, name_or_id)

    def create_collection(self, name: str, include: Sequence[str], exclude: Sequence[str]) -> Collection:
        with self.database.write() as connection:
            new_id = CollectionId(self._clock.new_id())
            return collections.create_collection(connection, new_id, name, include, exclude, self._clock.now())

    def change_collection(
        self, collection_id: CollectionId, name: str, include: Sequence[str], exclude: Sequence[str]
    ) -> Collection:
        with self.database.write() as connection:
            return collections.change_collection(connection, collection_id, name, include, exclude)

    def delete_collection(self, collection_id: CollectionId) -> None:
        with self.database.write() as connection:
            collections.delete_collection(connection, collection_id)

    def document_keys(self, filters: Filters, root: Path) -> list[int] | None:
        """Which documents a search is limited to; none when it is not limited at all."""
        with self.database.read() as connection:
            return collections.document_keys(connection, filters, root)

    def use_model(self, model: str) -> bool:
        """Make a model's vectors the ones that count; says whether another one's did before."""
        with self.database.write() as connection:
            return vectors.use_model(connection, model)

    def texts_without_vectors(self, model: str, limit: int) -> list[UnembeddedChunk]:
        """The newest texts to embed, each once; none for a model whose vectors do not count."""
        with self.database.read() as connection:
            return vectors.texts_without_vectors(connection, model, limit)

    def save_vectors(self, model: str, rows: Sequence[VectorRow]) -> list[DocumentId]:
        """Keep vectors and tell the index; returns the documents whose state has become ``indexed``."""
        with self.database.write() as connection:
            return vectors.save_vectors(connection, model, rows)

    def passage_vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        with self.database.read() as connection:
            return vectors.passage_vectors(connection, keys)

    def sentence_vectors(self, keys: Sequence[int]) -> dict[int, SentenceVectors]:
        """The sentences of these chunks as unit vectors; chunks without vectors are absent."""
        with self.database.read() as connection:
            return vectors.sentence_vectors(connection, keys)

    def chunks_by_key(self, keys: Sequence[int]) -> dict[int, StoredChunk]:
        with self.database.read() as connection:
            return listing.chunks_by_key(connection, keys)

    def chunks_of(self, document_id: DocumentId) -> list[Chunk]:
        """The chunks of a document in reading order."""
        with self.database.read() as connection:
            return listing.chunks_of(connection, document_id)

    def chunk(self, chunk_id: ChunkId) -> StoredChunk | None:
        with self.database.read() as connection:
            return listing.chunk(connection, chunk_id)

    def mend(self) -> list[str]:
        """Put right rows that contradict each other; says what was wrong."""
        with self.database.write() as connection:
            return mending.mend(connection)

    def counts(self) -> tuple[int, int, dict[str, int]]:
        """How many chunks there are, how many of them have vectors, and how many documents are in each state."""
        with self.database.read() as connection:
            return listing.counts(connection)
