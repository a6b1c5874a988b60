"""A retrieval set through the product's own readers, chunker, indexes and fusion, in a folder that is thrown away."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from ..errors import InvalidInput
from ..inference.base import Embedder
from ..jobs.model import Progress
from ..knowledge.finding import LEG_DEPTH
from ..knowledge.index import Hit, IndexedChunk
from ..knowledge.lexical_index import LexicalIndex
from ..knowledge.model import Skip
from ..knowledge.ranking import fuse
from ..knowledge.reading import Isolation, Reader, ReadingLimits
from ..knowledge.vector_index import VectorIndex
from ..values import Value
from .beir import Query, read_corpus, read_judgements, read_queries
from .documents import CutDocument, Cutter
from .metrics import Scores, mean_scores
from .vector_cache import VectorCache

_BATCH = 512
_RUN_DEPTH = 100
_SKIPS_TOLD = 100

Tell = Callable[[Progress], None]
Cancelled = Callable[[], bool]


class EvaluationCancelled(Exception):
    """The one who asked for the evaluation wants no more of it."""


class RetrievalReport(Value):
    """Quality of each leg alone and of both together; times of one question, its embedding included."""

    document_count: int
    chunk_count: int
    query_count: int
    lexical: Scores
    vector: Scores
    fused: Scores
    ms_per_query: float
    ms_per_query_p95: float
    indexing_seconds: float
    skipped: tuple[Skip, ...]
    """The first hundred; ``skipped_count`` counts all."""
    skipped_count: int
    notices: tuple[str, ...]


class _Library(NamedTuple):
    lexical: LexicalIndex
    vectors: VectorIndex
    documents: list[str]
    """Document ids by document key."""
    owners: list[int]
    """Document keys by chunk key."""


class Rankings(NamedTuple):
    """Document ids and scores, best first, for one question."""

    lexical: list[tuple[str, float]]
    vector: list[tuple[str, float]]
    fused: list[tuple[str, float]]


def evaluate(
    *,
    corpus: Path,
    queries: Path,
    qrels: Path,
    run_out: Path | None,
    embedder: Embedder,
    readers: Sequence[Reader],
    isolation: Isolation,
    limits: ReadingLimits,
    cache: Path | None,
    tell: Tell,
    cancelled: Cancelled,
) -> RetrievalReport:
    """Index ``corpus`` (JSON lines, or a folder of real files whose ids are their paths), ask and score.

    Writes the fused ranking to ``run_out`` as question id, document id and score with tabs between. ``cache`` is a
    folder that keeps vectors between runs. Raises EvaluationCancelled soon after ``cancelled`` turns true.
    """
    judgements = read_judgements(qrels)
    judged = [query for query in read_queries(queries) if query.id in judgements]
    notices = _check_queries(judged, judgements, queries, qrels)
    began = time.perf_counter()
    skips: list[Skip] = []
    cutter = Cutter(readers, isolation, limits, embedder)
    documents = cutter.cut_files(corpus, skips.append) if corpus.is_dir() else cutter.cut_corpus(
        read_corpus(corpus), skips.append
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="devassist-eval-") as home:
        library = _index(Path(home), documents, VectorCache(embedder, cache), embedder.info.dimension, tell, cancelled)
        indexing_seconds = time.perf_counter() - began
        try:
            if not library.documents:
                raise InvalidInput(f"{corpus} holds no text that could be searched.")
            found, times = _ask_all(library, judged, embedder, tell, cancelled)
        finally:
            library.lexical.close()
            library.vectors.close()
    notices += _check_documents(judgements, library.documents, qrels, corpus)
    if run_out is not None:
        _write_run(run_out, found)
    legs = [
        mean_scores(([document for document, _ in ranking[leg]], judgements[query]) for query, ranking in found.items())
        for leg in range(3)
    ]
    return RetrievalReport(
        document_count=len(library.documents),
        chunk_count=len(library.owners),
        query_count=len(judged),
        lexical=legs[0],
        vector=legs[1],
        fused=legs[2],
        ms_per_query=round(median(times), 2),
        ms_per_query_p95=round(sorted(times)[int(len(times) * 0.95)], 2),
        indexing_seconds=round(indexing_seconds, 1),
        skipped=tuple(skips[:_SKIPS_TOLD]),
        skipped_count=len(skips),
        notices=notices,
    )


def _index(
    home: Path, documents: Iterable[CutDocument], cache: VectorCache, dimension: int, tell: Tell, cancelled: Cancelled
) -> _Library:
    """Fill both indexes batch by batch, so that a corpus need not fit into memory."""
    library = _Library(
        LexicalIndex.create(home / "words"), VectorIndex.create(home / "vectors", dimension), documents=[], owners=[]
    )
    batch: list[IndexedChunk] = []

    def flush() -> None:
        if cancelled():
            raise EvaluationCancelled
        library.lexical.apply(batch, [])
        library.vectors.apply(list(zip(batch, cache.embed([chunk.text for chunk in batch]), strict=True)), [])
        batch.clear()
        tell(_progress(len(library.owners), None, "Indexing"))

    for document in documents:
        document_key = len(library.documents)
        library.documents.append(document.id)
        for chunk in document.chunks:
            batch.append(
                IndexedChunk(
                    key=len(library.owners),
                    document_key=document_key,
                    path=document.path.as_posix(),
                    text=chunk.indexed_text,
                    kind=chunk.kind,
                    language=chunk.language,
                    fingerprint=chunk.id,
                )
            )
            library.owners.append(document_key)
            if len(batch) == _BATCH:
                flush()
    if batch:
        flush()
    library.vectors.optimise()
    return library


def _ask_all(
    library: _Library, queries: Sequence[Query], embedder: Embedder, tell: Tell, cancelled: Cancelled
) -> tuple[dict[str, Rankings], list[float]]:
    found: dict[str, Rankings] = {}
    times: list[float] = []
    for number, query in enumerate(queries, start=1):
        if cancelled():
            raise EvaluationCancelled
        began = time.perf_counter()
        lexical = library.lexical.search(query.text, LEG_DEPTH)
        vector = library.vectors.search(embedder.embed_query(query.text), LEG_DEPTH)
        fused = fuse(lexical, vector)
        times.append((time.perf_counter() - began) * 1000)
        found[query.id] = Rankings(
            _by_document(library, lexical.hits),
            _by_document(library, vector),
            _by_document(library, [Hit(one.key, one.score) for one in fused]),
        )
        if number % 50 == 0 or number == len(queries):
            tell(_progress(number, len(queries), "Asking"))
    return found, times


def _by_document(library: _Library, hits: Sequence[Hit]) -> list[tuple[str, float]]:
    """A document stands where its best chunk does."""
    ranking: dict[str, float] = {}
    for hit in hits:
        ranking.setdefault(library.documents[library.owners[hit.key]], hit.score)
    return list(ranking.items())[:_RUN_DEPTH]


def _progress(done: int, total: int | None, stage: str) -> Progress:
    return Progress(
        done=done,
        total=total,
        unit="rows" if total else "chunks",
        stage=stage,
        rate_per_second=None,
        remaining_seconds=None,
        detail=None,
    )


def _check_queries(
    judged: Sequence[Query], judgements: dict[str, dict[str, float]], queries: Path, qrels: Path
) -> tuple[str, ...]:
    if not judged:
        raise InvalidInput(f"No question of {queries} is judged in {qrels}; do both belong to the same set?")
    unknown = sorted(judgements.keys() - {query.id for query in judged})
    if not unknown:
        return ()
    return (f"{qrels} judges {len(unknown)} questions that {queries} does not hold, such as {unknown[0]!r}.",)


def _check_documents(
    judgements: dict[str, dict[str, float]], documents: Sequence[str], qrels: Path, corpus: Path
) -> tuple[str, ...]:
    judged = {document for grades in judgements.values() for document in grades}
    unknown = sorted(judged - set(documents))
    if len(unknown) == len(judged):
        raise InvalidInput(f"No document judged in {qrels} is in {corpus}; do both belong to the same set?")
    if not unknown:
        return ()
    return (f"{qrels} names {len(unknown)} documents that are not in {corpus}, such as {unknown[0]!r}.",)


def _write_run(path: Path, found: dict[str, Rankings]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for query, ranking in found.items():
                file.writelines(f"{query}\t{document}\t{score:.6f}\n" for document, score in ranking.fused)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {(error.strerror or str(error)).lower()}.") from None
