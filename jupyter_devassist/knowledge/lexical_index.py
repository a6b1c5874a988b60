"""Chunks found by their words: BM25 in Tantivy."""

from __future__ import annotations

import errno
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ..errors import AssistError, StorageDamaged, StorageFull
from ..values import encodable
from .index import Hit, IndexedChunk, LexicalHits
from .terms import STOP_WORDS, added_terms, build_analyzer

if TYPE_CHECKING:
    from tantivy import Index, IndexWriter, Query, Schema, Searcher

# Below 15 MB per thread Tantivy flushes a segment for every few chunks.
_WRITER_HEAP_BYTES = 64_000_000
_WRITER_THREADS = 1
# Tantivy's BM25 constant; a term seen ever more often approaches idf * (k1 + 1).
_K1 = 1.2
_MAX_QUERY_TERMS = 64
_MAX_TERMS_WEIGHED = 1024
# The folders nearest to a file say what it is about; those near the root are the same for all.
_PATH_PARTS = 3
_ANALYZER = "words"

_NO_ROOM = ("os error 28", "code: 28,", "kind: storagefull")
"""How Tantivy's messages say so, in lower case."""


class LexicalIndex:
    """One folder with a Tantivy index in it. Only one process at a time may apply changes."""

    def __init__(self, folder: Path, index: Index) -> None:
        self._folder = folder
        self._index = index
        self._schema: Schema = index.schema
        self._analyzer = build_analyzer()
        index.register_tokenizer(_ANALYZER, self._analyzer)
        self._stop_words = {term for word in STOP_WORDS for term in self._analyzer.analyze(word)}
        self._writer: IndexWriter | None = None

    @classmethod
    def create(cls, folder: Path) -> LexicalIndex:
        """Make an empty index in a folder that holds none yet."""
        from tantivy import Index

        with _translated():
            folder.mkdir(parents=True, exist_ok=True)
            return cls(folder, Index(_schema(), path=str(folder), reuse=False))

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Open an index made by ``create``; raises ``StorageDamaged`` where there is none or another layout."""
        from tantivy import Index

        with _translated():
            if not folder.is_dir() or not Index.exists(str(folder)):
                raise StorageDamaged("The word index is missing; `jupyter devassist doctor` rebuilds it.")
            return cls(folder, Index(_schema(), path=str(folder), reuse=True))

    def apply(self, upserts: Sequence[IndexedChunk], deletes: Sequence[int]) -> None:
        """Make both changes visible and durable in one commit; applying the same twice changes nothing."""
        if not upserts and not deletes:
            return
        from tantivy import Document

        with _translated():
            writer = self._writer or self._index.writer(_WRITER_HEAP_BYTES, _WRITER_THREADS)
            self._writer = writer
            try:
                for key in {*deletes, *(chunk.key for chunk in upserts)}:
                    writer.delete_documents_by_term("key", str(key))
                for chunk in {chunk.key: chunk for chunk in upserts}.values():
                    writer.add_document(Document.from_dict(_fields(chunk), self._schema))
                writer.commit()
            except Exception:
                self._abandon(writer)
                raise
            self._index.reload()

    def search(self, query: str, limit: int, documents: Sequence[int] | None = None) -> LexicalHits:
        """The best chunks for any string, of some documents or of all; ties in a stable order."""
        from tantivy import Occur
        from tantivy import Query as TantivyQuery

        with _translated():
            searcher = self._index.searcher()
            weights = self._weights(query, searcher)
            ceiling = sum(weights.values()) * (_K1 + 1)
            if not weights or limit < 1 or searcher.num_docs == 0 or (documents is not None and not documents):
                return LexicalHits([], ceiling, weights)
            words = TantivyQuery.boolean_query(
                [(Occur.Should, TantivyQuery.term_query(self._schema, "text", term, "freq")) for term in weights]
            )
            found = searcher.search(self._limited(words, documents), limit, count=False).hits
            keys = searcher.fast_field_values("number", [address for _, address in found])
        hits = [Hit(int(key), float(score)) for key, (score, _) in zip(keys, found, strict=True) if key is not None]
        hits.sort(key=lambda hit: (-hit.score, hit.key))
        # Deleted chunks count in Tantivy's statistics until their segment is merged away.
        return LexicalHits(hits, max(ceiling, hits[0].score) if hits else ceiling, weights)

    def count(self) -> int:
        with _translated():
            return self._index.searcher().num_docs

    def fingerprints(self, keys: Sequence[int]) -> dict[int, str]:
        """The fingerprint of each of these chunks that is here."""
        from tantivy import Query as TantivyQuery

        if not keys:
            return {}
        with _translated():
            searcher = self._index.searcher()
            wanted = TantivyQuery.term_set_query(self._schema, "key", [str(key) for key in keys])
            rows = [searcher.doc(address) for _, address in searcher.search(wanted, len(keys), count=False).hits]
            return {int(str(row.get_first("key"))): str(row.get_first("fingerprint")) for row in rows}

    def close(self) -> None:
        """Wait for merges under way and let go of the folder."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with _translated():
                writer.wait_merging_threads()

    def _limited(self, words: Query, documents: Sequence[int] | None) -> Query:
        from tantivy import Occur
        from tantivy import Query as TantivyQuery

        if documents is None:
            return words
        among = TantivyQuery.term_set_query(self._schema, "document", [str(key) for key in documents])
        return TantivyQuery.boolean_query(
            [(Occur.Must, words), (Occur.Must, TantivyQuery.const_score_query(among, 0.0))]
        )

    def _weights(self, query: str, searcher: Searcher) -> dict[str, float]:
        """Inverse document frequency of the terms to search for, the rarest of them when there are too many."""
        query = encodable(query)
        added = set(added_terms(query))
        terms = dict.fromkeys(self._analyzer.analyze(_with_added(query, sorted(added))))
        telling = [term for term in terms if term not in self._stop_words] or list(terms)
        count = searcher.num_docs
        weights: dict[str, float] = {}
        for term in telling[:_MAX_TERMS_WEIGHED]:
            frequency = searcher.doc_freq("text", term)
            if frequency or term not in added:
                weights[term] = _inverse_frequency(count, frequency)
        if len(weights) > _MAX_QUERY_TERMS:
            rarest = sorted(weights, key=lambda term: -weights[term])[:_MAX_QUERY_TERMS]
            weights = {term: weights[term] for term in rarest}
        return weights

    def _abandon(self, writer: IndexWriter) -> None:
        """Undo what was not committed; the next change starts with a new writer."""
        self._writer = None
        try:
            writer.rollback()
        except Exception:  # the failure that led here is the one to report
            return


def _inverse_frequency(count: int, frequency: int) -> float:
    frequency = min(frequency, count)
    return math.log(1.0 + (count - frequency + 0.5) / (frequency + 0.5))


def _with_added(text: str, added: Sequence[str]) -> str:
    return f"{text}\n{' '.join(added)}" if added else text


def _fields(chunk: IndexedChunk) -> dict[str, str | int]:
    path = PurePosixPath(chunk.path)
    text = encodable(f"{chunk.text}\n{' '.join(path.parts[-_PATH_PARTS:])}")
    return {
        "key": str(chunk.key),
        "number": chunk.key,
        "document": str(chunk.document_key),
        "fingerprint": chunk.fingerprint,
        "text": _with_added(text, added_terms(text)),
    }


def _schema() -> Schema:
    from tantivy import SchemaBuilder

    # The keys are strings because deleting by an unsigned term silently matches nothing.
    builder = SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("number", fast=True)
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("fingerprint", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name=_ANALYZER, index_option="freq")
    return builder.build()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except AssistError:
        raise
    except BaseException as error:
        # A panic inside Tantivy arrives as a BaseException of a class that cannot be imported.
        if not isinstance(error, (OSError, ValueError, RuntimeError)) and type(error).__name__ != "PanicException":
            raise
        if getattr(error, "errno", None) == errno.ENOSPC or any(sign in str(error).lower() for sign in _NO_ROOM):
            raise StorageFull("No room is left on the disk for the word index; free some space.") from error
        raise StorageDamaged(
            f"The word index cannot be used ({error}); `jupyter devassist doctor` rebuilds it."
        ) from error
