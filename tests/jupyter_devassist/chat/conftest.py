"""A small course to be asked about, searched by the real indexes and the real embedder."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_devassist.builtin.readers import all_readers
from jupyter_devassist.inference.onnx_embedder import OnnxEmbedder
from jupyter_devassist.knowledge.chunking import split_into_chunks
from jupyter_devassist.knowledge.finding import Evidence
from jupyter_devassist.knowledge.index import Hit, IndexedChunk
from jupyter_devassist.knowledge.lexical_index import LexicalIndex
from jupyter_devassist.knowledge.model import Chunk, DocumentKind, Passage, SearchResult
from jupyter_devassist.knowledge.ranking import diversify, fuse
from jupyter_devassist.knowledge.reading import ReadingLimits
from jupyter_devassist.knowledge.sentences import SentenceVectors, split_sentences
from jupyter_devassist.values import DocumentId

FILES = {
    "merging.md": """# Combining tables

## Merging on an index

Two frames are merged on their index with `join`, or with `merge` and both index switches on.
It keeps the rows of the left frame by default. An inner merge keeps only rows whose label is in both.

```python
merged = left.merge(right, left_index=True, right_index=True, how="inner")
merged.head()
```

## Concatenation

Concatenation stacks frames with the same columns on top of each other. Labels may then occur twice.
""",
    "cleaning.md": """# Cleaning a data set

A missing value is a cell for which nothing was recorded. Pandas writes it as NaN.

The steps of cleaning are:

1. Look at the types of all columns.
2. Count the missing values of each column.
3. Drop or fill what is missing.
4. Save the result under a new name.

The survey has 1250 rows and was taken in 2019.
""",
    "plots.py": '''"""Figures of the course."""

import matplotlib.pyplot as plt


def scatter_of_prices(frame):
    """Draw the price of each house against its area."""
    figure, axes = plt.subplots()
    axes.scatter(frame["area"], frame["price"])
    axes.set_xlabel("area in square metres")
    return figure
''',
    "statistics.md": """# Describing numbers

The median is the value in the middle of a sorted list. It is not moved by a few very large values.
The standard deviation measures how far values lie from their mean.
A histogram shows how often values fall into each of a row of equal intervals.
""",
    "loops.md": """# Repeating things

A `for` loop visits the elements of a list one after the other.
A `while` loop repeats its body as long as its condition holds.
""",
}


class Notes:
    """The course, indexed in a folder."""

    files = FILES

    def __init__(self, folder: Path, embedder: OnnxEmbedder) -> None:
        self._embedder = embedder
        self._chunks: list[tuple[Chunk, Path, DocumentKind]] = []
        for name, text in FILES.items():
            path = folder / name
            reader = next(reader for reader in all_readers() if reader.takes(path, b""))
            reading = reader.read(path, text.encode(), ReadingLimits())
            chunks = split_into_chunks(DocumentId(name), reading, embedder.token_spans, embedder.info.max_tokens)
            self._chunks += [(chunk, path, reading.kind) for chunk in chunks]
        self._spans = [split_sentences(chunk.text, chunk.kind) for chunk, _, _ in self._chunks]
        texts = [chunk.indexed_text for chunk, _, _ in self._chunks]
        offsets = [len(text) - len(chunk.text) for text, (chunk, _, _) in zip(texts, self._chunks, strict=True)]
        shifted = [
            [(start + offset, end + offset) for start, end in spans]
            for spans, offset in zip(self._spans, offsets, strict=True)
        ]
        self._vectors, self._sentences = embedder.embed_with_sentences(texts, shifted)
        self._words = LexicalIndex.create(folder / "words")
        self._words.apply(
            [
                IndexedChunk(
                    key=key,
                    document_key=key,
                    path=path.as_posix(),
                    text=chunk.indexed_text,
                    kind=chunk.kind,
                    language=chunk.language,
                    fingerprint=chunk.id,
                )
                for key, (chunk, path, _) in enumerate(self._chunks)
            ],
            [],
        )

    def evidence(self, question: str, *, with_vectors: bool = True, k: int = 8) -> Evidence:
        lexical = self._words.search(question, 150)
        query_vector = self._embedder.embed_query(question) if with_vectors else None
        vector: list[Hit] = []
        if query_vector is not None:
            cosines = (self._vectors @ query_vector).tolist()
            vector = sorted((Hit(key, score) for key, score in enumerate(cosines)), key=lambda hit: -hit.score)
        kept = diversify(fuse(lexical, vector), {key: row[0] for key, row in enumerate(self._chunks)}, k)
        passages = tuple(
            Passage(
                chunk=self._chunks[one.key][0],
                path=self._chunks[one.key][1],
                document_kind=self._chunks[one.key][2],
                score=one.score,
                lexical_rank=one.lexical_rank,
                vector_rank=one.vector_rank,
                also_in=(),
            )
            for one in kept
        )
        sentences: list[SentenceVectors | None] = [
            SentenceVectors(list(self._spans[one.key]), self._sentences[one.key]) if with_vectors else None
            for one in kept
        ]
        legs = ("lexical", "vector") if with_vectors else ("lexical",)
        return Evidence(
            SearchResult(query=question, passages=passages, legs=legs, timings_ms={}),
            lexical,
            vector,
            query_vector,
            sentences,
        )


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Notes:
    return Notes(tmp_path_factory.mktemp("course"), OnnxEmbedder.bundled(1))
